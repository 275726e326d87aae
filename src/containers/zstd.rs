//! zstd (RFC 8878): every frame, and what stands in skippable frames.
//!
//! Layers that are pulled lazily have thousands of small frames, so one decoder serves all frames of a file.

use std::io::{self, BufRead, Read};

use zstd::stream::raw::{DParameter, Decoder, InBuffer, Operation, OutBuffer};

use super::input::Input;
use super::streams::{self, Decode, Notes};
use super::{Body, Budget, Container, Members};

/// zstd.
pub(super) struct Zstd;

/// Logarithm of the largest window: 128 MiB, what the `zstd` command takes without being asked.
const WINDOW_LOG: u32 = 27;

/// Encoded bytes given to the decoder at a time: what it decoded before it meets a broken block is lost with the call.
const SLICE: usize = 16 << 10;

/// A frame with its reserved bit clear; or a skippable frame that is not followed by something else.
fn starts(head: &[u8]) -> bool {
    match head {
        [0x28, 0xB5, 0x2F, 0xFD, descriptor, ..] => descriptor & 8 == 0,
        [0x50..=0x5F, 0x2A, 0x4D, 0x18, a, b, c, d, rest @ ..] => {
            let length = usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])).unwrap_or(usize::MAX);
            rest.get(length..).is_none_or(|next| next.len() < 5 || starts(next))
        }
        _ => false,
    }
}

impl Container for Zstd {
    fn name(&self) -> &'static str {
        Frames::NAME
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        starts(head)
    }

    fn open(&self, body: Body<'_>, budget: &mut Budget, members: &mut dyn Members) {
        streams::open::<Frames<'_>>(body, budget, members);
    }
}

/// Where [`Frames`] stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// Before a frame, or behind the last.
    Boundary,
    /// In a frame.
    Frame,
    /// Behind the last frame.
    End,
}

/// All frames in a row.
struct Frames<'a> {
    input: Input<'a>,
    decoder: Decoder<'static>,
    at: At,
    skipped: Notes,
}

impl<'a> Decode<'a> for Frames<'a> {
    const NAME: &'static str = "zstd";

    fn starts(head: &[u8]) -> bool {
        starts(head)
    }

    fn cut(head: &[u8]) -> bool {
        [0x28, 0xB5, 0x2F, 0xFD].starts_with(head) || [0x2A, 0x4D, 0x18].starts_with(head.get(1..).unwrap_or(&[]))
    }

    fn begin(mut input: Input<'a>) -> io::Result<Self> {
        if input.peek(5).len() < 5 {
            return Err(input.short("zstd: the header").to_error());
        }
        if !starts(input.peek(16)) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "no frame begins here"));
        }
        let mut decoder = Decoder::new()?;
        decoder.set_parameter(DParameter::WindowLogMax(WINDOW_LOG))?;
        Ok(Self { input, decoder, at: At::Boundary, skipped: Notes::default() })
    }

    fn end(self) -> (Input<'a>, Vec<u8>) {
        (self.input, Vec::new())
    }

    fn notes(&mut self) -> Notes {
        std::mem::take(&mut self.skipped)
    }
}

impl Frames<'_> {
    /// Passes skippable frames and finds out what comes next.
    fn boundary(&mut self) -> io::Result<At> {
        loop {
            match self.input.peek(8) {
                [0x28, 0xB5, 0x2F, 0xFD, ..] => {
                    self.decoder.reinit()?;
                    return Ok(At::Frame);
                }
                [0x50..=0x5F, 0x2A, 0x4D, 0x18, a, b, c, d, ..] => {
                    let length = u32::from_le_bytes([*a, *b, *c, *d]);
                    self.input.skip(8);
                    self.skippable(u64::from(length))?;
                }
                [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => {
                    return Err(self.input.short("zstd: a frame").to_error());
                }
                _ => return Ok(At::End),
            }
        }
    }

    /// Keeps the bytes of a skippable frame: other programs put names and indexes there.
    fn skippable(&mut self, length: u64) -> io::Result<()> {
        let mut left = length;
        while left > 0 {
            let ahead = self.input.fill_buf()?;
            let n = usize::try_from(left).unwrap_or(usize::MAX).min(ahead.len());
            if n == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.skipped.add(ahead.get(..n).unwrap_or(&[]));
            self.input.consume(n);
            left -= n as u64;
        }
        self.skipped.add(b"\n");
        Ok(())
    }

    fn step(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let ahead = self.input.fill_buf()?;
        let starved = ahead.is_empty();
        let mut encoded = InBuffer::around(ahead.get(..SLICE).unwrap_or(ahead));
        let mut decoded = OutBuffer::around(buf);
        let hint = self.decoder.run(&mut encoded, &mut decoded).map_err(memory)?;
        let (taken, given) = (encoded.pos(), decoded.pos());
        self.input.consume(taken);
        if hint == 0 {
            self.at = At::Boundary;
        } else if given == 0 && starved {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(given)
    }
}

/// The decoder tells a window over the limit in words only.
fn memory(error: io::Error) -> io::Error {
    if error.to_string().contains("too much memory") {
        return io::Error::new(io::ErrorKind::OutOfMemory, "the window is larger than 128 MiB");
    }
    error
}

impl Read for Frames<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while !buf.is_empty() {
            match self.at {
                At::End => break,
                At::Boundary => self.at = self.boundary()?,
                At::Frame => match self.step(buf)? {
                    0 => {}
                    given => return Ok(given),
                },
            }
        }
        Ok(0)
    }
}

/// One frame in an entry of another container.
///
/// # Errors
/// When no decoder can be had.
pub(super) fn frame<B: BufRead>(body: B) -> io::Result<impl Read> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(body)?;
    decoder.window_log_max(WINDOW_LOG)?;
    Ok(decoder.single_frame())
}
