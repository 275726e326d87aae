//! Holds every rule to its own examples, through the whole engine: prefilter, overlaps and all.

use std::fmt;

use super::{Engine, Scratch, Window, resolve};
use crate::model::Match;
use crate::rules::Rule;

/// An example in which a rule found nothing, or a counterexample in which it found something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckFailure {
    /// The pack's file.
    pub pack: String,
    /// The rule's id.
    pub rule: String,
    /// What is wrong. It names the example by number; its text may hold what looks like a secret.
    pub message: String,
}

impl fmt::Display for CheckFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: rule `{}`: {}", self.pack, self.rule, self.message)
    }
}

/// Runs the examples, counterexamples and near misses of every rule.
pub fn check(engine: &Engine) -> Vec<CheckFailure> {
    let mut scratch = Scratch::default();
    engine.rules().rules().iter().flat_map(|rule| check_rule(engine, &mut scratch, rule)).collect()
}

fn check_rule(engine: &Engine, scratch: &mut Scratch, rule: &Rule) -> Vec<CheckFailure> {
    let failure = |message: String| CheckFailure { pack: rule.info.pack.clone(), rule: rule.info.id.clone(), message };
    let (id, evidence) = (&rule.info.id, engine.rules().evidence(rule));
    let mut failures = Vec::new();
    for (i, example) in evidence.filled_examples(id).iter().enumerate() {
        let found = found_in(engine, scratch, rule, example);
        if !found.contains(id) {
            let instead = if found.is_empty() { "nothing".to_owned() } else { found.join(", ") };
            failures.push(failure(format!("example {} is not found by it; found: {instead}", i + 1)));
        }
    }
    let not_to_find =
        [("counterexample", evidence.filled_counterexamples(id)), ("near miss", evidence.filled_near_misses(id))];
    for (kind, texts) in not_to_find {
        for (i, text) in texts.iter().enumerate() {
            if found_in(engine, scratch, rule, text).contains(id) {
                failures.push(failure(format!("{kind} {} is found by it", i + 1)));
            }
        }
    }
    failures
}

/// The rules that find something in a file that fits the paths of `rule` and of no other.
fn found_in(engine: &Engine, scratch: &mut Scratch, rule: &Rule, text: &str) -> Vec<String> {
    let mut matches: Vec<Match> = Vec::new();
    engine.scan(scratch, &Window::whole(text.as_bytes()), &mut matches);
    let anywhere = |other: &Rule| other.paths.is_empty() || other.info.id == rule.info.id;
    matches.retain(|found| anywhere(engine.rules().get(found.rule)));
    let settled = resolve(engine.rules(), matches.into_iter().map(|found| (found, ())).collect());
    settled.iter().map(|(found, ())| engine.rules().get(found.rule).info.id.clone()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;

    #[test]
    fn built_in_rules_hold_to_their_examples() {
        let engine = Engine::new(crate::rules::load(&[]).unwrap_or_else(|error| panic!("{error}")));
        let failures: Vec<_> = check(&engine).iter().map(ToString::to_string).collect();
        assert!(failures.is_empty(), "{}", failures.join("\n"));
    }
}
