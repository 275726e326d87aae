//! Terminal control sequences (ECMA-48, section 5.4: `ESC [ … letter`) that stand inside of a word, or between a name and
//! its value: the text without them. As bytes, and as the escapes that JSON and shells write them with.
//!
//! Sequences between words change nothing for whoever reads words, and begin no run.

use super::alphabet::is_base64;
use super::marked::{Marked, Token};
use super::signs::Sign;

/// The decoder of sequences in bytes.
pub(super) struct Ansi;

/// The decoder of sequences that are written as `\u001b[31m`, `\x1b[31m`, `\033[31m`, `\e[31m`.
pub(super) struct AnsiText;

/// Most bytes of a sequence after its bracket.
const PARAMETERS: usize = 20;

/// Most sequences in a row.
const IN_ROW: usize = 4;

/// A run of this many characters that a sequence touches is of interest by itself: a line of a key.
const LONG: usize = 40;

impl Marked for Ansi {
    const NAME: &'static str = "ansi";
    const SIGN: Sign = Sign::Sequence;
    const MARK: u8 = 0x1b;
    const LONGEST: usize = 2 + PARAMETERS;

    fn starter(bytes: &[u8], at: usize) -> Option<usize> {
        starter(bytes, at, &[b"\x1b["])
    }

    fn stops(byte: u8) -> bool {
        byte == 0
    }

    fn token(bytes: &[u8], at: usize) -> Option<Token> {
        sequence(bytes, at, &[b"\x1b["]).map(Token::nothing)
    }

    fn begins(_bytes: &[u8], _at: usize, _floor: usize) -> bool {
        true
    }
}

/// The introducers, longest first.
const WRITTEN: &[&[u8]] = &[b"\\u001b[", b"\\u001B[", b"\\x1b[", b"\\x1B[", b"\\033[", b"\\e["];

impl Marked for AnsiText {
    const NAME: &'static str = "ansi";
    const SIGN: Sign = Sign::WrittenSequence;
    const MARK: u8 = b'\\';
    const LONGEST: usize = 7 + PARAMETERS;

    fn starter(bytes: &[u8], at: usize) -> Option<usize> {
        if !matches!(bytes.get(at + 1), Some(b'u' | b'x' | b'0' | b'e')) {
            return None;
        }
        starter(bytes, at, WRITTEN)
    }

    fn stops(byte: u8) -> bool {
        byte == 0
    }

    fn token(bytes: &[u8], at: usize) -> Option<Token> {
        sequence(bytes, at, WRITTEN).map(Token::nothing)
    }

    fn begins(_bytes: &[u8], _at: usize, _floor: usize) -> bool {
        true
    }
}

/// Whether a sequence that is written as an escape begins in `bytes`.
pub(super) fn is_written_in(bytes: &[u8]) -> bool {
    memchr::memchr_iter(b'\\', bytes).any(|at| {
        matches!(bytes.get(at + 1), Some(b'u' | b'x' | b'0' | b'e')) && sequence(bytes, at, WRITTEN).is_some()
    })
}

/// Length of the sequence at `at`.
fn sequence(bytes: &[u8], at: usize, introducers: &[&[u8]]) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let introducer = introducers.iter().find(|introducer| rest.starts_with(introducer))?;
    let codes = rest[introducer.len()..].iter().take(PARAMETERS);
    let parameters = codes.take_while(|byte| (0x20..0x40).contains(*byte)).count();
    let end = introducer.len() + parameters;
    rest.get(end).filter(|last| last.is_ascii_alphabetic()).map(|_| end + 1)
}

/// Length of the sequence at `at`, when the text without it and its neighbours reads otherwise than with them.
fn starter(bytes: &[u8], at: usize, introducers: &[&[u8]]) -> Option<usize> {
    let length = sequence(bytes, at, introducers)?;
    let mut left = at;
    for _ in 0..IN_ROW {
        let Some(before) = before(bytes, left, introducers) else { break };
        left = before;
    }
    let mut right = at + length;
    for _ in 0..IN_ROW {
        let Some(next) = sequence(bytes, right, introducers) else { break };
        right += next;
    }
    matters(&bytes[..left], &bytes[right..]).then_some(length)
}

/// Where the sequence begins that ends at `at`.
fn before(bytes: &[u8], at: usize, introducers: &[&[u8]]) -> Option<usize> {
    let last = at.checked_sub(1)?;
    if !bytes[last].is_ascii_alphabetic() {
        return None;
    }
    let codes = bytes[..last].iter().rev().take(PARAMETERS);
    let bracketed = last - codes.take_while(|byte| (0x20..0x40).contains(*byte)).count();
    let starts = introducers.iter().filter(|introducer| bytes[..bracketed].ends_with(introducer));
    starts.map(|introducer| bracketed - introducer.len()).min()
}

fn matters(left: &[u8], right: &[u8]) -> bool {
    let (Some(last), Some(first)) = (left.last(), right.first()) else { return false };
    if joins(*last) && joins(*first) && (last.is_ascii_alphanumeric() || first.is_ascii_alphanumeric()) {
        return true;
    }
    let assigned = *last == b' ' && matches!(left, [.., b':' | b'=' | b'>', _]) && joins(*first);
    let is_long =
        |bytes: &mut dyn Iterator<Item = &u8>| bytes.take_while(|it| is_base64(**it)).take(LONG).count() == LONG;
    assigned || is_long(&mut right.iter()) || is_long(&mut left.iter().rev())
}

/// What may stand inside of a word, or between a name and its value. Brackets and commas stand about words.
fn joins(byte: u8) -> bool {
    !matches!(byte, 0..=b' ' | 0x7f | b'[' | b']' | b'(' | b')' | b'{' | b'}' | b'<' | b',' | b';')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decoders::testing::texts;

    #[test]
    fn what_is_a_run() {
        let line = "a1".repeat(20);
        let cases = [
            ("token \x1b[31mgh\x1b[0mp_x y".to_owned(), vec!["token ghp_x y".to_owned()]),
            ("\x1b[2mpassword\x1b[0m\x1b[2m=\x1b[0mhunter2".into(), vec!["password=hunter2".into()]),
            ("key: \x1b[1;33m\"v\"\x1b[0m".into(), vec!["key: \"v\"".into()]),
            (format!("\x1b[32m{line}\x1b[0m\n"), vec![format!("{line}\n")]),
            // Between words they are what they are.
            ("\x1b[0m\x1b[32m ok\x1b[0m   test \x1b[K\n\x1b[1mwarning\x1b[0m x".into(), vec![]),
            ("no \x1b]0;title\x07 sequence \x1b[ \x1b[12 a\x1b[;".into(), vec![]),
        ];
        for (encoded, decoded) in cases {
            assert_eq!(texts(&Ansi, encoded.as_bytes()), decoded, "{encoded:?}");
        }
        let cases = [
            (r"a\u001b[31mb\u001b[0mc \n", vec![r"abc \n"]),
            (r"a\x1b[1mb \033[31mx\033[0my \e[0m", vec![r"ab xy "]),
            (r"\n \u0041 \x41 \e \033 \u001b[31m word", vec![]),
        ];
        for (encoded, decoded) in cases {
            assert_eq!(texts(&AnsiText, encoded.as_bytes()), decoded, "{encoded}");
        }
    }
}
