//! The rules of all loaded packs.

use super::Rule;
use crate::model::{RuleId, RuleInfo};

/// Rules in the order of their packs: built-in packs first.
pub struct RuleSet {
    rules: Vec<Rule>,
}

impl RuleSet {
    pub(super) fn new(rules: Vec<Rule>) -> Self {
        Self { rules }
    }

    /// All rules.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// What reports say of all rules.
    pub fn infos(&self) -> Vec<&RuleInfo> {
        self.rules.iter().map(|rule| &*rule.info).collect()
    }

    /// A rule by its position.
    pub fn get(&self, id: RuleId) -> &Rule {
        &self.rules[id.0 as usize]
    }

    /// A rule and its position by its name.
    pub fn by_name(&self, name: &str) -> Option<(RuleId, &Rule)> {
        let at = self.rules.iter().position(|rule| rule.info.id == name)?;
        Some((RuleId(at as u32), &self.rules[at]))
    }

    /// Keeps the rules that `keep` says yes to.
    pub fn retain(&mut self, keep: impl FnMut(&Rule) -> bool) {
        self.rules.retain(keep);
    }
}
