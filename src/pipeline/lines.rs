//! Lines and columns of matches in windows, by counting within each window and adding up at the end.

use crate::model::Region;

/// Where a byte stands, as far as its window can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    /// Line breaks between the core's first byte and it; negative when it stands before the core.
    breaks: i64,
    /// Characters between its line's start and it, or where the line begins before the buffer, between the core's
    /// first byte and it.
    characters: i64,
    /// Whether the line begins in the buffer.
    whole: bool,
}

/// What a window adds to the count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tail {
    breaks: u64,
    /// Characters after the last line break, or in all when there is none.
    characters: u64,
}

/// The count up to a window's core.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    breaks: u64,
    characters: u64,
}

/// The line breaks of a buffer, counted from block to block, so that many spots of it do not count them again.
pub(super) struct Breaks<'a> {
    bytes: &'a [u8],
    /// How many stand before each block.
    before: Vec<usize>,
}

/// Bytes of a block.
const BLOCK: usize = if cfg!(test) { 8 } else { 4 << 10 };

impl<'a> Breaks<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        let mut sum = 0;
        let until = |block: &[u8]| {
            let before = sum;
            sum += breaks(block) as usize;
            before
        };
        let before = bytes.chunks(BLOCK).map(until).collect();
        Self { bytes, before }
    }

    /// How many stand before `at`.
    fn before(&self, at: usize) -> usize {
        let block = (at / BLOCK).min(self.before.len().saturating_sub(1));
        self.before.get(block).copied().unwrap_or(0) + breaks(&self.bytes[block * BLOCK..at]) as usize
    }

    /// Where the line begins that `at` is in, if a line break stands before it.
    fn line_start(&self, at: usize) -> Option<usize> {
        let count = self.before(at);
        // The last block before which there are fewer breaks holds the last one.
        let block = self.before.partition_point(|before| *before < count).checked_sub(1)?;
        let from = block * BLOCK;
        memchr::memrchr(b'\n', &self.bytes[from..at.min(from + BLOCK)]).map(|last| from + last + 1)
    }
}

impl Spot {
    /// The spot of byte `at` of a buffer whose core begins at `core`.
    ///
    /// The line is always exact. The column is too, unless the line begins before the buffer and ends before the core:
    /// then it is counted from the buffer's start.
    pub(super) fn of(breaks: &Breaks<'_>, core: usize, at: usize) -> Self {
        let bytes = breaks.bytes;
        let between = breaks.before(at).abs_diff(breaks.before(core)) as i64;
        let (characters, whole) = match breaks.line_start(at) {
            Some(start) => (characters(&bytes[start..at]) as i64, true),
            None if at >= core => (characters(&bytes[core..at]) as i64, false),
            None if between == 0 => (-(characters(&bytes[at..core]) as i64), false),
            None => (characters(&bytes[..at]) as i64, true),
        };
        Self { breaks: if at < core { -between } else { between }, characters, whole }
    }

    fn resolve(self, count: Count) -> (u64, u64) {
        let line = count.breaks.saturating_add_signed(self.breaks) + 1;
        let before = if self.whole { 0 } else { count.characters };
        (line, before.saturating_add_signed(self.characters) + 1)
    }
}

/// The region between two spots of a window.
pub(super) fn region(start: Spot, end: Spot, count: Count) -> Region {
    let ((start_line, start_column), (end_line, end_column)) = (start.resolve(count), end.resolve(count));
    Region { start_line, start_column, end_line, end_column }
}

impl Tail {
    /// What a core adds.
    pub(super) fn of(core: &[u8]) -> Self {
        let last = memchr::memrchr(b'\n', core).map_or(0, |i| i + 1);
        Self { breaks: breaks(core), characters: characters(&core[last..]) }
    }

    /// What a core of `length` times the same byte adds.
    pub(super) fn of_one(byte: u8, length: usize) -> Self {
        let (one, length) = (Self::of(&[byte]), length as u64);
        Self { breaks: one.breaks * length, characters: one.characters * length }
    }
}

impl Count {
    /// The line, from 1, of a byte with this many line breaks between the core's first byte and it.
    pub(super) fn line(self, breaks: u64) -> u64 {
        self.breaks + breaks + 1
    }

    /// The count after a core.
    pub(super) fn after(self, tail: Tail) -> Self {
        let before = if tail.breaks == 0 { self.characters } else { 0 };
        Self { breaks: self.breaks + tail.breaks, characters: before + tail.characters }
    }
}

fn breaks(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// Code points, as UTF-8 has them: bytes that continue none.
fn characters(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count() as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(bytes: &[u8], at: usize) -> (u64, u64) {
        let line = bytes[..at].iter().filter(|b| **b == b'\n').count() as u64 + 1;
        let start = bytes[..at].iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
        (line, bytes[start..at].iter().filter(|b| **b & 0xc0 != 0x80).count() as u64 + 1)
    }

    #[test]
    fn one_byte_again_and_again_is_counted_as_any_text() {
        for byte in [0, b'\n', b'a', 0xff, 0x80] {
            assert_eq!(Tail::of_one(byte, 70), Tail::of(&[byte; 70]), "{byte}");
        }
    }

    proptest! {
        #[test]
        fn windows_count_as_the_whole_does(text in "[ab\n\u{e9}]{0,60}", cut in 0usize..120, back in 0usize..40, at in 0usize..120) {
            let bytes = text.as_bytes();
            let (cut, at) = (cut.min(bytes.len()), at.min(bytes.len()));
            let base = cut.saturating_sub(back);
            prop_assume!(at >= base);
            let count = Count::default().after(Tail::of(&bytes[..cut]));
            let spot = Spot::of(&Breaks::of(&bytes[base..]), cut - base, at - base);
            let (line, column) = plain(bytes, at);
            prop_assert_eq!(spot.resolve(count).0, line);
            let begins_before = !bytes[base..at].contains(&b'\n') && base > 0;
            if !(begins_before && at < cut && bytes[at..cut].contains(&b'\n')) {
                prop_assert_eq!(spot.resolve(count).1, column);
            }
        }
    }
}
