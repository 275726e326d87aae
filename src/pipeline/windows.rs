//! A stream cut into windows that overlap by as far as anything looks, so that the cuts change nothing.

use std::io::{self, Read};
use std::ops::Range;

use crate::decoders::{Carry, Input, carry_after};
use crate::engine::REACH;

/// Bytes that belong to one window alone.
pub(super) const CORE: usize = 2 << 20;

/// Bytes of context to each side: the engine's reach, four times over for what an encoding makes longer.
pub(super) const CONTEXT: usize = 4 * REACH;

/// A window: a buffer, and where it stands in its blob.
pub(super) struct Piece {
    /// Position among the blob's windows, from 0.
    pub(super) number: usize,
    /// Absolute offset of the buffer's first byte.
    pub(super) base: u64,
    /// The part that belongs to this window alone.
    pub(super) core: Range<usize>,
    /// What is known of the bytes before the buffer.
    pub(super) carry: Carry,
    last: bool,
}

impl Piece {
    /// A blob that is held whole.
    pub(super) fn whole(bytes: &[u8]) -> Self {
        Self { number: 0, base: 0, core: 0..bytes.len(), carry: Carry::default(), last: true }
    }

    /// Whether nothing comes after it.
    pub(super) fn is_last(&self) -> bool {
        self.last
    }
}

/// Cuts a stream.
pub(super) struct Windows<R> {
    reader: R,
    /// The bytes that the next buffer begins with: context, and what was read ahead.
    kept: Vec<u8>,
    /// How many of them were in the core of a window before.
    seen: usize,
    base: u64,
    carry: Carry,
    number: usize,
    core: usize,
    finished: bool,
    error: Option<io::Error>,
    bytes: u64,
}

impl<R: Read> Windows<R> {
    /// Begins with what was read of the stream already.
    pub(super) fn new(begun: Vec<u8>, reader: R) -> Self {
        Self::with_core(begun, reader, CORE)
    }

    pub(super) fn with_core(begun: Vec<u8>, reader: R, core: usize) -> Self {
        Self {
            reader,
            kept: begun,
            seen: 0,
            base: 0,
            carry: Carry::default(),
            number: 0,
            core,
            finished: false,
            error: None,
            bytes: 0,
        }
    }

    /// Fills `buffer` with the next window. `None` at the end of the stream.
    ///
    /// A read error ends the stream as its end does; [`Windows::finish`] tells it, so that what came before is
    /// scanned.
    pub(super) fn next(&mut self, buffer: &mut Vec<u8>) -> Option<Piece> {
        if self.finished {
            return None;
        }
        buffer.clear();
        buffer.append(&mut self.kept);
        let wanted = self.seen + self.core + CONTEXT;
        self.fill(buffer, wanted);
        let ended = buffer.len() < wanted;
        let end = if ended { buffer.len() } else { self.seen + self.core };
        let piece =
            Piece { number: self.number, base: self.base, core: self.seen..end, carry: self.carry, last: ended };
        self.finished = ended;
        self.bytes += piece.core.len() as u64;
        self.number += 1;
        if !ended {
            let from = end.saturating_sub(CONTEXT);
            self.carry = carry_after(&Input { bytes: buffer, base: self.base, carry: self.carry }, from);
            self.kept.extend_from_slice(&buffer[from..]);
            self.seen = end - from;
            self.base += from as u64;
        }
        Some(piece)
    }

    fn fill(&mut self, buffer: &mut Vec<u8>, wanted: usize) {
        while buffer.len() < wanted && self.error.is_none() {
            let missing = (wanted - buffer.len()) as u64;
            match self.reader.by_ref().take(missing).read_to_end(buffer) {
                Ok(0) => return,
                Ok(_) => {}
                Err(error) => self.error = Some(error),
            }
        }
    }

    /// Bytes given out so far, each counted once.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The error that ended the stream, if one did.
    pub(super) fn finish(self) -> Option<io::Error> {
        self.error
    }
}
