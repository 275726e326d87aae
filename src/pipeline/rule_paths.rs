//! The paths that rules speak of.

use std::collections::HashMap;

use crate::model::{Provenance, RuleId};
use crate::policy::PathCondition;
use crate::rules::RuleSet;

/// Of every rule that speaks of certain files alone: which.
pub struct RulePaths(HashMap<u32, PathCondition>);

impl RulePaths {
    /// The paths of these rules.
    pub fn of(rules: &RuleSet) -> Self {
        let conditions = (0u32..).zip(rules.rules()).filter(|(_, rule)| !rule.paths.is_empty());
        Self(conditions.filter_map(|(id, rule)| Some((id, PathCondition::new(&rule.paths, &[]).ok()?))).collect())
    }

    /// Whether every rule speaks of every file.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a rule speaks of certain files alone.
    pub(super) fn restrict(&self, rule: RuleId) -> bool {
        self.0.contains_key(&rule.0)
    }

    /// Whether a rule speaks of what stands at this address; of what has none only a rule for every file does.
    pub fn speaks_of(&self, rule: RuleId, address: Option<&Provenance>) -> bool {
        self.0.get(&rule.0).is_none_or(|paths| address.is_some_and(|address| paths.applies(address)))
    }
}
