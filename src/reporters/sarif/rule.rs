//! Rules as SARIF reporting descriptors, with what GitHub code scanning asks of each.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use serde_sarif::sarif::{MultiformatMessageString, PropertyBag, ReportingConfiguration, ReportingDescriptor};

use crate::model::{Confidence, RuleInfo, Severity};
use crate::reporters::words::{markdown, sentence, tidy, web_address};

/// Everything a viewer shows of a rule.
pub(super) fn descriptor(rule: &RuleInfo) -> ReportingDescriptor {
    let mut descriptor = ReportingDescriptor::builder()
        .id(tidy(&rule.id))
        .name(pascal(&rule.id))
        .short_description(&sentence(&rule.name))
        .full_description(&full(rule))
        .help(help(rule))
        .default_configuration(ReportingConfiguration::builder().level(level(rule.severity)).build())
        .properties(properties(rule))
        .build();
    descriptor.help_uri = rule.references.iter().find_map(|r| web_address(r)).map(str::to_owned);
    descriptor
}

/// The level that a severity has in SARIF.
pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

/// `github-token` as `GithubToken`: viewers expect a rule's name in this form beside its id.
fn pascal(id: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
    };
    tidy(id).split(['-', ' ', '_', '.']).map(word).collect()
}

fn full(rule: &RuleInfo) -> String {
    [sentence(&rule.name), sentence(&rule.risk)].join(" ").trim().to_owned()
}

fn help(rule: &RuleInfo) -> MultiformatMessageString {
    let references: Vec<&str> = rule.references.iter().filter_map(|r| web_address(r)).collect();
    let mut text = format!("{}\nWhat to do: {}", full(rule), sentence(&rule.revoke));
    let mut marked = format!(
        "**{}**\n\n{}\n\n## What to do\n\n{}\n",
        markdown(&rule.name),
        markdown(&sentence(&rule.risk)),
        markdown(&sentence(&rule.revoke))
    );
    if !references.is_empty() {
        text.push_str(&format!("\nReferences: {}", references.join(" ")));
        let list: String = references.iter().map(|r| format!("- <{r}>\n")).collect();
        marked.push_str(&format!("\n## References\n\n{list}"));
    }
    MultiformatMessageString::builder().text(text).markdown(marked).build()
}

fn properties(rule: &RuleInfo) -> PropertyBag {
    let more = BTreeMap::from([
        ("pack".to_owned(), json!(tidy(&rule.pack))),
        ("precision".to_owned(), json!(precision(rule.confidence))),
        ("problem.severity".to_owned(), json!(problem_severity(rule.severity))),
        ("security-severity".to_owned(), security_severity(rule.severity)),
    ]);
    PropertyBag::builder().tags(["security", "secret"].map(str::to_owned)).additional_properties(more).build()
}

fn precision(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Confirmed => "very-high",
        Confidence::Likely => "high",
        Confidence::Review => "medium",
    }
}

fn problem_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "recommendation",
    }
}

/// A number in a string, as GitHub reads it: over 9.0 is critical, from 7.0 high, from 4.0 medium.
fn security_severity(severity: Severity) -> Value {
    json!(match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
    })
}
