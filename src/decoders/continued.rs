//! A word that goes on after a backslash at the end of its line: of the shell, of Makefiles, of C, of YAML in quotes.

use super::alphabet::is_base64;
use super::marked::{Marked, Token};
use super::signs::Sign;

/// The decoder of continued lines.
pub(super) struct Continued;

/// Most blanks that the next line begins with.
const INDENT: usize = 64;

/// Least bytes of the word to each side.
const WORD: usize = 4;

impl Marked for Continued {
    const NAME: &'static str = "continued";
    const SIGN: Sign = Sign::Continuation;
    const MARK: u8 = b'\\';
    const LONGEST: usize = 2 + INDENT;

    fn starter(bytes: &[u8], at: usize) -> Option<usize> {
        let length = line_continuation(bytes, at)?;
        let before = bytes[..at].iter().rev().take(WORD).take_while(|&&byte| is_base64(byte)).count();
        let after = bytes[at + length..].iter().take(WORD).take_while(|&&byte| is_base64(byte)).count();
        (before == WORD && after == WORD).then_some(length)
    }

    fn stops(byte: u8) -> bool {
        byte < b' ' && byte != b'\t'
    }

    fn token(bytes: &[u8], at: usize) -> Option<Token> {
        Self::starter(bytes, at).map(Token::nothing)
    }

    fn begins(_bytes: &[u8], _at: usize, _floor: usize) -> bool {
        true
    }
}

/// Whether a word at the end of this line may go on with the next.
pub(super) fn may_go_on(line: &[u8]) -> bool {
    line.strip_suffix(b"\\").and_then(<[u8]>::last).is_some_and(|&last| is_base64(last))
}

/// Length of the backslash at `at`, the line break and what indents the next line.
pub fn line_continuation(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?.strip_prefix(b"\\\n")?;
    Some(2 + rest.iter().take(INDENT).take_while(|byte| matches!(byte, b' ' | b'\t')).count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decoders::testing::texts;

    #[test]
    fn what_is_a_run() {
        assert_eq!(texts(&Continued, b"x\nexport A=abcd\\\nefgh b\ny"), ["export A=abcdefgh b"]);
        assert_eq!(texts(&Continued, b"t: \"abcd\\\n  efgh\\\n  ijkl\""), ["t: \"abcdefghijkl\""]);
        for other in ["run abcd \\\n  --efgh", "abcd\\\n\nefgh", "abc\\\nefgh", "abcd\\\n efg", "abcd\\nefgh", "\\\n"] {
            assert!(texts(&Continued, other.as_bytes()).is_empty(), "{other}");
        }
    }
}
