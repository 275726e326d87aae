//! A large file, read in windows by all threads of the run.

use std::fs::File;
use std::io::Take;
use std::sync::Mutex;

use super::large::Large;
use super::look::{Look, take};
use super::run::Run;
use super::window::Yield;
use super::windows::Windows;

/// Scans a large file on all threads of the run.
pub(super) fn scan(large: Large, run: &Run<'_>) {
    Look::new(run).large(large, |look, windows| share(look, windows, run));
}

fn share(look: &mut Look<'_>, windows: &Mutex<Windows<'_, Take<File>>>, run: &Run<'_>) -> Vec<Yield> {
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..run.threads).map(|_| scope.spawn(|| take(&mut Look::new(run), windows))).collect();
        let mut yields = take(look, windows);
        for other in others {
            // A worker catches the engine's panics; what is left would be a defect of this file.
            yields.extend(other.join().unwrap_or_else(|payload| std::panic::resume_unwind(payload)));
        }
        yields
    })
}
