//! Files too large to be held whole: kept open until the source is done, then read in windows by all threads.

use std::fs::File;
use std::io::{Read, Take};
use std::sync::{Mutex, PoisonError};

use super::look::Look;
use super::scan::Run;
use super::window::Yield;
use super::windows::Windows;
use crate::model::{BlobKind, GapKind, Place};

/// Large files that are kept open at a time; further ones are scanned by the thread that met them.
pub(super) const MAX_OPEN: usize = 64;

/// How much a file may grow while it is read. A log that is being written ends somewhere; what never ends is a gap.
const MAX_GROWTH: u64 = 64 << 20;

/// A large file.
pub(super) struct Large {
    name: Vec<u8>,
    kind: BlobKind,
    file: File,
    length: u64,
}

impl Large {
    pub(super) fn new(place: &Place<'_>, file: File, length: u64) -> Self {
        Self { name: place.name.to_vec(), kind: place.kind, file, length }
    }

    /// Scans it on one thread.
    pub(super) fn scan_alone(self, look: &mut Look<'_>) {
        self.scan_with(look, |look, windows| work(look, windows));
    }

    /// Scans it on all threads of the run.
    pub(super) fn scan_together(self, run: &Run<'_>) {
        let mut look = Look::new(run);
        self.scan_with(&mut look, |look, windows| {
            std::thread::scope(|scope| {
                let others: Vec<_> =
                    (1..run.threads).map(|_| scope.spawn(|| work(&mut Look::new(run), windows))).collect();
                let mut yields = work(look, windows);
                for other in others {
                    // A worker catches the engine's panics; what is left would be a defect of this file.
                    yields.extend(other.join().unwrap_or_else(|payload| std::panic::resume_unwind(payload)));
                }
                yields
            })
        });
    }

    fn scan_with(
        self,
        look: &mut Look<'_>,
        scan: impl FnOnce(&mut Look<'_>, &Mutex<Windows<Take<File>>>) -> Vec<Yield>,
    ) {
        let place = Place::new(self.kind, &self.name);
        let limit = self.length + MAX_GROWTH;
        let windows = Mutex::new(Windows::new(Vec::new(), self.file.take(limit)));
        let yields = scan(look, &windows);
        look.settle(&place, yields);
        let windows = windows.into_inner().unwrap_or_else(PoisonError::into_inner);
        let bytes = windows.bytes();
        look.scanned(bytes);
        if let Some(error) = windows.finish() {
            return look.unreadable(&place, &error, self.length.saturating_sub(bytes));
        }
        let shown = |look: &mut Look<'_>| look.provenance(&place);
        if bytes < self.length {
            let place = shown(look);
            let detail = format!("it had {} bytes when it was opened and ended after {bytes}", self.length);
            look.ledger.gap(place, GapKind::ChangedWhileReading, self.length - bytes, &detail);
        } else if bytes >= limit {
            let place = shown(look);
            look.ledger.gap(place, GapKind::ChangedWhileReading, 0, "it kept growing while it was read");
        }
    }
}

/// Takes windows until there are no more.
fn work(look: &mut Look<'_>, windows: &Mutex<Windows<Take<File>>>) -> Vec<Yield> {
    let (mut buffer, mut yields) = (Vec::new(), Vec::new());
    loop {
        let next = windows.lock().unwrap_or_else(PoisonError::into_inner).next(&mut buffer);
        let Some(piece) = next else { return yields };
        yields.push(look.window(&buffer, &piece));
    }
}
