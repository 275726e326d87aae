//! A stretch of bytes in a blob.

use std::ops::Range;

/// A half-open stretch of bytes, counted from the start of the blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Span {
    /// First byte.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
}

impl Span {
    /// The span of `range` in a slice whose first byte stands at `base` of the blob.
    pub fn new(base: u64, range: Range<usize>) -> Self {
        Self { start: base + range.start as u64, end: base + range.end as u64 }
    }

    /// Length in bytes.
    pub fn len(&self) -> u64 {
        self.end - self.start
    }

    /// Whether no byte is in it.
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Whether the two share a byte.
    pub fn overlaps(&self, other: &Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether every byte of `other` is in this one.
    pub fn contains(&self, other: &Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Bytes between the two; zero when they touch or overlap.
    pub fn distance(&self, other: &Span) -> u64 {
        self.start.max(other.start).saturating_sub(self.end.min(other.end))
    }
}
