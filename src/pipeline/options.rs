//! What a run is told.

use super::member::Member;
use crate::containers::Limits;
use crate::model::{Finding, Key, Target};

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

    /// Whether findings of streams are wanted as soon as their lines were read, by [`Progress::found`].
    fn follows(&self) -> bool {
        false
    }

    /// A finding of a stream, before all of it was read: what stands further on may still make it surer. It comes again
    /// in the outcome.
    fn found(&self, _finding: &Finding) {}

    /// Whether every member is to be digested and told by [`Progress::member`].
    fn wants_members(&self) -> bool {
        false
    }

    /// A member that was read to its end, or as far as it can be read.
    fn member(&self, _member: Member) {}
}

/// Tells nobody.
pub struct Silent;

impl Progress for Silent {
    fn advance(&self, _: u64, _: u64) {}
}
