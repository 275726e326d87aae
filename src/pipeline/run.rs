//! What all workers of a run share.

use std::sync::{Mutex, PoisonError};

use super::held::Held;
use super::judge::Bench;
use super::large::{Large, MAX_OPEN};
use super::ledger::Ledger;
use super::options::Progress;
use crate::containers::Limits;

/// What all workers of a run share.
pub(super) struct Run<'a> {
    pub(super) bench: Bench<'a>,
    pub(super) limits: Limits,
    pub(super) threads: usize,
    pub(super) progress: &'a dyn Progress,
    pub(super) large: Mutex<Vec<Large>>,
    pub(super) closed: Mutex<Ledger>,
    /// Versions that there is something to tell of, once it is known where they stand.
    pub(super) held: Mutex<Vec<Held>>,
}

impl Run<'_> {
    /// Keeps a large file for later. Gives it back when too many are kept already.
    pub(super) fn defer(&self, file: Large) -> Option<Large> {
        let mut large = self.large.lock().unwrap_or_else(PoisonError::into_inner);
        if large.len() == MAX_OPEN {
            return Some(file);
        }
        large.push(file);
        None
    }

    /// Takes a worker's ledger.
    pub(super) fn close(&self, ledger: Ledger) {
        self.closed.lock().unwrap_or_else(PoisonError::into_inner).merge(ledger);
    }
}
