//! Whether a value says itself that it is none: made up, or to be filled in.

use data_encoding::BASE64URL_NOPAD;

use super::shape::{distinct, longest_repeat};
use super::words::DUMMY_WORDS;
use crate::engine::reason::Reason;

/// Past this length a short dummy word may be a coincidence, and a text with an address may hold one.
const DUMMY_REACH: usize = 128;

/// Words from this length on are no coincidence in any value: of a million random texts of 10 kB in base64, one holds one.
const LONG_WORD: usize = 7;

/// The least length of the run of letters and digits that such a word stands in: what is made up is the body of a token,
/// not a word beside it.
const BODY: usize = 24;

/// Why any rule should leave the value alone: repeated, counted up, saying itself that it is made up, or signed by nobody.
pub(in crate::engine) fn dummy(value: &[u8]) -> Option<Reason> {
    if is_unsigned(value) {
        return Some(Reason::Proof);
    }
    if distinct(value) <= 3 && value.len() >= 8 || longest_repeat(value) * 2 >= value.len().max(12) {
        return Some(Reason::Repeated);
    }
    let word = match value.len() {
        ..=3 => None,
        4..=DUMMY_REACH => dummy_word(value, 0),
        _ => runs(value).filter(|run| run.len() >= BODY).find_map(|run| dummy_word(run, LONG_WORD)),
    };
    word.map(Reason::Placeholder)
}

/// A web token (RFC 7519) that nobody signed: its header is there, its claims may be, and nothing behind them.
fn is_unsigned(value: &[u8]) -> bool {
    if !value.starts_with(b"eyJ") {
        return false;
    }
    let value = value.strip_suffix(b".").unwrap_or(value);
    let mut parts = value.split(|byte| *byte == b'.');
    let (Some(header), claims, None) = (parts.next(), parts.next(), parts.next()) else { return false };
    claims.is_none_or(|claims| claims.starts_with(b"eyJ"))
        && BASE64URL_NOPAD.decode(header).is_ok_and(|text| memchr::memmem::find(&text, b"\"alg\"").is_some())
}

/// A set of characters: `0-9A-F`.
fn is_charset(value: &[u8]) -> bool {
    const LONGEST: usize = 64;
    let is_range =
        |it: &[u8]| it[1] == b'-' && matches!((it[0], it[2]), (b'0', b'9') | (b'a', b'z' | b'f') | (b'A', b'Z' | b'F'));
    value.len() <= LONGEST && value.windows(3).filter(|it| is_range(it)).count() >= 2
}

fn runs(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|byte| !byte.is_ascii_alphanumeric())
}

/// The first dummy word of at least so many bytes that stands in the value.
fn dummy_word(value: &[u8], least: usize) -> Option<&'static str> {
    (0..value.len() - 1).find_map(|at| {
        let mut left = BEGIN[0][usize::from(value[at] & 31)] & BEGIN[1][usize::from(value[at + 1] & 31)];
        let mut words = std::iter::from_fn(|| {
            let number = left.trailing_zeros() as usize;
            left &= left.wrapping_sub(1);
            DUMMY_WORDS.get(number).copied()
        });
        words.find(|word| word.len() >= least && begins_in_one_case(&value[at..], word.as_bytes()))
    })
}

/// Which dummy words, by their numbers, begin with a byte, and which have it second, by its low five bits: all that most
/// values need to be told from them.
const BEGIN: [[u128; 32]; 2] = {
    let (mut table, mut i) = ([[0; 32]; 2], 0);
    while i < DUMMY_WORDS.len() {
        let word = DUMMY_WORDS[i].as_bytes();
        table[0][(word[0] & 31) as usize] |= 1 << i;
        table[1][(word[1] & 31) as usize] |= 1 << i;
        i += 1;
    }
    table
};

/// Whether the value holds `word` all in small letters, all in capitals, or with a capital at its start.
pub(super) fn holds_in_one_case(value: &[u8], word: &str) -> bool {
    (0..value.len()).any(|at| begins_in_one_case(&value[at..], word.as_bytes()))
}

fn begins_in_one_case(value: &[u8], word: &[u8]) -> bool {
    if value.first().map(u8::to_ascii_lowercase) != word.first().copied() {
        return false;
    }
    let Some(window) = value.get(..word.len()).filter(|window| window.eq_ignore_ascii_case(word)) else { return false };
    let capitals = window.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    let letters = window.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    capitals == 0 || capitals == letters || (capitals == 1 && window[0].is_ascii_uppercase())
}

/// Whether the value is to be filled in, or is a pattern: no secret in any rule's sense.
pub(in crate::engine) fn is_template(value: &[u8]) -> bool {
    const MARKS: &[&[u8]] = &[b"${", b"{{", b"(?:", b"(?P<", b"(?i)", b"[0-9", b"[A-Z", b"[a-z", b"[^", b"\xc2\xab"];
    if is_bracketed(value) || is_charset(value) {
        return true;
    }
    let may_hold = value.iter().any(|byte| matches!(byte, b'$' | b'{' | b'(' | b'[' | 0xc2));
    may_hold && MARKS.iter().any(|mark| value.windows(mark.len()).any(|window| window == *mark))
}

/// `[password]`, `<new password>`, `{name}`: words in brackets.
fn is_bracketed(value: &[u8]) -> bool {
    let ([b'[', inner @ .., b']'] | [b'<', inner @ .., b'>'] | [b'{', inner @ .., b'}']) = value else { return false };
    inner.iter().all(|byte| byte.is_ascii_alphabetic() || b" _-.".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dummies_are_told_from_values() {
        let dummies = [
            "AKIAIOSFODNN7EXAMPLE",
            "xxxxxxxxxxxxxxxx",
            "0000000000000000",
            "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "your-api-key",
            "changeme",
            "REPLACE_ME_NOW",
            "eyJhbGciOiJub25lIn0.eyJzdWIiOiI0ODU4NzgyOCIsIm5hbWUiOiJK.",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0ODU4NzgyOCIsIm5hbWUiOiJK",
            "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.",
        ];
        for dummy in dummies {
            assert!(super::dummy(dummy.as_bytes()).is_some(), "{dummy}");
        }
        let body = "x7Kp2q9LmZ4rT8vW".repeat(12);
        for word in ["EXAMPLE", "Placeholder", "changeme"] {
            assert!(super::dummy([&body, word, &body].concat().as_bytes()).is_some(), "{word} in a long value");
        }
        // A word beside the body, and a short one in it, which may be a coincidence.
        for long in [["https://example.org/?k=", &body].concat(), [&body, "Fake", &body].concat()] {
            assert!(super::dummy(long.as_bytes()).is_none(), "{long}");
        }
        let values = [
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0ODU4NzgyOCIsIm5hbWUiOiJK.x7Kp2q9LmZ4rT8vW",
            "ghp_falseA1b2C3d4E5f6G7h8J9k0L1m2N3p4Q5",
            "hunter2",
            "r8Kq2vXzLm0P",
            "fAkEb2vXzLm0P",
        ];
        for value in values {
            assert!(dummy(value.as_bytes()).is_none(), "{value}");
        }
    }
}
