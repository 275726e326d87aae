//! tightlip's own report: everything an outcome says, in a fixed order of keys, under a version.
//!
//! `docs/json-report.md` documents every key. The views below are the format; the nouns they show may change without
//! it. All text in it is printable: what came from scanned content or a policy is escaped before it is quoted.

use std::io::{self, BufWriter, Write};

use serde::Serialize;

use super::lazy::Lazy;
use super::reporter::{Reporter, Style};
use super::words::{suppression, tidy};
use crate::model::{
    BlobKind, Confidence, Coverage, Excerpt, Exclusion, Finding, Gap, Note, Outcome, Provenance, Region, RuleInfo,
    Shown, Span, Status, Suppression, Tally, Target,
};

/// Raised when a key is taken away or changes its meaning; new keys may come without.
const VERSION: u32 = 1;

pub(super) struct Json;

impl Reporter for Json {
    fn write(&self, outcome: &Outcome, _: &[&RuleInfo], _: Style, out: &mut dyn Write) -> io::Result<()> {
        let mut out = BufWriter::new(out);
        let report = ReportView {
            version: VERSION,
            tool: ToolView { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
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

#[derive(Serialize)]
struct ToolView {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct TargetView<'a> {
    command: &'static str,
    names: &'a [Shown],
}

impl<'a> TargetView<'a> {
    fn of(target: &'a Target) -> Self {
        Self { command: target.command, names: &target.names }
    }
}

#[derive(Serialize)]
struct CoverageView {
    scanned: TallyView,
    excluded: TallyView,
    gaps: TallyView,
}

impl CoverageView {
    fn of(coverage: &Coverage) -> Self {
        let Coverage { scanned, excluded, gaps } = *coverage;
        Self { scanned: TallyView::of(scanned), excluded: TallyView::of(excluded), gaps: TallyView::of(gaps) }
    }
}

#[derive(Serialize)]
struct TallyView {
    units: u64,
    bytes: u64,
}

impl TallyView {
    fn of(tally: Tally) -> Self {
        let Tally { units, bytes } = tally;
        Self { units, bytes }
    }
}

#[derive(Serialize)]
struct FindingView<'a> {
    rule: String,
    name: String,
    pack: String,
    severity: &'static str,
    confidence: &'static str,
    blocks: bool,
    path: Shown,
    blob_kind: &'static str,
    region: RegionView,
    span: SpanView,
    via: &'a [&'static str],
    excerpt: ExcerptView<'a>,
    group: u64,
    fingerprint: Option<String>,
    location_hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<&'a Shown>,
    status: &'static str,
    suppression: Option<SuppressionView<'a>>,
}

impl<'a> FindingView<'a> {
    fn of(finding: &'a Finding, threshold: Confidence) -> Self {
        let (status, suppression) = match &finding.status {
            Status::Open => ("open", None),
            Status::Suppressed(by) => ("suppressed", Some(SuppressionView::of(by))),
        };
        Self {
            rule: tidy(&finding.rule.id),
            name: tidy(&finding.rule.name),
            pack: tidy(&finding.rule.pack),
            severity: finding.severity.as_str(),
            confidence: finding.confidence.as_str(),
            blocks: finding.blocks(threshold),
            path: finding.place.shown(),
            blob_kind: blob_kind(&finding.place),
            region: RegionView::of(finding.region),
            span: SpanView::of(finding.span),
            via: &finding.via,
            excerpt: ExcerptView::of(&finding.excerpt),
            group: finding.identity.group,
            fingerprint: finding.identity.fingerprint.as_deref().map(tidy),
            location_hash: tidy(&finding.location_hash),
            step: finding.step.as_ref(),
            status,
            suppression,
        }
    }
}

#[derive(Serialize)]
struct RegionView {
    start_line: u64,
    start_column: u64,
    end_line: u64,
    end_column: u64,
}

impl RegionView {
    fn of(region: Region) -> Self {
        let Region { start_line, start_column, end_line, end_column } = region;
        Self { start_line, start_column, end_line, end_column }
    }
}

#[derive(Serialize)]
struct SpanView {
    start: u64,
    end: u64,
}

impl SpanView {
    fn of(span: Span) -> Self {
        let Span { start, end } = span;
        Self { start, end }
    }
}

#[derive(Serialize)]
struct ExcerptView<'a> {
    text: &'a Shown,
    caret: usize,
    width: usize,
}

impl<'a> ExcerptView<'a> {
    fn of(excerpt: &'a Excerpt) -> Self {
        Self { text: &excerpt.text, caret: excerpt.caret, width: excerpt.width }
    }
}

#[derive(Serialize)]
struct SuppressionView<'a> {
    kind: &'static str,
    reason: &'a Shown,
    owner: Option<String>,
}

impl<'a> SuppressionView<'a> {
    fn of(by: &'a Suppression) -> Self {
        Self { kind: suppression(by.kind), reason: &by.reason, owner: by.owner.as_deref().map(tidy) }
    }
}

#[derive(Serialize)]
struct GapView<'a> {
    path: Shown,
    kind: &'static str,
    detail: &'a Shown,
    bytes: u64,
}

impl<'a> GapView<'a> {
    fn of(gap: &'a Gap) -> Self {
        Self { path: gap.place.shown(), kind: gap.kind.as_str(), detail: &gap.detail, bytes: gap.bytes }
    }
}

#[derive(Serialize)]
struct ExclusionView {
    path: Shown,
    reason: String,
    bytes: Option<u64>,
}

impl ExclusionView {
    fn of(exclusion: &Exclusion) -> Self {
        Self { path: exclusion.place.shown(), reason: tidy(&exclusion.reason), bytes: exclusion.bytes }
    }
}

#[derive(Serialize)]
struct NoteView<'a> {
    place: &'a Shown,
    text: &'a Shown,
}

impl<'a> NoteView<'a> {
    fn of(note: &'a Note) -> Self {
        Self { place: &note.place, text: &note.text }
    }
}

fn blob_kind(place: &Provenance) -> &'static str {
    match place.kind {
        BlobKind::File => "file",
        BlobKind::SymlinkTarget => "symlink-target",
        BlobKind::Name => "name",
        BlobKind::Member => "member",
        BlobKind::Stream => "stream",
        BlobKind::Commit => "commit",
        BlobKind::Tag => "tag",
    }
}
