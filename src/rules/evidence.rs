//! What a rule is held to: texts in which it must, and must not, find something.
//!
//! A scan has no use for them, and they are a third of a pack's text. So built-in packs are read without them, and once
//! more in full when somebody asks.

use std::collections::HashMap;

use super::builtin::PACKS;
use super::pack::{Evidence, Pack};
use super::template;

/// How the lines begin that hold evidence. A list ends on its own line, or with a bracket that begins a line.
const FIELDS: [&str; 3] = ["examples = [", "counterexamples = [", "near-misses = ["];

/// A built-in pack without its evidence.
pub(super) fn without(pack: &str) -> String {
    let (mut kept, mut inside) = (String::with_capacity(pack.len()), false);
    for line in pack.split_inclusive('\n') {
        let begins = !inside && line.starts_with(['e', 'c', 'n']) && FIELDS.iter().any(|field| line.starts_with(field));
        inside |= begins;
        if !inside {
            kept.push_str(line);
        }
        let closes = if begins { line.trim_end().ends_with(']') } else { line.starts_with(']') };
        inside &= !closes;
    }
    kept
}

/// The evidence of all built-in rules, by their ids.
pub(super) fn of_builtin() -> HashMap<String, Evidence> {
    let packs = PACKS.iter().filter_map(|(_, text)| toml::from_str::<Pack>(text).ok());
    let rules = packs.flat_map(|pack| pack.rule).map(toml::Spanned::into_inner);
    rules.map(|mut rule| (std::mem::take(&mut rule.id), rule.evidence())).collect()
}

/// Templates filled in for a rule; the same text at every run.
pub(super) fn filled(templates: &[String], rule: &str) -> Vec<String> {
    templates.iter().enumerate().map(|(ordinal, text)| template::fill(text, rule, ordinal)).collect()
}

impl Evidence {
    /// The examples with their templates filled in for `rule`.
    pub fn filled_examples(&self, rule: &str) -> Vec<String> {
        filled(&self.examples, rule)
    }

    /// The counterexamples with their templates filled in for `rule`.
    pub fn filled_counterexamples(&self, rule: &str) -> Vec<String> {
        filled(&self.counterexamples, rule)
    }

    /// The near misses with their templates filled in for `rule`.
    pub fn filled_near_misses(&self, rule: &str) -> Vec<String> {
        filled(&self.near_misses, rule)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]

    use super::*;

    #[test]
    fn a_pack_without_its_evidence_says_the_same_otherwise() {
        for (name, text) in PACKS {
            let full: Pack = toml::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            let cut: Pack = toml::from_str(&without(text)).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(full.rule.len(), cut.rule.len(), "{name}");
            for (full, cut) in full.rule.into_iter().zip(cut.rule) {
                let (mut full, cut) = (full.into_inner(), cut.into_inner());
                full.evidence();
                assert!(full == cut, "{name}: rule `{}` is read differently without its evidence", full.id);
            }
        }
    }

    #[test]
    fn every_built_in_rule_is_held_to_enough() {
        let short: Vec<_> = of_builtin()
            .into_iter()
            .filter(|(_, e)| e.examples.len() < 2 || e.counterexamples.len() < 2 || e.near_misses.is_empty())
            .map(|(id, _)| id)
            .collect();
        let left = |e: &Evidence, id: &str| e.filled_near_misses(id).iter().any(|text| text.contains("${broken"));
        let unbroken: Vec<_> = of_builtin().into_iter().filter(|(id, e)| left(e, id)).map(|(id, _)| id).collect();
        assert!(unbroken.is_empty(), "no single change breaks the proof in the near misses of {unbroken:?}");
        assert!(short.is_empty(), "two examples, two counterexamples and a near miss are missing from {short:?}");
    }
}
