//! The escapes of JSON, JavaScript, C and their kin: `\u0041`, `\u{41}`, `\x41`, `\101`, `\/`.
//!
//! `\n`, `\"` and other short ones stand in every program; they are decoded inside a run and never begin one.

use super::alphabet::{HEX, hex_byte, is_hex};
use super::marked::{Marked, Token};
use super::signs::Sign;

/// The decoder of escapes.
pub(super) struct Escapes;

impl Marked for Escapes {
    const NAME: &'static str = "escapes";
    const SIGN: Sign = Sign::Escape;
    const MARK: u8 = b'\\';
    const LONGEST: usize = 12;

    /// Whether the backslash is itself escaped makes no difference here: what `\\u0041` says is told by decoding
    /// twice.
    fn starter(bytes: &[u8], at: usize) -> Option<usize> {
        let kind = *bytes.get(at + 1)?;
        if !matches!(kind, b'u' | b'x' | b'/' | b'0'..=b'1') || bytes[at] != Self::MARK {
            return None;
        }
        let (length, code) = code_point(bytes, at)?;
        (length > 2 || kind == b'/').then_some(())?;
        (0x20..0x7f).contains(&code).then_some(length)
    }

    /// A string does not go on over a plain line break; quotes and blanks stand inside of it, or are its context.
    fn stops(byte: u8) -> bool {
        byte < b' ' && byte != b'\t'
    }

    fn token(bytes: &[u8], at: usize) -> Option<Token> {
        let (length, code) = code_point(bytes, at)?;
        if bytes.get(at + 1) != Some(&b'u') {
            return Some(Token::byte(length, code as u8));
        }
        match code {
            0xd800..0xdc00 => Some(surrogates(bytes, at, length, code)),
            _ => Some(Token::char(length, char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))),
        }
    }

    /// A backslash after an odd number of backslashes is an escaped one, and the second half of a surrogate pair is
    /// told with the first.
    fn begins(bytes: &[u8], at: usize, floor: usize) -> bool {
        let escaping = bytes[floor..at].iter().rev().take_while(|&&byte| byte == b'\\').count();
        escaping % 2 == 0
    }
}

/// Length and code of the escape at `at`: a code point for `\u`, a byte for all others.
fn code_point(bytes: &[u8], at: usize) -> Option<(usize, u32)> {
    let code = match *bytes.get(at + 1)? {
        b'u' if bytes.get(at + 2) == Some(&b'{') => return braced(bytes, at),
        b'u' => return Some((6, four_digits(bytes, at + 2)?)),
        b'x' => return Some((4, u32::from(hex_byte(bytes, at + 2)?))),
        b'0'..=b'3' => return octal(bytes, at),
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        plain @ (b'"' | b'\'' | b'\\' | b'/') => plain,
        _ => return None,
    };
    Some((2, u32::from(code)))
}

fn four_digits(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(hex_byte(bytes, at)?) << 8 | u32::from(hex_byte(bytes, at + 2)?))
}

/// `\u{1f511}`: one to six digits (ECMAScript, section 12.9.4; the Rust reference has the same).
fn braced(bytes: &[u8], at: usize) -> Option<(usize, u32)> {
    let digits = bytes.get(at + 3..)?;
    let count = digits.iter().take(7).take_while(|&&digit| is_hex(digit)).count();
    if !(1..=6).contains(&count) || digits.get(count) != Some(&b'}') {
        return None;
    }
    let code = digits[..count].iter().fold(0, |code, &digit| code << 4 | u32::from(HEX[digit as usize]));
    Some((count + 4, code))
}

/// Three octal digits; fewer of them are back references more often than characters.
fn octal(bytes: &[u8], at: usize) -> Option<(usize, u32)> {
    let digits = bytes.get(at + 1..)?.first_chunk::<3>()?;
    let octal = digits.iter().all(|digit| (b'0'..=b'7').contains(digit));
    octal.then(|| (4, digits.iter().fold(0, |code, digit| code << 3 | u32::from(digit - b'0'))))
}

/// A pair of surrogates (RFC 8259, section 7), or the replacement character for one that stands alone.
fn surrogates(bytes: &[u8], at: usize, length: usize, high: u32) -> Token {
    let second = at + length;
    let low = match bytes.get(second..second + 2) {
        Some(b"\\u") if length == 6 => four_digits(bytes, second + 2).filter(|low| (0xdc00..0xe000).contains(low)),
        _ => None,
    };
    let pair = low.and_then(|low| char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00)));
    pair.map_or(Token::char(length, char::REPLACEMENT_CHARACTER), |char| Token::char(12, char))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decoders::testing::texts;

    #[test]
    fn what_is_a_run() {
        let cases = [
            (r#"{\u0022password\u0022: 1}"#, vec![r#"{"password": 1}"#]),
            (r"https:\/\/u:p@host", vec!["https://u:p@host"]),
            (r"\x41\x42 \103 \u{44} \u{1F511}", vec!["AB C D 🔑"]),
            (r"\u0041\ud83d\ude00\ude00\ud83d!", vec!["A😀\u{fffd}\u{fffd}!"]),
            (r"\u0041\ud83d\ud83d\ude00", vec!["A\u{fffd}😀"]),
            (r#"a\n\t\"\\\x41\n\t\"\\\'\q"#, vec!["a\n\t\"\\A\n\t\"\\'\\q"]),
            (r"\\u0041 \\\u0041", vec![r"\u0041 \A"]),
            (r#"a\nb\t \"\\ \1 \12 \d \u \x1b \033 \u00e9 \u12 \xzz \u{} \u{1234567} \777 \"#, vec![]),
        ];
        for (encoded, decoded) in cases {
            assert_eq!(texts(&Escapes, encoded.as_bytes()), decoded, "{encoded}");
        }
        assert_eq!(texts(&Escapes, b"a\\x41\nb\\x42"), ["aA", "bB"]);
    }
}
