//! The manifest of a bundle: every member with its size, its digest and how it ended.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use crate::model::{BlobKind, Outcome, Provenance};
use crate::pipeline::{Member, Progress};

/// Gathers the members of a run.
#[derive(Default)]
pub(super) struct Manifest {
    members: Mutex<Vec<Member>>,
}

impl Progress for Manifest {
    fn advance(&self, _: u64, _: u64) {}

    fn wants_members(&self) -> bool {
        true
    }

    fn member(&self, member: Member) {
        self.members.lock().unwrap_or_else(PoisonError::into_inner).push(member);
    }
}

/// One line.
#[derive(Serialize)]
struct Line<'a> {
    path: String,
    kind: BlobKind,
    bytes: Option<u64>,
    sha256: Option<String>,
    ended: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
}

impl Manifest {
    /// The lines, sorted by address. A member that has a gap ended as one, whatever was read of it.
    pub(super) fn finish(self, outcome: &Outcome) -> String {
        let mut members = self.members.into_inner().unwrap_or_else(PoisonError::into_inner);
        members.sort_by(|a, b| (&a.place.path, a.sha256).cmp(&(&b.place.path, b.sha256)));
        let mut gaps: BTreeMap<&[u8], (&Provenance, String)> = BTreeMap::new();
        for gap in &outcome.gaps {
            let told = format!("{}: {}", gap.kind.as_str(), gap.detail);
            gaps.entry(&gap.place.path).or_insert((&gap.place, told));
        }
        let mut lines: Vec<(&[u8], Line<'_>)> = Vec::new();
        let known: std::collections::BTreeSet<&[u8]> =
            members.iter().map(|member| member.place.path.as_slice()).collect();
        for member in &members {
            let gap = gaps.get(member.place.path.as_slice()).map(|(_, told)| told.as_str());
            let (bytes, sha256) = (Some(member.bytes), Some(hex(&member.sha256)));
            lines.push((
                &member.place.path,
                line(&member.place, bytes, sha256, if gap.is_some() { "gap" } else { "scanned" }, gap),
            ));
        }
        for (path, (place, told)) in gaps.iter().filter(|(path, _)| !known.contains(**path)) {
            lines.push((path, line(place, None, None, "gap", Some(told))));
        }
        for exclusion in &outcome.exclusions {
            let place = &exclusion.place;
            lines.push((&place.path, line(place, exclusion.bytes, None, "excluded", Some(&exclusion.reason))));
        }
        lines.sort_by(|a, b| a.0.cmp(b.0));
        let mut text = String::new();
        for (_, line) in &lines {
            // Neither a map with other keys than strings nor a number that JSON has not is in it.
            let json = serde_json::to_string(line).unwrap_or_default();
            let _ = writeln!(text, "{json}");
        }
        text
    }
}

fn line<'a>(
    place: &Provenance,
    bytes: Option<u64>,
    sha256: Option<String>,
    ended: &'static str,
    detail: Option<&'a str>,
) -> Line<'a> {
    Line { path: place.shown().into_string(), kind: place.kind, bytes, sha256, ended, detail }
}

pub(super) fn hex(digest: &[u8; 32]) -> String {
    data_encoding::HEXLOWER.encode(digest)
}
