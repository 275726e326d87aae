//! Whether a match stands by itself or is a piece of something longer.

use crate::rules::Boundary;

/// How far beyond a match its boundaries are looked for.
pub(super) const LOOK: usize = 16;

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether a match may begin at `at`.
pub(super) fn left(bytes: &[u8], at: usize, boundary: Boundary) -> bool {
    let (Some(before), Some(first)) = (at.checked_sub(1).map(|i| bytes[i]), bytes.get(at)) else { return true };
    match boundary {
        Boundary::None => true,
        Boundary::Word => !is_word(*first) || !is_word(before) || after_escape(bytes, at),
        Boundary::Strict => {
            (!is_word(before) || after_escape(bytes, at)) && !glued(at.checked_sub(2).map(|i| bytes[i]), before)
        }
    }
}

/// Whether a match may end before `at`.
pub(super) fn right(bytes: &[u8], at: usize, boundary: Boundary) -> bool {
    let (Some(last), Some(after)) = (at.checked_sub(1).map(|i| bytes[i]), bytes.get(at)) else { return true };
    match boundary {
        Boundary::None => true,
        // Padding and a hyphen end a body only where nothing of its alphabet follows. A `=` behind a body without padding
        // ends it: it belongs to a list of tokens and their owners as likely as to another alphabet.
        Boundary::Word => {
            !(is_word(last) || matches!(last, b'=' | b'-'))
                || !is_word(*after) && !goes_on(*after, bytes.get(at + 1..).unwrap_or_default())
        }
        Boundary::Strict => {
            let beyond = bytes.get(at + 1..).unwrap_or_default();
            !is_word(*after) && !glued(beyond.first().copied(), *after) && !goes_on(*after, beyond)
        }
    }
}

/// Whether the word goes on behind a mark that no alphabet of tokens and no text around them has there, so that what was
/// matched is the beginning of something else.
fn goes_on(mark: u8, beyond: &[u8]) -> bool {
    match mark {
        b'.' if is_extension(beyond) => false,
        b'!' | b'*' | b'~' | b'^' | b'+' | b'.' | b'-' => beyond.first().is_some_and(|byte| is_word(*byte)),
        b'%' => {
            !matches!(beyond, [a, b, ..] if hex(*a) && hex(*b)) && beyond.first().is_some_and(|byte| is_word(*byte))
        }
        _ => false,
    }
}

/// Whether what follows a dot is the ending of a file's name: a name can be a secret with an ending.
fn is_extension(beyond: &[u8]) -> bool {
    let length = beyond.iter().take(6).take_while(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()).count();
    (2..=5).contains(&length)
        && beyond[0].is_ascii_lowercase()
        && !beyond.get(length).is_some_and(|byte| is_word(*byte) || *byte == b'-')
}

/// Whether `joint` ties a match to a further word.
fn glued(beyond: Option<u8>, joint: u8) -> bool {
    matches!(joint, b'-' | b'+' | b'/' | b'.') && beyond.is_some_and(is_word)
}

/// Whether the word characters before `at` belong to an escape sequence: the `n` of `\n`, the `3D` of `%3D`, the
/// `u003d` of `\u003d`, the `x3d` of `\x3d`, the `31m` of a terminal colour.
fn after_escape(bytes: &[u8], at: usize) -> bool {
    let before = &bytes[at.saturating_sub(12)..at];
    match before {
        [.., b'\\', b'n' | b'r' | b't' | b'b' | b'f' | b'v' | b'0' | b'e' | b'a'] => true,
        [.., b'%', a, b] if hex(*a) && hex(*b) => true,
        [.., b'\\', b'x', a, b] if hex(*a) && hex(*b) => true,
        [.., b'\\', b'u', a, b, c, d] if [a, b, c, d].into_iter().all(|digit| hex(*digit)) => true,
        [rest @ .., b'm' | b'K'] => {
            let parameters = rest.iter().rev().take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
            let head = &rest[..rest.len() - parameters];
            head.ends_with(b"\x1b[")
                || head.ends_with(b"\\x1b[")
                || head.ends_with(b"u001b[")
                || head.ends_with(b"\\033[")
        }
        _ => false,
    }
}

fn hex(byte: u8) -> bool {
    byte.is_ascii_hexdigit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_before_a_token_are_no_part_of_it() {
        let cases: &[(&[u8], bool)] = &[
            (b"", true),
            (b" ", true),
            (b"=", true),
            (b"x", false),
            (b"_", false),
            (b"\\n", true),
            (b"\\t", true),
            (b"n", false),
            (b"%3D", true),
            (b"%3", false),
            (b"\\u003d", true),
            (b"\\x3d", true),
            (b"\x1b[0;31m", true),
            (b"[31m", false),
        ];
        for (before, free) in cases {
            let text = [before, &b"token"[..]].concat();
            assert_eq!(left(&text, before.len(), Boundary::Word), *free, "{before:?}");
        }
    }

    #[test]
    fn a_body_ends_where_nothing_of_it_follows() {
        let cases: &[(&[u8], &[u8], bool)] = &[
            (b"token", b"", true),
            (b"token", b" ", true),
            (b"token", b"s", false),
            (b"token=", b"s", false),
            (b"token=", b"&s", true),
            (b"token-", b"s", false),
            (b"token)", b"s", true),
            (b"token", b"!s", false),
            (b"token", b".s", false),
            (b"token", b".txt", true),
            (b"token", b".json)", true),
            (b"token", b".tar.gz", true),
            (b"token", b".abcdef", false),
            (b"token", b".aBc", false),
            (b"token", b"-s", false),
            (b"token", b"%s", false),
            (b"token", b"%22", true),
            (b"token", b". s", true),
            (b"token", b"/s", true),
            (b"token", b"=s", true),
        ];
        for (token, after, free) in cases {
            let text = [*token, *after].concat();
            assert_eq!(right(&text, token.len(), Boundary::Word), *free, "{text:?}");
        }
        for (after, free) in
            [("", true), ("!", true), ("!s", false), ("*s", false), ("%s", false), ("%22", true), ("/s", false)]
        {
            let text = ["token", after].concat();
            assert_eq!(right(text.as_bytes(), 5, Boundary::Strict), free, "{text:?}");
        }
    }
}
