//! What a scan leaves of a blob, so that a version made of it costs only what is new in it.

use std::ops::Range;
use std::sync::Arc;

use super::Match;

/// A stretch of a blob that was taken over, unchanged, from the blob it was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Where it stood.
    pub from: usize,
    /// Where it stands now.
    pub to: usize,
    /// How many bytes.
    pub length: usize,
}

impl Kept {
    /// Where it ends now.
    pub fn end(&self) -> usize {
        self.to + self.length
    }
}

/// What a blob was made of: another blob, what was left of looking at it, and the stretches that were taken over, in the
/// order they stand in the new one.
pub struct MadeOf<'a, M = Trace> {
    /// The other blob.
    pub bytes: &'a [u8],
    /// What was left of looking at it.
    pub left: &'a M,
    /// What was taken over.
    pub kept: &'a [Kept],
}

/// A match in one of the versions that hold it: found once, handed on to every version that took its bytes over.
#[derive(Clone)]
pub struct Seen {
    /// The match as it was found, in the version it was found in.
    pub found: Arc<Match>,
    /// Where its keyword stands in this version.
    pub anchor: u64,
}

impl Seen {
    /// Where the value stands in this version.
    pub fn span(&self) -> super::Span {
        let shift = |at: u64| at.wrapping_sub(self.found.anchor).wrapping_add(self.anchor);
        super::Span { start: shift(self.found.span.start), end: shift(self.found.span.end) }
    }
}

/// What the engine keeps of a blob that was held whole. Made and read by the engine; a source only keeps it.
#[derive(Default)]
pub struct Trace {
    /// Length of the blob.
    pub(crate) length: usize,
    /// Whether nothing in it joins lines: neither wide characters nor control sequences.
    pub(crate) plain: bool,
    /// Where keywords stand, and which: sorted.
    pub(crate) keywords: Vec<(u32, u32)>,
    /// Those of them whose rules look far.
    pub(crate) far: Vec<(u32, u32)>,
    /// Runs of encoded text, each with its decoder's position in the list: sorted.
    pub(crate) runs: Vec<(u8, Range<usize>)>,
    /// Those of the runs that begin a file, by decoder and start.
    pub(crate) files: Vec<(u8, usize)>,
    /// Every match, before overlaps are settled: sorted by where their keywords stand.
    pub(crate) seen: Vec<Seen>,
}

impl Trace {
    /// Every match, before overlaps are settled.
    pub fn seen(&self) -> &[Seen] {
        &self.seen
    }
}
