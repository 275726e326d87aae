//! Marks that stand beside a finding: `tightlip:allow RULE reason`.
//!
//! A mark names the finding's rule and gives a reason of at least one word; it holds for the lines the finding stands
//! on and for nothing else. The reason ends with the line, or where the comment around it is closed. A mark that says
//! too little accepts nothing and is told to the reader. Nothing of a mark but its reason is ever repeated: the word in
//! the rule's place could be anything, a secret included.

use memchr::memmem;

/// What a mark begins with.
const MARK: &[u8] = b"tightlip:allow";

/// What closes a comment, and with it the reason.
const CLOSERS: &[&[u8]] = &[b"*/", b"-->", b"#}", b"%>", b"--%>", b"}}"];

/// How much of a reason is kept, in bytes.
const MAX_REASON: usize = 300;

/// Which marks are obeyed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inline {
    /// Whether any are.
    pub enabled: bool,
    /// Other tools' marks, as plain text anywhere on the line.
    pub also: Vec<String>,
}

impl Default for Inline {
    fn default() -> Self {
        Self { enabled: true, also: Vec::new() }
    }
}

/// One mark as it was written.
pub(super) struct Mark<'a> {
    /// The word in the rule's place; empty if there is none.
    pub(super) rule: &'a [u8],
    /// What follows it, without the comment's end.
    pub(super) reason: &'a [u8],
}

impl Mark<'_> {
    /// Whether the reason has a letter in it.
    pub(super) fn has_reason(&self) -> bool {
        String::from_utf8_lossy(self.reason).chars().any(char::is_alphabetic)
    }
}

/// Every mark on these lines.
pub(super) fn marks(lines: &[u8]) -> impl Iterator<Item = Mark<'_>> {
    lines.split(|byte| matches!(byte, b'\n' | b'\r')).flat_map(marks_on_line)
}

fn marks_on_line(line: &[u8]) -> impl Iterator<Item = Mark<'_>> {
    let starts: Vec<usize> = memmem::find_iter(line, MARK).map(|at| at + MARK.len()).collect();
    let ends: Vec<usize> = starts.iter().skip(1).map(|start| start - MARK.len()).chain([line.len()]).collect();
    starts.into_iter().zip(ends).filter_map(|(start, end)| read(line.get(start..end)?))
}

/// Reads what follows `tightlip:allow`; nothing if it is part of a longer word.
fn read(rest: &[u8]) -> Option<Mark<'_>> {
    if rest.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
        return None;
    }
    let end = CLOSERS.iter().filter_map(|closer| memmem::find(rest, closer)).min().unwrap_or(rest.len());
    let text = rest.get(..end).unwrap_or(rest).trim_ascii();
    let rule = text.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    let reason = text.get(rule.len()..).unwrap_or_default().trim_ascii();
    Some(Mark { rule, reason: reason.get(..MAX_REASON).unwrap_or(reason) })
}

/// The first of the other tools' marks that stands on these lines.
pub(super) fn foreign<'a>(lines: &[u8], also: &'a [String]) -> Option<&'a str> {
    also.iter().find(|mark| !mark.is_empty() && memmem::find(lines, mark.as_bytes()).is_some()).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(lines: &str) -> Vec<(String, String)> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        marks(lines.as_bytes()).map(|mark| (text(mark.rule), text(mark.reason))).collect()
    }

    #[test]
    fn marks_are_read_to_the_end_of_the_line_or_comment() {
        let cases: &[(&str, &[(&str, &str)])] = &[
            ("x = 1 # tightlip:allow aws-key made up for the test", &[("aws-key", "made up for the test")]),
            ("/* tightlip:allow a why not */ f(\"other\")", &[("a", "why not")]),
            ("<!-- tightlip:allow a published dummy -->", &[("a", "published dummy")]),
            ("{# tightlip:allow a dummy #} {{ x }}", &[("a", "dummy")]),
            ("tightlip:allow a one tightlip:allow b two", &[("a", "one"), ("b", "two")]),
            ("tightlip:allow a one\r\ntightlip:allow b two\n", &[("a", "one"), ("b", "two")]),
            ("tightlip:allow a", &[("a", "")]),
            ("tightlip:allow", &[("", "")]),
            ("# tightlip:allow\nnext line", &[("", "")]),
            ("tightlip:allowed a b", &[]),
            ("tightlip:allow-list a b", &[]),
            ("tightlip: allow a b", &[]),
        ];
        for (line, expected) in cases {
            let expected: Vec<_> = expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
            assert_eq!(read_all(line), expected, "{line}");
        }
    }

    #[test]
    fn a_reason_needs_a_letter() {
        for (reason, good) in
            [("dummy", true), ("пример", true), ("", false), ("-- 123 !!", false), ("********", false)]
        {
            assert_eq!(Mark { rule: b"a", reason: reason.as_bytes() }.has_reason(), good, "{reason}");
        }
    }
}
