//! The form that is written: a pack of ours.

use serde::Serialize;

use super::super::pack::Companion;

/// A pack.
#[derive(Serialize)]
pub(super) struct Written {
    pub(super) rule: Vec<WrittenRule>,
}

/// A rule, in the order in which its fields are written.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct WrittenRule {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) severity: &'static str,
    pub(super) confidence: &'static str,
    pub(super) keywords: Vec<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) ignore_case: bool,
    pub(super) pattern: String,
    pub(super) boundary: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) entropy: Option<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) paths: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) placeholders: Vec<String>,
    pub(super) risk: &'static str,
    pub(super) revoke: &'static str,
    pub(super) examples: Vec<String>,
    pub(super) counterexamples: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) companions: Vec<Companion>,
}
