//! What tightlip's own formats (`json`, `jsonl`) write of each noun. The views are the format; the nouns they show may
//! change without it.

use serde::Serialize;

use super::words::{suppression, tidy};
use crate::model::{
    BlobKind, Commit, Confidence, Coverage, Excerpt, Exclusion, Finding, Gap, History, InImage, InLayer, Note,
    Provenance, Region, Shown, Span, Status, Suppression, Tally, Target,
};

/// Raised when a key is taken away or changes its meaning; new keys may come without.
pub(super) const VERSION: u32 = 1;

/// The program that writes the report.
pub(super) const TOOL: ToolView = ToolView { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };

#[derive(Serialize)]
pub(super) struct ToolView {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
pub(super) struct TargetView<'a> {
    command: &'static str,
    names: &'a [Shown],
}

impl<'a> TargetView<'a> {
    pub(super) fn of(target: &'a Target) -> Self {
        Self { command: target.command, names: &target.names }
    }
}

#[derive(Serialize)]
pub(super) struct CoverageView {
    scanned: TallyView,
    excluded: TallyView,
    gaps: TallyView,
}

impl CoverageView {
    pub(super) fn of(coverage: &Coverage) -> Self {
        let Coverage { scanned, excluded, gaps } = *coverage;
        Self { scanned: TallyView::of(scanned), excluded: TallyView::of(excluded), gaps: TallyView::of(gaps) }
    }
}

#[derive(Serialize)]
pub(super) struct TallyView {
    units: u64,
    bytes: u64,
}

impl TallyView {
    pub(super) fn of(tally: Tally) -> Self {
        let Tally { units, bytes } = tally;
        Self { units, bytes }
    }
}

#[derive(Serialize)]
pub(super) struct FindingView<'a> {
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
    about: Option<&'a Shown>,
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<&'a Shown>,
    history: Option<HistoryView<'a>>,
    image: Option<ImageView<'a>>,
    status: &'static str,
    suppression: Option<SuppressionView<'a>>,
}

impl<'a> FindingView<'a> {
    pub(super) fn of(finding: &'a Finding, threshold: Confidence) -> Self {
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
            about: finding.about.as_ref(),
            step: finding.step.as_ref(),
            history: finding.history.as_deref().map(HistoryView::of),
            image: finding.image.as_deref().map(ImageView::of),
            status,
            suppression,
        }
    }
}

#[derive(Serialize)]
pub(super) struct RegionView {
    start_line: u64,
    start_column: u64,
    end_line: u64,
    end_column: u64,
}

impl RegionView {
    pub(super) fn of(region: Region) -> Self {
        let Region { start_line, start_column, end_line, end_column } = region;
        Self { start_line, start_column, end_line, end_column }
    }
}

#[derive(Serialize)]
pub(super) struct SpanView {
    start: u64,
    end: u64,
}

impl SpanView {
    pub(super) fn of(span: Span) -> Self {
        let Span { start, end } = span;
        Self { start, end }
    }
}

#[derive(Serialize)]
pub(super) struct ExcerptView<'a> {
    text: &'a Shown,
    caret: usize,
    width: usize,
}

impl<'a> ExcerptView<'a> {
    pub(super) fn of(excerpt: &'a Excerpt) -> Self {
        Self { text: &excerpt.text, caret: excerpt.caret, width: excerpt.width }
    }
}

#[derive(Serialize)]
pub(super) struct HistoryView<'a> {
    object: String,
    introduced: Option<CommitView<'a>>,
    times: u64,
    versions: u64,
    in_head: bool,
    reach: &'static str,
    refs: &'a [Shown],
    refs_in_all: u64,
    link: Option<&'a Shown>,
}

impl<'a> HistoryView<'a> {
    pub(super) fn of(history: &'a History) -> Self {
        Self {
            object: tidy(&history.object),
            introduced: history.introduced.as_ref().map(CommitView::of),
            times: history.times,
            versions: history.versions,
            in_head: history.in_head,
            reach: history.reach.as_str(),
            refs: &history.refs,
            refs_in_all: history.refs_in_all,
            link: history.link.as_ref(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct CommitView<'a> {
    id: String,
    author: &'a Shown,
    date: String,
}

impl<'a> CommitView<'a> {
    pub(super) fn of(commit: &'a Commit) -> Self {
        Self { id: tidy(&commit.id), author: &commit.author, date: tidy(&commit.date) }
    }
}

#[derive(Serialize)]
pub(super) struct ImageView<'a> {
    name: &'a Shown,
    digest: String,
    platform: Option<&'a Shown>,
    layer: Option<LayerView<'a>>,
    images: u64,
}

impl<'a> ImageView<'a> {
    pub(super) fn of(image: &'a InImage) -> Self {
        Self {
            name: &image.name,
            digest: tidy(&image.digest),
            platform: image.platform.as_ref(),
            layer: image.layer.as_ref().map(LayerView::of),
            images: image.images,
        }
    }
}

#[derive(Serialize)]
pub(super) struct LayerView<'a> {
    number: u64,
    of: u64,
    digest: String,
    instruction: Option<&'a Shown>,
    base: bool,
    fate: &'static str,
    fate_layer: Option<u64>,
}

impl<'a> LayerView<'a> {
    fn of(layer: &'a InLayer) -> Self {
        Self {
            number: layer.number,
            of: layer.of,
            digest: tidy(&layer.digest),
            instruction: layer.instruction.as_ref(),
            base: layer.base,
            fate: layer.fate.as_str(),
            fate_layer: layer.fate.layer(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct SuppressionView<'a> {
    kind: &'static str,
    reason: &'a Shown,
    owner: Option<String>,
}

impl<'a> SuppressionView<'a> {
    pub(super) fn of(by: &'a Suppression) -> Self {
        Self { kind: suppression(by.kind), reason: &by.reason, owner: by.owner.as_deref().map(tidy) }
    }
}

#[derive(Serialize)]
pub(super) struct GapView<'a> {
    path: Shown,
    kind: &'static str,
    detail: &'a Shown,
    bytes: u64,
}

impl<'a> GapView<'a> {
    pub(super) fn of(gap: &'a Gap) -> Self {
        Self { path: gap.place.shown(), kind: gap.kind.as_str(), detail: &gap.detail, bytes: gap.bytes }
    }
}

#[derive(Serialize)]
pub(super) struct ExclusionView {
    path: Shown,
    reason: String,
    bytes: Option<u64>,
}

impl ExclusionView {
    pub(super) fn of(exclusion: &Exclusion) -> Self {
        Self { path: exclusion.place.shown(), reason: tidy(&exclusion.reason), bytes: exclusion.bytes }
    }
}

#[derive(Serialize)]
pub(super) struct NoteView<'a> {
    place: &'a Shown,
    text: &'a Shown,
}

impl<'a> NoteView<'a> {
    pub(super) fn of(note: &'a Note) -> Self {
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
        BlobKind::Layer => "layer",
        BlobKind::Image => "image",
    }
}
