//! Numbers in a row: lists of bytes, and dumps.

use fearless_simd::Simd;

use super::classes::Masks;
use super::rows::rows_of;
use super::sign::{BLOCK, HEX_ROW, LISTED_ROW, Sign};

/// How many members of a row of numbers a block ends with.
#[derive(Default)]
pub(super) struct Numbers {
    any: usize,
    listed: usize,
    dumped: usize,
}

impl Numbers {
    /// The signs of numbers in a row.
    #[inline(always)]
    pub(super) fn signs<S: Simd>(&mut self, masks: &Masks<S>, bytes: &[u8], at: usize) -> u16 {
        if !reaches::<HEX_ROW>(masks.numbers, &mut self.any) {
            (self.listed, self.dumped) = (self.any, self.any);
            return 0;
        }
        let signs = self.signs_of_row(masks.numbers, masks.hex(), masks.blanks());
        if signs == 0 || !has_digit(bytes, at) { 0 } else { signs }
    }

    /// The same where there are enough. Digests are no lists, and indentation is no dump.
    #[inline(never)]
    fn signs_of_row(&mut self, numbers: u64, hex: u64, blanks: u64) -> u16 {
        let listed = numbers & !longer_than_four(hex);
        let dumped = (hex | blanks) & !longer_than_sixteen(hex) & !longer_than_four(blanks);
        let (listed, dumped) =
            (reaches::<LISTED_ROW>(listed, &mut self.listed), reaches::<LISTED_ROW>(dumped, &mut self.dumped));
        Sign::Listed.when(listed) | Sign::Dumped.when(dumped)
    }
}

/// Whether a digit of ten is in the block at `at` or in the one before: what is written as text has one in every byte, and
/// the next byte stands no farther away than the indentation of a line. Deeper indentation and a word that begins with
/// `a` to `f` is what most code has instead.
#[inline(never)]
fn has_digit(bytes: &[u8], at: usize) -> bool {
    bytes[at.saturating_sub(BLOCK)..bytes.len().min(at + BLOCK)].iter().any(u8::is_ascii_digit)
}

/// The bits that stand in a row of five or more.
fn longer_than_four(bits: u64) -> u64 {
    let two = bits & bits >> 1;
    let five = two & two >> 2 & bits >> 4;
    let two = five | five << 1;
    two | two << 2 | five << 4
}

/// The bits that stand in a row of seventeen or more.
fn longer_than_sixteen(bits: u64) -> u64 {
    let two = bits & bits >> 1;
    let four = two & two >> 2;
    let eight = four & four >> 4;
    let seventeen = eight & eight >> 8 & bits >> 16;
    let two = seventeen | seventeen << 1;
    let four = two | two << 2;
    let eight = four | four << 4;
    eight | eight << 8 | seventeen << 16
}

/// Whether the row of members that a block goes on with, or one within it, is as long as `LEAST`.
#[inline(always)]
fn reaches<const LEAST: usize>(members: u64, before: &mut usize) -> bool {
    let first = members.trailing_ones() as usize;
    let goes_on = first > 0 && *before + first >= LEAST;
    if first == BLOCK {
        *before = (*before + BLOCK).min(LEAST);
        return goes_on;
    }
    *before = members.leading_ones() as usize;
    goes_on || rows_of::<LEAST>(members) != 0
}
