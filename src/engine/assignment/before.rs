//! What stands before a name, which says what may follow it.

use std::ops::Range;

use super::apart::names_a_pair;
use super::limits::MAX_GAP;
use super::style::Style;
use crate::engine::boundary::is_word;
use crate::engine::value::begins_with_any;

/// What stands before a name. Most is asked of few names, and computed when it is asked.
pub(super) struct Before<'a> {
    bytes: &'a [u8],
    start: usize,
    end: usize,
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
        Self {
            bytes,
            start,
            end: name.end,
            line,
            whole,
            short: (3..=4).contains(&name.len()),
            quote: quote(head),
            dashed,
        }
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
        #[rustfmt::skip]
        const WORDS: &[&[u8]] = &[
            b"", b"-", b"export", b"set", b"setx", b"declare -x", b"+", b";", b"#", b"//", b"$", b"SET",
            b"set -x", b"set -gx", b"set -Ux", b"setenv", b"readonly", b"local", b"declare -r",
        ];
        let word = plain(self.line);
        self.whole && (WORDS.contains(&word) || word.ends_with(b"]"))
    }

    /// A few words since the line's start, as a note has them: `root password`, `pw for`.
    pub(super) fn brief(&self) -> bool {
        let words = plain(self.line);
        let spoken = |byte: &u8| byte.is_ascii_alphanumeric() || b" @._-/(,:".contains(byte);
        self.whole && words.len() <= 40 && words.iter().all(spoken) && words.split(|byte| *byte == b' ').count() <= 4
    }

    /// `etc/pam.d/name`: the name is that of a file, as lists of checksums have it.
    pub(super) fn path(&self) -> bool {
        let word = self.line.rsplit(|byte| *byte <= b' ').next().unwrap_or_default();
        word.starts_with(b"/") || memchr::memchr_iter(b'/', word).nth(1).is_some()
    }

    /// `registry.example/name`: behind a colon stands the image's tag, or a port.
    pub(super) fn last_of_path(&self) -> bool {
        self.line.ends_with(b"/")
    }

    /// The quote that a path stands in whose last part is the name: `"/prod/db/name"`.
    pub(super) fn quote_of_path(&self) -> Option<u8> {
        let path = self.line.strip_suffix(b"/")?;
        let at = path.iter().rposition(|byte| !(is_word(*byte) || b"/.-".contains(byte)))?;
        Some(path[at]).filter(|byte| matches!(byte, b'"' | b'\''))
    }

    /// `ENV name`, `ARG name`
    pub(super) fn docker(&self) -> bool {
        let word = self.line.trim_ascii();
        self.whole && (word == b"ENV" || word == b"ARG")
    }

    /// `login NAME name`, as `.netrc` has it.
    pub(super) fn login(&self) -> bool {
        const WORDS: [&[u8]; 4] = [b"login ", b"login:", b"user ", b"username "];
        let begins = |at: &usize| *at == 0 || !self.line[at - 1].is_ascii_alphanumeric();
        let mut starts = memchr::memchr2_iter(b'l', b'u', self.line).filter(begins);
        starts.any(|at| begins_with_any(&self.line[at..], &WORDS))
    }

    /// How bare text is written on a line of a configuration, whatever blanks stand around its `=`.
    pub(super) fn config(&self) -> Option<Style> {
        if !self.whole || !matches!(self.line.trim_ascii(), b"" | b";" | b"#") {
            return None;
        }
        let above = &self.bytes[self.start.saturating_sub(SECTION)..self.start];
        let below = &self.bytes[self.start..self.bytes.len().min(self.start + SECTION)];
        if has_section(above) { Some(Style::Line) } else { are_settings(above, below) }
    }

    /// The literal that the name is compared with, where it comes first: `"x".equals(name)`, `"x" == name`.
    pub(super) fn compared(&self) -> Option<(Range<usize>, Style)> {
        const MARKS: [&[u8]; 5] = [b".equals(", b".Equals(", b".equalsIgnoreCase(", b"===", b"=="];
        let line = self.line.trim_ascii_end();
        let line = MARKS.iter().find_map(|mark| line.strip_suffix(*mark))?.trim_ascii_end();
        let (quote, text) = line.split_last().filter(|(quote, _)| matches!(quote, b'"' | b'\''))?;
        let length = text.iter().rev().position(|byte| byte == quote)?;
        let end = self.start - self.line.len() + text.len();
        Some((end - length..end, Style::Quoted))
    }

    /// `strcmp(name`, `strcpy(name`: what comes next is compared with it, or put in its place; `{name`, as Erlang writes a
    /// pair.
    pub(super) fn paired(&self) -> bool {
        const CALLS: [&[u8]; 6] = [b"strcmp(", b"strcpy(", b"strcasecmp(", b"stricmp(", b"Equals(", b"equals("];
        let pair = |head: &[u8]| head.trim_ascii_end().last().is_none_or(|byte| b"[,({=".contains(byte));
        CALLS.iter().any(|call| self.line.ends_with(call)) || self.line.strip_suffix(b"{").is_some_and(pair)
    }

    /// `{name`, as Perl names an element.
    pub(super) fn element_of_hash(&self) -> bool {
        self.line.strip_suffix(b"{").is_some_and(|head| head.last().is_some_and(|byte| is_word(*byte) || *byte == b'>'))
    }

    /// The marks that make the name bold: `**name**`.
    pub(super) fn emphasis(&self) -> &'static [u8] {
        let marks: [&[u8]; 2] = [b"**", b"__"];
        marks.into_iter().find(|marks| self.line.ends_with(marks)).unwrap_or_default()
    }

    /// Nothing but a quote since the line's start, as the name of a column is written in `CREATE TABLE`.
    pub(super) fn declared(&self) -> bool {
        self.whole && matches!(self.line.trim_ascii(), b"`" | b"\"" | b"[" | b"")
    }

    /// In a cell of a table: `| name`, with backticks or without.
    pub(super) fn cell(&self) -> bool {
        self.whole && self.line.strip_suffix(b"`").unwrap_or(self.line).trim_ascii() == b"|"
    }

    /// `name: NAME`, `"key": "NAME"`: the value follows under a key of its own.
    pub(super) fn pair(&self) -> bool {
        names_a_pair(self.head())
    }

    /// Where the name stands.
    pub(super) fn name(&self) -> Range<usize> {
        self.start..self.end
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

/// How far from a line the head of its section and its neighbours may stand.
const SECTION: usize = 512;

/// How many lines to each side are looked at.
const NEIGHBOURS: usize = 3;

/// What stands on a line, without the marks that make it an item, a quotation or bold.
fn plain(line: &[u8]) -> &[u8] {
    let marks = |byte: &&u8| matches!(byte, b'*' | b'_' | b'>' | b' ' | b'\t');
    let (start, end) = (line.iter().take_while(marks).count(), line.iter().rev().take_while(marks).count());
    if start == line.len() { b"" } else { &line[start..line.len() - end] }
}

/// How bare text is written if the lines around are those of a file of settings: for sure where one of them has text that
/// no language would take for an expression, `hosts = 10.0.0.1`, `path = /var/db`.
fn are_settings(above: &[u8], below: &[u8]) -> Option<Style> {
    let mut sure = false;
    let fits = |line: &[u8]| {
        let line = line.trim_ascii();
        if line.is_empty() || matches!(line[0], b'#' | b';' | b'!') {
            return true;
        }
        let length = line.iter().take_while(|b| is_word(**b) || matches!(b, b'.' | b'-' | b':')).count();
        let (name, rest) = line.split_at(length);
        let Some((b'=', value)) = rest.trim_ascii_start().split_first() else { return false };
        let tight = rest.starts_with(b"=") && !value.starts_with(b" ");
        let value = value.trim_ascii();
        let marked = value.iter().any(|b| matches!(b, b'/' | b'@' | b'-')) || value.split(|b| *b == b'.').count() >= 3;
        sure |= !value.contains(&b' ') && (tight || marked);
        !name.is_empty() && !value.iter().any(|byte| b"=(){}[];\"'`".contains(byte))
    };
    // The line itself is the first of both.
    let (upper, lower) = (above.rsplit(|byte| *byte == b'\n'), below.split(|byte| *byte == b'\n'));
    let all = upper.skip(1).take(NEIGHBOURS).chain(lower.skip(1).take(NEIGHBOURS)).all(fits);
    all.then_some(if sure { Style::Line } else { Style::Prose })
}

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
