//! The threads of a scan. Each takes the largest blob that nobody has taken. One that finds none left helps the others:
//! whoever unpacks a layer then hands its files over in batches, so that one large layer keeps all threads busy. A layer is
//! unpacked by one thread alone, so the one that was begun first, the largest, is what all others may have to wait for:
//! they help it between files of their own.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::model::{BlobKind, Place};
use crate::sources::{Content, Flow, Worker};

/// Bytes of files that are handed over at a time: so many, or one file that is longer.
const BATCH: usize = 512 << 10;

/// Bytes that wait for each helper, before which no more are handed over.
const WAITING: usize = 2 * BATCH;

/// Files that one thread has read for another.
#[derive(Default)]
pub(super) struct Batch {
    /// What was held before stays behind what is, so that no memory is cleared for every file.
    bytes: Vec<u8>,
    /// How many of the bytes are of this batch.
    used: usize,
    /// By file: where its name and its content stand.
    files: Vec<(Range<usize>, Range<usize>)>,
    version: u32,
}

impl Batch {
    /// Takes a file whose content stands behind what is used.
    fn push(&mut self, name: &[u8], length: usize) {
        let content = self.used..self.used + length;
        let own = content.end..content.end + name.len();
        if self.bytes.len() < own.end {
            self.bytes.resize(own.end, 0);
        }
        self.bytes[own.clone()].copy_from_slice(name);
        self.used = own.end;
        self.files.push((own, content));
    }

    fn scan(&mut self, worker: &mut dyn Worker) -> Flow {
        let mut flow = Flow::Continue;
        for (name, content) in self.files.drain(..) {
            if let (Flow::Continue, Some(name), Some(content)) = (flow, self.bytes.get(name), self.bytes.get(content)) {
                let place = Place::new(BlobKind::Layer, name).in_version(self.version);
                flow = worker.blob(&place, Content::Bytes(content));
            }
        }
        self.used = 0;
        flow
    }
}

/// What the threads share. `J` is what there is to do.
pub(super) struct Crew<J> {
    state: Mutex<State<J>>,
    changed: Condvar,
    /// Threads that have found nothing left to take.
    helpers: AtomicUsize,
    /// Bytes of files that nobody has taken.
    waiting: AtomicUsize,
    /// Layers that are being unpacked.
    unpacked: AtomicUsize,
    /// The one of them that was begun first.
    lead: AtomicUsize,
    stopped: AtomicBool,
}

struct State<J> {
    jobs: VecDeque<J>,
    batches: VecDeque<Batch>,
    spare: Vec<Batch>,
    busy: usize,
    /// The layers that are being unpacked, in the order they were begun, and how many there were before the next.
    unpacking: VecDeque<usize>,
    begun: usize,
}

/// Says that a thread is done with its job, also when it panics: the others would wait for ever.
struct Busy<'a, J>(&'a Crew<J>);

impl<J> Drop for Busy<'_, J> {
    fn drop(&mut self) {
        self.0.state().busy -= 1;
        self.0.changed.notify_all();
    }
}

impl<J> Crew<J> {
    /// A crew for these jobs, in the order they are to be taken.
    pub(super) fn new(jobs: impl IntoIterator<Item = J>) -> Self {
        let jobs = jobs.into_iter().collect();
        let (batches, unpacking) = (VecDeque::new(), VecDeque::new());
        Self {
            state: Mutex::new(State { jobs, batches, spare: Vec::new(), busy: 0, unpacking, begun: 0 }),
            changed: Condvar::new(),
            helpers: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            unpacked: AtomicUsize::new(0),
            lead: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
        }
    }

    fn state(&self) -> MutexGuard<'_, State<J>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works until there is nothing left. `work` does one job.
    pub(super) fn work(&self, worker: &mut dyn Worker, mut work: impl FnMut(J, &mut dyn Worker)) {
        let mut helps = false;
        let mut state = self.state();
        loop {
            if self.stopped.load(Ordering::Relaxed) {
                return;
            }
            if !state.batches.is_empty() {
                drop(state);
                self.help(worker);
                state = self.state();
            } else if let Some(job) = state.jobs.pop_front() {
                state.busy += 1;
                drop(state);
                let busy = Busy(self);
                work(job, worker);
                drop(busy);
                state = self.state();
            } else if state.busy == 0 {
                return;
            } else {
                if !std::mem::replace(&mut helps, true) {
                    self.helpers.fetch_add(1, Ordering::Relaxed);
                }
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    /// Whether the scan is to end.
    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Takes down what a worker said.
    pub(super) fn note(&self, flow: Flow) {
        if flow == Flow::Stop {
            self.stopped.store(true, Ordering::Relaxed);
            self.changed.notify_all();
        }
    }

    /// Scans a batch that waits, if one does.
    fn help(&self, worker: &mut dyn Worker) {
        let batch = self.state().batches.pop_front();
        if let Some(mut batch) = batch {
            self.waiting.fetch_sub(batch.used, Ordering::Relaxed);
            self.note(batch.scan(worker));
            self.state().spare.push(batch);
        }
    }

    /// Whether the layer was begun before all others that are being unpacked.
    fn leads(&self, layer: usize) -> bool {
        self.lead.load(Ordering::Relaxed) == layer
    }

    /// Whether somebody takes files of the layer.
    fn wants_files(&self, layer: usize) -> bool {
        let others = if self.leads(layer) { self.unpacked.load(Ordering::Relaxed).saturating_sub(1) } else { 0 };
        self.waiting.load(Ordering::Relaxed) < WAITING * (self.helpers.load(Ordering::Relaxed) + others)
    }

    /// Begins to unpack a layer, and numbers it.
    fn begin(&self) -> usize {
        let mut state = self.state();
        let layer = state.begun;
        state.begun += 1;
        state.unpacking.push_back(layer);
        self.tell(&state);
        layer
    }

    /// Ends what [`Crew::begin`] began.
    fn end(&self, layer: usize) {
        let mut state = self.state();
        state.unpacking.retain(|other| *other != layer);
        self.tell(&state);
    }

    fn tell(&self, state: &State<J>) {
        self.unpacked.store(state.unpacking.len(), Ordering::Relaxed);
        self.lead.store(state.unpacking.front().copied().unwrap_or(state.begun), Ordering::Relaxed);
    }
}

/// The files of one layer on their way: scanned where they are read, or handed over.
pub(super) struct Files<'c, J> {
    crew: &'c Crew<J>,
    layer: usize,
    version: u32,
    batch: Batch,
    /// Whether the batch is to be handed over.
    hands: bool,
    /// Bytes that were scanned here since others were helped.
    scanned: usize,
}

impl<J> Drop for Files<'_, J> {
    fn drop(&mut self) {
        self.crew.end(self.layer);
    }
}

impl<'c, J> Files<'c, J> {
    pub(super) fn new(crew: &'c Crew<J>, version: u32) -> Self {
        Self { crew, layer: crew.begin(), version, batch: Batch::default(), hands: false, scanned: 0 }
    }

    /// Where the next file is read to: a buffer, and the place in it from which on it may be written over.
    pub(super) fn room(&mut self) -> (&mut Vec<u8>, usize) {
        self.hands = self.hands || self.crew.wants_files(self.layer);
        (&mut self.batch.bytes, self.batch.used)
    }

    /// Takes the file that was read there.
    pub(super) fn take(&mut self, name: &[u8], length: usize, worker: &mut dyn Worker) {
        if self.hands {
            self.batch.push(name, length);
            if self.batch.used >= BATCH {
                self.hand_over(worker);
            }
            return;
        }
        let place = Place::new(BlobKind::Layer, name).in_version(self.version);
        let content = self.batch.bytes.get(self.batch.used..self.batch.used + length).unwrap_or_default();
        self.crew.note(worker.blob(&place, Content::Bytes(content)));
        self.share(length, worker);
    }

    /// Helps the layer that leads with as much as was scanned of this one: to do so all the time would keep whoever sends
    /// this one waiting.
    fn share(&mut self, scanned: usize, worker: &mut dyn Worker) {
        self.scanned += scanned;
        if self.scanned >= BATCH && !self.crew.leads(self.layer) {
            self.scanned = 0;
            self.crew.help(worker);
        }
    }

    /// Hands the batch over, or scans it if nobody waits any more.
    pub(super) fn hand_over(&mut self, worker: &mut dyn Worker) {
        self.hands = false;
        if self.batch.files.is_empty() {
            return;
        }
        self.batch.version = self.version;
        if !self.crew.wants_files(self.layer) {
            self.crew.note(self.batch.scan(worker));
            return;
        }
        self.crew.waiting.fetch_add(self.batch.used, Ordering::Relaxed);
        let mut state = self.crew.state();
        let spare = state.spare.pop().unwrap_or_default();
        state.batches.push_back(std::mem::replace(&mut self.batch, spare));
        drop(state);
        self.crew.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::GapKind;

    /// A file's name, its layer and its content.
    type File = (Vec<u8>, u32, Vec<u8>);

    /// Writes down what it is shown.
    struct Seen<'a>(&'a Mutex<Vec<File>>);

    impl Worker for Seen<'_> {
        fn wants(&mut self, _: &Place<'_>, _: Option<u64>) -> bool {
            true
        }

        fn blob(&mut self, place: &Place<'_>, content: Content<'_>) -> Flow {
            let Content::Bytes(bytes) = content else { return Flow::Stop };
            let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            seen.push((place.name.to_vec(), place.version, bytes.to_vec()));
            Flow::Continue
        }

        fn folder(&mut self, _: &Place<'_>) {}
        fn gap(&mut self, _: &Place<'_>, _: GapKind, _: u64, _: &str) {}
        fn excluded(&mut self, _: &Place<'_>, _: &str, _: Option<u64>) {}
        fn note(&mut self, _: &Place<'_>, _: &str) {}
        fn nothing(&mut self, _: &Place<'_>, _: &str) {}
    }

    /// The files of a layer: of all sizes that batches are made of, and told apart by their bytes.
    fn files(layer: u32) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
        const SIZES: [usize; 7] = [0, 1, 4000, BATCH / 3, BATCH - 1, BATCH, 2 * BATCH + 7];
        (0..21).map(move |number| {
            let size = SIZES[(number + layer as usize) % SIZES.len()];
            (format!("{layer}/{number}").into_bytes(), vec![number as u8 ^ layer as u8; size])
        })
    }

    fn unpack(crew: &Crew<u32>, layer: u32, worker: &mut dyn Worker) {
        let mut held = Files::new(crew, layer);
        for (name, content) in files(layer) {
            let (buffer, start) = held.room();
            buffer.resize(buffer.len().max(start + content.len()), 0);
            buffer[start..start + content.len()].copy_from_slice(&content);
            held.take(&name, content.len(), worker);
        }
        held.hand_over(worker);
    }

    #[test]
    fn every_file_is_looked_at_once_by_however_many_threads() {
        const LAYERS: u32 = 6;
        let mut all: Vec<File> =
            (0..LAYERS).flat_map(|layer| files(layer).map(move |(name, content)| (name, layer, content))).collect();
        all.sort_unstable();
        for threads in [1, 2, 3, 8] {
            let (seen, crew) = (Mutex::default(), Crew::new(0..LAYERS));
            std::thread::scope(|scope| {
                for _ in 0..threads {
                    scope.spawn(|| {
                        crew.work(&mut Seen(&seen), |layer, worker| unpack(&crew, layer, worker));
                    });
                }
            });
            let mut seen = seen.into_inner().unwrap_or_else(PoisonError::into_inner);
            seen.sort_unstable();
            assert!(seen == all, "{threads} threads looked at {} files of {}", seen.len(), all.len());
        }
    }
}
