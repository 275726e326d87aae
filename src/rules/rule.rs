//! A rule, ready to be matched.

use std::sync::Arc;

use super::{Alphabet, Boundary, CharClass, Companion, LazyPattern, Proof, Reader, ValueKind};
use crate::model::RuleInfo;

/// A rule of a loaded pack. Its patterns compile when they are first needed.
pub struct Rule {
    /// Its texts and grades.
    pub info: Arc<RuleInfo>,
    /// Whether it names no issuer.
    pub generic: bool,
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
        /// What a name may end with that stands near the keyword and does not hold it.
        near: Vec<String>,
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
    /// How it is judged, as an assignment's value would be.
    pub kind: Option<ValueKind>,
    /// What can be computed of it.
    pub proof: Option<Proof>,
    /// Whole values that are no secrets.
    pub placeholders: Vec<LazyPattern>,
}
