//! What stands before a name, which says what may follow it.

use std::ops::Range;

use super::apart::names_a_pair;
use super::limits::MAX_GAP;

/// What stands before a name.
pub(super) struct Before {
    /// The quote the name stands in.
    pub(super) quote: Option<u8>,
    /// `put("name`: the name is the first argument of a call.
    pub(super) call: bool,
    /// `:name`, as Ruby and Clojure have it.
    pub(super) symbol: bool,
    /// The name is a word that is also a verb: `pass`.
    pub(super) short: bool,
    /// `--name`, `-name`
    pub(super) dashed: bool,
    /// `<name`
    pub(super) element: bool,
    /// Nothing but blanks, a list's dash, or `export` and its kin since the line's start.
    pub(super) line_start: bool,
    /// `ENV name`, `ARG name`
    pub(super) docker: bool,
    /// `login NAME name`, as `.netrc` has it.
    pub(super) login: bool,
    /// On a line of a configuration with sections, so that bare text is a literal whatever blanks stand around its `=`.
    pub(super) config: bool,
    /// `name: NAME`, `"key": "NAME"`: the value follows under a key of its own.
    pub(super) pair: bool,
    /// `${name`
    pub(super) expansion: bool,
}

impl Before {
    pub(super) fn of(bytes: &[u8], name: &Range<usize>) -> Self {
        let (start, short) = (name.start, name.len() <= 4);
        let head = &bytes[start.saturating_sub(MAX_GAP)..start];
        let line = head.iter().rposition(|byte| *byte == b'\n').map_or(head, |at| &head[at + 1..]);
        let whole = line.len() < head.len() || head.len() == start;
        let word = line.trim_ascii();
        let last = head.last().copied();
        Self {
            quote: quote(head),
            call: calls(head),
            symbol: last == Some(b':') && !line.ends_with(b"::"),
            short,
            dashed: last == Some(b'-'),
            element: last == Some(b'<') || (last == Some(b':') && line.contains(&b'<') && !line.contains(&b'>')),
            line_start: whole
                && (matches!(
                    word,
                    b"" | b"-"
                        | b"export"
                        | b"set"
                        | b"setx"
                        | b"declare -x"
                        | b"+"
                        | b";"
                        | b"#"
                        | b"//"
                        | b"$"
                        | b"SET"
                ) || word.ends_with(b"]")),
            docker: whole && (word == b"ENV" || word == b"ARG"),
            login: line.windows(6).any(|six| six == b"login " || six == b"login:" || six == b" user "),
            config: whole && word.is_empty() && has_section(&bytes[start.saturating_sub(SECTION)..start]),
            pair: names_a_pair(head),
            expansion: head.ends_with(b"${"),
        }
    }
}

/// How far above a line the head of its section may stand.
const SECTION: usize = 512;

/// Whether a line of the text is `[section]`, and nothing else.
fn has_section(text: &[u8]) -> bool {
    memchr::memchr_iter(b'[', text).any(|at| {
        let starts = at == 0 || text[at - 1] == b'\n';
        let rest = &text[at + 1..];
        let name = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || b" .:_-/\"".contains(b)).count();
        starts && name > 0 && rest[name..].starts_with(b"]") && matches!(rest.get(name + 1), Some(b'\n' | b'\r'))
    })
}

/// What stands before the marks that a name may wear inside its quotes: `"--name`, `'#name`, `":name`.
fn unmarked(head: &[u8]) -> &[u8] {
    let marks = head.iter().rev().take(2).take_while(|byte| matches!(byte, b'-' | b'#' | b':' | b'$' | b'@')).count();
    &head[..head.len() - marks]
}

/// The quote that a name stands in.
fn quote(head: &[u8]) -> Option<u8> {
    unmarked(head).last().copied().filter(|byte| matches!(byte, b'"' | b'\'' | b'`'))
}

/// Whether the quote before a name is the first argument's of a call.
fn calls(head: &[u8]) -> bool {
    let Some((b'"' | b'\'' | b'`', head)) = unmarked(head).split_last() else { return false };
    let Some((b'(', head)) = head.trim_ascii_end().split_last() else { return false };
    head.last().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}
