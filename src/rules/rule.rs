//! A rule, ready to be matched.

use std::sync::Arc;

use super::{Alphabet, Boundary, CharClass, Companion, LazyPattern, Proof, Reader, ValueKind};
use crate::model::RuleInfo;

/// A rule of a loaded pack. Its patterns compile when they are first needed.
pub struct Rule {
    /// Its texts and grades.
    pub info: Arc<RuleInfo>,
    /// What the prefilter looks for.
    pub keywords: Vec<String>,
    /// Whether keywords count in any case of their letters.
    pub ignore_case: bool,
    /// How a candidate is confirmed.
    pub how: How,
    /// What may stand beside a match.
    pub boundary: Boundary,
    /// What is asked of the value.
    pub demands: Demands,
    /// What may or must stand near.
    pub companions: Vec<Companion>,
    /// Globs of the paths it speaks of; empty means all.
    pub paths: Vec<String>,
    /// Texts in which it must find something, as templates.
    pub examples: Vec<String>,
    /// Texts in which it must find nothing, as templates.
    pub counterexamples: Vec<String>,
}

/// How a candidate is confirmed.
pub enum How {
    /// By a regular expression around the keyword.
    Pattern(LazyPattern),
    /// By a name that holds the keyword, an assignment and a value.
    Assignment {
        /// Must fit somewhere in the name.
        name: Option<LazyPattern>,
        /// Must fit the whole value.
        value: Option<LazyPattern>,
        /// How the value is judged.
        kind: ValueKind,
    },
    /// By a reader of the engine.
    Reader(Reader),
    /// By nothing of its own: a secret of the operator's, which is searched exactly.
    Known,
}

/// What is asked of a value beside its pattern.
#[derive(Default)]
pub struct Demands {
    /// Least and greatest length in bytes.
    pub length: Option<[usize; 2]>,
    /// Least Shannon entropy in bits a byte.
    pub entropy: Option<f64>,
    /// What it may be made of.
    pub alphabet: Option<Alphabet>,
    /// Of what it must hold at least one each.
    pub require: Vec<CharClass>,
    /// What can be computed of it.
    pub proof: Option<Proof>,
    /// Whole values that are no secrets.
    pub placeholders: Vec<LazyPattern>,
}

impl Rule {
    /// The examples with their templates filled in; the same text at every run.
    pub fn filled_examples(&self) -> Vec<String> {
        self.fill(&self.examples)
    }

    /// The counterexamples with their templates filled in.
    pub fn filled_counterexamples(&self) -> Vec<String> {
        self.fill(&self.counterexamples)
    }

    fn fill(&self, templates: &[String]) -> Vec<String> {
        templates.iter().enumerate().map(|(i, t)| super::template::fill(t, &self.info.id, i)).collect()
    }
}
