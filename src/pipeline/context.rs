//! What is kept of the bytes around a match: its place in lines, the line to show, the line policy reads. Every matched
//! value in it is masked before it is kept.

use std::ops::Range;

use super::lines::{Breaks, Spot};
use crate::model::{Excerpt, MASK, Match, Shown};

/// How far policy looks for a mark on the lines of a match, in bytes to each side.
pub(super) const LINE_REACH: usize = 1024;

/// How much of a line is shown, in bytes before and after the mask.
const BEFORE: usize = 72;
const AFTER: usize = 32;

/// Unmatched runs of this many characters that mix letters and digits are not shown: they may be a secret that no rule
/// knows.
const SHOWN_RUN: usize = 8;

/// What a report and policy need of a match's surroundings.
pub(super) struct Context {
    pub(super) start: Spot,
    pub(super) end: Spot,
    pub(super) excerpt: Excerpt,
    pub(super) line: Vec<u8>,
    /// The window it was found in, counted from the blob's start.
    pub(super) window: usize,
}

/// The surroundings of matches in one buffer.
pub(super) struct Surroundings<'a> {
    bytes: &'a [u8],
    base: u64,
    core: usize,
    window: usize,
    breaks: Breaks<'a>,
    /// Every matched stretch of the buffer, joined where they overlap.
    masked: Vec<Range<usize>>,
}

impl<'a> Surroundings<'a> {
    pub(super) fn new(bytes: &'a [u8], base: u64, core: usize, window: usize, matches: &[Match]) -> Self {
        let mut spans: Vec<_> = matches.iter().map(|found| local(found, base, bytes.len())).collect();
        spans.sort_by_key(|span| (span.start, span.end));
        let mut masked: Vec<Range<usize>> = Vec::with_capacity(spans.len());
        for span in spans {
            match masked.last_mut() {
                Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
                _ => masked.push(span),
            }
        }
        Self { bytes, base, core, window, breaks: Breaks::of(bytes), masked }
    }

    pub(super) fn of(&self, found: &Match) -> Context {
        let span = local(found, self.base, self.bytes.len());
        let wide = found.via.first().is_some_and(|name| name.starts_with("utf"));
        Context {
            start: Spot::of(&self.breaks, self.core, span.start),
            end: Spot::of(&self.breaks, self.core, span.end),
            excerpt: self.excerpt(&span, !found.via.is_empty(), wide),
            line: self.line(&span, wide),
            window: self.window,
        }
    }

    fn excerpt(&self, span: &Range<usize>, encoded: bool, wide: bool) -> Excerpt {
        let mask = self.mask_at(span.start);
        let (from, to) = self.without_parts(
            self.line_start(mask.start, BEFORE)..mask.start,
            mask.end..self.line_end(mask.end.min(self.bytes.len()), AFTER),
        );
        let mut before = self.masked_text(from..mask.start, wide);
        let mut after = self.masked_text(mask.end..to, wide);
        if encoded && !wide {
            // What is glued to an encoded value is encoded as well.
            before.truncate(before.iter().rposition(|byte| is_outside(*byte)).map_or(0, |i| i + 1));
            after.drain(..after.iter().position(|byte| is_outside(*byte)).unwrap_or(after.len()));
        }
        let before = Shown::from_bytes(&hide_runs(&before)).into_string();
        let before = before.trim_start();
        let after = Shown::from_bytes(&hide_runs(&after)).into_string();
        let text = [before, MASK, after.trim_end()].concat();
        Excerpt { caret: before.chars().count(), width: MASK.len(), text: Shown::from_bytes(text.as_bytes()) }
    }

    /// Where to begin and to end, so that no run is cut: a part of one could be short enough to be shown.
    fn without_parts(&self, before: Range<usize>, after: Range<usize>) -> (usize, usize) {
        let (mut from, mut to) = (before.start, after.end);
        if from > 0 && in_run(&self.bytes[from - 1]) {
            from += self.bytes[before].iter().take_while(|byte| in_run(byte)).count();
        }
        if self.bytes.get(to).is_some_and(in_run) {
            to -= self.bytes[after].iter().rev().take_while(|byte| in_run(byte)).count();
        }
        (from, to)
    }

    /// The lines of the match, for policy.
    fn line(&self, span: &Range<usize>, wide: bool) -> Vec<u8> {
        let from = self.line_start(span.start, LINE_REACH);
        let to = self.line_end(span.end, LINE_REACH);
        self.masked_text(from..to, wide)
    }

    fn mask_at(&self, at: usize) -> Range<usize> {
        let i = self.masked.partition_point(|span| span.end <= at);
        self.masked.get(i).filter(|span| span.start <= at).cloned().unwrap_or(at..at)
    }

    fn line_start(&self, at: usize, reach: usize) -> usize {
        let from = at.saturating_sub(reach);
        memchr::memrchr(b'\n', &self.bytes[from..at]).map_or(from, |i| from + i + 1)
    }

    fn line_end(&self, at: usize, reach: usize) -> usize {
        let to = (at + reach).min(self.bytes.len());
        memchr::memchr(b'\n', &self.bytes[at..to]).map_or(to, |i| at + i)
    }

    /// The bytes of a stretch with every matched part of it masked.
    fn masked_text(&self, range: Range<usize>, wide: bool) -> Vec<u8> {
        let (mut out, mut at) = (Vec::with_capacity(range.len()), range.start);
        let first = self.masked.partition_point(|span| span.end <= range.start);
        for span in self.masked[first..].iter().take_while(|span| span.start < range.end) {
            out.extend_from_slice(&self.bytes[at.min(span.start.max(at))..span.start.max(at)]);
            out.extend_from_slice(MASK.as_bytes());
            at = span.end.min(range.end).max(at);
        }
        out.extend_from_slice(&self.bytes[at.min(range.end)..range.end]);
        if wide {
            out.retain(|byte| *byte != 0);
        }
        out
    }
}

fn local(found: &Match, base: u64, length: usize) -> Range<usize> {
    let at = |offset: u64| (offset.saturating_sub(base) as usize).min(length);
    at(found.span.start)..at(found.span.end)
}

fn is_outside(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b',' | b';' | b'(' | b')')
}

fn in_run(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'_' | b'-' | b'.' | b'~' | b'%')
}

/// Writes `…` for runs that mix letters and digits and are long enough to be a secret of their own.
fn hide_runs(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for run in text.chunk_by(|a, b| in_run(a) == in_run(b)) {
        let mixed = run.iter().any(u8::is_ascii_digit) && run.iter().any(u8::is_ascii_alphabetic);
        if run.len() >= SHOWN_RUN && mixed && in_run(&run[0]) {
            out.extend_from_slice("…".as_bytes());
        } else {
            out.extend_from_slice(run);
        }
    }
    out
}
