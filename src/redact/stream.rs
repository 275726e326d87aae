//! Bytes in, the same bytes out with every secret replaced.
//!
//! Every window is scanned, replaced, and scanned again where something was replaced; only then it is written. Whatever a
//! rule finds is replaced, at any confidence; no mark and no allow entry keeps it.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::RedactError;
use super::replace::replacement;
use crate::decoders::Input;
use crate::engine::{Engine, REACH, Scratch, Window, united};
use crate::model::{BlobKind, Key, Match, Provenance, Span, replaced};
use crate::pipeline::{CONTEXT, Piece, Windows};
use crate::policy::PathCondition;

/// How far before a window its keywords are looked at again: a value that begins at the end of a line.
const BEFORE: usize = 1024;

/// How often what is left is replaced again.
const ROUNDS: usize = 4;

/// What was done to a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Bytes read.
    pub read: u64,
    /// Bytes written.
    pub written: u64,
    /// Places that were replaced.
    pub masks: u64,
}

/// Redacts texts, one after the other.
pub struct Redactor<'a> {
    engine: &'a Engine,
    key: &'a Key,
    scratch: Scratch,
    /// By rule: the paths it speaks of.
    paths: HashMap<u32, PathCondition>,
    /// What is redacted, where it has a path.
    place: Option<Provenance>,
}

/// One text on its way.
struct Text<'o> {
    out: &'o mut dyn Write,
    /// Up to where the input was written or replaced.
    done: u64,
    /// The end of what was written, for the second look.
    tail: Vec<u8>,
    count: Count,
}

impl<'a> Redactor<'a> {
    /// Masks show fingerprints under `key`.
    pub fn new(engine: &'a Engine, key: &'a Key) -> Self {
        let conditions = (0u32..).zip(engine.rules().rules()).filter(|(_, rule)| !rule.paths.is_empty());
        let paths =
            conditions.filter_map(|(id, rule)| Some((id, PathCondition::new(&rule.paths, &[]).ok()?))).collect();
        Self { engine, key, scratch: Scratch::default(), paths, place: None }
    }

    /// Redacts the file at `path`: rules of certain files speak of it as well. See [`Redactor::stream`].
    ///
    /// # Errors
    /// As [`Redactor::stream`] has.
    pub fn file(
        &mut self,
        path: &[u8],
        begun: Vec<u8>,
        stream: &mut dyn Read,
        out: &mut dyn Write,
    ) -> Result<Count, RedactError> {
        self.place = Some(Provenance::new(path, BlobKind::File));
        let count = self.stream(begun, stream, false, out);
        self.place = None;
        count
    }

    /// Redacts a stream whose beginning was read. `by_lines` writes each line as soon as it is settled.
    ///
    /// # Errors
    /// If the stream cannot be read or written, or something is left; nothing of that window was written then.
    pub fn stream(
        &mut self,
        begun: Vec<u8>,
        stream: &mut dyn Read,
        by_lines: bool,
        out: &mut dyn Write,
    ) -> Result<Count, RedactError> {
        let engine = self.engine;
        let begins = |line: &[u8]| engine.known_begins(line);
        let mut windows =
            if by_lines { Windows::by_lines(begun, stream, &begins) } else { Windows::new(begun, stream) };
        let mut text = Text { out, done: 0, tail: Vec::new(), count: Count::default() };
        let mut buffer = Vec::new();
        while let Some(piece) = windows.next(&mut buffer) {
            self.piece(&buffer, &piece, &mut text)?;
            if by_lines {
                text.out.flush().map_err(RedactError::Write)?;
            }
        }
        text.count.read = windows.bytes();
        match windows.finish() {
            Some(error) => Err(RedactError::Read(error)),
            None => text.out.flush().map_err(RedactError::Write).map(|()| text.count),
        }
    }

    /// A short text that is held whole: a name, a comment.
    ///
    /// # Errors
    /// If something is left.
    pub fn text(&mut self, text: &[u8]) -> Result<Vec<u8>, RedactError> {
        let mut out = Vec::new();
        self.stream(Vec::new(), &mut &text[..], false, &mut out)?;
        Ok(out)
    }

    fn piece(&mut self, bytes: &[u8], piece: &Piece, text: &mut Text<'_>) -> Result<(), RedactError> {
        let core = piece.core.start.saturating_sub(BEFORE)..(piece.core.end + REACH).min(bytes.len());
        let window = Window { input: Input { bytes, base: piece.base, carry: piece.carry }, core };
        let found = self.scan(&window)?;
        let (mut out, mut masks) = (Vec::with_capacity(piece.core.len() + 256), Vec::new());
        let mut at = (text.done.saturating_sub(piece.base) as usize).max(piece.core.start).min(bytes.len());
        for (found, span) in &found {
            let span = local(*span, piece.base, bytes.len());
            if span.end <= at || span.start >= piece.core.end {
                continue;
            }
            let (range, written) = self.replace(bytes, at, span, found, piece.base);
            out.extend_from_slice(&bytes[at..range.start]);
            masks.push(out.len()..out.len() + written.len());
            out.extend_from_slice(&written);
            at = range.end;
        }
        if at < piece.core.end {
            out.extend_from_slice(&bytes[at..piece.core.end]);
            at = piece.core.end;
        }
        text.done = piece.base + at as u64;
        text.count.masks += masks.len() as u64;
        if !masks.is_empty() {
            out = self.checked(out, &masks, text, piece.base + piece.core.start as u64)?;
        }
        text.write(&out)
    }

    /// What to write in place of a span, of which everything before `at` was replaced already.
    fn replace(
        &self,
        bytes: &[u8],
        at: usize,
        span: Range<usize>,
        found: &Match,
        base: u64,
    ) -> (Range<usize>, Vec<u8>) {
        let rule = &self.engine.rules().get(found.rule).info.id;
        let mask = replaced(rule, &self.key.fingerprint(&found.secret));
        let own = local(found.span, base, bytes.len()) == span;
        let (range, written) = replacement(bytes, span.clone(), found, own, &mask);
        if range.start >= at {
            return (range, written);
        }
        replacement(bytes, span.start.max(at)..span.end, found, false, &mask)
    }

    /// Looks at the output around its masks, and replaces what is left, until nothing is.
    fn checked(
        &mut self,
        mut out: Vec<u8>,
        masks: &[Range<usize>],
        text: &Text<'_>,
        at: u64,
    ) -> Result<Vec<u8>, RedactError> {
        let tail = text.tail.len();
        let mut near = around(masks, out.len(), tail);
        for _ in 0..ROUNDS {
            let all = [&text.tail[..], &out].concat();
            let mut left: Vec<(Match, Span)> = Vec::new();
            for core in &near {
                left.extend(self.scan(&Window { core: core.clone(), ..Window::whole(&all) })?);
            }
            left.retain(|(_, span)| span.end as usize > tail);
            left.sort_by_key(|(_, span)| std::cmp::Reverse(span.start));
            left.dedup_by_key(|(_, span)| *span);
            if left.is_empty() {
                return Ok(out);
            }
            let mut floor = out.len();
            for (found, span) in &left {
                let span = local(*span, 0, all.len());
                let (start, end) = (span.start.max(tail) - tail, (span.end - tail).min(floor));
                if start >= end {
                    continue;
                }
                let (_, written) = self.replace(&all, span.start.max(tail), span.clone(), found, u64::MAX);
                out.splice(start..end, written);
                floor = start;
            }
            let first = near.first().map_or(0, |core| core.start);
            near = std::iter::once(first..tail + out.len()).collect();
        }
        let all = [&text.tail[..], &out].concat();
        let left = self.scan(&Window { core: tail..all.len(), ..Window::whole(&all) })?;
        match left.first() {
            None => Ok(out),
            Some((found, _)) => {
                Err(RedactError::Left { rule: self.engine.rules().get(found.rule).info.id.clone(), at })
            }
        }
    }

    /// Everything that is found, settled into stretches that do not touch.
    fn scan(&mut self, window: &Window<'_>) -> Result<Vec<(Match, Span)>, RedactError> {
        let scanned = catch_unwind(AssertUnwindSafe(|| {
            let mut matches = Vec::new();
            self.engine.scan(&mut self.scratch, window, &mut matches);
            let place = self.place.as_ref();
            let speaks = |paths: &PathCondition| place.is_some_and(|place| paths.applies(place));
            matches.retain(|found| self.paths.get(&found.rule.0).is_none_or(speaks));
            matches
        }));
        match scanned {
            Ok(matches) => Ok(united(self.engine.rules(), matches)),
            Err(_) => {
                self.scratch = Scratch::default();
                Err(RedactError::Failed)
            }
        }
    }
}

impl Text<'_> {
    fn write(&mut self, out: &[u8]) -> Result<(), RedactError> {
        self.out.write_all(out).map_err(RedactError::Write)?;
        self.count.written += out.len() as u64;
        self.tail.extend_from_slice(&out[out.len().saturating_sub(CONTEXT)..]);
        let spare = self.tail.len().saturating_sub(CONTEXT);
        self.tail.drain(..spare);
        Ok(())
    }
}

/// The stretches of an output that a mask may have changed the meaning of, after a tail of `tail` bytes.
fn around(masks: &[Range<usize>], length: usize, tail: usize) -> Vec<Range<usize>> {
    let mut near: Vec<Range<usize>> = Vec::new();
    for mask in masks {
        let (start, end) = ((tail + mask.start).saturating_sub(REACH), (tail + mask.end + REACH).min(tail + length));
        match near.last_mut() {
            Some(last) if start <= last.end => last.end = end,
            _ => near.push(start..end),
        }
    }
    near
}

fn local(span: Span, base: u64, length: usize) -> Range<usize> {
    let at = |offset: u64| (offset.saturating_sub(base) as usize).min(length);
    at(span.start)..at(span.end)
}
