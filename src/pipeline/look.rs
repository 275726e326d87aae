//! One worker: looks at blobs on one thread of a source.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Take};
use std::sync::{Mutex, PoisonError};

use super::embedded::{self, Embedded, MAX_RUN};
use super::held::Part;
use super::judge::MAX_FINDINGS;
use super::large::Large;
use super::ledger::Ledger;
use super::member::{Digesting, Member};
use super::names;
use super::run::Run;
use super::window::{self, Gathered, Yield};
use super::windows::{Piece, Windows};
use crate::containers::{self, Body, Budget, Container, Fault, Members, Step};
use crate::engine::Scratch;
use crate::model::{BlobKind, GapKind, Match, Note, Place, Provenance, Shown};
use crate::sources::{Content, Flow, Worker};

/// Gaps of one container, all nesting included, that are listed one by one.
const MAX_GAPS: u64 = 10_000;

/// How much a file may grow while it is read. A log that is being written ends somewhere; what never ends is a gap.
const MAX_GROWTH: u64 = 64 << 20;

/// A worker. What it gathered goes to the run when it is dropped.
pub(super) struct Look<'a> {
    pub(super) run: &'a Run<'a>,
    pub(super) scratch: Scratch,
    pub(super) ledger: Ledger,
    /// Where matches are put that cannot be judged yet, because nobody knows where their blob stands.
    pub(super) aside: Option<Vec<Part>>,
    /// Memory for the windows of a stream.
    pub(super) buffer: Vec<u8>,
    /// The budget for encoded files in the members of the container that is open.
    nest: Option<Budget>,
    /// Gaps in the outermost container that is open.
    inside: u64,
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
        let wants = self.run.progress.wants_members();
        match content {
            Content::Bytes(bytes) => {
                if wants {
                    self.member(place, Digesting::new(bytes));
                }
                self.bytes(place, bytes);
            }
            Content::File(file, length) => {
                if wants {
                    self.digest(place, &file);
                }
                self.file(place, file, length);
            }
            Content::Stream(stream) => {
                let mut budget = Budget::new(self.run.limits);
                self.digested(place, stream, |look, stream| look.stream(place, stream, &mut budget));
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
        let scratch = Scratch::opening(containers::embeds);
        let (ledger, buffer) = (Ledger::default(), Vec::new());
        Self { run, scratch, ledger, aside: None, buffer, nest: None, inside: 0 }
    }

    pub(super) fn provenance(&mut self, place: &Place<'_>) -> Provenance {
        names::provenance(self.run.bench.engine, &mut self.scratch, place)
    }

    /// Has `read` read a stream, and tells it as a member if that is wanted.
    fn digested(&mut self, place: &Place<'_>, stream: &mut dyn Read, read: impl FnOnce(&mut Self, &mut dyn Read)) {
        if !self.run.progress.wants_members() {
            return read(self, stream);
        }
        let mut digesting = Digesting::new(stream);
        read(self, &mut digesting);
        self.member(place, digesting);
    }

    /// Tells an open file as a member, and goes back to its start. What cannot be read is told when it is scanned.
    fn digest(&mut self, place: &Place<'_>, mut file: &File) {
        self.member(place, Digesting::new(file));
        let _ = file.rewind();
    }

    fn member<R: Read>(&mut self, place: &Place<'_>, digesting: Digesting<R>) {
        let (bytes, sha256) = digesting.finish();
        let place = self.provenance(place);
        self.run.progress.member(Member { place, bytes, sha256 });
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
        scan: impl FnOnce(&mut Self, &Mutex<Windows<'_, Take<File>>>) -> Vec<Yield>,
    ) {
        let Large { name, kind, file, length } = large;
        let place = Place::new(kind, &name);
        let limit = length + MAX_GROWTH;
        let again = file.try_clone();
        let windows = Mutex::new(Windows::new(Vec::new(), file.take(limit)));
        let yields = scan(self, &windows);
        let embedded = self.settle(&place, yields);
        let windows = windows.into_inner().unwrap_or_else(PoisonError::into_inner);
        let bytes = windows.bytes();
        self.scanned(bytes);
        if let Some(error) = windows.finish() {
            return self.unreadable(&place, &error, length.saturating_sub(bytes));
        }
        if !embedded.is_empty() {
            match again {
                Ok(mut file) => self.embedded(&place, embedded, |each, run| reread(&mut file, each, run)),
                Err(error) => self.unreadable(&place, &error, 0),
            }
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
        let follows = place.within.is_none() && self.run.progress.follows();
        let mut head = Vec::with_capacity(containers::HEAD);
        let read = if follows { first_lines(stream, &mut head) } else { read_head(stream, &mut head) };
        if let Err(error) = read {
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
        let bytes = self.windows(place, head, stream);
        self.scanned(bytes);
    }

    /// A blob of ordinary bytes that is held whole.
    pub(super) fn scan(&mut self, place: &Place<'_>, bytes: &[u8]) {
        let piece = if place.kind == BlobKind::Name { Piece::name(bytes) } else { Piece::whole(bytes) };
        let found = self.window_at(place, bytes, &piece);
        if !found.is_empty() {
            let embedded = self.settle(place, vec![found]);
            self.embedded(place, embedded, |each, run| {
                let undone = each.undo(bytes.get(run as usize..).unwrap_or_default(), true)?;
                undone.ok_or_else(embedded::too_long)
            });
        }
    }

    /// Opens the files that stand encoded in a blob; `undo` decodes the run that begins at an offset.
    fn embedded(
        &mut self,
        place: &Place<'_>,
        embedded: Vec<Embedded>,
        mut undo: impl FnMut(&Embedded, u64) -> Result<Vec<u8>, Fault>,
    ) {
        let (mut budget, mut last) = (None, (None, 0));
        for each in embedded {
            let undone = each.counted(&mut last).and_then(|()| each.run()).and_then(|run| undo(&each, run));
            let budget = budget.get_or_insert_with(|| self.budget());
            self.undone(place, &each, undone, budget);
        }
    }

    /// Opens one file that stood encoded in a blob, or says why not.
    pub(super) fn undone(
        &mut self,
        place: &Place<'_>,
        embedded: &Embedded,
        undone: Result<Vec<u8>, Fault>,
        budget: &mut Budget,
    ) {
        let name = embedded.name();
        let place = place.member(&name);
        let fault = match undone {
            Ok(file) => {
                match containers::recognize(&file[..file.len().min(containers::HEAD)]) {
                    Some(container) => self.open(&place, container, Body::Bytes(&file), budget),
                    None => self.scan(&place, &file),
                }
                return self.scanned(file.len() as u64);
            }
            Err(fault) => fault,
        };
        let shown = self.provenance(&place);
        self.ledger.gap(shown, fault.kind, 0, &fault.detail);
    }

    /// The budget for encoded files in what is scanned now.
    pub(super) fn budget(&self) -> Budget {
        self.nest.as_ref().map_or_else(|| Budget::new(self.run.limits), Budget::sibling)
    }

    /// Scans one window.
    pub(super) fn window(&mut self, bytes: &[u8], piece: &Piece) -> Yield {
        window::look(self.run.bench.engine, &mut self.scratch, bytes, piece, |_| true)
    }

    /// Scans one window of what stands at `place`, and keeps nothing where no rule that finds something speaks of it.
    pub(super) fn window_at(&mut self, place: &Place<'_>, bytes: &[u8], piece: &Piece) -> Yield {
        let (bench, aside) = (&self.run.bench, self.aside.is_some());
        let wanted = |matches: &[Match]| aside || bench.speaks_of_any(matches, place);
        window::look(bench.engine, &mut self.scratch, bytes, piece, wanted)
    }

    /// Judges what the windows of a blob yielded. Gives the encoded files that stand in it.
    pub(super) fn settle(&mut self, place: &Place<'_>, yields: Vec<Yield>) -> Vec<Embedded> {
        if yields.iter().all(Yield::is_empty) {
            return Vec::new();
        }
        self.judge(place, window::gather(yields))
    }

    pub(super) fn judge(&mut self, place: &Place<'_>, gathered: Gathered) -> Vec<Embedded> {
        let Gathered { mut matches, counts, embedded, troubles } = gathered;
        if self.aside.is_none() {
            // To mask an address costs as much as to scan a small file, and most matches say nothing of their place.
            self.run.bench.sift(place, &mut matches);
            if matches.is_empty() && troubles.is_empty() {
                return embedded;
            }
        }
        let shown = self.provenance(place);
        for trouble in troubles {
            self.ledger.gap(shown.clone(), trouble.kind(), trouble.bytes(), trouble.detail());
        }
        if let Some(aside) = &mut self.aside {
            aside.push(Part::of(place, matches));
            return embedded;
        }
        let mut judged = self.run.bench.judge(place, &shown, matches, &counts);
        if judged.len() > MAX_FINDINGS {
            judged.truncate(MAX_FINDINGS);
            let detail = format!("more than {MAX_FINDINGS} findings; the rest is not listed");
            self.ledger.gap(shown, GapKind::LimitReached, 0, &detail);
        }
        self.ledger.findings.append(&mut judged);
        embedded
    }

    /// Opens a container: its members are blobs.
    fn open(&mut self, place: &Place<'_>, container: &dyn Container, body: Body<'_>, budget: &mut Budget) {
        let outer = self.nest.replace(budget.deeper());
        let outermost = outer.is_none();
        self.inside = if outermost { 0 } else { self.inside };
        container.open(body, budget, &mut Nested { look: self, place });
        self.nest = outer;
        if outermost && self.floods() {
            let more = self.inside - MAX_GAPS;
            let detail = format!("{more} more places in it could not be looked at; the first {MAX_GAPS} are listed");
            let shown = self.provenance(place);
            self.ledger.listed(shown, GapKind::LimitReached, 0, &detail);
        }
    }

    /// Whether there are more gaps in the outermost container than are listed. A manifest names every member.
    fn floods(&self) -> bool {
        self.inside > MAX_GAPS && !self.run.progress.wants_members()
    }

    /// Records a gap in the container that is open. Of a flood only the start is listed, and all of it is counted.
    fn gap_inside(&mut self, place: &Place<'_>, kind: GapKind, bytes: u64, detail: &str) {
        self.inside += 1;
        if self.floods() {
            return self.ledger.coverage.gaps.add(bytes);
        }
        let shown = self.provenance(place);
        self.ledger.gap(shown, kind, bytes, detail);
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
        if self.nest.is_some() {
            return self.gap_inside(place, fault.kind, bytes, &fault.detail);
        }
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
        self.look.digested(&place, content, |look, content| look.stream(&place, content, budget));
        Step::Continue
    }

    fn plain(&mut self, content: &mut dyn Read) {
        let place = *self.place;
        self.look.windows(&place, Vec::new(), content);
    }

    fn text(&mut self, name: &[u8], text: &[u8]) {
        let place = self.place.member(name);
        self.look.scan(&place, text);
        self.look.scanned(text.len() as u64);
    }

    fn gap(&mut self, name: &[u8], kind: GapKind, bytes: u64, detail: &str) {
        let place = if name.is_empty() { *self.place } else { self.place.member(name) };
        self.look.gap_inside(&Place { kind: BlobKind::Member, ..place }, kind, bytes, detail);
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

/// Reads the run that begins at `run` of a file until it ends, and undoes it.
fn reread(file: &mut File, embedded: &Embedded, run: u64) -> Result<Vec<u8>, Fault> {
    let told = |error: io::Error| Fault::of(&error);
    file.seek(SeekFrom::Start(run)).map_err(told)?;
    let (mut bytes, mut want) = (Vec::new(), 256 << 10);
    while bytes.len() as u64 <= MAX_RUN {
        let ended = file.take(want).read_to_end(&mut bytes).map_err(told)? < want as usize;
        match embedded.undo(&bytes, ended)? {
            None => want = bytes.len() as u64,
            Some(file) => return Ok(file),
        }
    }
    Err(embedded::too_long())
}

fn read_head(stream: &mut dyn Read, head: &mut Vec<u8>) -> io::Result<()> {
    Read::take(stream, containers::HEAD as u64).read_to_end(head).map(|_| ())
}

/// Reads as much of a stream as shows whether it is a container: of text, its first line.
fn first_lines(stream: &mut dyn Read, head: &mut Vec<u8>) -> io::Result<()> {
    let mut buffer = [0; containers::HEAD];
    while head.len() < containers::HEAD {
        let room = containers::HEAD - head.len();
        match stream.read(&mut buffer[..room]) {
            Ok(0) => return Ok(()),
            Ok(count) => head.extend_from_slice(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if head.contains(&b'\n') && !head.contains(&0) && containers::recognize(head).is_none() {
            return Ok(());
        }
    }
    Ok(())
}

/// Takes windows until there are no more.
pub(super) fn take(look: &mut Look<'_>, windows: &Mutex<Windows<'_, Take<File>>>) -> Vec<Yield> {
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
