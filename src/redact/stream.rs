//! Bytes in, the same bytes out with every secret replaced.
//!
//! Every window is scanned, replaced, and scanned again where something was replaced; only then it is written. Whatever a
//! rule finds is replaced, at any confidence; no mark and no allow entry keeps it.

use std::io::{Read, Write};
use std::ops::Range;
use std::thread;

use super::RedactError;
use super::archived::{Archived, Opener};
use super::batch::Batch;
use super::replace::{plain, replacement};
use super::speaking::{Scanned, Speaking};
use crate::containers::{self, Limits};
use crate::decoders::Input;
use crate::engine::{Engine, REACH, Scratch, Window};
use crate::model::{BlobKind, Key, Match, Provenance, Span, replaced};
use crate::pipeline::{CONTEXT, MAX_RUN, Piece, Windows};
use crate::sources::thread_count;

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
    opener: Opener<'a>,
    speaking: Speaking<'a>,
    /// A scratch memory for each thread.
    lookers: Vec<Scratch>,
}

/// When a stream is written.
#[derive(Clone, Copy)]
pub enum Pace<'r> {
    /// A window at a time.
    Windows,
    /// Each line as soon as it is settled. What is asked says whether more can be read without waiting.
    Lines(&'r dyn Fn() -> bool),
}

impl<'r> Pace<'r> {
    /// Windows that each thread is given together; those of lines are small.
    fn windows(self) -> usize {
        match self {
            Self::Windows => 1,
            Self::Lines(_) => 4,
        }
    }

    fn ready(self) -> &'r dyn Fn() -> bool {
        match self {
            Self::Windows => &|| true,
            Self::Lines(ready) => ready,
        }
    }
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
struct Text<'o> {
    out: &'o mut dyn Write,
    /// Up to where the input was written or replaced.
    done: u64,
    /// The end of what was written, for the second look.
    tail: Vec<u8>,
    count: Count,
}

impl<'a> Redactor<'a> {
    /// Masks show fingerprints under `key`. A text is scanned on `threads` threads (0: one for each
    /// processor).
    pub fn new(engine: &'a Engine, key: &'a Key, limits: Limits, threads: usize) -> Self {
        let lookers = (0..thread_count(threads)).map(|_| Scratch::opening(containers::embeds)).collect();
        Self { opener: Opener { engine, key, limits }, speaking: Speaking::new(engine), lookers }
    }

    /// What the archives of one file may cost.
    pub fn limits(&self) -> &Limits {
        &self.opener.limits
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
        self.speaking.place = Some(Provenance::new(path, BlobKind::File));
        let count = self.stream(begun, stream, Pace::Windows, out);
        self.speaking.place = None;
        count
    }

    /// Redacts a stream whose beginning was read.
    ///
    /// # Errors
    /// If the stream cannot be read or written, or something is left; nothing of that window was written then.
    pub fn stream(
        &mut self,
        begun: Vec<u8>,
        stream: &mut dyn Read,
        pace: Pace<'_>,
        out: &mut dyn Write,
    ) -> Result<Count, RedactError> {
        let engine = self.opener.engine;
        let begins = |line: &[u8]| engine.known_begins(line);
        let mut windows = match pace {
            Pace::Lines(_) => Windows::by_lines(begun, stream, &begins),
            Pace::Windows => Windows::new(begun, stream),
        };
        let mut text = Text { out, done: 0, tail: Vec::new(), count: Count::default() };
        let mut batch = Batch::new(pace.windows() * self.lookers.len());
        while batch.fill(&mut windows, pace.ready()) {
            for (i, scanned) in self.scan_all(batch.windows()).into_iter().enumerate() {
                let (buffer, piece) = &batch.windows()[i];
                let Some(from) = self.piece(buffer, piece, scanned?, &mut text)? else { continue };
                if (buffer.len() - from) as u64 > MAX_RUN {
                    return Err(RedactError::TooLong { at: piece.base + from as u64 });
                }
                windows.take_back(&batch.windows()[i..], from);
                break;
            }
            if matches!(pace, Pace::Lines(_)) {
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
        self.stream(Vec::new(), &mut &text[..], Pace::Windows, &mut out)?;
        Ok(out)
    }

    /// Redacts a window and writes it. Where an encoded archive goes on beyond it, only what stands before that: the
    /// result is its beginning then.
    fn piece(
        &mut self,
        bytes: &[u8],
        piece: &Piece,
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
            out = self.checked(out, &masks, text, piece.base + piece.core.start as u64)?;
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
                Err(RedactError::Left { rule: self.opener.engine.rules().get(found.rule).info.id.clone(), at })
            }
        }
    }

    /// Scans windows side by side.
    fn scan_all(&mut self, windows: &[(Vec<u8>, Piece)]) -> Vec<Result<Scanned, RedactError>> {
        let (speaking, lookers) = (&self.speaking, &mut self.lookers);
        if let ([(bytes, piece)], [scratch, ..]) = (windows, &mut lookers[..]) {
            return vec![speaking.scan(scratch, &whole_of(bytes, piece))];
        }
        let share = windows.len().div_ceil(lookers.len());
        let look = |windows: &[(Vec<u8>, Piece)], scratch: &mut Scratch| -> Vec<_> {
            windows.iter().map(|(bytes, piece)| speaking.scan(scratch, &whole_of(bytes, piece))).collect()
        };
        thread::scope(|scope| {
            let mut shares = windows.chunks(share).zip(lookers);
            let own = shares.next();
            let others: Vec<_> = shares.map(|(windows, scratch)| scope.spawn(|| look(windows, scratch))).collect();
            let mut all = own.map_or_else(Vec::new, |(windows, scratch)| look(windows, scratch));
            for other in others {
                all.extend(other.join().unwrap_or_else(|_| vec![Err(RedactError::Failed)]));
            }
            all
        })
    }

    /// Everything that is found, settled into stretches that do not touch.
    fn scan(&mut self, window: &Window<'_>) -> Result<Vec<(Match, Span)>, RedactError> {
        let scratch = self.lookers.first_mut().ok_or(RedactError::Failed)?;
        self.speaking.scan(scratch, window).map(|scanned| scanned.found)
    }
}

/// What of a window is looked at.
fn whole_of<'b>(bytes: &'b [u8], piece: &Piece) -> Window<'b> {
    let core = piece.core.start.saturating_sub(BEFORE)..(piece.core.end + REACH).min(bytes.len());
    Window { input: Input { bytes, base: piece.base, carry: piece.carry }, core }
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
