//! What a block of bytes may hold.

use crate::decoders::text::STRETCH;

/// Bytes of a block: a mask has a bit for each.
pub(super) const BLOCK: usize = 64;

/// Fewest characters of base64 in a row: 18 bytes.
pub(in crate::decoders) const BASE64_ROW: usize = 24;

/// Fewest hexadecimal digits in a row: 16 bytes.
pub(in crate::decoders) const HEX_ROW: usize = 32;

/// Bytes of the shortest list of bytes, and of the shortest dump: `67 68 …`.
pub(in crate::decoders) const LISTED_ROW: usize = 3 * STRETCH - 1;

/// What a block may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub(in crate::decoders) enum Sign {
    /// The end of [`LISTED_ROW`] digits and separators, no more than four digits between two, or more of the same row; one
    /// of them at least is a digit of ten.
    Listed = 1,
    /// The same of hexadecimal digits and blanks, as they stand in a dump.
    Dumped = 1 << 1,
    /// Text characters of two bytes each, one of which is NUL.
    Wide2 = 1 << 2,
    /// Text characters of four bytes each, three of which are NULs.
    Wide4 = 1 << 3,
    /// `%2` to `%7`, and a hexadecimal digit.
    Percent = 1 << 4,
    /// `\u`, `\x`, `\/`, `\0`, `\1`.
    Escape = 1 << 5,
    /// What a written control sequence begins with: `\u`, `\x`, `\0`, `\e`.
    WrittenSequence = 1 << 6,
    /// A backslash at the end of a line.
    Continuation = 1 << 7,
    /// `ESC [`.
    Sequence = 1 << 8,
    /// A character reference that begins a run.
    Reference = 1 << 9,
    /// A joint of two literals that begins a run.
    Joint = 1 << 10,
    /// A character that shows as nothing, or as another one, and begins a run.
    Unicode = 1 << 11,
}

impl Sign {
    /// Its bit, when it is there.
    #[inline(always)]
    pub(super) fn when(self, there: bool) -> u16 {
        u16::from(there) * self as u16
    }
}
