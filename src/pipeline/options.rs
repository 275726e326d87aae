//! What a run is told.

use crate::containers::Limits;
use crate::model::{Key, Target};

/// The options of a run.
pub struct Options {
    /// Threads in all; 0 means one for each core.
    pub threads: usize,
    /// How much work one blob may cause.
    pub limits: Limits,
    /// The organisation's key, so that secrets can be recognized from run to run.
    pub key: Option<Key>,
    /// What is scanned, as reports say it.
    pub target: Target,
}

/// Is told how far the scan has come, from any thread.
pub trait Progress: Sync {
    /// So many more units and bytes were looked at.
    fn advance(&self, units: u64, bytes: u64);
}

/// Tells nobody.
pub struct Silent;

impl Progress for Silent {
    fn advance(&self, _: u64, _: u64) {}
}
