//! The progress bar: on standard error, only on a terminal, and only once a scan has lasted a while.

use std::io::{IsTerminal, stderr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{HumanBytes, HumanCount, ProgressBar};

use super::console::Talk;
use crate::pipeline::Progress;

/// How long a scan lasts before it is worth a bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often the bar is drawn.
const TICK: Duration = Duration::from_millis(100);

#[derive(Default)]
struct Counts {
    units: AtomicU64,
    bytes: AtomicU64,
}

/// Counts what was looked at and shows it. Counting is two additions; drawing is done by a thread of its own.
pub(super) struct Bar {
    counts: Arc<Counts>,
    drawer: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Bar {
    /// Begins to count. Nothing is ever drawn unless standard error is a terminal and notes are wanted.
    pub(super) fn start(talk: Talk) -> Self {
        let counts = Arc::<Counts>::default();
        let drawn = talk > Talk::Quiet && stderr().is_terminal();
        let drawer = drawn.then(|| {
            let (stop, stopped) = mpsc::channel();
            let counts = Arc::clone(&counts);
            (stop, thread::spawn(move || draw(&counts, &stopped)))
        });
        Self { counts, drawer }
    }
}

impl Progress for Bar {
    fn advance(&self, units: u64, bytes: u64) {
        self.counts.units.fetch_add(units, Ordering::Relaxed);
        self.counts.bytes.fetch_add(bytes, Ordering::Relaxed);
    }
}

impl Drop for Bar {
    /// Takes the bar off the screen before anything else is written there.
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.drawer.take() {
            drop(stop);
            let _ = thread.join();
        }
    }
}

fn draw(counts: &Counts, stopped: &Receiver<()>) {
    if stopped.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    let bar = ProgressBar::new_spinner();
    while stopped.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
        let (units, bytes) = (counts.units.load(Ordering::Relaxed), counts.bytes.load(Ordering::Relaxed));
        bar.set_message(format!("{} units, {} scanned", HumanCount(units), HumanBytes(bytes)));
        bar.tick();
    }
    bar.finish_and_clear();
}
