//! Bytes in, the same bytes out with every secret replaced.
//!
//! Every window is scanned, replaced, and scanned again where something was replaced; only then it is written. Whatever a
//! rule finds is replaced, at any confidence; no mark and no allow entry keeps it. While some windows are scanned, those
//! before them are written and those behind them read.

use std::io::{Read, Write};
use std::thread;

use super::RedactError;
use super::archived::Opener;
use super::count::Count;
use super::rewrite::{Rewriter, Text};
use super::speaking::{Scanned, Speaking};
use crate::containers::{self, Limits};
use crate::decoders::Input;
use crate::engine::{Engine, REACH, Scratch, Window};
use crate::model::{BlobKind, Key, Provenance};
use crate::pipeline::{Batch, MAX_RUN, Piece, Windows};
use crate::sources::thread_count;

/// How far before a window its keywords are looked at again: a value that begins at the end of a line.
const BEFORE: usize = 1024;

/// Bytes of a window that is scanned by the thread that writes, if it is the only one.
const ALONE: usize = 128 << 10;

/// Redacts texts, one after the other.
pub struct Redactor<'a> {
    rewriter: Rewriter<'a>,
    /// The scratch memory of the thread that writes.
    own: Scratch,
    /// One for each thread that scans.
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

impl<'a> Redactor<'a> {
    /// Masks show fingerprints under `key`. A text is scanned on `threads` threads (0: one for each
    /// processor).
    pub fn new(engine: &'a Engine, key: &'a Key, limits: Limits, threads: usize) -> Self {
        let rewriter = Rewriter { opener: Opener { engine, key, limits }, speaking: Speaking::new(engine) };
        let scratch = || Scratch::opening(containers::embeds);
        Self { rewriter, own: scratch(), lookers: (0..thread_count(threads)).map(|_| scratch()).collect() }
    }

    /// What the archives of one file may cost.
    pub fn limits(&self) -> &Limits {
        &self.rewriter.opener.limits
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
        self.rewriter.speaking.place = Some(Provenance::new(path, BlobKind::File));
        let count = self.stream(begun, stream, Pace::Windows, out);
        self.rewriter.speaking.place = None;
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
        let engine = self.rewriter.opener.engine;
        let begins = |line: &[u8]| engine.known_begins(line);
        let mut windows = match pace {
            Pace::Lines(_) => Windows::by_lines(begun, stream, &begins),
            Pace::Windows => Windows::new(begun, stream),
        };
        let mut text = Text::new(out);
        let most = pace.windows() * self.lookers.len();
        let [mut looked, mut current, mut next] = [Batch::new(most), Batch::new(most), Batch::new(most)];
        let mut results = Vec::new();
        while current.fill(&mut windows, pace.ready()) {
            // As long as there is more that need not be waited for, the writer stays one batch behind.
            while !current.is_empty() {
                let Self { rewriter, own, lookers } = self;
                let (scanned, written) = scan_all(&rewriter.speaking, lookers, current.windows(), || {
                    let cut = write_all(rewriter, own, &looked, std::mem::take(&mut results), &mut text)?;
                    Ok((cut, cut.is_none() && next.fill_ready(&mut windows, pace.ready())))
                });
                match written? {
                    (Some((window, from)), _) => {
                        windows.take_back(looked.windows()[window..].iter().chain(current.windows()), from);
                        looked.clear();
                        current.clear();
                    }
                    (None, read) => {
                        looked.clear();
                        std::mem::swap(&mut looked, &mut current);
                        results = scanned;
                        if read {
                            std::mem::swap(&mut current, &mut next);
                        }
                    }
                }
            }
            let cut = write_all(&self.rewriter, &mut self.own, &looked, std::mem::take(&mut results), &mut text)?;
            if let Some((window, from)) = cut {
                windows.take_back(looked.windows()[window..].iter(), from);
            }
            looked.clear();
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
}

/// Writes windows that were scanned. Where an encoded archive goes on beyond the last one, what stands from there on is not
/// written: the window, and the place in it.
fn write_all(
    rewriter: &Rewriter<'_>,
    scratch: &mut Scratch,
    batch: &Batch,
    scanned: Vec<Result<Scanned, RedactError>>,
    text: &mut Text<'_>,
) -> Result<Option<(usize, usize)>, RedactError> {
    for (i, (window, scanned)) in batch.windows().iter().zip(scanned).enumerate() {
        let Some(from) = rewriter.piece(scratch, window, scanned?, text)? else { continue };
        let (bytes, piece) = window;
        if (bytes.len() - from) as u64 > MAX_RUN {
            return Err(RedactError::TooLong { at: piece.base + from as u64 });
        }
        return Ok(Some((i, from)));
    }
    Ok(None)
}

/// Scans windows side by side, and does something `meanwhile`.
fn scan_all<T>(
    speaking: &Speaking<'_>,
    lookers: &mut [Scratch],
    windows: &[(Vec<u8>, Piece)],
    meanwhile: impl FnOnce() -> T,
) -> (Vec<Result<Scanned, RedactError>>, T) {
    let look = |windows: &[(Vec<u8>, Piece)], scratch: &mut Scratch| -> Vec<_> {
        windows.iter().map(|(bytes, piece)| speaking.scan(scratch, &whole_of(bytes, piece))).collect()
    };
    // A short text is not worth a thread.
    if let ([one @ (bytes, _)], [scratch, ..]) = (windows, &mut *lookers)
        && bytes.len() <= ALONE
    {
        let done = meanwhile();
        return (look(std::slice::from_ref(one), scratch), done);
    }
    let share = windows.len().div_ceil(lookers.len()).max(1);
    thread::scope(|scope| {
        let shares = windows.chunks(share).zip(lookers);
        let shares: Vec<_> = shares.map(|(windows, scratch)| scope.spawn(|| look(windows, scratch))).collect();
        let done = meanwhile();
        let joined = shares.into_iter().map(|share| share.join().unwrap_or_else(|_| vec![Err(RedactError::Failed)]));
        (joined.flatten().collect(), done)
    })
}

/// What of a window is looked at.
fn whole_of<'b>(bytes: &'b [u8], piece: &Piece) -> Window<'b> {
    let core = piece.core.start.saturating_sub(BEFORE)..(piece.core.end + REACH).min(bytes.len());
    Window { input: Input { bytes, base: piece.base, carry: piece.carry }, core, begins: true }
}
