//! GitLab's report of secret detection, schema 15.2.1.
//!
//! Suppressed findings are left out, because GitLab would open a vulnerability for each; the report says how many. A gap
//! makes the scan's status `failure`. The field for the raw source line is never written. The schema asks for a start and
//! an end: reports hold no clock, so both are [`Style::moment`], the beginning of 1970 unless `SOURCE_DATE_EPOCH` is set.

use std::io::{self, BufWriter, Write};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::lazy::Lazy;
use super::reporter::{Reporter, Style};
use super::words::{count, len, sentence, tidy, web_address};
use super::{places, told};
use crate::model::{Finding, Gap, Outcome, RuleInfo, Severity, Status};

const VERSION: &str = "15.2.1";

const SCHEMA: &str = "https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw/v15.2.1/dist/\
                      secret-detection-report-format.json";

/// The commit of what is in no commit.
const NO_COMMIT: &str = "0000000000000000000000000000000000000000";

pub(super) struct Gitlab;

impl Reporter for Gitlab {
    fn write(&self, outcome: &Outcome, _: &[&RuleInfo], style: Style, out: &mut dyn Write) -> io::Result<()> {
        let mut out = BufWriter::new(out);
        let open = || outcome.findings.iter().filter(|finding| finding.status == Status::Open);
        let report = ReportView {
            version: VERSION,
            schema: SCHEMA,
            scan: scan(outcome, style),
            vulnerabilities: Lazy(|| open().map(vulnerability)),
        };
        serde_json::to_writer_pretty(&mut out, &report)?;
        writeln!(out)?;
        out.flush()
    }
}

#[derive(Serialize)]
struct ReportView<V: Serialize> {
    version: &'static str,
    schema: &'static str,
    scan: Value,
    vulnerabilities: V,
}

fn scan(outcome: &Outcome, style: Style) -> Value {
    let tool = json!({
        "id": env!("CARGO_PKG_NAME"),
        "name": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "vendor": { "name": env!("CARGO_PKG_NAME") },
    });
    let moment = moment(style);
    json!({
        "analyzer": tool,
        "scanner": tool,
        "type": "secret_detection",
        "start_time": moment,
        "end_time": moment,
        "status": if outcome.gaps.is_empty() { "success" } else { "failure" },
        "messages": messages(outcome),
    })
}

/// As the schema wants it: UTC, to the second, without a zone.
fn moment(style: Style) -> String {
    Timestamp::from_second(style.moment).unwrap_or_default().strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

fn messages(outcome: &Outcome) -> Vec<Value> {
    let suppressed: Vec<&Finding> = outcome.findings.iter().filter(|f| f.status != Status::Open).collect();
    let left_out = (!suppressed.is_empty()).then(|| {
        let n = count(len(&suppressed), "suppressed finding");
        json!({ "level": "info", "value": format!("{n} not listed here; the json report lists all, each with its reason") })
    });
    let notes = outcome.notes.iter().map(|n| json!({ "level": "info", "value": format!("{}: {}", n.place, n.text) }));
    let excluded = told::excluded(&outcome.exclusions).map(|line| json!({ "level": "info", "value": line }));
    outcome.gaps.iter().map(gap).chain(left_out).chain(excluded).chain(notes).collect()
}

fn gap(gap: &Gap) -> Value {
    json!({ "level": "warn", "value": format!("Not looked at, {}: {}: {}", gap.kind.as_str(), told::gap_place(gap), gap.detail) })
}

fn vulnerability(finding: &Finding) -> Value {
    let rule = &finding.rule;
    json!({
        "id": uuid(finding),
        "name": cut(&tidy(&rule.name), 255),
        "description": format!("{} {}", tidy(&told::summary(finding)), sentence(&rule.risk)),
        "severity": severity(finding.severity),
        "solution": cut(&sentence(&rule.revoke), 7_000),
        "identifiers": [identifier(rule)],
        "links": links(finding),
        "details": details(finding),
        "location": location(finding),
    })
}

/// The same for the same place in every report, whatever moved around it: the location hash in the form of a UUID of
/// version 8 (RFC 9562 §5.8).
fn uuid(finding: &Finding) -> String {
    let hash = Sha256::digest(finding.location_hash.as_bytes());
    let hex: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    let variant = ["8", "9", "a", "b"][usize::from(hash[8] & 3)];
    format!("{}-{}-8{}-{variant}{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Critical",
        Severity::High => "High",
        Severity::Medium => "Medium",
        Severity::Low => "Low",
    }
}

fn identifier(rule: &RuleInfo) -> Value {
    let id = tidy(&rule.id);
    json!({ "type": "tightlip_rule_id", "name": format!("tightlip rule {id}"), "value": id })
}

fn links(finding: &Finding) -> Vec<Value> {
    let line = finding.history.as_ref().and_then(|history| web_address(history.link.as_ref()?.as_str()));
    let line = line.map(|url| json!({ "name": "The line in the repository", "url": url }));
    let references = finding.rule.references.iter().filter_map(|r| web_address(r)).map(|url| json!({ "url": url }));
    line.into_iter().chain(references).collect()
}

fn details(finding: &Finding) -> Value {
    let text = |name: &str, value: &str| json!({ "type": "text", "name": name, "value": value });
    let mut details = json!({ "confidence": text("Confidence", finding.confidence.as_str()) });
    let member = places::member(&finding.place).map(|_| ("address", "Address", finding.place.shown().into_string()));
    let history = finding.history.as_ref().map(|history| ("history", "History", told::history_line(history)));
    let image = finding.image.as_ref().map(|image| ("image", "Image", told::image_line(image)));
    for (key, name, value) in member.into_iter().chain(history).chain(image) {
        details[key] = text(name, &value);
    }
    details
}

/// A member's lines are no lines of the archive, the file that GitLab would open.
fn location(finding: &Finding) -> Value {
    let commit = finding.history.as_ref().and_then(|history| history.introduced.as_ref());
    let commit = match commit {
        Some(commit) => json!({ "sha": tidy(&commit.id), "author": commit.author, "date": tidy(&commit.date) }),
        None => json!({ "sha": NO_COMMIT }),
    };
    let mut location = json!({ "commit": commit });
    if let Some(file) = places::shown_file(&finding.place) {
        location["file"] = json!(file);
    }
    if places::has_lines(&finding.place) {
        location["start_line"] = json!(finding.region.start_line);
        location["end_line"] = json!(finding.region.end_line);
    }
    location
}

/// At most so many characters, as the schema limits them.
fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}
