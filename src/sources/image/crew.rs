//! The threads of a scan. Each takes the largest blob that nobody has taken. One that finds none left helps the others:
//! whoever unpacks a layer then hands its files over in batches, so that one large layer keeps all threads busy.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::model::{BlobKind, Place};
use crate::sources::{Content, Flow, Worker};

/// Bytes of files that are handed over at a time.
const BATCH: usize = 512 << 10;

/// Batches that wait for each helper.
const WAITING: usize = 2;

/// Files that one thread has read for another.
#[derive(Default)]
pub(super) struct Batch {
    bytes: Vec<u8>,
    files: Vec<(Range<usize>, Range<usize>)>,
    version: u32,
}

impl Batch {
    fn scan(&mut self, worker: &mut dyn Worker) -> Flow {
        let mut flow = Flow::Continue;
        for (name, content) in self.files.drain(..) {
            if let (Flow::Continue, Some(name), Some(content)) = (flow, self.bytes.get(name), self.bytes.get(content)) {
                let place = Place::new(BlobKind::Layer, name).in_version(self.version);
                flow = worker.blob(&place, Content::Bytes(content));
            }
        }
        self.bytes.clear();
        flow
    }
}

/// What the threads share. `J` is what there is to do.
pub(super) struct Crew<J> {
    state: Mutex<State<J>>,
    changed: Condvar,
    /// Threads that have found nothing left to take.
    helpers: AtomicUsize,
    waiting: AtomicUsize,
    stopped: AtomicBool,
}

struct State<J> {
    jobs: VecDeque<J>,
    batches: VecDeque<Batch>,
    spare: Vec<Batch>,
    busy: usize,
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
        let state = State { jobs: jobs.into_iter().collect(), batches: VecDeque::new(), spare: Vec::new(), busy: 0 };
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
            helpers: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
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
            if let Some(mut batch) = state.batches.pop_front() {
                self.waiting.fetch_sub(1, Ordering::Relaxed);
                drop(state);
                self.note(batch.scan(worker));
                state = self.state();
                state.spare.push(batch);
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

    /// Whether somebody waits for files.
    fn wants_files(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) < WAITING * self.helpers.load(Ordering::Relaxed)
    }
}

/// The files of one layer on their way: scanned where they are read, or handed over.
pub(super) struct Files<'c, J> {
    crew: &'c Crew<J>,
    version: u32,
    batch: Option<Batch>,
}

impl<'c, J> Files<'c, J> {
    pub(super) fn new(crew: &'c Crew<J>, version: u32) -> Self {
        Self { crew, version, batch: None }
    }

    /// Takes one file.
    pub(super) fn take(&mut self, name: &[u8], content: &[u8], worker: &mut dyn Worker) {
        if self.batch.is_none() && content.len() < BATCH && self.crew.wants_files() {
            let mut batch = self.crew.state().spare.pop().unwrap_or_default();
            batch.version = self.version;
            self.batch = Some(batch);
        }
        match &mut self.batch {
            Some(batch) if content.len() < BATCH => {
                let start = batch.bytes.len();
                batch.bytes.extend_from_slice(name);
                batch.bytes.extend_from_slice(content);
                let middle = start + name.len();
                batch.files.push((start..middle, middle..batch.bytes.len()));
                if batch.bytes.len() >= BATCH {
                    self.hand_over(worker);
                }
            }
            _ => {
                let place = Place::new(BlobKind::Layer, name).in_version(self.version);
                self.crew.note(worker.blob(&place, Content::Bytes(content)));
            }
        }
    }

    /// Hands the batch over, or scans it if nobody waits any more.
    pub(super) fn hand_over(&mut self, worker: &mut dyn Worker) {
        let Some(mut batch) = self.batch.take() else { return };
        if self.crew.wants_files() {
            self.crew.waiting.fetch_add(1, Ordering::Relaxed);
            self.crew.state().batches.push_back(batch);
            self.crew.changed.notify_one();
            return;
        }
        self.crew.note(batch.scan(worker));
        self.crew.state().spare.push(batch);
    }
}
