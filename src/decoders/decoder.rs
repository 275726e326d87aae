//! The contract of an encoding.
//!
//! A decoder is asked for *runs*: stretches of input that are plausibly encoded text. Everything it says of a position
//! depends only on bytes within [`LOOK`] of it and on the [`Carry`], so that a file cut into windows yields the same
//! runs as the file whole.

use std::ops::Range;

use super::{Signs, SpanMap};

/// How far from a position a decoder may look to decide about it, in bytes. (A run may be longer; where its decoding
/// must be aligned to a start beyond this distance, the [`Carry`] tells the alignment.)
pub const LOOK: usize = 4096;

/// What is known of the bytes before a window: where the unbroken runs that reach into it began.
///
/// Offsets are absolute in the blob; `None` means that no such run crosses the window's first byte. For a whole blob
/// it is the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carry {
    /// Start of the unbroken stretch of base64 alphabet (both alphabets together, without padding).
    pub base64: Option<u64>,
    /// Start of the unbroken stretch of hexadecimal digits.
    pub hex: Option<u64>,
    /// Start of the unbroken stretch of text characters alternating with NULs, a leading NUL included.
    pub utf16: Option<u64>,
    /// Start of the unbroken stretch of text characters alternating with three NULs, three leading NULs included.
    pub utf32: Option<u64>,
}

/// A window of a blob, or all of it.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The bytes, context on both sides included.
    pub bytes: &'a [u8],
    /// Absolute offset of `bytes[0]` in the blob.
    pub base: u64,
    /// What is known of the bytes before.
    pub carry: Carry,
}

impl<'a> Input<'a> {
    /// A whole blob.
    pub fn whole(bytes: &'a [u8]) -> Self {
        Self { bytes, base: 0, carry: Carry::default() }
    }

    /// How many bytes of a stretch that began at `start` come before this window.
    pub(super) fn before(&self, start: Option<u64>) -> usize {
        start.map_or(0, |start| self.base.saturating_sub(start) as usize)
    }
}

/// A stretch of input that is plausibly encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Where it stands in `Input::bytes`.
    pub span: Range<usize>,
    /// How many encoded units (base64 characters, hex digits, bytes) of its first group came before `span.start`, in a
    /// window that begins inside the run. The decoder skips to the next group.
    pub phase: usize,
}

impl Run {
    /// The part of an evenly encoded run that `want` covers, grown to whole groups of `size` bytes; a group of which
    /// the run holds only a part is left out.
    pub(super) fn groups(&self, want: &Range<usize>, size: usize) -> Option<(usize, usize)> {
        let first = self.span.start + (size - self.phase % size) % size;
        let start = first + want.start.saturating_sub(first) / size * size;
        let wanted = want.end.min(self.span.end).checked_sub(start)?;
        let whole = self.span.end.checked_sub(start)? / size * size;
        let end = start + wanted.div_ceil(size).saturating_mul(size).min(whole);
        (start < end).then_some((start, end))
    }
}

/// An encoding.
pub trait Decoder: Sync {
    /// The name reports use: `base64`.
    fn name(&self) -> &'static str;

    /// Units of which runs begin at a multiple, counted from the start of the blob, where nothing else tells: 1 for an
    /// encoding that does not care.
    fn alignment(&self) -> usize {
        1
    }

    /// The first run at or after `from`, which is zero or the end of the run before; `None` when there is none to the
    /// end of what `signs` were read of. Runs come in order and do not overlap.
    fn next_run(&self, input: &Input<'_>, signs: &Signs, from: usize) -> Option<Run>;

    /// Decodes the part of `run` that `want` covers, grown to whole groups, and appends bytes and their map to `out`.
    /// What is not decodable ends the output early; it never fails.
    fn decode(&self, input: &Input<'_>, run: &Run, want: Range<usize>, out: &mut SpanMap);
}
