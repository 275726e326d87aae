//! Members of a class in a row, exactly.

use std::cell::Cell;
use std::ops::Range;

use super::sign::BLOCK;

/// Where members of a class stand in a row, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    rows: Vec<Range<usize>>,
    /// Which row was given last. A decoder asks for one after the other.
    last: Cell<usize>,
}

impl Rows {
    pub(super) fn clear(&mut self) {
        self.rows.clear();
        self.last.set(0);
    }

    pub(super) fn all(&self) -> &[Range<usize>] {
        &self.rows
    }

    /// Takes the members of the block at `at`. A row that the blocks so far end with begins at `start`.
    #[inline(always)]
    pub(super) fn take<const LEAST: usize>(&mut self, members: u64, at: usize, start: &mut usize) {
        if members == u64::MAX {
            return;
        }
        self.end::<LEAST>(*start..at + members.trailing_ones() as usize);
        let inner = rows_of::<LEAST>(members & members.wrapping_add(1));
        if inner != 0 {
            self.within(members, inner, at);
        }
        *start = at + BLOCK - members.leading_ones() as usize;
    }

    /// Takes what ends there, if it is long enough.
    #[inline(always)]
    pub(super) fn end<const LEAST: usize>(&mut self, row: Range<usize>) {
        if row.end >= row.start + LEAST {
            self.push(row);
        }
    }

    #[cold]
    fn push(&mut self, row: Range<usize>) {
        self.rows.push(row);
    }

    /// Takes the rows that begin and end in the block at `at`; `starts` has a bit for each place that so many stand from.
    #[cold]
    fn within(&mut self, members: u64, mut starts: u64, at: usize) {
        while starts != 0 {
            let place = starts.trailing_zeros();
            let length = (members >> place).trailing_ones();
            if place + length < u64::BITS {
                self.rows.push(at + place as usize..at + (place + length) as usize);
            }
            starts &= u64::MAX.checked_shl(place + length).unwrap_or(0);
        }
    }

    /// Takes the rows of so many members in `range` of `bytes`.
    pub(super) fn find<const LEAST: usize>(&mut self, bytes: &[u8], range: Range<usize>, member: impl Fn(u8) -> bool) {
        let mut at = range.start;
        while let Some(place) = bytes.get(at..range.end).and_then(|bytes| first_row::<LEAST>(bytes, &member)) {
            let start = at + place;
            at = start + bytes[start..range.end].iter().take_while(|byte| member(**byte)).count();
            self.rows.push(start..at);
        }
    }

    /// The first row of which so many members stand at or after `from`.
    pub(super) fn next<const LEAST: usize>(&self, from: usize) -> Option<Range<usize>> {
        let (ends_before, last) = (|row: &Range<usize>| row.end < from + LEAST, self.last.get());
        let start = if self.rows.get(last).is_some_and(ends_before) { last + 1 } else { 0 };
        let next = match self.rows.get(start..)? {
            [row, ..] if !ends_before(row) => start,
            rest => start + rest.partition_point(ends_before),
        };
        self.last.set(next);
        self.rows.get(next).cloned()
    }
}

/// Where so many members stand in a row.
pub(super) fn first_row<const LEAST: usize>(bytes: &[u8], member: impl Fn(u8) -> bool) -> Option<usize> {
    let mut at = 0;
    loop {
        match bytes.get(at..at + LEAST)?.iter().rposition(|byte| !member(*byte)) {
            Some(other) => at += other + 1,
            None => return Some(at),
        }
    }
}

/// The bits that so many stand in a row from.
#[inline(always)]
pub(super) fn rows_of<const LENGTH: usize>(bits: u64) -> u64 {
    let two = bits & bits >> 1;
    let four = two & two >> 2;
    let eight = four & four >> 4;
    let sixteen = eight & eight >> 8;
    if LENGTH <= 32 {
        return sixteen & sixteen >> (LENGTH - 16);
    }
    let thirty_two = sixteen & sixteen >> 16;
    thirty_two & thirty_two >> (LENGTH - 32)
}
