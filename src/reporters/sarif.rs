//! SARIF 2.1.0 (OASIS standard), in the shape that GitHub code scanning takes.
//!
//! The objects are those of `serde-sarif`; only the frame around the long lists is ours, because a list is made while
//! it is written. A gap makes `executionSuccessful` false: a run that could not look is not a successful one.
//!
//! `automationDetails` is left out on purpose: GitHub's upload fills it with the category the user chose, and would not
//! if it stood here.

mod escape;
mod notification;
mod place;
mod result;
mod rule;

use std::collections::HashMap;
use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::json;
use serde_sarif::sarif::{Tool, ToolComponent};

use super::lazy::Lazy;
use super::reporter::{Reporter, Style};
use crate::model::{Coverage, MASK, Outcome, RuleInfo, Tally};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

pub(super) struct Sarif;

impl Reporter for Sarif {
    fn write(&self, outcome: &Outcome, rules: &[&RuleInfo], _: Style, out: &mut dyn Write) -> io::Result<()> {
        let mut out = BufWriter::new(out);
        let index: HashMap<&str, usize> = rules.iter().enumerate().map(|(i, rule)| (rule.id.as_str(), i)).collect();
        let index_of = |id: &str| index.get(id).copied();
        let run = RunView {
            tool: Tool::from(driver(outcome, rules)),
            invocations: [invocation(outcome)],
            // Columns count code points, not UTF-16 units, which is what SARIF assumes where nothing is said.
            column_kind: "unicodeCodePoints",
            redaction_tokens: [MASK],
            properties: properties(outcome),
            results: Lazy(|| {
                let result = |f| result::result(f, outcome.threshold, index_of(&f.rule.id));
                outcome.findings.iter().map(result)
            }),
        };
        serde_json::to_writer_pretty(&mut out, &LogView { schema: SCHEMA, version: "2.1.0", runs: [run] })?;
        writeln!(out)?;
        out.flush()
    }
}

#[derive(Serialize)]
struct LogView<R: Serialize> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [R; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RunView<I: Serialize, R: Serialize> {
    tool: Tool,
    invocations: [I; 1],
    column_kind: &'static str,
    redaction_tokens: [&'static str; 1],
    properties: serde_json::Value,
    results: R,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InvocationView<E: Serialize, C: Serialize> {
    execution_successful: bool,
    exit_code: u8,
    exit_code_description: &'static str,
    tool_execution_notifications: E,
    tool_configuration_notifications: C,
}

fn driver(outcome: &Outcome, rules: &[&RuleInfo]) -> ToolComponent {
    let mut driver = ToolComponent::builder()
        .name(env!("CARGO_PKG_NAME"))
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .short_description(&format!("{}.", env!("CARGO_PKG_DESCRIPTION")))
        .rules(rules.iter().map(|rule| rule::descriptor(rule)).collect::<Vec<_>>())
        .notifications(notification::descriptors(outcome))
        .build();
    let home = env!("CARGO_PKG_REPOSITORY");
    driver.information_uri = (!home.is_empty()).then(|| home.to_owned());
    driver
}

fn invocation(outcome: &Outcome) -> impl Serialize {
    let remarks = || {
        let exclusions = outcome.exclusions.iter().map(notification::exclusion);
        let notes = outcome.notes.iter().map(notification::note);
        exclusions.chain(notes).chain(notification::limit(outcome))
    };
    InvocationView {
        execution_successful: outcome.gaps.is_empty(),
        exit_code: outcome.verdict().exit_status(),
        exit_code_description: outcome.verdict().as_str(),
        tool_execution_notifications: Lazy(|| outcome.gaps.iter().map(notification::gap)),
        tool_configuration_notifications: Lazy(remarks),
    }
}

/// What SARIF has no word for: the threshold and the sums of the ledger.
fn properties(outcome: &Outcome) -> serde_json::Value {
    let sum = |tally: Tally| json!({ "units": tally.units, "bytes": tally.bytes });
    let Coverage { scanned, excluded, gaps } = outcome.coverage;
    json!({
        "threshold": outcome.threshold.as_str(),
        "coverage": { "scanned": sum(scanned), "excluded": sum(excluded), "gaps": sum(gaps) },
    })
}
