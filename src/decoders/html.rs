//! Character references of HTML and XML: `&#103;`, `&#x67;`, `&quot;` (HTML Living Standard, section 13.5; XML 1.0,
//! section 4.1).
//!
//! References to letters that are no part of ASCII stand in ordinary text; they are decoded inside a run and never begin
//! one, and neither does `&amp;`: every URL in a page has it.

use super::alphabet::{HEX, is_hex};
use super::marked::{Marked, Token};
use super::signs::Sign;

/// The decoder of character references.
pub(super) struct Html;

/// Most digits of a number: leading zeros are allowed, and there is no code point of more than seven.
const DIGITS: usize = 8;

/// Most letters of a name, with its semicolon.
const LONGEST_NAME: usize = 7;

/// The names that stand for the characters of ASCII which a secret or what is written around it may hold.
const NAMES: [(&[u8], char); 24] = [
    (b"quot;", '"'),
    (b"apos;", '\''),
    (b"lt;", '<'),
    (b"gt;", '>'),
    (b"amp;", '&'),
    (b"nbsp;", ' '),
    (b"equals;", '='),
    (b"lowbar;", '_'),
    (b"colon;", ':'),
    (b"sol;", '/'),
    (b"bsol;", '\\'),
    (b"plus;", '+'),
    (b"period;", '.'),
    (b"commat;", '@'),
    (b"excl;", '!'),
    (b"dollar;", '$'),
    (b"num;", '#'),
    (b"percnt;", '%'),
    (b"ast;", '*'),
    (b"semi;", ';'),
    (b"comma;", ','),
    (b"quest;", '?'),
    (b"lpar;", '('),
    (b"rpar;", ')'),
];

impl Marked for Html {
    const NAME: &'static str = "html";
    const SIGN: Sign = Sign::Reference;
    const MARK: u8 = b'&';
    const LONGEST: usize = "&#x;".len() + DIGITS;

    fn starter(bytes: &[u8], at: usize) -> Option<usize> {
        let (length, char) = reference(bytes, at)?;
        (matches!(char, '!'..='~') && !bytes[at..].starts_with(b"&amp;")).then_some(length)
    }

    fn stops(byte: u8) -> bool {
        byte < b' ' && byte != b'\t'
    }

    fn token(bytes: &[u8], at: usize) -> Option<Token> {
        reference(bytes, at).map(|(length, char)| Token::char(length, char))
    }

    fn begins(_bytes: &[u8], _at: usize, _floor: usize) -> bool {
        true
    }
}

/// Length and character of the reference at `at`.
fn reference(bytes: &[u8], at: usize) -> Option<(usize, char)> {
    let rest = bytes.get(at..)?.strip_prefix(b"&")?;
    if let Some(number) = rest.strip_prefix(b"#") {
        let (length, char) = numeric(number)?;
        return Some((length + 2, char));
    }
    let length = 1 + rest.iter().take(LONGEST_NAME).position(|&byte| byte == b';')?;
    let (_, char) = NAMES.iter().find(|(name, _)| *name == &rest[..length])?;
    Some((length + 1, *char))
}

/// Length of a number with its semicolon, and the character.
fn numeric(number: &[u8]) -> Option<(usize, char)> {
    let is_hexadecimal = matches!(number.first(), Some(b'x' | b'X'));
    let (radix, skip) = if is_hexadecimal { (16, 1) } else { (10, 0) };
    let is_digit = |byte: &&u8| if is_hexadecimal { is_hex(**byte) } else { byte.is_ascii_digit() };
    let digits = &number[skip..];
    let count = digits.iter().take(DIGITS).take_while(is_digit).count();
    if count == 0 || digits.get(count) != Some(&b';') {
        return None;
    }
    let code = digits[..count]
        .iter()
        .try_fold(0u32, |code, digit| code.checked_mul(radix)?.checked_add(u32::from(HEX[*digit as usize])))?;
    char::from_u32(code).map(|char| (skip + count + 1, char))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decoders::testing::texts;

    #[test]
    fn what_is_a_run() {
        let cases = [
            ("a &#116;oken=&quot;x&quot;", vec!["a token=\"x\""]),
            ("&#x74;&#X6f;&#0107;\n&#x6E;", vec!["tok", "n"]),
            ("a&lt;b&gt;&amp;&nbsp;caf&#233;", vec!["a<b>& café"]),
            ("x&#95;y&foo;&#;&#x;&#99999999;&#xd800;&", vec!["x_y&foo;&#;&#x;&#99999999;&#xd800;&"]),
            ("&#x110000;&#000000065;&#65 &quot", vec![]),
            ("?a=1&amp;b=2 caf&#233; &#160; &#10;", vec![]),
        ];
        for (encoded, decoded) in cases {
            assert_eq!(texts(&Html, encoded.as_bytes()), decoded, "{encoded}");
        }
    }
}
