//! What stands before a name, which says what may follow it.

use std::ops::Range;

use super::apart::names_a_pair;
use super::limits::MAX_GAP;

/// What stands before a name. Most is asked of few names, and computed when it is asked.
pub(super) struct Before<'a> {
    bytes: &'a [u8],
    start: usize,
    /// The name's line up to it.
    line: &'a [u8],
    /// Whether the line is there from its start.
    whole: bool,
    /// The name is a word that is also a verb: `pass`.
    pub(super) short: bool,
    /// The quote the name stands in.
    pub(super) quote: Option<u8>,
    /// `--name`, `-name`
    pub(super) dashed: bool,
}

impl<'a> Before<'a> {
    pub(super) fn of(bytes: &'a [u8], name: &Range<usize>) -> Self {
        let start = name.start;
        let head = &bytes[start.saturating_sub(MAX_GAP)..start];
        let line = memchr::memrchr(b'\n', head).map_or(head, |at| &head[at + 1..]);
        let whole = line.len() < head.len() || head.len() == start;
        let dashed = head.last() == Some(&b'-');
        Self { bytes, start, line, whole, short: name.len() <= 4, quote: quote(head), dashed }
    }

    fn head(&self) -> &'a [u8] {
        &self.bytes[self.start.saturating_sub(MAX_GAP)..self.start]
    }

    /// `<name`
    pub(super) fn element(&self) -> bool {
        match self.line.last() {
            Some(b'<') => true,
            Some(b':') => self.line.contains(&b'<') && !self.line.contains(&b'>'),
            _ => false,
        }
    }

    /// Nothing but blanks, a list's dash, or `export` and its kin since the line's start.
    pub(super) fn line_start(&self) -> bool {
        const WORDS: [&[u8]; 12] =
            [b"", b"-", b"export", b"set", b"setx", b"declare -x", b"+", b";", b"#", b"//", b"$", b"SET"];
        let word = self.line.trim_ascii();
        self.whole && (WORDS.contains(&word) || word.ends_with(b"]"))
    }

    /// `ENV name`, `ARG name`
    pub(super) fn docker(&self) -> bool {
        let word = self.line.trim_ascii();
        self.whole && (word == b"ENV" || word == b"ARG")
    }

    /// `login NAME name`, as `.netrc` has it.
    pub(super) fn login(&self) -> bool {
        self.line.windows(6).any(|six| six == b"login " || six == b"login:" || six == b" user ")
    }

    /// On a line of a configuration with sections, so that bare text is a literal whatever blanks stand around its `=`.
    pub(super) fn config(&self) -> bool {
        let above = &self.bytes[self.start.saturating_sub(SECTION)..self.start];
        self.whole && self.line.trim_ascii().is_empty() && has_section(above)
    }

    /// `name: NAME`, `"key": "NAME"`: the value follows under a key of its own.
    pub(super) fn pair(&self) -> bool {
        names_a_pair(self.head())
    }

    /// Where the name begins.
    pub(super) fn start(&self) -> usize {
        self.start
    }

    /// `(name`, `, name`, `` `name ``: it may be a column's.
    pub(super) fn column(&self) -> bool {
        let last = unmarked(self.head()).trim_ascii_end().last();
        matches!(last, Some(b'(' | b',' | b'`' | b'"' | b'['))
    }

    /// `${name`
    pub(super) fn expansion(&self) -> bool {
        self.line.ends_with(b"${")
    }

    /// `put("name`: the name is the first argument of a call.
    pub(super) fn call(&self) -> bool {
        calls(self.head())
    }

    /// `:name`, as Ruby and Clojure have it.
    pub(super) fn symbol(&self) -> bool {
        self.line.ends_with(b":") && !self.line.ends_with(b"::")
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
