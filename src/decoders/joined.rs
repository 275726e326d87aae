//! String literals that a program joins: `"ab" + "cd"`, `'ab' . 'cd'`, `"ab" & "cd"`, `"ab" .. "cd"`, and literals that
//! stand one after the other, on one line or on two (C, Python, the shell). A run is the code without the joints.

use memchr::memchr2_iter;

use super::alphabet::is_base64;
use super::marked::{Marked, Token};
use super::signs::Sign;

/// The decoder of joined literals.
pub(super) struct Joined;

/// Most blanks between a quote, the operator and the next quote.
const BLANKS: usize = 8;

/// Most blanks before a literal on a line of its own.
const INDENT: usize = 64;

/// Least bytes of a word to each side of a joint, and of both together: pieces of prose end with blanks, and shorter ones
/// are separators.
const SIDE: usize = 2;
const WORD: usize = 8;

impl Marked for Joined {
    const NAME: &'static str = "joined";
    const SIGN: Sign = Sign::Joint;
    const MARK: u8 = b'"';
    /// Two quotes, two operators, a line break, and the blanks between them.
    const LONGEST: usize = 2 + 2 * 2 + 2 + 3 * BLANKS + INDENT;

    fn find(bytes: &[u8]) -> Option<usize> {
        // Most quotes are followed by something else.
        memchr2_iter(b'"', b'\'', bytes).find(|at| bytes.get(at + 1).is_none_or(|after| goes_on(*after)))
    }

    fn marks(byte: u8) -> bool {
        matches!(byte, b'"' | b'\'')
    }

    fn starter(bytes: &[u8], at: usize) -> Option<usize> {
        bytes[..at].last().filter(|&&before| is_of_word(before))?;
        let length = joint_of_literals(bytes, at)?;
        let before = word(bytes[..at].iter().rev());
        let after = word(bytes[at + length..].iter());
        (before >= SIDE && after >= SIDE && before + after >= WORD).then_some(length)
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

/// What secrets are made of.
fn is_of_word(byte: u8) -> bool {
    is_base64(byte) || matches!(byte, b'.' | b'=' | b'~' | b':' | b'@' | b'%' | b'!' | b'$')
}

/// Length of what stands between two literals that are joined, from the quote at `at` that closes the first to the one
/// that opens the second.
pub fn joint_of_literals(bytes: &[u8], at: usize) -> Option<usize> {
    let quote = *bytes.get(at).filter(|byte| Joined::marks(**byte))?;
    let rest = bytes.get(at + 1..)?;
    if !goes_on(*rest.first()?) {
        return None;
    }
    let blanks = blanks(rest, BLANKS);
    let before = operator(&rest[blanks..]);
    let mut next = blanks + before;
    next += broken(rest, next)?;
    if before == 0 {
        next += operator(&rest[next..]);
    }
    next += self::blanks(&rest[next..], BLANKS);
    (rest.get(next) == Some(&quote)).then_some(next + 2)
}

/// Whether a joint may go on with `byte` behind its first quote.
fn goes_on(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'+' | b'.' | b'&' | b'\\' | b'\r' | b'\n')
}

/// Length of the line break at `at`, with the backslash before it and the indentation behind it; of blanks only where
/// the line goes on.
fn broken(rest: &[u8], at: usize) -> Option<usize> {
    let blanks = blanks(&rest[at..], BLANKS);
    let escaped = rest[at + blanks..].strip_prefix(b"\\");
    let line = escaped.unwrap_or(&rest[at + blanks..]);
    let line_break = match line {
        [b'\n', ..] => 1,
        [b'\r', b'\n', ..] => 2,
        _ if escaped.is_some() => return None,
        _ => return Some(blanks),
    };
    let start = usize::from(escaped.is_some()) + blanks + line_break;
    Some(start + self::blanks(&rest[at + start..], INDENT))
}

/// Length of what joins two strings: of most languages, Lua, PHP and Perl, Visual Basic.
fn operator(rest: &[u8]) -> usize {
    match rest {
        [b'.', b'.', ..] => 2,
        [b'+' | b'.' | b'&', ..] => 1,
        _ => 0,
    }
}

fn blanks(rest: &[u8], most: usize) -> usize {
    let rest = &rest[..rest.len().min(most)];
    // Most lines are indented by spaces alone.
    let (eights, _) = rest.as_chunks::<8>();
    let spaces = 8 * eights.iter().take_while(|eight| *eight == b"        ").count();
    spaces + rest[spaces..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// Whether a literal at the end of this line may go on with the next.
pub(super) fn may_go_on(line: &[u8]) -> bool {
    let line = line.strip_suffix(b"\\").unwrap_or(line).trim_ascii_end();
    let quoted = match line {
        [quoted @ .., b'.', b'.'] | [quoted @ .., b'+' | b'.' | b'&'] => quoted.trim_ascii_end(),
        _ => line,
    };
    matches!(quoted, [word @ .., b'"' | b'\''] if ends_with_word(word))
}

/// Whether the line ends with an operator behind a literal, or with one that looks like a piece of a token.
pub(super) fn ends_in_piece(line: &[u8]) -> bool {
    let text = line.trim_ascii_end();
    let [text @ .., b'"' | b'\''] = text else { return may_go_on(line) };
    let piece = &text[text.len().saturating_sub(WORD)..];
    word(piece.iter().rev()) == WORD && piece.iter().any(u8::is_ascii_digit)
}

/// Whether one does go on with a line that begins with this byte.
pub(super) fn may_begin_with(first: u8) -> bool {
    Joined::marks(first) || matches!(first, b'+' | b'.' | b'&')
}

fn ends_with_word(text: &[u8]) -> bool {
    word(text.iter().rev()) >= SIDE
}

/// Bytes of the word that begins here, as far as they matter.
fn word<'a>(bytes: impl Iterator<Item = &'a u8>) -> usize {
    bytes.take(WORD).take_while(|&&byte| is_of_word(byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decoders::testing::texts;

    #[test]
    fn what_is_a_run() {
        let joints = [
            r#"" + ""#,
            r#""+""#,
            r#"" . ""#,
            r#"".""#,
            r#"" & ""#,
            r#"" .. ""#,
            r#"" ""#,
            "\" \n    \"",
            "\" +\r\n\t\"",
            "\"\n  + \"",
            "\" \\\n \"",
            "\" . \\\n \"",
        ];
        for joint in joints {
            for quotes in ["\"", "'"] {
                let joint = joint.replace('"', quotes);
                let text = format!("t = ({quotes}abcd{joint}efgh{quotes})\n");
                assert_eq!(texts(&Joined, text.as_bytes()), [format!("t = ({quotes}abcdefgh{quotes})")], "{text}");
            }
        }
        let three = "x = 'abcd' +\n 'efgh' +\n 'ijkl'; y = 'mn'\n'q'";
        assert_eq!(texts(&Joined, three.as_bytes()), ["x = 'abcdefghijkl'; y = 'mn'"]);
        for other in [
            r#""abcd", "efgh""#,
            r#""abcd": "efgh""#,
            r#""abcd""efgh""#,
            r#""some words " + "more""#,
            r#""abcd" + x + "efgh""#,
            r#""abcd" 'efgh'"#,
            "\"abcd\"\n\n\"efgh\"",
            r#""abcd" + + "efgh""#,
        ] {
            assert!(texts(&Joined, other.as_bytes()).is_empty(), "{other}");
        }
    }
}
