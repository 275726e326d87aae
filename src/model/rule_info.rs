//! What a report says of a rule.

use serde::Serialize;

use super::{Confidence, Severity};

/// A rule's position in its rule set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(pub u32);

/// The texts and grades of a rule; how it matches is known to the rule set alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleInfo {
    /// Stable identifier, lower-case words joined by hyphens: `github-personal-token`.
    pub id: String,
    /// What the secret is, as its provider calls it.
    pub name: String,
    /// How bad a live one is.
    pub severity: Severity,
    /// How sure a match is before anything is proven of it.
    pub confidence: Confidence,
    /// What an attacker can do with it.
    pub risk: String,
    /// How to take it out of use, and replace it.
    pub revoke: String,
    /// Addresses of the provider's documents.
    pub references: Vec<String>,
    /// The pack the rule came from: `builtin`, or the file's name.
    pub pack: String,
}
