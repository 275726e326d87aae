//! Where anything encoded may stand: one pass over the bytes for all decoders. For every block of 64 bytes it says which
//! *signs* are in it, so that a decoder looks at nothing but the few blocks with a sign of its own.
//!
//! Each byte's class is looked up by its two halves in tables of sixteen, a whole block at once, and becomes one bit of a
//! mask per class; all else is arithmetic on masks. What begins with two bytes, as an escape does, is told from both at
//! once. A sign may stand where nothing is encoded; the decoder judges. Where something is, its sign stands: rows go on
//! from block to block, and half of the shortest stretch of wide characters is enough.

mod classes;
mod marks;
mod numbers;
mod rows;
mod sign;

use std::ops::Range;

use fearless_simd::{Level, Simd, dispatch};

use self::classes::{Masks, Tables};
pub(super) use self::marks::Asked;
use self::marks::Marked;
use self::numbers::Numbers;
use self::rows::{Rows, first_row};
use self::sign::BLOCK;
pub(super) use self::sign::{BASE64_ROW, HEX_ROW, LISTED_ROW, Sign};
use super::alphabet::is_hex;

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
    /// Reads the signs that stand in `range` of `bytes`, and in the blocks that it touches; decoders are `asked`. What was
    /// read before is gone.
    pub(super) fn read_asking(&mut self, asked: &Asked, bytes: &[u8], range: Range<usize>) {
        let end = range.end.next_multiple_of(BLOCK).min(bytes.len());
        self.first = range.start / BLOCK;
        let start = (self.first * BLOCK).min(end);
        self.blocks.clear();
        self.blocks.resize((end - start).div_ceil(BLOCK), 0);
        self.base64.clear();
        self.any = dispatch!(Level::new(), simd => self.read_blocks(simd, asked, bytes, start..end));
        self.hex.clear();
        // Hexadecimal digits are characters of base64.
        for row in self.base64.all() {
            self.hex.find::<HEX_ROW>(bytes, row.clone(), is_hex);
        }
    }

    /// Reads all blocks. The signs in any of them.
    #[inline(always)]
    fn read_blocks<S: Simd>(&mut self, simd: S, asked: &Asked, bytes: &[u8], range: Range<usize>) -> u16 {
        let tables = Tables::new(simd);
        let (mut numbers, mut marked) = (Numbers::default(), Marked::default());
        let (mut any, mut start) = (0, range.start);
        for (number, at) in range.clone().step_by(BLOCK).enumerate() {
            let rest = &bytes[at..];
            let masks = match rest.first_chunk() {
                Some(block) => Masks::of(simd, &tables, block),
                None => Masks::of(simd, &tables, &padded(rest)),
            };
            self.base64.take::<BASE64_ROW>(masks.base64, at, &mut start);
            let signs = numbers.signs(&masks, bytes, at) | masks.wide();
            self.blocks[number] = signs;
            any |= signs;
            if marked.push(at, masks.marks) {
                any |= self.ask(asked, bytes, &mut marked);
            }
        }
        self.base64.end::<BASE64_ROW>(start..range.end);
        any | self.ask(asked, bytes, &mut marked)
    }

    /// Takes the signs of blocks that decoders are asked of. All of them.
    #[inline(never)]
    fn ask(&mut self, asked: &Asked, bytes: &[u8], marked: &mut Marked) -> u16 {
        let mut any = 0;
        for (at, marks) in marked.drain() {
            let signs = asked.signs(bytes, at, marks);
            self.blocks[at / BLOCK - self.first] |= signs;
            any |= signs;
        }
        any
    }

    /// The first row of base64 characters of which at least [`BASE64_ROW`] stand at or after `from`.
    pub(super) fn next_base64(&self, from: usize) -> Option<Range<usize>> {
        self.base64.next::<BASE64_ROW>(from)
    }

    /// The first row of hexadecimal digits of which at least [`HEX_ROW`] stand at or after `from`.
    pub(super) fn next_hex(&self, from: usize) -> Option<Range<usize>> {
        self.hex.next::<HEX_ROW>(from)
    }

    /// The first block with a sign, at or after the one that holds `from`: its bytes, but for those before `from`.
    pub(super) fn next(&self, sign: Sign, from: usize) -> Option<Range<usize>> {
        if self.any & sign as u16 == 0 {
            return None;
        }
        let skipped = (from / BLOCK).saturating_sub(self.first);
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

/// A block and the byte behind it, of which there are too few.
#[cold]
fn padded(rest: &[u8]) -> [u8; BLOCK + 1] {
    // A byte that is of no class.
    let mut block = [0xff; BLOCK + 1];
    block.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    block
}

/// Blocks that are looked at together.
const TOGETHER: usize = 32;

fn first_with(sign: u16, blocks: &[u16]) -> Option<usize> {
    let has = |signs: &u16| signs & sign != 0;
    let none = |blocks: &&[u16]| !has(&blocks.iter().fold(0, |all, signs| all | signs));
    let skipped = TOGETHER * blocks.chunks_exact(TOGETHER).take_while(none).count();
    blocks[skipped..].iter().position(has).map(|place| skipped + place)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::decoders::alphabet::is_base64;

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
            (b"word\" + \"word5678", Sign::Joint),
            (b"word'.'word5678", Sign::Joint),
            ("a\u{200b}b".as_bytes(), Sign::Unicode),
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
            let text = "plain text, \"quoted\" + x # 100%, 5%2 \\n &x &amp; caf\u{e9} \u{feff}!";
            let plain = Signs::of(text.repeat(9).as_bytes());
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
            let digits = |row: &Range<usize>| bytes[row.start..row.start + LISTED_ROW].iter().any(u8::is_ascii_digit);
            for row in slow(&bytes, LISTED_ROW, listed).iter().filter(|row| longest(row, u8::is_ascii_hexdigit) <= 4 && digits(row)) {
                prop_assert!(signs.next_row::<LISTED_ROW>(Sign::Listed, listed, &bytes, row.start) == Some(row.start));
            }
            for row in slow(&bytes, LISTED_ROW, dumped) {
                if longest(&row, u8::is_ascii_hexdigit) <= 16 && longest(&row, is_blank) <= 4 && digits(&row) {
                    prop_assert!(signs.next_row::<LISTED_ROW>(Sign::Dumped, dumped, &bytes, row.start) == Some(row.start));
                }
            }
        }
    }
}
