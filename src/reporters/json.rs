//! tightlip's own report: everything an outcome says, in a fixed order of keys, under a version.
//!
//! `docs/json-report.md` documents every key. All text in it is printable: what came from scanned content or a policy
//! is escaped before it is quoted.

use std::io::{self, BufWriter, Write};

use serde::Serialize;

use super::lazy::Lazy;
use super::reporter::{Reporter, Style};
use super::views::{CoverageView, ExclusionView, FindingView, GapView, NoteView, TOOL, TargetView, ToolView, VERSION};
use crate::model::{Outcome, RuleInfo};

pub(super) struct Json;

impl Reporter for Json {
    fn write(&self, outcome: &Outcome, _: &[&RuleInfo], _: Style, out: &mut dyn Write) -> io::Result<()> {
        let mut out = BufWriter::new(out);
        let report = ReportView {
            version: VERSION,
            tool: TOOL,
            target: TargetView::of(&outcome.target),
            verdict: outcome.verdict().as_str(),
            exit_status: outcome.verdict().exit_status(),
            threshold: outcome.threshold.as_str(),
            rules: outcome.rules,
            coverage: CoverageView::of(&outcome.coverage),
            findings: Lazy(|| outcome.findings.iter().map(|f| FindingView::of(f, outcome.threshold))),
            gaps: Lazy(|| outcome.gaps.iter().map(GapView::of)),
            exclusions: Lazy(|| outcome.exclusions.iter().map(ExclusionView::of)),
            notes: Lazy(|| outcome.notes.iter().map(NoteView::of)),
        };
        serde_json::to_writer_pretty(&mut out, &report)?;
        writeln!(out)?;
        out.flush()
    }
}

#[derive(Serialize)]
struct ReportView<'a, F: Serialize, G: Serialize, E: Serialize, N: Serialize> {
    version: u32,
    tool: ToolView,
    target: TargetView<'a>,
    verdict: &'static str,
    exit_status: u8,
    threshold: &'static str,
    rules: usize,
    coverage: CoverageView,
    findings: F,
    gaps: G,
    exclusions: E,
    notes: N,
}
