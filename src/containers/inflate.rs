//! Deflate, raw (RFC 1951) for gzip and zip, and with the header and checksum of zlib (RFC 1950).
//!
//! The inflater is driven by hand instead of through a ready-made reader: it stops at the last byte of the stream, it
//! says so when the stream ends early, and what was decoded before a broken block is still given.

use std::borrow::BorrowMut;
use std::io::{self, BufRead, Read};

use flate2::{Decompress, FlushDecompress, Status};

/// The bytes of one deflate stream. The inflater may be lent, to be used again: making one costs as much as a small
/// file.
pub(super) struct Inflate<B, Z = Decompress> {
    input: B,
    inflater: Z,
    ended: bool,
    broken: bool,
}

impl<B: BufRead, Z: BorrowMut<Decompress>> Inflate<B, Z> {
    /// Begins a raw stream.
    pub(super) fn new(input: B, inflater: Z) -> Self {
        Self::begin(input, inflater, false)
    }

    /// Begins a zlib stream.
    pub(super) fn zlib(input: B, inflater: Z) -> Self {
        Self::begin(input, inflater, true)
    }

    fn begin(input: B, mut inflater: Z, zlib: bool) -> Self {
        inflater.borrow_mut().reset(zlib);
        Self { input, inflater, ended: false, broken: false }
    }

    /// The input, behind the stream once it was read to its end.
    pub(super) fn input(&mut self) -> &mut B {
        &mut self.input
    }

    /// The input by value.
    pub(super) fn into_input(self) -> B {
        self.input
    }

    /// One step; `None` when nothing came of it yet.
    fn step(&mut self, buf: &mut [u8]) -> io::Result<Option<usize>> {
        let inflater = self.inflater.borrow_mut();
        let (taken, given) = (inflater.total_in(), inflater.total_out());
        let encoded = self.input.fill_buf()?;
        let starved = encoded.is_empty();
        let status = inflater.decompress(encoded, buf, FlushDecompress::None);
        let taken = usize::try_from(inflater.total_in() - taken).unwrap_or(usize::MAX);
        let given = usize::try_from(inflater.total_out() - given).unwrap_or(0);
        self.input.consume(taken);
        match status {
            Ok(Status::StreamEnd) => self.ended = true,
            Ok(Status::Ok | Status::BufError) if given == 0 && starved => {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            Ok(Status::Ok | Status::BufError) => {}
            Err(_) => self.broken = true,
        }
        Ok((given > 0 || self.ended).then_some(given))
    }
}

impl<B: BufRead, Z: BorrowMut<Decompress>> Read for Inflate<B, Z> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.ended || buf.is_empty() {
            return Ok(0);
        }
        loop {
            if self.broken {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "the deflate data is corrupt"));
            }
            if let Some(given) = self.step(buf)? {
                return Ok(given);
            }
        }
    }
}
