//! What stands before a name, which says what may follow it.

use super::limits::MAX_GAP;

/// What stands before a name.
pub(super) struct Before {
    /// The quote the name stands in.
    pub(super) quote: Option<u8>,
    /// `--name`, `-name`
    pub(super) dashed: bool,
    /// `<name`
    pub(super) element: bool,
    /// Nothing but blanks, a list's dash, or `export` and its kin since the line's start.
    pub(super) line_start: bool,
    /// `ENV name`, `ARG name`
    pub(super) docker: bool,
    /// `${name`
    pub(super) expansion: bool,
}

impl Before {
    pub(super) fn of(bytes: &[u8], start: usize) -> Self {
        let head = &bytes[start.saturating_sub(MAX_GAP)..start];
        let line = head.iter().rposition(|byte| *byte == b'\n').map_or(head, |at| &head[at + 1..]);
        let whole = line.len() < head.len() || head.len() == start;
        let word = line.trim_ascii();
        let last = head.last().copied();
        Self {
            quote: last.filter(|byte| matches!(byte, b'"' | b'\'' | b'`')),
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
            expansion: head.ends_with(b"${"),
        }
    }
}
