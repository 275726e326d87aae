//! The source's form: what gitleaks' configuration may say. Fields that are not known are told, not refused.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Value;

/// A configuration file.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Source {
    #[serde(default)]
    pub(super) rules: Vec<SourceRule>,
    #[serde(default)]
    pub(super) extend: Option<Value>,
    /// The older form of one global allowlist.
    #[serde(default)]
    pub(super) allowlist: Option<Allowlist>,
    #[serde(default)]
    pub(super) allowlists: Vec<Allowlist>,
}

/// A rule.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SourceRule {
    pub(super) id: String,
    #[serde(default)]
    pub(super) description: String,
    pub(super) regex: Option<String>,
    #[serde(default)]
    pub(super) secret_group: usize,
    pub(super) entropy: Option<f64>,
    #[serde(default)]
    pub(super) keywords: Vec<String>,
    pub(super) path: Option<String>,
    #[serde(default)]
    pub(super) allowlist: Option<Allowlist>,
    #[serde(default)]
    pub(super) allowlists: Vec<Allowlist>,
    #[serde(default)]
    pub(super) required: Vec<Required>,
    /// Grouping without effect on what is found.
    #[serde(default, rename = "tags")]
    _tags: Option<Value>,
    /// What this list does not know.
    #[serde(flatten)]
    pub(super) others: BTreeMap<String, Value>,
}

/// A rule whose match must stand near.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Required {
    pub(super) id: String,
    pub(super) within_lines: Option<u64>,
    pub(super) within_columns: Option<u64>,
}

/// What is suppressed.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Allowlist {
    pub(super) condition: String,
    pub(super) regex_target: String,
    pub(super) regexes: Vec<String>,
    pub(super) stopwords: Vec<String>,
    pub(super) paths: Vec<String>,
    pub(super) commits: Vec<String>,
    pub(super) target_rules: Vec<String>,
}
