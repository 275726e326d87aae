//! Annotations on a pull request: workflow commands of GitHub Actions, printed to the job's log.
//!
//! A blocking finding is an `error`, one below the threshold a `warning`; suppressed ones are counted only, because
//! GitHub shows no more than ten annotations of a level for each step. A gap is an `error` where it decides the verdict
//! and a `warning` beside findings that block. The last lines are a group with the whole account in Markdown, so that it
//! can be cut out for the job's summary.
//!
//! The form is that of <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>: `%`, carriage
//! return and line feed are percent-encoded in a message, `:` and `,` too in a property.

use std::io::{self, BufWriter, Write};

use super::places;
use super::reporter::{Reporter, Style};
use super::told;
use super::words::{count, grouped, len, markdown, sentence, size, tidy};
use crate::model::{Finding, Gap, Outcome, Provenance, Region, RuleInfo, Status, Verdict};

pub(super) struct Github;

impl Reporter for Github {
    fn write(&self, outcome: &Outcome, _: &[&RuleInfo], _: Style, out: &mut dyn Write) -> io::Result<()> {
        let mut out = BufWriter::new(out);
        for finding in outcome.findings.iter().filter(|finding| finding.status == Status::Open) {
            writeln!(out, "{}", annotation(finding, outcome))?;
        }
        let level = if outcome.verdict() == Verdict::Incomplete { "error" } else { "warning" };
        for gap in &outcome.gaps {
            writeln!(out, "{}", gap_annotation(gap, level))?;
        }
        group(outcome, &mut out)?;
        out.flush()
    }
}

fn annotation(finding: &Finding, outcome: &Outcome) -> String {
    let level = if finding.blocks(outcome.threshold) { "error" } else { "warning" };
    let mut properties = position(&finding.place, finding.region);
    properties.push(("title", format!("{}: {}", finding.severity.as_str(), tidy(&finding.rule.id))));
    command(level, &properties, &format!("{} {}", told::summary(finding), sentence(&finding.rule.revoke)))
}

fn gap_annotation(gap: &Gap, level: &str) -> String {
    let mut properties = file(&gap.place);
    properties.push(("title", format!("not looked at: {}", gap.kind.as_str())));
    command(level, &properties, &format!("{}: {}", told::gap_place(gap), sentence(gap.detail.as_str())))
}

/// The file, and the lines where they are lines of that file. GitHub takes columns only within one line.
fn position(place: &Provenance, region: Region) -> Vec<(&'static str, String)> {
    let mut properties = file(place);
    if places::has_lines(place) {
        properties.push(("line", region.start_line.to_string()));
        properties.push(("endLine", region.end_line.max(region.start_line).to_string()));
    }
    if places::has_lines(place) && region.end_line <= region.start_line {
        properties.push(("col", region.start_column.to_string()));
        properties.push(("endColumn", region.end_column.max(region.start_column).to_string()));
    }
    properties
}

fn file(place: &Provenance) -> Vec<(&'static str, String)> {
    places::shown_file(place).map(|file| ("file", file.into_string())).into_iter().collect()
}

fn command(level: &str, properties: &[(&str, String)], message: &str) -> String {
    let properties: Vec<String> =
        properties.iter().map(|(name, value)| format!("{name}={}", property(value))).collect();
    format!("::{level} {}::{}", properties.join(","), data(&tidy(message)))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// The account of the whole scan. Each of its lines begins with a word of ours, so that none reads as a command; a
/// bracket is escaped, because older commands (`##[…]`) are looked for anywhere on a line.
fn group(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let verdict = outcome.verdict();
    let coverage = outcome.coverage;
    writeln!(out, "::group::tightlip: {} (exit status {})", verdict.as_str(), verdict.exit_status())?;
    writeln!(out, "### tightlip: {}", headline(outcome))?;
    for finding in &outcome.findings {
        writeln!(out, "- {}", listed(finding, outcome))?;
    }
    for gap in &outcome.gaps {
        writeln!(
            out,
            "- not looked at, {}: {}",
            gap.kind.as_str(),
            markdown(&format!("{}: {}", told::gap_place(gap), gap.detail))
        )?;
    }
    for line in told::excluded(&outcome.exclusions) {
        writeln!(out, "- {}", markdown(&line))?;
    }
    for note in &outcome.notes {
        writeln!(out, "- note: {}", markdown(&format!("{}: {}", note.place, note.text)))?;
    }
    writeln!(
        out,
        "- scanned {} ({}), excluded {}, by {}",
        count(coverage.scanned.units, "unit"),
        size(coverage.scanned.bytes),
        grouped(coverage.excluded.units),
        count(outcome.rules as u64, "rule")
    )?;
    writeln!(out, "::endgroup::")
}

fn headline(outcome: &Outcome) -> String {
    let blocking = outcome.findings.iter().filter(|finding| finding.blocks(outcome.threshold)).count() as u64;
    let gaps = len(&outcome.gaps);
    match outcome.verdict() {
        Verdict::Clean => "clean, everything was looked at or excluded".to_owned(),
        Verdict::Findings => format!("blocked by {}, {}", count(blocking, "finding"), count(gaps, "gap")),
        Verdict::Incomplete => format!("incomplete, {} not looked at", count(gaps, "place")),
    }
}

fn listed(finding: &Finding, outcome: &Outcome) -> String {
    let weight = match &finding.status {
        Status::Suppressed(by) => format!("suppressed ({})", markdown(&told::suppressed(by))),
        Status::Open if finding.blocks(outcome.threshold) => "blocks".to_owned(),
        Status::Open => "below the threshold".to_owned(),
    };
    let (severity, rule) = (finding.severity.as_str(), markdown(&finding.rule.id));
    let (place, region) = (markdown(finding.place.shown().as_str()), finding.region);
    let name = markdown(&told::summary(finding));
    format!("{severity} {rule} at {place}:{}:{}, {weight}: {name}", region.start_line, region.start_column)
}
