//! One window: what was found in it is replaced, and the result looked at again before it is written.

use std::io::Write;
use std::ops::Range;

use super::RedactError;
use super::archived::{Archived, Opener};
use super::count::Count;
use super::replace::{plain, replacement};
use super::speaking::{Scanned, Speaking};
use crate::engine::{REACH, Scratch, Window};
use crate::model::{Match, Span, replaced};
use crate::pipeline::{CONTEXT, Piece};

/// How often what is left is replaced again.
const ROUNDS: usize = 4;

/// What replaces.
pub(super) struct Rewriter<'a> {
    pub(super) opener: Opener<'a>,
    pub(super) speaking: Speaking<'a>,
}

/// A stretch to replace.
struct Found {
    span: Range<usize>,
    by: By,
}

/// What is replaced: what a rule finds, or an archive in encoded text, by its mask.
enum By {
    Rule(Match),
    File(String),
}

/// One text on its way.
pub(super) struct Text<'o> {
    pub(super) out: &'o mut dyn Write,
    /// Up to where the input was written or replaced.
    done: u64,
    /// The end of what was written, for the second look.
    tail: Vec<u8>,
    pub(super) count: Count,
}

impl Rewriter<'_> {
    /// Redacts a window and writes it. Where an encoded archive goes on beyond it, only what stands before that: the
    /// result is its beginning then.
    pub(super) fn piece(
        &self,
        scratch: &mut Scratch,
        (bytes, piece): &(Vec<u8>, Piece),
        scanned: Scanned,
        text: &mut Text<'_>,
    ) -> Result<Option<usize>, RedactError> {
        let Scanned { found, begun } = scanned;
        let done = (text.done.saturating_sub(piece.base) as usize).max(piece.core.start).min(bytes.len());
        let mut archives = Archived::new(self.opener, bytes, piece, done);
        begun.into_iter().try_for_each(|begins| archives.look(begins))?;
        let Archived { unclean, end, goes_on, .. } = archives;
        let mut places: Vec<Found> =
            unclean.into_iter().map(|(span, mask)| Found { span, by: By::File(mask) }).collect();
        let local = |(found, span)| Found { span: local(span, piece.base, bytes.len()), by: By::Rule(found) };
        places.extend(found.into_iter().map(local));
        places.sort_by_key(|place| (place.span.start, std::cmp::Reverse(place.span.end)));
        let (mut out, mut masks, mut at) = (Vec::with_capacity(piece.core.len() + 256), Vec::new(), done);
        for place in &places {
            if place.span.end <= at || place.span.start >= end {
                continue;
            }
            let (range, written) = self.instead(bytes, at, place, piece.base);
            out.extend_from_slice(&bytes[at..range.start]);
            masks.push(out.len()..out.len() + written.len());
            out.extend_from_slice(&written);
            at = range.end;
        }
        if at < end {
            out.extend_from_slice(&bytes[at..end]);
            at = end;
        }
        text.done = piece.base + at as u64;
        text.count.masks += masks.len() as u64;
        if !masks.is_empty() {
            out = self.checked(scratch, out, &masks, text, piece.base + piece.core.start as u64)?;
        }
        text.write(&out)?;
        Ok(goes_on)
    }

    /// The stretch to write over, and what to write there.
    fn instead(&self, bytes: &[u8], at: usize, place: &Found, base: u64) -> (Range<usize>, Vec<u8>) {
        let span = place.span.clone();
        match &place.by {
            By::Rule(found) => self.replace(bytes, at, span, found, base),
            By::File(mask) => {
                let rest = span.start.max(at)..span.end;
                (rest.clone(), plain(bytes, rest, mask))
            }
        }
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
        let rule = &self.opener.engine.rules().get(found.rule).info.id;
        let mask = replaced(rule, &self.opener.key.fingerprint(&found.secret));
        let own = local(found.span, base, bytes.len()) == span;
        let (range, written) = replacement(bytes, span.clone(), found, own, &mask);
        if range.start >= at {
            return (range, written);
        }
        replacement(bytes, span.start.max(at)..span.end, found, false, &mask)
    }

    /// Looks at the output around its masks, and replaces what is left, until nothing is.
    fn checked(
        &self,
        scratch: &mut Scratch,
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
                left.extend(self.speaking.scan(scratch, &Window { core: core.clone(), ..Window::whole(&all) })?.found);
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
        let left = self.speaking.scan(scratch, &Window { core: tail..all.len(), ..Window::whole(&all) })?.found;
        match left.first() {
            None => Ok(out),
            Some((found, _)) => {
                Err(RedactError::Left { rule: self.opener.engine.rules().get(found.rule).info.id.clone(), at })
            }
        }
    }
}

impl<'o> Text<'o> {
    pub(super) fn new(out: &'o mut dyn Write) -> Self {
        Self { out, done: 0, tail: Vec::new(), count: Count::default() }
    }

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
