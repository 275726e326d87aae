//! The rules of all loaded packs.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::{Evidence, How, Rule, evidence, known};
use crate::model::{RuleId, RuleInfo, Shown};

/// Rules in the order of their packs: built-in packs first.
pub struct RuleSet {
    rules: Vec<Rule>,
    /// What the user's rules are held to, by their ids.
    evidence: HashMap<String, Evidence>,
    /// What the built-in rules are held to, once somebody asked.
    builtin: OnceLock<HashMap<String, Evidence>>,
}

impl RuleSet {
    pub(super) fn new(rules: Vec<Rule>, evidence: HashMap<String, Evidence>) -> Self {
        Self { rules, evidence, builtin: OnceLock::new() }
    }

    /// All rules.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// What reports say of all rules, each id once.
    pub fn infos(&self) -> Vec<&RuleInfo> {
        let own = self.rules.iter().filter(|rule| !matches!(rule.how, How::Known));
        let known = self.rules.iter().find(|rule| matches!(rule.how, How::Known));
        own.chain(known).map(|rule| &*rule.info).collect()
    }

    /// Adds a rule for known secrets in general, and one for each name. The result is the first of the latter.
    pub fn add_known<'a>(&mut self, names: impl Iterator<Item = &'a Shown>) -> RuleId {
        self.rules.push(known::rule(None));
        let first = RuleId(self.rules.len() as u32);
        self.rules.extend(names.map(|name| known::rule(Some(name))));
        first
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

    /// The first rule of the same id: known secrets have one id, and a rule for each name.
    pub fn first_of_its_id(&self, id: RuleId) -> RuleId {
        let rule = self.get(id);
        match rule.how {
            How::Known => self.by_name(&rule.info.id).map_or(id, |(first, _)| first),
            How::Pattern(_) | How::Assignment { .. } | How::Reader(_) => id,
        }
    }

    /// What a rule is held to.
    pub fn evidence(&self, rule: &Rule) -> Evidence {
        let id = &rule.info.id;
        let known = self.evidence.get(id).or_else(|| self.builtin.get_or_init(evidence::of_builtin).get(id));
        known.cloned().unwrap_or_default()
    }

    /// Keeps the rules that `keep` says yes to.
    pub fn retain(&mut self, keep: impl FnMut(&Rule) -> bool) {
        self.rules.retain(keep);
    }
}
