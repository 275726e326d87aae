//! The ledger of a run: one for each worker, added up at the end.

use crate::model::{Coverage, Exclusion, Finding, Gap, GapKind, Note, Provenance, Shown};

/// A finding whose secret is told apart by a hash under the run's key.
pub(super) struct Judged {
    pub(super) finding: Finding,
    pub(super) identity: String,
}

/// What a worker has gathered.
#[derive(Default)]
pub(super) struct Ledger {
    pub(super) findings: Vec<Judged>,
    pub(super) gaps: Vec<Gap>,
    pub(super) exclusions: Vec<Exclusion>,
    pub(super) coverage: Coverage,
    pub(super) notes: Vec<Note>,
    /// Whether the source declared that there was nothing to look at.
    pub(super) nothing: bool,
}

impl Ledger {
    pub(super) fn gap(&mut self, place: Provenance, kind: GapKind, bytes: u64, detail: &str) {
        self.coverage.gaps.add(bytes);
        self.listed(place, kind, bytes, detail);
    }

    /// Lists a gap whose units were counted.
    pub(super) fn listed(&mut self, place: Provenance, kind: GapKind, bytes: u64, detail: &str) {
        self.gaps.push(Gap { place, kind, detail: Shown::from_bytes(detail.as_bytes()), bytes });
    }

    pub(super) fn excluded(&mut self, place: Provenance, reason: &str, bytes: Option<u64>) {
        self.coverage.excluded.add(bytes.unwrap_or(0));
        self.exclusions.push(Exclusion { place, reason: reason.to_owned(), bytes });
    }

    pub(super) fn merge(&mut self, mut other: Ledger) {
        self.findings.append(&mut other.findings);
        self.gaps.append(&mut other.gaps);
        self.exclusions.append(&mut other.exclusions);
        self.notes.append(&mut other.notes);
        self.nothing |= other.nothing;
        self.coverage.scanned.merge(other.coverage.scanned);
        self.coverage.excluded.merge(other.coverage.excluded);
        self.coverage.gaps.merge(other.coverage.gaps);
    }
}
