//! What the findings of a report are to each other: which block, which share a secret, which come first of their rule.

use std::collections::HashMap;

use crate::model::{Finding, Outcome, Status};

/// One secret's appearances in a report.
#[derive(Clone, Copy, Default)]
pub(super) struct Twins {
    /// Number of the first shown finding of this secret; 0 while none was shown.
    pub(super) first: usize,
    /// How often it occurs, suppressed findings included.
    pub(super) total: u64,
    /// How many of those are suppressed.
    pub(super) suppressed: u64,
}

/// The findings in the order people read them. Numbers start at 1 and run through `blocking`, then `below`.
pub(super) struct Sorted<'a> {
    /// These decide the verdict.
    pub(super) blocking: Vec<&'a Finding>,
    /// Open, but less sure than the threshold.
    pub(super) below: Vec<&'a Finding>,
    /// Suppressed: accepted by policy, or not brought by the change.
    pub(super) suppressed: Vec<&'a Finding>,
    twins: HashMap<u64, Twins>,
    first_of_rule: HashMap<&'a str, usize>,
}

impl<'a> Sorted<'a> {
    /// Sorts an outcome's findings; within each list they keep the report's order.
    pub(super) fn of(outcome: &'a Outcome) -> Self {
        let (open, suppressed): (Vec<&Finding>, Vec<_>) =
            outcome.findings.iter().partition(|f| f.status == Status::Open);
        let (blocking, below): (Vec<_>, Vec<_>) = open.into_iter().partition(|f| f.blocks(outcome.threshold));
        let mut sorted = Self { blocking, below, suppressed, twins: HashMap::new(), first_of_rule: HashMap::new() };
        sorted.count();
        sorted
    }

    fn count(&mut self) {
        for (i, finding) in self.blocking.iter().chain(&self.below).enumerate() {
            let twins = self.twins.entry(finding.identity.group).or_insert(Twins { first: i + 1, ..Twins::default() });
            twins.total += 1;
            self.first_of_rule.entry(&finding.rule.id).or_insert(i + 1);
        }
        for finding in &self.suppressed {
            let twins = self.twins.entry(finding.identity.group).or_default();
            twins.total += 1;
            twins.suppressed += 1;
        }
    }

    /// The other appearances of a finding's secret.
    pub(super) fn twins(&self, finding: &Finding) -> Twins {
        self.twins.get(&finding.identity.group).copied().unwrap_or_default()
    }

    /// Number of the first shown finding of the same rule: the one that carries the advice.
    pub(super) fn first_of_rule(&self, finding: &Finding) -> usize {
        self.first_of_rule.get(finding.rule.id.as_str()).copied().unwrap_or_default()
    }
}
