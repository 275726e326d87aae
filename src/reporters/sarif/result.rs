//! Findings as SARIF results.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use serde_sarif::sarif::{Message, PropertyBag, Result as SarifResult, ResultLevel, Suppression as SarifSuppression};

use super::escape::message;
use super::place::location;
use crate::model::{Confidence, Finding, Severity, Status, Suppression, SuppressionKind};
use crate::reporters::told;
use crate::reporters::views::{HistoryView, ImageView};
use crate::reporters::words::{sentence, tidy};

/// One finding. `rule_index` is the rule's position in the run's list, where it has one.
pub(super) fn result(finding: &Finding, threshold: Confidence, rule_index: Option<usize>) -> SarifResult {
    let mut result = SarifResult::builder()
        .rule_id(tidy(&finding.rule.id))
        .level(level(finding, threshold))
        .message(Message::builder().text(text(finding)).build())
        .locations(vec![location(&finding.place, Some(finding.region))])
        .partial_fingerprints(BTreeMap::from([("primaryLocationLineHash".to_owned(), tidy(&finding.location_hash))]))
        .properties(properties(finding, threshold))
        // Present on every result, empty for open ones: a run must say it of all or of none (§3.27.23).
        .suppressions(suppressions(&finding.status))
        .build();
    result.rule_index = rule_index.and_then(|i| i64::try_from(i).ok());
    result
}

/// What the severity says; below the threshold never more than a warning.
fn level(finding: &Finding, threshold: Confidence) -> ResultLevel {
    match finding.severity {
        Severity::Critical | Severity::High if finding.confidence >= threshold => ResultLevel::Error,
        Severity::Critical | Severity::High | Severity::Medium => ResultLevel::Warning,
        Severity::Low => ResultLevel::Note,
    }
}

/// What it is, where and whence, and what to do.
fn text(finding: &Finding) -> String {
    message(&format!("{} {}", told::summary(finding), sentence(&finding.rule.revoke)))
}

fn properties(finding: &Finding, threshold: Confidence) -> PropertyBag {
    let mut more: BTreeMap<String, Value> = BTreeMap::from([
        ("blocks".to_owned(), json!(finding.blocks(threshold))),
        ("confidence".to_owned(), json!(finding.confidence.as_str())),
        ("group".to_owned(), json!(finding.identity.group)),
        ("via".to_owned(), json!(finding.via)),
    ]);
    if let Some(history) = &finding.history {
        more.insert("history".to_owned(), json!(HistoryView::of(history)));
    }
    if let Some(image) = &finding.image {
        more.insert("image".to_owned(), json!(ImageView::of(image)));
    }
    if let Some(fingerprint) = &finding.identity.fingerprint {
        more.insert("fingerprint".to_owned(), json!(tidy(fingerprint)));
    }
    PropertyBag::builder().additional_properties(more).build()
}

fn suppressions(status: &Status) -> Vec<SarifSuppression> {
    match status {
        Status::Open => Vec::new(),
        Status::Suppressed(by) => vec![suppression(by)],
    }
}

fn suppression(by: &Suppression) -> SarifSuppression {
    let kind = match by.kind {
        SuppressionKind::Inline => "inSource",
        SuppressionKind::Allow
        | SuppressionKind::Baseline
        | SuppressionKind::Unchanged
        | SuppressionKind::Unreachable => "external",
    };
    let mut more = BTreeMap::from([("by".to_owned(), json!(crate::reporters::words::suppression(by.kind)))]);
    if let Some(owner) = &by.owner {
        more.insert("owner".to_owned(), json!(tidy(owner)));
    }
    SarifSuppression::builder()
        .kind(kind)
        .status("accepted")
        .justification(by.reason.as_str())
        .properties(PropertyBag::builder().additional_properties(more).build())
        .build()
}
