//! What the rules say of a window of the text that is redacted.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::RedactError;
use crate::containers;
use crate::engine::{Embedded, Engine, Scratch, Window, united};
use crate::model::{Match, Provenance, Span};
use crate::policy::PathCondition;

/// The rules, and where the text stands that they speak of.
pub(super) struct Speaking<'a> {
    engine: &'a Engine,
    /// By rule: the paths it speaks of.
    paths: HashMap<u32, PathCondition>,
    /// What is redacted, where it has a path.
    pub(super) place: Option<Provenance>,
}

/// What was found in a window.
pub(super) struct Scanned {
    /// Stretches that do not touch, each with the match that outranks the others.
    pub(super) found: Vec<(Match, Span)>,
    /// Encoded runs that begin as archives do.
    pub(super) begun: Vec<Embedded>,
}

impl<'a> Speaking<'a> {
    pub(super) fn new(engine: &'a Engine) -> Self {
        let conditions = (0u32..).zip(engine.rules().rules()).filter(|(_, rule)| !rule.paths.is_empty());
        let paths =
            conditions.filter_map(|(id, rule)| Some((id, PathCondition::new(&rule.paths, &[]).ok()?))).collect();
        Self { engine, paths, place: None }
    }

    /// Scans a window. A panic of the engine is a defect, and ends the redaction.
    pub(super) fn scan(&self, scratch: &mut Scratch, window: &Window<'_>) -> Result<Scanned, RedactError> {
        let scanned = catch_unwind(AssertUnwindSafe(|| {
            let mut matches = Vec::new();
            self.engine.scan(scratch, window, &mut matches);
            matches.retain(|found| self.speaks_of(found));
            Scanned { found: united(self.engine.rules(), matches), begun: scratch.embedded() }
        }));
        scanned.map_err(|_| {
            *scratch = Scratch::opening(containers::embeds);
            RedactError::Failed
        })
    }

    fn speaks_of(&self, found: &Match) -> bool {
        let here = |paths: &PathCondition| self.place.as_ref().is_some_and(|place| paths.applies(place));
        self.paths.get(&found.rule.0).is_none_or(here)
    }
}
