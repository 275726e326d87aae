//! Masks a rendered report where something was found in it, and leaves its form whole: a mask takes no quote, no brace
//! and no half of an escape with it, wherever what was found begins and ends.

use std::ops::Range;

use super::Format;
use crate::model::MASK;

impl Format {
    /// The report with a mask over every stretch of text that `found` covers. What belongs to the format stays.
    pub fn mask(self, mut report: Vec<u8>, found: &[Range<usize>]) -> Vec<u8> {
        if found.is_empty() {
            return report;
        }
        let texts = self.texts(&report);
        let mut masked: Vec<Range<usize>> =
            found.iter().flat_map(|span| touched(&texts, span).map(|text| self.whole(&report, text, span))).collect();
        masked.sort_by_key(|span| (span.start, span.end));
        let mut floor = report.len();
        for span in masked.into_iter().rev() {
            let end = span.end.min(floor);
            let start = span.start.min(end);
            if start < end {
                report.splice(start..end, MASK.bytes());
            }
            floor = start;
        }
        report
    }

    /// Where the texts stand that the format has no say in.
    fn texts(self, report: &[u8]) -> Vec<Range<usize>> {
        match self {
            Self::Json | Self::Jsonl | Self::Sarif | Self::Gitlab => strings(report),
            Self::Junit | Self::Html => between_tags(report),
            Self::Github => lines(report).flat_map(|line| texts_of_command(report, line)).collect(),
            Self::Text => lines(report).collect(),
        }
    }

    /// The part of a text that a span covers, with the whole of every character that it touches.
    fn whole(self, report: &[u8], text: &Range<usize>, span: &Range<usize>) -> Range<usize> {
        let (mut start, mut at) = (text.start, text.start);
        while at < text.end && at < span.end {
            let length = self.character(&report[at..text.end]);
            if at + length <= span.start {
                start = at + length;
            }
            at += length;
        }
        start..at
    }

    /// How many bytes the character takes that `text` begins with, escaped as the format escapes it.
    fn character(self, text: &[u8]) -> usize {
        let escaped = match (self, text) {
            (Self::Json | Self::Jsonl | Self::Sarif | Self::Gitlab, [b'\\', b'u', ..]) => 6,
            (Self::Json | Self::Jsonl | Self::Sarif | Self::Gitlab, [b'\\', ..]) => 2,
            (Self::Junit | Self::Html, [b'&', rest @ ..]) => {
                rest.iter().take(9).position(|byte| *byte == b';').map_or(1, |at| at + 2)
            }
            // Lines that are no commands have bare percent signs, before any character.
            (Self::Github, [b'%', high, low, ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => 3,
            _ => 1 + text.iter().skip(1).take_while(|byte| matches!(byte, 0x80..=0xbf)).count(),
        };
        escaped.min(text.len())
    }
}

/// The texts that share a byte with the span.
fn touched<'a>(texts: &'a [Range<usize>], span: &'a Range<usize>) -> impl Iterator<Item = &'a Range<usize>> {
    let first = texts.partition_point(|text| text.end <= span.start);
    texts[first..].iter().take_while(|text| text.start < span.end)
}

/// The strings of a JSON text, without their quotes; names of members are the format's.
fn strings(report: &[u8]) -> Vec<Range<usize>> {
    let (mut texts, mut at) = (Vec::new(), 0);
    while let Some(quote) = memchr::memchr(b'"', &report[at..]) {
        let start = at + quote + 1;
        let mut end = start;
        while end < report.len() && report[end] != b'"' {
            end += if report[end] == b'\\' { 2 } else { 1 };
        }
        let end = end.min(report.len());
        at = (end + 1).min(report.len());
        if !report[at..].trim_ascii_start().starts_with(b":") {
            texts.push(start..end);
        }
    }
    texts
}

/// Attributes that are counts, and those of the declaration.
const COUNTS: [&[u8]; 6] = [b" tests", b" skipped", b" failures", b" errors", b" version", b" encoding"];

/// The texts of XML and HTML: what stands between tags, and the values of attributes.
fn between_tags(report: &[u8]) -> Vec<Range<usize>> {
    let (mut texts, mut start, mut inside, mut counts) = (Vec::new(), 0, false, false);
    for at in memchr::memchr3_iter(b'<', b'>', b'"', report) {
        match report[at] {
            b'<' if !inside => {
                texts.push(start..at);
                inside = true;
            }
            b'>' if inside => (start, inside) = (at + 1, false),
            b'"' if inside => {
                if let Some(before) = report[..at].strip_suffix(b"=") {
                    counts = COUNTS.iter().any(|name| before.ends_with(name));
                    start = at + 1;
                } else if !counts {
                    texts.push(start..at);
                }
            }
            _ => {}
        }
    }
    texts.push(start..report.len());
    texts
}

fn lines(report: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let ends = memchr::memchr_iter(b'\n', report).chain([report.len()]);
    ends.scan(0, |start, end| Some(std::mem::replace(start, end + 1)..end))
}

/// The texts of a line of workflow commands: the values of its properties and its message. Other lines are items of a
/// list or its headline, which is the format's own.
fn texts_of_command(report: &[u8], line: Range<usize>) -> Vec<Range<usize>> {
    let text = &report[line.clone()];
    let Some(head) = text.strip_prefix(b"::") else {
        return text.starts_with(b"- ").then_some(line.start + 2..line.end).into_iter().collect();
    };
    let Some(length) = memchr::memmem::find(head, b"::") else { return Vec::new() };
    let mut at = line.start + 2;
    let mut texts = Vec::new();
    for property in head[..length].split(|byte| *byte == b',') {
        if let Some(sign) = property.iter().position(|byte| *byte == b'=') {
            texts.push(at + sign + 1..at + property.len());
        }
        at += property.len() + 1;
    }
    texts.push(line.start + 2 + length + 2..line.end);
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_found_is_gone_and_nothing_else() {
        let cases = [
            (
                Format::Json,
                r#"{"a": "x\"<secret", "b": "valu\u00>e9\n"}"#,
                r#"{"a": "x\"********", "b": "********\n"}"#,
            ),
            (Format::Jsonl, "{\"a\":\"<key>\\\\\"}", "{\"a\":\"********\\\\\"}"),
            (Format::Github, "::error file=a<b,title=c%2>C::d", "::error file=a********,title=********::d"),
            (Format::Github, "- a<%>\u{1378}b", "- a********\u{1378}b"),
            (Format::Junit, "<a b=\"c<d&qu>ot;e\"/>", "<a b=\"c********e\"/>"),
            (Format::Text, "a <b\n c>d\n", "a ********\n********d\n"),
        ];
        for (format, marked, expected) in cases {
            // The angle brackets that mark what was found are the first and the last that no tag has.
            let (from, to) = match format {
                Format::Junit => (marked.find("<d"), marked.find(">ot")),
                _ => (marked.find('<'), marked.find('>')),
            };
            let (from, to) = (from.unwrap_or_default(), to.unwrap_or_default());
            let report = [&marked[..from], &marked[from + 1..to], &marked[to + 1..]].concat();
            let found = from..to - 1;
            let masked = format.mask(report.into_bytes(), std::slice::from_ref(&found));
            assert_eq!(String::from_utf8_lossy(&masked), expected, "{format:?}");
        }
    }
}
