//! The JSON report line by line: each line is an object of its own, so that a reader can begin before the end and cut,
//! filter or join files with line tools.
//!
//! The first line (`scan`) says what was scanned, the last (`summary`) how it ended and how many lines of each type stand
//! between them: a file without a summary was cut off and says nothing of cleanness.

use std::io::{self, BufWriter, Write};

use serde::Serialize;

use super::reporter::{Reporter, Style};
use super::views::{CoverageView, ExclusionView, FindingView, GapView, NoteView, TOOL, TargetView, ToolView, VERSION};
use crate::model::{Outcome, RuleInfo};

pub(super) struct JsonLines;

impl Reporter for JsonLines {
    fn write(&self, outcome: &Outcome, _: &[&RuleInfo], _: Style, out: &mut dyn Write) -> io::Result<()> {
        let mut out = BufWriter::new(out);
        line(&mut out, "scan", ScanView::of(outcome))?;
        for finding in &outcome.findings {
            line(&mut out, "finding", FindingView::of(finding, outcome.threshold))?;
        }
        outcome.gaps.iter().try_for_each(|gap| line(&mut out, "gap", GapView::of(gap)))?;
        outcome.exclusions.iter().try_for_each(|one| line(&mut out, "exclusion", ExclusionView::of(one)))?;
        outcome.notes.iter().try_for_each(|note| line(&mut out, "note", NoteView::of(note)))?;
        line(&mut out, "summary", SummaryView::of(outcome))?;
        out.flush()
    }
}

/// Every line tells its version and type first, so that a line alone can be understood.
#[derive(Serialize)]
struct LineView<T: Serialize> {
    version: u32,
    r#type: &'static str,
    #[serde(flatten)]
    record: T,
}

fn line(out: &mut dyn Write, r#type: &'static str, record: impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &LineView { version: VERSION, r#type, record })?;
    writeln!(out)
}

#[derive(Serialize)]
struct ScanView<'a> {
    tool: ToolView,
    target: TargetView<'a>,
    threshold: &'static str,
    rules: usize,
}

impl<'a> ScanView<'a> {
    fn of(outcome: &'a Outcome) -> Self {
        let (target, threshold) = (TargetView::of(&outcome.target), outcome.threshold.as_str());
        Self { tool: TOOL, target, threshold, rules: outcome.rules }
    }
}

#[derive(Serialize)]
struct SummaryView {
    verdict: &'static str,
    exit_status: u8,
    coverage: CoverageView,
    lines: LinesView,
}

#[derive(Serialize)]
struct LinesView {
    finding: usize,
    gap: usize,
    exclusion: usize,
    note: usize,
}

impl SummaryView {
    fn of(outcome: &Outcome) -> Self {
        let lines = LinesView {
            finding: outcome.findings.len(),
            gap: outcome.gaps.len(),
            exclusion: outcome.exclusions.len(),
            note: outcome.notes.len(),
        };
        let verdict = outcome.verdict();
        let coverage = CoverageView::of(&outcome.coverage);
        Self { verdict: verdict.as_str(), exit_status: verdict.exit_status(), coverage, lines }
    }
}
