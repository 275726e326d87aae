//! What the rules say of a window of the text that is redacted.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::RedactError;
use crate::containers;
use crate::engine::{Embedded, Engine, Scratch, Window, united};
use crate::model::{Match, Provenance, Span};
use crate::pipeline::RulePaths;

/// The rules, and where the text stands that they speak of.
pub(super) struct Speaking<'a> {
    engine: &'a Engine,
    paths: RulePaths,
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
        Self { engine, paths: RulePaths::of(engine.rules()), place: None }
    }

    /// Scans a window. A panic of the engine is a defect, and ends the redaction.
    pub(super) fn scan(&self, scratch: &mut Scratch, window: &Window<'_>) -> Result<Scanned, RedactError> {
        let scanned = catch_unwind(AssertUnwindSafe(|| {
            let mut matches = Vec::new();
            self.engine.scan(scratch, window, &mut matches);
            matches.retain(|found: &Match| self.paths.speaks_of(found.rule, self.place.as_ref()));
            Scanned { found: united(self.engine.rules(), matches), begun: scratch.embedded() }
        }));
        scanned.map_err(|_| {
            *scratch = Scratch::opening(containers::embeds);
            RedactError::Failed
        })
    }
}
