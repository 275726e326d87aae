//! Whether a value says itself that it is none: made up, or to be filled in.

use super::shape::{distinct, longest_repeat};
use super::words::DUMMY_WORDS;
use crate::engine::reason::Reason;

/// Past this length a dummy word may be a coincidence.
const DUMMY_REACH: usize = 128;

/// Why any rule should leave the value alone: repeated, counted up, or saying itself that it is made up.
pub(in crate::engine) fn dummy(value: &[u8]) -> Option<Reason> {
    if distinct(value) <= 3 && value.len() >= 8 || longest_repeat(value) * 2 >= value.len().max(12) {
        return Some(Reason::Repeated);
    }
    let short = value.len() <= DUMMY_REACH;
    let word = DUMMY_WORDS.iter().find(|word| short && holds_in_one_case(value, word));
    word.map(|word| Reason::Placeholder(word))
}

/// Whether the value holds `word` all in small letters, all in capitals, or with a capital at its start.
pub(super) fn holds_in_one_case(value: &[u8], word: &str) -> bool {
    let word = word.as_bytes();
    value.windows(word.len()).any(|window| {
        if window[0].to_ascii_lowercase() != word[0] || !window.eq_ignore_ascii_case(word) {
            return false;
        }
        let capitals = window.iter().filter(|byte| byte.is_ascii_uppercase()).count();
        let letters = window.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
        capitals == 0 || capitals == letters || (capitals == 1 && window[0].is_ascii_uppercase())
    })
}

/// Whether the value is to be filled in, or is a pattern: no secret in any rule's sense.
pub(in crate::engine) fn is_template(value: &[u8]) -> bool {
    const MARKS: &[&[u8]] = &[b"${", b"{{", b"(?:", b"(?P<", b"(?i)", b"[0-9", b"[A-Z", b"[a-z", b"[^", b"\xc2\xab"];
    MARKS.iter().any(|mark| value.windows(mark.len()).any(|window| window == *mark))
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
        ];
        for dummy in dummies {
            assert!(super::dummy(dummy.as_bytes()).is_some(), "{dummy}");
        }
        let values = ["ghp_falseA1b2C3d4E5f6G7h8J9k0L1m2N3p4Q5", "hunter2", "r8Kq2vXzLm0P", "fAkEb2vXzLm0P"];
        for value in values {
            assert!(dummy(value.as_bytes()).is_none(), "{value}");
        }
    }
}
