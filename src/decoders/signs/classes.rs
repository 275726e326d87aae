//! Which class each byte of a block is of.

use fearless_simd::{Simd, SimdBase, SimdMask, u8x64};

use super::sign::{BLOCK, Sign};

/// Bytes of a class: those whose high half is one of some, and whose low half is one of others.
type Halves = (u16, u16);

/// A set of halves, from the lowest to the highest.
const fn halves(first: u8, last: u8) -> u16 {
    ((2u32 << last) - (1u32 << first)) as u16
}

/// A set of halves, one by one.
const fn these(halves: &[u8]) -> u16 {
    let (mut set, mut at) = (0, 0);
    while at < halves.len() {
        set |= 1 << halves[at];
        at += 1;
    }
    set
}

/// The classes of single bytes, a bit each. What decoders look for are unions of them.
const SINGLE: [Halves; 8] = [
    (these(&[4, 6]), halves(1, 15)),
    (these(&[5, 7]), halves(0, 10)),
    (these(&[3]), halves(0, 9)),
    (these(&[2]), these(&[11, 13, 15])),
    // Tabs and line breaks.
    (these(&[0]), these(&[9, 10, 13])),
    (these(&[4, 6]), halves(1, 6)),
    // `x`, `:` and `;`, and `z`, `[` and `{` with them.
    (these(&[3, 5, 7]), these(&[8, 10, 11])),
    // Blanks and commas.
    (these(&[2]), these(&[0, 12])),
];
/// Letters, digits, `+`, `-`, `/`; and `_` besides.
const OF_BASE64: u8 = 0b1111;
/// Digits, the letters to `f`.
const OF_HEX: u8 = 0b10_0100;
/// Digits, the letters to `f`, `x`, and what stands between numbers.
const OF_NUMBERS: u8 = 0b1111_0100;

/// The first byte of what begins with two, and the second.
const FIRST: [Halves; 8] = [
    // `%`.
    (these(&[2]), these(&[5])),
    // A backslash.
    (these(&[5]), these(&[12])),
    // ESC and `&`.
    (these(&[1, 2]), these(&[6, 11])),
    // `&`.
    (these(&[2]), these(&[6])),
    // Beginnings of characters in UTF-8.
    (these(&[12, 14]), these(&[2, 15])),
    // Quotes, three times.
    (these(&[2]), these(&[2, 7])),
    (these(&[2]), these(&[2, 7])),
    (these(&[2]), these(&[2, 7])),
];
const SECOND: [Halves; 8] = [
    (these(&[3]), halves(2, 7)),
    // `u`, `x`, `0`, `/`, `1`, `e`, line breaks.
    (these(&[0, 2, 3, 6, 7]), these(&[0, 1, 5, 8, 10, 15])),
    // `[` and `#`.
    (these(&[2, 5]), these(&[3, 11])),
    // Letters.
    (halves(4, 7), halves(0, 15)),
    (these(&[8, 10, 11]), these(&[0, 1, 11, 12, 13])),
    // Blanks, `&`, `+`, `.`.
    (these(&[2]), these(&[0, 6, 11, 14])),
    // Tabs and line breaks.
    (these(&[0]), these(&[9, 10, 13])),
    // A backslash.
    (these(&[5]), these(&[12])),
];

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

/// The tables of some classes.
struct Halved {
    by_high: [u8; BLOCK],
    by_low: [u8; BLOCK],
}

impl Halved {
    const fn new(classes: [Halves; 8]) -> Self {
        Self { by_high: by_half(classes, true), by_low: by_half(classes, false) }
    }
}

static SINGLES: Halved = Halved::new(SINGLE);
static FIRSTS: Halved = Halved::new(FIRST);
static SECONDS: Halved = Halved::new(SECOND);

/// The same in registers.
#[derive(Clone, Copy)]
struct Table<S: Simd> {
    by_high: u8x64<S>,
    by_low: u8x64<S>,
}

impl<S: Simd> Table<S> {
    #[inline(always)]
    fn new(simd: S, halved: &Halved) -> Self {
        let table = |bytes| u8x64::from_slice(simd, bytes);
        Self { by_high: table(&halved.by_high), by_low: table(&halved.by_low) }
    }

    /// The classes of each byte, given its halves.
    #[inline(always)]
    fn classes(&self, (high, low): (u8x64<S>, u8x64<S>)) -> u8x64<S> {
        self.by_high.swizzle_dyn_within_blocks(high) & self.by_low.swizzle_dyn_within_blocks(low)
    }
}

/// All tables.
#[derive(Clone, Copy)]
pub(super) struct Tables<S: Simd> {
    single: Table<S>,
    first: Table<S>,
    second: Table<S>,
}

impl<S: Simd> Tables<S> {
    #[inline(always)]
    pub(super) fn new(simd: S) -> Self {
        let table = |halved| Table::new(simd, halved);
        Self { single: table(&SINGLES), first: table(&FIRSTS), second: table(&SECONDS) }
    }
}

/// One bit for each byte of a block, by class.
pub(super) struct Masks<S: Simd> {
    simd: S,
    bytes: u8x64<S>,
    single: u8x64<S>,
    pub(super) base64: u64,
    /// Digits of any number, and what stands between numbers.
    pub(super) numbers: u64,
    nulls: u64,
    /// Where two bytes stand that may be a sign.
    pub(super) marks: u64,
}

impl<S: Simd> Masks<S> {
    /// The masks of a block, which the byte behind it is given with.
    #[inline(always)]
    pub(super) fn of(simd: S, tables: &Tables<S>, block: &[u8; BLOCK + 1]) -> Self {
        let halves = |bytes: u8x64<S>| (bytes >> 4, bytes & u8x64::splat(simd, 15));
        let bytes = u8x64::from_slice(simd, &block[..BLOCK]);
        let own = halves(bytes);
        let single = tables.single.classes(own);
        let pairs = tables.first.classes(own) & tables.second.classes(halves(u8x64::from_slice(simd, &block[1..])));
        Self {
            simd,
            bytes,
            single,
            base64: of(simd, single, OF_BASE64) | is(simd, bytes, b'_'),
            numbers: of(simd, single, OF_NUMBERS),
            nulls: is(simd, bytes, 0),
            marks: !is(simd, pairs, 0),
        }
    }

    /// Hexadecimal digits.
    #[inline(always)]
    pub(super) fn hex(&self) -> u64 {
        of(self.simd, self.single, OF_HEX)
    }

    #[inline(always)]
    pub(super) fn blanks(&self) -> u64 {
        is(self.simd, self.bytes, b' ')
    }

    /// The signs of wide characters. Of a stretch that reaches over the end of a block, half stands to one side: four
    /// characters with the NULs between them.
    #[inline(always)]
    pub(super) fn wide(&self) -> u16 {
        let (nulls, others) = (self.nulls, !self.nulls);
        if nulls == 0 {
            return 0;
        }
        let of_two = nulls & others >> 1 & nulls >> 2 & others >> 3 & nulls >> 4;
        let three = nulls & nulls >> 1 & nulls >> 2;
        let of_four = three & others >> 3 & three >> 4 & others >> 7;
        if of_two | of_four == 0 {
            return 0;
        }
        let text = |byte| is(self.simd, self.bytes, byte);
        let printed =
            self.bytes.simd_ge(u8x64::splat(self.simd, b' ')) & self.bytes.simd_lt(u8x64::splat(self.simd, 0x7f));
        let text = printed.to_bitmask() | text(b'\t') | text(b'\r') | text(b'\n');
        wide(nulls, text)
    }
}

/// The bytes of any of these classes.
#[inline(always)]
fn of<S: Simd>(simd: S, classes: u8x64<S>, wanted: u8) -> u64 {
    !is(simd, classes & u8x64::splat(simd, wanted), 0)
}

#[inline(always)]
fn is<S: Simd>(simd: S, bytes: u8x64<S>, byte: u8) -> u64 {
    bytes.simd_eq(u8x64::splat(simd, byte)).to_bitmask()
}

#[inline(never)]
fn wide(nulls: u64, text: u64) -> u16 {
    let of_two = text & nulls >> 1;
    let of_two = of_two & of_two >> 2 & of_two >> 4 & text >> 6;
    let of_four = text & nulls >> 1 & nulls >> 2 & nulls >> 3;
    let of_four = of_four & of_four >> 4 & of_four >> 8 & text >> 12;
    Sign::Wide2.when(of_two != 0) | Sign::Wide4.when(of_four != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decoders::alphabet::{is_base64, is_hex};

    /// Pairs that a joint of two literals begins with.
    const OF_JOINT: u8 = 0b1110_0000;

    fn is(classes: [Halves; 8], wanted: u8, byte: u8) -> bool {
        let class = by_half(classes, true)[usize::from(byte >> 4)] & by_half(classes, false)[usize::from(byte & 15)];
        class & wanted != 0
    }

    #[test]
    fn classes_are_what_they_say() {
        for byte in 0..=u8::MAX {
            assert_eq!(is(SINGLE, OF_BASE64, byte) || byte == b'_', is_base64(byte), "{byte:#x}");
            assert_eq!(is(SINGLE, OF_HEX, byte), is_hex(byte), "{byte:#x}");
            let number = byte.is_ascii_hexdigit() || b"xX \t\r\n:;,zZ[{".contains(&byte);
            assert_eq!(is(SINGLE, OF_NUMBERS, byte), number, "{byte:#x}");
            assert_eq!(is(FIRST, OF_JOINT, byte), b"\"'".contains(&byte), "{byte:#x}");
            assert_eq!(is(SECOND, OF_JOINT, byte), b" \t\r\n&+.\\".contains(&byte), "{byte:#x}");
        }
    }
}
