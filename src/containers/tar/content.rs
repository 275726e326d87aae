//! The bytes an entry stores, and the bytes no entry covers.

use std::io::{self, Read};

use super::header::{BLOCK, Header};
use crate::containers::Fault;
use crate::containers::input::Input;

/// The stored bytes of one entry.
pub(super) struct Stored<'i, 'a> {
    pub(super) input: &'i mut Input<'a>,
    /// Bytes not read yet.
    pub(super) left: u64,
    /// Why there will be no more, once the reader was told.
    pub(super) fault: Option<Fault>,
}

impl<'i, 'a> Stored<'i, 'a> {
    /// The next `size` bytes of the input.
    pub(super) fn new(input: &'i mut Input<'a>, size: u64) -> Self {
        Self { input, left: size, fault: None }
    }

    /// Passes over what was not read.
    ///
    /// # Errors
    /// The fault that cut the entry short, unless its reader was told of it before.
    pub(super) fn finish(&mut self) -> Result<(), Fault> {
        if self.fault.is_some() {
            return Ok(());
        }
        self.left -= self.input.skip(self.left);
        if self.left > 0 { Err(self.cut()) } else { Ok(()) }
    }

    /// Whether the entry was cut short.
    pub(super) fn is_cut(&self) -> bool {
        self.left > 0
    }

    fn cut(&self) -> Fault {
        self.input.short("tar: the entry")
    }
}

impl Read for Stored<'_, '_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 || buf.is_empty() {
            return Ok(0);
        }
        let n = self.input.by_ref().take(self.left).read(buf).unwrap_or(0);
        self.left -= n as u64;
        if n > 0 {
            return Ok(n);
        }
        // The same error again and again, to whoever asks again.
        Err(self.fault.insert(self.input.short("tar: the entry")).to_error())
    }
}

/// Blocks that belong to no entry, up to the next that is a marked header.
pub(super) struct Stray<'i, 'a> {
    input: &'i mut Input<'a>,
    block: [u8; BLOCK],
    at: usize,
    end: usize,
    first: bool,
}

impl<'i, 'a> Stray<'i, 'a> {
    /// Begins with the block ahead, whatever it is.
    pub(super) fn new(input: &'i mut Input<'a>) -> Self {
        Self { input, block: [0; BLOCK], at: 0, end: 0, first: true }
    }

    /// Passes over what was not read.
    pub(super) fn finish(&mut self) {
        while self.next() {}
    }

    fn next(&mut self) -> bool {
        let (block, n) = self.input.head::<BLOCK>();
        if !self.first && n == BLOCK && Header::marked(&block) && Header::parse(&block).is_some() {
            return false;
        }
        self.first = false;
        self.input.skip(n as u64);
        (self.block, self.at, self.end) = (block, 0, n);
        n > 0
    }
}

impl Read for Stray<'_, '_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let mut given = 0;
        while given < buf.len() && (self.at < self.end || self.next()) {
            let from = self.block.get(self.at..self.end).unwrap_or(&[]);
            let room = buf.get_mut(given..).unwrap_or(&mut []);
            let n = from.len().min(room.len());
            if let (Some(to), Some(from)) = (room.get_mut(..n), from.get(..n)) {
                to.copy_from_slice(from);
            }
            self.at += n;
            given += n;
        }
        Ok(given)
    }
}
