//! The policy of one run, and its judgement over each match.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use jiff::civil::Date;

use super::allow::AllowList;
use super::exclude::Exclusions;
use super::inline::{self, Mark};
use super::{Allow, Baseline, Exclude, Inline, Judged, PolicyError};
use crate::model::{Confidence, Finding, Note, Place, Shown, Status, Suppression, SuppressionKind};

/// What a policy is made of.
pub struct PolicyOptions {
    /// The least confidence that blocks.
    pub threshold: Confidence,
    /// What is not to be looked at.
    pub exclusions: Vec<Exclude>,
    /// What is accepted.
    pub allow: Vec<Allow>,
    /// What was accepted before, all together.
    pub baseline: Option<Baseline>,
    /// Which marks are obeyed.
    pub inline: Inline,
    /// Every rule's id, those of disabled rules too: a mark that names none of them is a slip.
    pub rule_ids: BTreeSet<String>,
    /// The day, in UTC; needed only where an allow entry expires.
    pub today: Option<Date>,
}

impl Default for PolicyOptions {
    fn default() -> Self {
        Self {
            threshold: Confidence::Likely,
            exclusions: Vec::new(),
            allow: Vec::new(),
            baseline: None,
            inline: Inline::default(),
            rule_ids: BTreeSet::new(),
            today: None,
        }
    }
}

/// What is wanted and what is accepted, for one run. It can be asked from any thread.
pub struct Policy {
    threshold: Confidence,
    exclusions: Exclusions,
    allow: AllowList,
    baseline: Option<Baseline>,
    inline: Inline,
    rule_ids: BTreeSet<String>,
    remarks: Mutex<BTreeSet<Note>>,
}

impl Policy {
    /// Checks the entries and makes them ready.
    ///
    /// # Errors
    /// If an entry says too little to be obeyed: no reason, or only a rule, or only paths.
    pub fn new(options: PolicyOptions) -> Result<Self, PolicyError> {
        Ok(Self {
            threshold: options.threshold,
            exclusions: Exclusions::new(&options.exclusions)?,
            allow: AllowList::new(options.allow, options.today)?,
            baseline: options.baseline,
            inline: options.inline,
            rule_ids: options.rule_ids,
            remarks: Mutex::default(),
        })
    }

    /// The least confidence that blocks.
    pub fn threshold(&self) -> Confidence {
        self.threshold
    }

    /// Why `place` is not to be looked at: `exclude "vendor/**": third-party code`.
    pub fn excluded(&self, place: &Place<'_>) -> Option<&str> {
        self.exclusions.covers(place)
    }

    /// Whether a match counts. What was decided elsewhere outranks what stands beside the finding.
    pub fn judge(&self, judged: Judged<'_>) -> Status {
        let accepted = || self.baseline.as_ref()?.accepts(&judged);
        let suppression = self.allow.accepts(&judged).or_else(accepted).or_else(|| self.marked(&judged));
        suppression.map_or(Status::Open, Status::Suppressed)
    }

    /// What was accepted before, all together.
    pub fn baseline(&self) -> Option<&Baseline> {
        self.baseline.as_ref()
    }

    /// What the reader should know of the policy, once everything was judged. Sorted.
    pub fn notes(&self, findings: &[Finding]) -> Vec<Note> {
        let mut notes = self.remarks.lock().unwrap_or_else(PoisonError::into_inner).clone();
        notes.extend(self.exclusions.notes());
        notes.extend(self.allow.notes());
        notes.extend(self.baseline.iter().flat_map(|baseline| baseline.notes(findings)));
        notes.into_iter().collect()
    }

    fn marked(&self, judged: &Judged<'_>) -> Option<Suppression> {
        if !self.inline.enabled {
            return None;
        }
        let accepted = |reason: Shown| Suppression { kind: SuppressionKind::Inline, reason, owner: None };
        let mut found = None;
        for mark in inline::marks(judged.line) {
            match self.weigh(&mark, judged) {
                Ok(true) => found = found.or(Some(accepted(Shown::from_bytes(mark.reason)))),
                Ok(false) => {}
                Err(problem) => self.remark(judged, problem),
            }
        }
        let foreign = || inline::foreign(judged.line, &self.inline.also).filter(|_| judged.own_tree);
        found.or_else(|| foreign().map(|mark| accepted(Shown::from_bytes(format!("mark {mark:?}").as_bytes()))))
    }

    /// Whether the mark accepts this match, or what keeps it from being obeyed at all.
    fn weigh(&self, mark: &Mark<'_>, judged: &Judged<'_>) -> Result<bool, String> {
        let id = &judged.rule.id;
        let own = mark.rule == id.as_bytes();
        let known = own || std::str::from_utf8(mark.rule).is_ok_and(|rule| self.rule_ids.contains(rule));
        if !known {
            return Err(format!(
                "an inline mark names no known rule and is not obeyed; for this finding it reads: tightlip:allow {id} REASON"
            ));
        }
        if !own {
            return Ok(false);
        }
        if !mark.has_reason() {
            return Err(format!(
                "the inline mark for rule `{id}` gives no reason and is not obeyed; write: tightlip:allow {id} REASON"
            ));
        }
        if !judged.own_tree {
            return Err(format!(
                "the inline mark for rule `{id}` is not obeyed: marks count only in the user's own tree"
            ));
        }
        Ok(true)
    }

    fn remark(&self, judged: &Judged<'_>, text: String) {
        let note = Note { place: judged.place.shown(), text: Shown::from_bytes(text.as_bytes()) };
        self.remarks.lock().unwrap_or_else(PoisonError::into_inner).insert(note);
    }
}
