//! Text as it reads, where its bytes say more or something else: characters without width and soft hyphens in the middle
//! of a word are left out, full-width forms (Unicode, chapter 18.5) are the ASCII that they stand for.

use memchr::memchr3;

use super::alphabet::is_base64;
use super::marked::{Marked, Token};
use super::signs::Sign;

/// The decoder of characters that show as something else.
pub(super) struct Unicode;

/// U+00AD, U+200B to U+200D, U+2060 and U+FEFF in UTF-8.
const NOTHING: [&[u8]; 6] =
    [b"\xc2\xad", b"\xe2\x80\x8b", b"\xe2\x80\x8c", b"\xe2\x80\x8d", b"\xe2\x81\xa0", b"\xef\xbb\xbf"];

/// Full-width letters and digits in a row that begin a run: names in ordinary text are shorter.
const ROW: usize = 8;

impl Marked for Unicode {
    const NAME: &'static str = "unicode";
    const SIGN: Sign = Sign::Unicode;
    const MARK: u8 = 0xef;
    const LONGEST: usize = 3;

    fn find(bytes: &[u8]) -> Option<usize> {
        memchr3(0xc2, 0xe2, 0xef, bytes)
    }

    fn marks(byte: u8) -> bool {
        matches!(byte, 0xc2 | 0xe2 | 0xef)
    }

    fn starter(bytes: &[u8], at: usize) -> Option<usize> {
        match nothing(bytes, at) {
            Some(length) => {
                let before = at.checked_sub(1).is_some_and(|before| is_base64(bytes[before]));
                (before && bytes.get(at + length).is_some_and(|&after| is_base64(after))).then_some(length)
            }
            None => (0..ROW).all(|place| full_width(bytes, at + 3 * place).is_some_and(is_base64)).then_some(3),
        }
    }

    fn stops(byte: u8) -> bool {
        byte < b' ' && byte != b'\t'
    }

    fn token(bytes: &[u8], at: usize) -> Option<Token> {
        let shown = || full_width(bytes, at).map(|byte| Token::byte(3, byte));
        nothing(bytes, at).map(Token::nothing).or_else(shown)
    }

    fn begins(_bytes: &[u8], _at: usize, _floor: usize) -> bool {
        true
    }
}

/// Length of the character at `at` that shows as nothing.
fn nothing(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    NOTHING.iter().find(|nothing| rest.starts_with(nothing)).map(|nothing| nothing.len())
}

/// The ASCII character whose full-width form is at `at`: U+FF01 to U+FF5E.
fn full_width(bytes: &[u8], at: usize) -> Option<u8> {
    match bytes.get(at..)?.first_chunk()? {
        [0xef, 0xbc, low @ 0x81..=0xbf] => Some(low - 0x81 + b'!'),
        [0xef, 0xbd, low @ 0x80..=0x9e] => Some(low - 0x80 + b'`'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decoders::testing::texts;

    #[test]
    fn what_is_a_run() {
        let cases = [
            ("t = ab\u{200b}cd\u{ad}ef \u{feff}x\ny", vec!["t = abcdef x"]),
            ("k：ｐａｓｓｗｏｒｄ＝～！ｘ１", vec!["k:password=~!x1"]),
            ("ＡＰＩ　を使う \u{feff}bom \u{ad} \u{200d}x“quoted” café £5 👨\u{200d}👩", vec![]),
        ];
        for (encoded, decoded) in cases {
            assert_eq!(texts(&Unicode, encoded.as_bytes()), decoded, "{encoded}");
        }
    }
}
