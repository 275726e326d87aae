//! One worker: looks at blobs on one thread of a source.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Take};
use std::sync::{Mutex, PoisonError};

use super::held::Part;
use super::judge::MAX_FINDINGS;
use super::large::Large;
use super::ledger::Ledger;
use super::names;
use super::run::Run;
use super::window::{self, Gathered, Yield};
use super::windows::{Piece, Windows};
use crate::containers::{self, Body, Budget, Container, Fault, Members, Step};
use crate::engine::Scratch;
use crate::model::{BlobKind, GapKind, Note, Place, Provenance, Shown};
use crate::sources::{Content, Flow, Worker};

/// How much a file may grow while it is read. A log that is being written ends somewhere; what never ends is a gap.
const MAX_GROWTH: u64 = 64 << 20;

/// A worker. What it gathered goes to the run when it is dropped.
pub(super) struct Look<'a> {
    pub(super) run: &'a Run<'a>,
    pub(super) scratch: Scratch,
    pub(super) ledger: Ledger,
    /// Where matches are put that cannot be judged yet, because nobody knows where their blob stands.
    pub(super) aside: Option<Vec<Part>>,
    buffer: Vec<u8>,
}

impl Drop for Look<'_> {
    fn drop(&mut self) {
        self.run.close(std::mem::take(&mut self.ledger));
    }
}

impl Worker for Look<'_> {
    fn wants(&mut self, place: &Place<'_>, bytes: Option<u64>) -> bool {
        let Some(reason) = self.run.bench.policy.excluded(place) else { return true };
        let shown = self.provenance(place);
        self.ledger.excluded(shown, reason, bytes);
        false
    }

    fn blob(&mut self, place: &Place<'_>, content: Content<'_>) -> Flow {
        self.name(place);
        match content {
            Content::Bytes(bytes) => self.bytes(place, bytes),
            Content::File(file, length) => self.file(place, file, length),
            Content::Stream(stream) => {
                let mut budget = Budget::new(self.run.limits);
                self.stream(place, stream, &mut budget);
            }
        }
        Flow::Continue
    }

    fn folder(&mut self, place: &Place<'_>) {
        self.name(place);
    }

    fn gap(&mut self, place: &Place<'_>, kind: GapKind, bytes: u64, detail: &str) {
        let shown = self.provenance(place);
        self.ledger.gap(shown, kind, bytes, detail);
    }

    fn excluded(&mut self, place: &Place<'_>, reason: &str, bytes: Option<u64>) {
        let shown = self.provenance(place);
        self.ledger.excluded(shown, reason, bytes);
    }

    fn note(&mut self, place: &Place<'_>, text: &str) {
        let place = self.provenance(place).shown();
        self.ledger.notes.push(Note { place, text: Shown::from_bytes(text.as_bytes()) });
    }

    fn nothing(&mut self, place: &Place<'_>, reason: &str) {
        self.note(place, reason);
        self.ledger.nothing = true;
    }
}

impl<'a> Look<'a> {
    pub(super) fn new(run: &'a Run<'a>) -> Self {
        Self { run, scratch: Scratch::default(), ledger: Ledger::default(), aside: None, buffer: Vec::new() }
    }

    pub(super) fn provenance(&mut self, place: &Place<'_>) -> Provenance {
        names::provenance(self.run.bench.engine, &mut self.scratch, place)
    }

    /// A blob that is held whole.
    pub(super) fn bytes(&mut self, place: &Place<'_>, bytes: &[u8]) {
        let head = &bytes[..bytes.len().min(containers::HEAD)];
        let tail = &bytes[bytes.len().saturating_sub(containers::TAIL)..];
        if let Some(container) = containers::recognize(head).or_else(|| containers::recognize_end(tail)) {
            let mut budget = Budget::new(self.run.limits);
            self.open(place, container, Body::Bytes(bytes), &mut budget);
        } else {
            self.scan(place, bytes);
        }
        self.scanned(bytes.len() as u64);
    }

    fn file(&mut self, place: &Place<'_>, mut file: File, length: u64) {
        let mut head = Vec::with_capacity(containers::HEAD);
        let read = file.by_ref().take(containers::HEAD as u64).read_to_end(&mut head).and_then(|_| file.rewind());
        if let Err(error) = read {
            return self.unreadable(place, &error, length);
        }
        match containers::recognize(&head).or_else(|| recognize_end(&mut file, length)) {
            Some(container) => {
                let mut budget = Budget::new(self.run.limits);
                self.open(place, container, Body::File(&file), &mut budget);
                self.scanned(length);
            }
            None => {
                if let Some(large) = self.run.defer(Large::new(place, file, length)) {
                    self.large(large, take);
                }
            }
        }
    }

    /// Scans a large file in windows; `scan` takes them, on one thread or many.
    pub(super) fn large(
        &mut self,
        large: Large,
        scan: impl FnOnce(&mut Self, &Mutex<Windows<Take<File>>>) -> Vec<Yield>,
    ) {
        let Large { name, kind, file, length } = large;
        let place = Place::new(kind, &name);
        let limit = length + MAX_GROWTH;
        let windows = Mutex::new(Windows::new(Vec::new(), file.take(limit)));
        let yields = scan(self, &windows);
        self.settle(&place, yields);
        let windows = windows.into_inner().unwrap_or_else(PoisonError::into_inner);
        let bytes = windows.bytes();
        self.scanned(bytes);
        if let Some(error) = windows.finish() {
            return self.unreadable(&place, &error, length.saturating_sub(bytes));
        }
        if bytes < length {
            let place = self.provenance(&place);
            let detail = format!("it had {} bytes when it was opened and ended after {bytes}", length);
            self.ledger.gap(place, GapKind::ChangedWhileReading, length - bytes, &detail);
        } else if bytes >= limit {
            let place = self.provenance(&place);
            self.ledger.gap(place, GapKind::ChangedWhileReading, 0, "it kept growing while it was read");
        }
    }

    /// A stream: held whole if it is short, opened if it is a container, scanned window by window otherwise.
    pub(super) fn stream(&mut self, place: &Place<'_>, stream: &mut dyn Read, budget: &mut Budget) {
        let mut head = Vec::with_capacity(containers::HEAD);
        if let Err(error) = Read::take(&mut *stream, containers::HEAD as u64).read_to_end(&mut head) {
            self.scan(place, &head);
            self.scanned(head.len() as u64);
            return self.unreadable(place, &error, 0);
        }
        if let Some(container) = containers::recognize(&head) {
            let mut counted = Counted { inner: (&head[..]).chain(stream), bytes: 0 };
            self.open(place, container, Body::Stream(&mut counted), budget);
            let bytes = counted.bytes;
            return self.scanned(bytes);
        }
        self.windows(place, head, stream);
    }

    /// Scans a stream on this thread.
    fn windows(&mut self, place: &Place<'_>, begun: Vec<u8>, stream: &mut dyn Read) {
        let mut windows = Windows::new(begun, stream);
        let mut buffer = std::mem::take(&mut self.buffer);
        let (mut yields, mut bytes) = (Vec::new(), 0);
        while let Some(piece) = windows.next(&mut buffer) {
            bytes += piece.core.len() as u64;
            yields.push(self.window(&buffer, &piece));
        }
        self.buffer = buffer;
        self.settle(place, yields);
        self.scanned(bytes);
        if let Some(error) = windows.finish() {
            self.unreadable(place, &error, 0);
        }
    }

    /// A blob of ordinary bytes that is held whole.
    pub(super) fn scan(&mut self, place: &Place<'_>, bytes: &[u8]) {
        let found = self.window(bytes, &Piece::whole(bytes));
        if !found.is_empty() {
            self.settle(place, vec![found]);
        }
    }

    /// Scans one window.
    pub(super) fn window(&mut self, bytes: &[u8], piece: &Piece) -> Yield {
        window::look(self.run.bench.engine, &mut self.scratch, bytes, piece)
    }

    /// Judges what the windows of a blob yielded.
    pub(super) fn settle(&mut self, place: &Place<'_>, yields: Vec<Yield>) {
        if yields.iter().all(Yield::is_empty) {
            return;
        }
        let Gathered { matches, counts, troubles } = window::gather(yields);
        let shown = self.provenance(place);
        for trouble in troubles {
            self.ledger.gap(shown.clone(), trouble.kind(), trouble.bytes(), trouble.detail());
        }
        if let Some(aside) = &mut self.aside {
            return aside.push(Part::of(place, matches));
        }
        let mut judged = self.run.bench.judge(place, &shown, matches, &counts);
        if judged.len() > MAX_FINDINGS {
            judged.truncate(MAX_FINDINGS);
            let detail = format!("more than {MAX_FINDINGS} findings; the rest is not listed");
            self.ledger.gap(shown, GapKind::LimitReached, 0, &detail);
        }
        self.ledger.findings.append(&mut judged);
    }

    /// Opens a container: its members are blobs.
    fn open(&mut self, place: &Place<'_>, container: &dyn Container, body: Body<'_>, budget: &mut Budget) {
        container.open(body, budget, &mut Nested { look: self, place });
    }

    /// Looks at a blob's own name.
    pub(super) fn name(&mut self, place: &Place<'_>) {
        if matches!(place.kind, BlobKind::Stream | BlobKind::Image) {
            return;
        }
        // The folders of a tree are looked at one by one; those of an archive stand in the names of its members alone.
        let part = place.name.iter().rposition(|byte| *byte == b'/').map_or(0, |i| i + 1);
        let base = if place.within.is_none() { part } else { 0 };
        let name = Place { kind: BlobKind::Name, ..*place };
        self.scan(&name, &place.name[base..]);
    }

    pub(super) fn scanned(&mut self, bytes: u64) {
        self.ledger.coverage.scanned.add(bytes);
        self.run.progress.advance(1, bytes);
    }

    /// Records what kept a blob's bytes from being read.
    pub(super) fn unreadable(&mut self, place: &Place<'_>, error: &io::Error, bytes: u64) {
        let fault = Fault::of(error);
        let shown = self.provenance(place);
        self.ledger.gap(shown, fault.kind, bytes, &fault.detail);
    }
}

/// Looks at members on their container's thread.
struct Nested<'l, 'a, 'p> {
    look: &'l mut Look<'a>,
    place: &'p Place<'p>,
}

impl Members for Nested<'_, '_, '_> {
    fn member(&mut self, name: &[u8], content: &mut dyn Read, budget: &mut Budget) -> Step {
        let place = self.place.member(name);
        if !name.is_empty() {
            self.look.name(&place);
        }
        self.look.stream(&place, content, budget);
        Step::Continue
    }

    fn text(&mut self, name: &[u8], text: &[u8]) {
        let place = self.place.member(name);
        self.look.scan(&place, text);
        self.look.scanned(text.len() as u64);
    }

    fn gap(&mut self, name: &[u8], kind: GapKind, bytes: u64, detail: &str) {
        let place = if name.is_empty() { *self.place } else { self.place.member(name) };
        let place = Place { kind: BlobKind::Member, ..place };
        let shown = self.look.provenance(&place);
        self.look.ledger.gap(shown, kind, bytes, detail);
    }
}

/// Looks at the end of a file, and goes back to its start. A file that cannot seek is none.
fn recognize_end(file: &mut File, length: u64) -> Option<&'static dyn Container> {
    let mut tail = [0; containers::TAIL];
    let at = length.checked_sub(tail.len() as u64)?;
    let read = file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(&mut tail));
    file.rewind().ok()?;
    read.ok().and_then(|()| containers::recognize_end(&tail))
}

/// Takes windows until there are no more.
pub(super) fn take(look: &mut Look<'_>, windows: &Mutex<Windows<Take<File>>>) -> Vec<Yield> {
    let (mut buffer, mut yields) = (Vec::new(), Vec::new());
    loop {
        let next = windows.lock().unwrap_or_else(PoisonError::into_inner).next(&mut buffer);
        let Some(piece) = next else { return yields };
        yields.push(look.window(&buffer, &piece));
    }
}

/// Counts what is read.
struct Counted<R> {
    inner: R,
    bytes: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.bytes += count as u64;
        Ok(count)
    }
}
