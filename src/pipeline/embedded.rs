//! Files that stand encoded in a text: from where the engine says they begin to their bytes.
//!
//! The engine sees windows and tells beginnings. The run is followed from there to its end, however many windows that
//! takes, and undone as a whole, so that a text gives the same files in one piece and in windows.

use std::ops::Range;

use crate::containers::Fault;
use crate::decoders::{self, Decoder, Input, LOOK, Run, Signs, SpanMap};
use crate::engine;
use crate::model::GapKind;

/// Encoded bytes of one run that are followed.
pub const MAX_RUN: u64 = 16 << 20;

/// Files in one outermost run that are opened: each is undone from the run's start.
const MAX_IN_RUN: usize = 8;

/// A beginning, and the line of its blob that it stands on.
#[derive(Clone)]
pub(super) struct Embedded {
    pub(super) begins: engine::Embedded,
    /// Line breaks between the first byte of its window's core and it.
    pub(super) breaks: u64,
    /// Line, from 1, once the lines before its window are counted.
    pub(super) line: u64,
}

impl Embedded {
    /// The name that stands for it in addresses: `base64@L12`.
    pub(super) fn name(&self) -> Vec<u8> {
        format!("{}@L{}", self.begins.via.join("+"), self.line).into_bytes()
    }

    /// Where the outermost run begins.
    ///
    /// # Errors
    /// The gap it makes when the run began too far before its window to be followed.
    pub(super) fn run(&self) -> Result<u64, Fault> {
        self.begins.run.ok_or_else(|| {
            let detail =
                "a file inside a long encoded run that itself stands in another; decode it and scan the result";
            Fault::new(GapKind::LimitReached, detail)
        })
    }

    /// Refuses the files of a run that come after too many others. They come in order.
    ///
    /// # Errors
    /// The gap it makes.
    pub(super) fn counted(&self, last: &mut (Option<u64>, usize)) -> Result<(), Fault> {
        let count = if last.0 == self.begins.run { last.1 + 1 } else { 1 };
        *last = (self.begins.run, count);
        if count <= MAX_IN_RUN {
            return Ok(());
        }
        let detail = format!("limit on files in one encoded run reached: {MAX_IN_RUN}; decode it and scan the result");
        Err(Fault::new(GapKind::LimitReached, detail))
    }

    /// Undoes the run that begins with `bytes`, which `ended` says reach to the blob's end; `None` when it goes on beyond
    /// them.
    ///
    /// # Errors
    /// The gap it makes when it cannot be undone.
    pub(super) fn undo(&self, bytes: &[u8], ended: bool) -> Result<Option<Vec<u8>>, Fault> {
        let Some(mut at) = self.run().ok().and_then(|run| usize::try_from(self.begins.at - run).ok()) else {
            return Err(lost());
        };
        let mut decoded: Option<Vec<u8>> = None;
        for name in &self.begins.via {
            let level = decoded.as_deref().unwrap_or(bytes);
            let decoder = decoder(name).ok_or_else(lost)?;
            let (input, open) = (Input::whole(level), decoded.is_none() && !ended);
            let run = match run_at(decoder, &input, at) {
                // Wrapped lines go on after a line break, so the end is the end only when something else follows.
                Some(run) if open && run.span.end + LOOK > level.len() => return Ok(None),
                None if open => return Ok(None),
                run => run.ok_or_else(lost)?,
            };
            let mut map = SpanMap::default();
            decoder.decode(&input, &run, run.span.clone(), &mut map);
            at = map.first_at(at);
            decoded = Some(map.into_bytes());
        }
        Ok(Some(decoded.unwrap_or_default().split_off(at)))
    }
}

/// A file that stands encoded in a text.
pub struct EncodedFile {
    /// Where its run stands in the bytes that were given.
    pub span: Range<usize>,
    /// The file.
    pub bytes: Vec<u8>,
}

/// The file that `begins` in `bytes`, which stand at `base` and, as `ended` says, reach to their text's end; `None` when
/// its run goes on beyond them.
///
/// # Errors
/// The gap it makes when it cannot be undone.
pub fn encoded_file(
    begins: engine::Embedded,
    bytes: &[u8],
    base: u64,
    ended: bool,
) -> Result<Option<EncodedFile>, Fault> {
    let embedded = Embedded { begins, breaks: 0, line: 0 };
    let run = embedded.run()?.checked_sub(base).and_then(|run| usize::try_from(run).ok()).ok_or_else(lost)?;
    let text = bytes.get(run..).unwrap_or_default();
    let Some(file) = embedded.undo(text, ended)? else { return Ok(None) };
    let at = (embedded.begins.at - base) as usize - run;
    let outermost = embedded.begins.via.first().and_then(|name| decoder(name));
    let span = outermost.and_then(|decoder| run_at(decoder, &Input::whole(text), at)).ok_or_else(lost)?.span;
    Ok(Some(EncodedFile { span: run + span.start..run + span.end, bytes: file }))
}

fn decoder(name: &str) -> Option<&'static dyn Decoder> {
    decoders::ALL.iter().find(|decoder| decoder.name() == name).copied()
}

fn lost() -> Fault {
    Fault::new(GapKind::Internal, "an encoded file was seen and could not be decoded: a defect in tightlip")
}

/// The gap of a run that is too long to be followed.
pub(super) fn too_long() -> Fault {
    let detail = format!("limit on an encoded file reached: {MAX_RUN} bytes; decode it and scan the result");
    Fault::new(GapKind::LimitReached, detail)
}

/// The run that holds `at`.
fn run_at(decoder: &dyn Decoder, input: &Input<'_>, at: usize) -> Option<Run> {
    let (mut from, signs) = (0, Signs::of(input.bytes));
    while let Some(run) = decoder.next_run(input, &signs, from).filter(|run| run.span.start <= at) {
        if at < run.span.end {
            return Some(run);
        }
        from = run.span.end.max(from + 1);
    }
    None
}

/// A run of a stream that is being followed: its bytes so far, and where they end.
pub(super) struct Followed {
    pub(super) embedded: Embedded,
    bytes: Vec<u8>,
    end: u64,
    refused: Option<Fault>,
}

impl Followed {
    /// Begins to follow it; `last` counts the files of its run.
    pub(super) fn new(embedded: Embedded, last: &mut (Option<u64>, usize)) -> Self {
        let refused = embedded.run().and_then(|_| embedded.counted(last)).err();
        Self { bytes: Vec::new(), end: embedded.begins.run.unwrap_or(0), refused, embedded }
    }

    /// Takes what is new in a buffer that stands at `base`. What came of the run, once it did.
    pub(super) fn take(&mut self, buffer: &[u8], base: u64, last: bool) -> Option<Result<Vec<u8>, Fault>> {
        if let Some(fault) = self.refused.take() {
            return Some(Err(fault));
        }
        let from = usize::try_from(self.end.saturating_sub(base)).unwrap_or(usize::MAX);
        let new = buffer.get(from..).unwrap_or_default();
        self.bytes.extend_from_slice(new);
        self.end += new.len() as u64;
        match self.embedded.undo(&self.bytes, last) {
            Ok(Some(file)) => Some(Ok(file)),
            Ok(None) if self.bytes.len() as u64 > MAX_RUN => Some(Err(too_long())),
            Ok(None) => None,
            Err(fault) => Some(Err(fault)),
        }
    }
}
