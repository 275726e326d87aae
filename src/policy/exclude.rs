//! Exclusions: what is not looked at, and is counted as such.

use std::sync::atomic::{AtomicBool, Ordering};

use super::PolicyError;
use super::error::check_reason;
use super::glob::{PathGlob, PathIndex};
use crate::model::{Note, Place, Shown};

/// Paths that are not to be looked at.
#[derive(Clone, Debug)]
pub struct Exclude {
    /// Which paths.
    pub paths: Vec<PathGlob>,
    /// Why.
    pub reason: String,
    /// Where the entry stands: `tightlip.toml:12`.
    pub origin: String,
}

/// One pattern of an entry.
struct Pattern {
    /// What the ledger says of what it takes out.
    said: String,
    text: String,
    origin: String,
    used: AtomicBool,
}

pub(super) struct Exclusions {
    /// Absent when there is nothing to ask.
    index: Option<PathIndex>,
    patterns: Vec<Pattern>,
}

impl Exclusions {
    pub(super) fn new(entries: &[Exclude]) -> Result<Self, PolicyError> {
        let mut patterns = Vec::new();
        for entry in entries {
            check_reason(&entry.reason, &entry.origin)?;
            if entry.paths.is_empty() {
                return Err(PolicyError::new(&entry.origin, "`paths` is empty; name what to exclude"));
            }
            patterns.extend(entry.paths.iter().map(|path| Pattern {
                said: format!("exclude {:?}: {}", path.as_str(), Shown::from_bytes(entry.reason.as_bytes())),
                text: path.as_str().to_owned(),
                origin: entry.origin.clone(),
                used: AtomicBool::new(false),
            }));
        }
        let index = PathIndex::new(entries.iter().flat_map(|entry| &entry.paths).enumerate())
            .map_err(|e| PolicyError::new(entries.last().map_or("", |entry| &entry.origin), e.to_string()))?;
        Ok(Self { index: (!index.is_empty()).then_some(index), patterns })
    }

    /// The first pattern that takes `place` out, in words. Members go with the file that holds them.
    pub(super) fn covers(&self, place: &Place<'_>) -> Option<&str> {
        let hits = self.index.as_ref()?.owners(place.root());
        let mut said = None;
        for pattern in hits.into_iter().filter_map(|hit| self.patterns.get(hit)) {
            // Written once only: a store by every thread for every file would make them wait for each other.
            if !pattern.used.load(Ordering::Relaxed) {
                pattern.used.store(true, Ordering::Relaxed);
            }
            said = said.or(Some(pattern.said.as_str()));
        }
        said
    }

    /// A note for every pattern that took nothing out.
    pub(super) fn notes(&self) -> impl Iterator<Item = Note> {
        self.patterns.iter().filter(|pattern| !pattern.used.load(Ordering::Relaxed)).map(|pattern| Note {
            place: Shown::from_bytes(pattern.origin.as_bytes()),
            text: Shown::from_bytes(format!("exclude {:?} matched nothing", pattern.text).as_bytes()),
        })
    }
}
