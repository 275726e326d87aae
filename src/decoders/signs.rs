//! Where anything encoded may stand: one pass over the bytes for all decoders. For every block of 64 bytes it says which
//! *signs* are in it, so that a decoder looks at nothing but the few blocks with a sign of its own.
//!
//! Each byte's class is looked up by its two halves in tables of sixteen, a whole block at once, and becomes one bit of a
//! mask per class; all else is arithmetic on masks. A sign may stand where nothing is encoded; the decoder judges. Where
//! something is, its sign stands: what reaches over the end of a block is given the benefit of the doubt.

use std::ops::Range;

use fearless_simd::{Level, Simd, SimdBase, SimdMask, dispatch, u8x64};

use super::text::STRETCH;

/// Bytes of a block: a mask has a bit for each.
const BLOCK: usize = 64;

/// Fewest characters of base64 in a row: 18 bytes.
pub(super) const BASE64_ROW: usize = 24;

/// Fewest hexadecimal digits in a row: 16 bytes.
pub(super) const HEX_ROW: usize = 32;

/// Bytes of the shortest list of bytes, and of the shortest dump: `67 68 …`.
pub(super) const LISTED_ROW: usize = 3 * STRETCH - 1;

/// What a block may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub(super) enum Sign {
    /// The end of [`LISTED_ROW`] digits and separators, no more than four digits between two, or more of the same row.
    Listed = 1,
    /// The same of hexadecimal digits and blanks, as they stand in a dump.
    Dumped = 1 << 1,
    /// Three characters of two bytes each, one of which is NUL.
    Wide2 = 1 << 2,
    /// Parts of characters of four bytes, three of which are NULs.
    Wide4 = 1 << 3,
    /// `%2` to `%7`.
    Percent = 1 << 4,
    /// `\u`, `\x`, `\/`, `\0`, `\1`.
    Escape = 1 << 5,
    /// What a written control sequence begins with: `\u`, `\x`, `\0`, `\e`.
    WrittenSequence = 1 << 6,
    /// A backslash at the end of a line.
    Continuation = 1 << 7,
    /// `ESC [`.
    Sequence = 1 << 8,
    /// `&#`, `&a`.
    Reference = 1 << 9,
    /// A quote, and behind it what a joint of two literals goes on with.
    Joint = 1 << 10,
    /// The first byte of a character that shows as nothing, or as another one.
    Unicode = 1 << 11,
}

impl Sign {
    /// Its bit, when it is there.
    #[inline(always)]
    fn when(self, there: bool) -> u16 {
        u16::from(there) * self as u16
    }
}

/// The signs in a stretch of bytes.
#[derive(Clone, Debug, Default)]
pub struct Signs {
    /// Number of the first block.
    first: usize,
    /// By block: the signs in it.
    blocks: Vec<u16>,
    /// The signs in any of them.
    any: u16,
    /// Base64 characters in a row, [`BASE64_ROW`] of them or more.
    base64: Rows,
    /// Hexadecimal digits in a row, [`HEX_ROW`] of them or more.
    hex: Rows,
}

impl Signs {
    /// The signs of all of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let mut signs = Self::default();
        signs.read(bytes, 0..bytes.len());
        signs
    }

    /// Reads the signs that stand in `range` of `bytes`, and in the blocks that it touches. What was read before is gone.
    pub fn read(&mut self, bytes: &[u8], range: Range<usize>) {
        let end = range.end.next_multiple_of(BLOCK).min(bytes.len());
        self.first = range.start / BLOCK;
        let start = self.first * BLOCK;
        let bytes = bytes.get(start..end).unwrap_or_default();
        self.blocks.clear();
        self.base64.begin(start, bytes.len());
        self.hex.begin(start, bytes.len());
        dispatch!(Level::new(), simd => self.read_blocks(simd, start, bytes));
        self.base64.end::<BASE64_ROW>(start + bytes.len());
        self.hex.end::<HEX_ROW>(start + bytes.len());
    }

    #[inline(always)]
    fn read_blocks<S: Simd>(&mut self, simd: S, start: usize, bytes: &[u8]) {
        let tables = Tables::new(simd);
        let mut digits = Digits::default();
        let (whole, rest) = bytes.as_chunks::<BLOCK>();
        self.blocks.reserve(whole.len() + 1);
        self.any = 0;
        for (number, block) in whole.iter().enumerate() {
            self.read_block(simd, &tables, (block, u64::MAX), start + number * BLOCK, &mut digits);
        }
        if !rest.is_empty() {
            let mut block = [0; BLOCK];
            block[..rest.len()].copy_from_slice(rest);
            let valid = (1 << rest.len()) - 1;
            self.read_block(simd, &tables, (&block, valid), start + whole.len() * BLOCK, &mut digits);
        }
    }

    /// Reads the block at `at`; `valid` has a bit for each byte that is one.
    #[inline(always)]
    fn read_block<S: Simd>(
        &mut self,
        simd: S,
        tables: &Tables<S>,
        (block, valid): (&[u8; BLOCK], u64),
        at: usize,
        digits: &mut Digits,
    ) {
        let masks = Masks::of(simd, tables, block, valid);
        self.base64.take::<BASE64_ROW>(masks.base64, at);
        self.hex.take::<HEX_ROW>(masks.hex, at);
        let signs = masks.signs(simd, block, digits);
        self.blocks.push(signs);
        self.any |= signs;
    }

    /// The first row of base64 characters of which at least [`BASE64_ROW`] stand at or after `from`.
    pub(super) fn next_base64(&self, from: usize) -> Option<Range<usize>> {
        self.base64.next::<BASE64_ROW>(self.block(from), from)
    }

    /// The first row of hexadecimal digits of which at least [`HEX_ROW`] stand at or after `from`.
    pub(super) fn next_hex(&self, from: usize) -> Option<Range<usize>> {
        self.hex.next::<HEX_ROW>(self.block(from), from)
    }

    /// The number, among those that were read, of the block that holds `at`.
    fn block(&self, at: usize) -> usize {
        (at / BLOCK).saturating_sub(self.first)
    }

    /// The first block with a sign, at or after the one that holds `from`: its bytes, but for those before `from`.
    pub(super) fn next(&self, sign: Sign, from: usize) -> Option<Range<usize>> {
        if self.any & sign as u16 == 0 {
            return None;
        }
        let skipped = self.block(from);
        let number = self.first + skipped + first_with(sign as u16, self.blocks.get(skipped..)?)?;
        Some(from.max(number * BLOCK)..(number + 1) * BLOCK)
    }

    /// The first `LEAST` bytes in a row, at or after `from`, that are all `members` of what `sign` is of.
    pub(super) fn next_row<const LEAST: usize>(
        &self,
        sign: Sign,
        member: impl Fn(u8) -> bool,
        bytes: &[u8],
        from: usize,
    ) -> Option<usize> {
        let mut at = from;
        loop {
            let block = self.next(sign, at)?;
            let start = (block.start + 1).saturating_sub(LEAST).max(from);
            let around = bytes.get(start..block.end.min(bytes.len()))?;
            if let Some(place) = first_row::<LEAST>(around, &member) {
                return Some(start + place);
            }
            at = block.end;
        }
    }
}

/// Where so many members stand in a row.
fn first_row<const LEAST: usize>(bytes: &[u8], member: impl Fn(u8) -> bool) -> Option<usize> {
    let mut at = 0;
    loop {
        match bytes.get(at..at + LEAST)?.iter().rposition(|byte| !member(*byte)) {
            Some(other) => at += other + 1,
            None => return Some(at),
        }
    }
}

/// Blocks that are looked at together.
const TOGETHER: usize = 32;

fn first_with(sign: u16, blocks: &[u16]) -> Option<usize> {
    let has = |signs: &u16| signs & sign != 0;
    let none = |blocks: &&[u16]| !has(&blocks.iter().fold(0, |all, signs| all | signs));
    let skipped = TOGETHER * blocks.chunks_exact(TOGETHER).take_while(none).count();
    blocks[skipped..].iter().position(has).map(|place| skipped + place)
}

/// Bytes of a class: those whose high half is one of some, and whose low half is one of others.
type Halves = (u16, u16);

/// A set of halves, from the lowest to the highest.
const fn halves(first: u8, last: u8) -> u16 {
    ((2u32 << last) - (1u32 << first)) as u16
}

const fn half(only: u8) -> u16 {
    1 << only
}

/// The classes, a bit each. What decoders look for are unions of them.
const FIRST: [Halves; 8] = [
    (half(4) | half(6), halves(1, 15)),
    (half(5) | half(7), halves(0, 10)),
    (half(3), halves(0, 9)),
    (half(2), half(11) | half(13) | half(15)),
    (half(5), half(15)),
    (half(4) | half(6), halves(1, 6)),
    (half(5) | half(7), half(8)),
    (half(2), half(0)),
];
/// Letters, digits, `+`, `-`, `/`, `_`.
const OF_BASE64: u8 = 0b1_1111;
/// Digits, the letters to `f`.
const OF_HEX: u8 = 0b10_0100;
/// Digits, the letters to `f`, `x`, blanks.
const DIGIT_OR_BLANK: u8 = 0b1110_0100;

const SECOND: [Halves; 8] = [
    (half(0), half(9) | half(10) | half(13)),
    (half(3), half(10) | half(11)),
    (half(2), half(12)),
    (half(2), half(6) | half(11) | half(14)),
    (half(5), half(12)),
    (half(2), half(2) | half(7)),
    (half(2), half(5) | half(6)),
    (half(1), half(11)),
];
/// Tabs, line breaks, `:`, `;`, `,`.
const SEPARATOR: u8 = 0b111;
/// `"`, `'`.
const QUOTE: u8 = 1 << 5;
/// What a joint goes on with behind its quote, but for a blank: tabs, line breaks, `&`, `+`, `.`, backslashes.
const IN_JOINT: u8 = 0b1_1001;
const BLANK: u8 = 1 << 7;
/// What most blocks have none of: backslashes, `%`, `&`, ESC.
const RARE: u8 = 0b1101_0000;

/// By the high half of a byte, and by the low half: the classes it may be of.
const fn by_half(classes: [Halves; 8], high: bool) -> [u8; BLOCK] {
    let mut table = [0; BLOCK];
    let mut place = 0;
    while place < BLOCK {
        let mut class = 0;
        while class < 8 {
            let halves = if high { classes[class].0 } else { classes[class].1 };
            table[place] |= ((halves >> (place % 16) & 1) as u8) << class;
            class += 1;
        }
        place += 1;
    }
    table
}

/// The tables, in registers.
#[derive(Clone, Copy)]
struct Tables<S: Simd> {
    first: [u8x64<S>; 2],
    second: [u8x64<S>; 2],
}

impl<S: Simd> Tables<S> {
    #[inline(always)]
    fn new(simd: S) -> Self {
        let table = |classes, high| u8x64::from_slice(simd, &by_half(classes, high));
        Self { first: [table(FIRST, true), table(FIRST, false)], second: [table(SECOND, true), table(SECOND, false)] }
    }
}

/// One bit for each byte of a block, by class.
struct Masks<S: Simd> {
    bytes: u8x64<S>,
    base64: u64,
    /// Hexadecimal digits.
    hex: u64,
    /// Digits of any number, `x`, and what stands between numbers.
    digits: u64,
    blanks: u64,
    quotes: u64,
    in_joint: u64,
    nulls: u64,
    rare: u64,
    /// What is no ASCII.
    high: u64,
    /// What is a byte of the block.
    valid: u64,
}

impl<S: Simd> Masks<S> {
    #[inline(always)]
    fn of(simd: S, tables: &Tables<S>, block: &[u8; BLOCK], valid: u64) -> Self {
        let bytes = u8x64::from_slice(simd, block);
        let (low, high) = (bytes & u8x64::splat(simd, 15), bytes >> 4);
        let classes = |[by_high, by_low]: [u8x64<S>; 2]| {
            by_high.swizzle_dyn_within_blocks(high) & by_low.swizzle_dyn_within_blocks(low)
        };
        let (first, second) = (classes(tables.first), classes(tables.second));
        let nulls = |bytes: u8x64<S>| bytes.simd_eq(u8x64::splat(simd, 0)).to_bitmask();
        let of = |classes: u8x64<S>, wanted: u8| !nulls(classes & u8x64::splat(simd, wanted));
        let blanks = of(first, BLANK);
        Self {
            bytes,
            base64: of(first, OF_BASE64),
            hex: of(first, OF_HEX),
            digits: of(first, DIGIT_OR_BLANK) | of(second, SEPARATOR),
            blanks,
            quotes: of(second, QUOTE),
            in_joint: of(second, IN_JOINT) | blanks,
            nulls: nulls(bytes) & valid,
            rare: of(second, RARE),
            high: bytes.simd_ge(u8x64::splat(simd, 0x80)).to_bitmask(),
            valid,
        }
    }

    #[inline(always)]
    fn signs(&self, simd: S, block: &[u8; BLOCK], digits: &mut Digits) -> u16 {
        let mut signs = digits.signs(self.digits, self.hex, self.blanks);
        if self.quotes & (self.in_joint >> 1 | 1 << 63) != 0 {
            signs |= Sign::Joint as u16;
        }
        if self.nulls != 0 {
            signs |= wide(self.nulls, !self.nulls & self.valid);
        }
        if self.rare != 0 {
            signs |= marks(block, self.rare);
        }
        let is = |byte| self.bytes.simd_eq(u8x64::splat(simd, byte));
        if self.high != 0 && (is(0xc2) | is(0xe2) | is(0xef)).to_bitmask() != 0 {
            signs |= Sign::Unicode as u16;
        }
        signs
    }
}

/// Where members of a class stand in a row.
#[derive(Clone, Debug, Default)]
struct Rows {
    rows: Vec<Range<usize>>,
    /// By block: how many rows end before it.
    before: Vec<u32>,
    /// Where the row begins that the blocks so far end with.
    start: usize,
}

impl Rows {
    fn begin(&mut self, start: usize, length: usize) {
        self.rows.clear();
        self.before.clear();
        self.before.reserve(length.div_ceil(BLOCK));
        self.start = start;
    }

    /// Takes the block at `at`.
    #[inline(always)]
    fn take<const LEAST: usize>(&mut self, members: u64, at: usize) {
        self.before.push(self.rows.len() as u32);
        if members == u64::MAX {
            return;
        }
        self.push::<LEAST>(at + members.trailing_ones() as usize);
        let mut starts = rows_of::<LEAST>(members & members.wrapping_add(1));
        while starts != 0 {
            let place = starts.trailing_zeros();
            let length = (members >> place).trailing_ones();
            if place + length < u64::BITS {
                self.rows.push(at + place as usize..at + (place + length) as usize);
            }
            starts &= u64::MAX.checked_shl(place + length).unwrap_or(0);
        }
        self.start = at + BLOCK - members.leading_ones() as usize;
    }

    #[inline(always)]
    fn push<const LEAST: usize>(&mut self, end: usize) {
        if end - self.start >= LEAST {
            self.rows.push(self.start..end);
        }
    }

    fn end<const LEAST: usize>(&mut self, end: usize) {
        self.push::<LEAST>(end.max(self.start));
    }

    fn next<const LEAST: usize>(&self, block: usize, from: usize) -> Option<Range<usize>> {
        let before = *self.before.get(block)? as usize;
        self.rows.get(before..)?.iter().find(|row| row.end >= from.max(row.start) + LEAST).cloned()
    }
}

/// The bits that so many stand in a row from.
#[inline(always)]
fn rows_of<const LENGTH: usize>(bits: u64) -> u64 {
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

/// How many members of a row of numbers a block ends with.
#[derive(Default)]
struct Digits {
    any: usize,
    listed: usize,
    dumped: usize,
}

impl Digits {
    /// The signs of numbers in a row.
    #[inline(always)]
    fn signs(&mut self, digits: u64, hex: u64, blanks: u64) -> u16 {
        if reaches::<HEX_ROW>(digits, &mut self.any) {
            return self.signs_of_row(digits, hex, blanks);
        }
        (self.listed, self.dumped) = (self.any, self.any);
        0
    }

    /// The same where there are enough. Digests are no lists, and indentation is no dump.
    #[inline(never)]
    fn signs_of_row(&mut self, digits: u64, hex: u64, blanks: u64) -> u16 {
        let listed = digits & !longer_than_four(hex);
        let dumped = (hex | blanks) & !longer_than_sixteen(hex) & !longer_than_four(blanks);
        let (listed, dumped) =
            (reaches::<LISTED_ROW>(listed, &mut self.listed), reaches::<LISTED_ROW>(dumped, &mut self.dumped));
        Sign::Listed.when(listed) | Sign::Dumped.when(dumped)
    }
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

/// The signs of wide characters. Of a stretch that reaches over the end of a block, half stands to one side.
#[inline(never)]
fn wide(nulls: u64, others: u64) -> u16 {
    let of_two = nulls & others >> 1 & nulls >> 2 & others >> 3 & nulls >> 4;
    let three = nulls & nulls >> 1 & nulls >> 2;
    let of_four = three & others >> 3 & three >> 4;
    Sign::Wide2.when(of_two != 0) | Sign::Wide4.when(of_four != 0)
}

/// The signs that begin with a rare byte.
#[inline(never)]
fn marks(block: &[u8; BLOCK], mut rare: u64) -> u16 {
    let mut signs = 0;
    while rare != 0 {
        let at = rare.trailing_zeros() as usize;
        signs |= match block.get(at + 1) {
            Some(after) => begun(block[at], *after),
            None => begun_at_end(block[at]),
        };
        rare &= rare - 1;
    }
    signs
}

fn begun(mark: u8, after: u8) -> u16 {
    const WRITTEN: u16 = Sign::WrittenSequence as u16;
    const ESCAPE: u16 = Sign::Escape as u16;
    match (mark, after) {
        (b'\\', b'u' | b'x' | b'0') => ESCAPE | WRITTEN,
        (b'\\', b'/' | b'1') => ESCAPE,
        (b'\\', b'e') => WRITTEN,
        (b'\\', b'\n') => Sign::Continuation as u16,
        (b'%', b'2'..=b'7') => Sign::Percent as u16,
        (b'&', b'#' | b'a'..=b'z' | b'A'..=b'Z') => Sign::Reference as u16,
        (0x1b, b'[') => Sign::Sequence as u16,
        _ => 0,
    }
}

/// The same where the next byte is of another block.
fn begun_at_end(mark: u8) -> u16 {
    b"ux0/1e\n2#[".iter().fold(0, |signs, after| signs | begun(mark, *after))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::decoders::alphabet::{is_base64, is_hex};

    #[test]
    fn classes_are_what_they_say() {
        let is = |classes: [Halves; 8], wanted: u8, byte: u8| {
            let class =
                by_half(classes, true)[usize::from(byte >> 4)] & by_half(classes, false)[usize::from(byte & 15)];
            class & wanted != 0
        };
        for byte in 0..=u8::MAX {
            assert_eq!(is(FIRST, OF_BASE64, byte), is_base64(byte), "{byte:#x}");
            let digit = byte.is_ascii_hexdigit() || matches!(byte, b'x' | b'X' | b' ');
            assert_eq!(is(FIRST, DIGIT_OR_BLANK, byte), digit, "{byte:#x}");
            assert_eq!(is(FIRST, BLANK, byte), byte == b' ', "{byte:#x}");
            assert_eq!(is(SECOND, SEPARATOR, byte), b"\t\r\n:;,".contains(&byte), "{byte:#x}");
            assert_eq!(is(SECOND, QUOTE, byte), b"\"'".contains(&byte), "{byte:#x}");
            assert_eq!(is(SECOND, IN_JOINT, byte), b"\t\r\n&+.\\".contains(&byte), "{byte:#x}");
            assert_eq!(is(SECOND, RARE, byte), b"\\%&\x1b".contains(&byte), "{byte:#x}");
        }
    }

    #[test]
    fn signs_stand_wherever_they_begin() {
        let cases: [(&[u8], Sign); 14] = [
            (b"%41", Sign::Percent),
            (b"\\u0041", Sign::Escape),
            (b"\\/", Sign::Escape),
            (b"\\033[", Sign::WrittenSequence),
            (b"\\e[", Sign::WrittenSequence),
            (b"\\\n", Sign::Continuation),
            (b"\x1b[", Sign::Sequence),
            (b"&#65;", Sign::Reference),
            (b"&lt;", Sign::Reference),
            (b"\" +", Sign::Joint),
            (b"'.", Sign::Joint),
            ("\u{200b}".as_bytes(), Sign::Unicode),
            (b"h\0u\0n\0t\0e\0r\0i\0i", Sign::Wide2),
            (b"h\0\0\0u\0\0\0n\0\0\0t\0\0\0e\0\0\0r\0\0\0i\0\0\0i", Sign::Wide4),
        ];
        for (text, sign) in cases {
            for before in 0..130 {
                let bytes = [&b"#".repeat(before), text, b"#"].concat();
                let (all, mut part) = (Signs::of(&bytes), Signs::default());
                part.read(&bytes, before..bytes.len());
                for signs in [all, part] {
                    let block = signs.next(sign, before);
                    assert!(block.is_some_and(|block| block.start < before + text.len()), "{text:?} {before}");
                }
            }
            let plain = Signs::of(&b"plain text, \"quoted\"# 100% \\n".repeat(9));
            assert!(plain.next(sign, 0).is_none(), "{text:?}");
        }
    }

    /// Rows of members that are as long as `least`, found slowly.
    fn slow(bytes: &[u8], least: usize, member: impl Fn(u8) -> bool) -> Vec<Range<usize>> {
        let (mut rows, mut start) = (Vec::new(), 0);
        for at in 0..=bytes.len() {
            if !bytes.get(at).is_some_and(|byte| member(*byte)) {
                rows.extend((at - start >= least).then_some(start..at));
                start = at + 1;
            }
        }
        rows
    }

    fn words() -> impl Strategy<Value = Vec<u8>> {
        let word = prop_oneof![
            "[A-Za-z0-9+/_-]{0,90}",
            "[0-9a-f]{28,70}",
            "(0x[67][0-9a-f], ?){0,14}",
            "([67][0-9a-f] ){0,30}",
            " {0,80}",
            "[0-9a-f]{150}"
        ];
        proptest::collection::vec(word, 0..9).prop_map(|words| words.join("!").into_bytes())
    }

    proptest! {
        #[test]
        fn rows_are_exact(bytes in words(), from in 0usize..300) {
            let (from, mut signs) = (from.min(bytes.len()), Signs::default());
            signs.read(&bytes, from..bytes.len());
            let start = from / BLOCK * BLOCK;
            let rows = |least, member: fn(u8) -> bool| {
                let rows = slow(&bytes[start..], least, member).into_iter();
                rows.map(move |row| row.start + start..row.end + start).find(|row| row.end >= row.start.max(from) + least)
            };
            prop_assert_eq!(signs.next_base64(from), rows(BASE64_ROW, is_base64));
            prop_assert_eq!(signs.next_hex(from), rows(HEX_ROW, is_hex));
        }

        #[test]
        fn lists_and_dumps_have_their_sign(bytes in words()) {
            let signs = Signs::of(&bytes);
            let listed = |byte: u8| byte.is_ascii_hexdigit() || b"xX \t\r\n,;:".contains(&byte);
            let dumped = |byte: u8| byte.is_ascii_hexdigit() || byte == b' ';
            let longest = |row: &Range<usize>, member: fn(&u8) -> bool| {
                bytes[row.clone()].split(|byte| !member(byte)).map(<[u8]>::len).max().unwrap_or(0)
            };
            let is_blank = |byte: &u8| *byte == b' ';
            for row in slow(&bytes, LISTED_ROW, listed).iter().filter(|row| longest(row, u8::is_ascii_hexdigit) <= 4) {
                prop_assert!(signs.next_row::<LISTED_ROW>(Sign::Listed, listed, &bytes, row.start) == Some(row.start));
            }
            for row in slow(&bytes, LISTED_ROW, dumped) {
                if longest(&row, u8::is_ascii_hexdigit) <= 16 && longest(&row, is_blank) <= 4 {
                    prop_assert!(signs.next_row::<LISTED_ROW>(Sign::Dumped, dumped, &bytes, row.start) == Some(row.start));
                }
            }
        }
    }
}
