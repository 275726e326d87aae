//! Closes the ledger: order, numbers, sums.

use std::collections::HashMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::ledger::{Judged, Ledger};
use super::names;
use crate::engine::Engine;
use crate::model::{BlobKind, Finding, GapKind, Outcome, Provenance, Tally, Target};
use crate::policy::Policy;
use crate::sources::Source;

/// The outcome of a run. It depends on what was found alone, not on the order it was found in.
pub(super) fn close(
    mut ledger: Ledger,
    source: &dyn Source,
    engine: &Engine,
    policy: &Policy,
    target: &Target,
) -> Outcome {
    if ledger.coverage.scanned.units + ledger.coverage.gaps.units == 0 && !ledger.nothing {
        let place = Provenance::new(b".", BlobKind::File);
        ledger.gap(place, GapKind::Empty, 0, "the target holds nothing to scan; check the path, and what is excluded");
    }
    let mut findings = group(ledger.findings);
    let before = Tally::of(&ledger.gaps);
    source.locate(&mut findings, &mut ledger.gaps);
    ledger.coverage.gaps = ledger.coverage.gaps.without(before.without(Tally::of(&ledger.gaps)));
    number(&mut findings);
    ledger.gaps.sort();
    ledger.exclusions.sort();
    ledger.notes.extend(policy.notes(&findings));
    ledger.notes.sort();
    ledger.notes.dedup();
    Outcome {
        target: target.clone(),
        threshold: policy.threshold(),
        findings,
        gaps: ledger.gaps,
        exclusions: ledger.exclusions,
        coverage: ledger.coverage,
        notes: ledger.notes,
        rules: engine.rules().infos().len(),
    }
}

/// The findings in order, those of one value under one number: what a source can compare them by.
fn group(mut judged: Vec<Judged>) -> Vec<Finding> {
    judged.sort_by(|a, b| a.finding.sort_key().cmp(&b.finding.sort_key()));
    let mut groups: HashMap<String, u64> = HashMap::new();
    let numbered = judged.into_iter().map(|Judged { mut finding, identity }| {
        let next = groups.len() as u64 + 1;
        finding.identity.group = *groups.entry(identity).or_insert(next);
        finding
    });
    numbered.collect()
}

/// Numbers the secrets in report order, and the occurrences of each in its place.
fn number(findings: &mut [Finding]) {
    findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    let mut groups: HashMap<u64, u64> = HashMap::new();
    let mut secrets_of: HashMap<(Vec<u8>, String), Vec<u64>> = HashMap::new();
    let mut occurrences: HashMap<(Vec<u8>, String, usize), u64> = HashMap::new();
    for finding in findings {
        let next = groups.len() as u64 + 1;
        finding.identity.group = *groups.entry(finding.identity.group).or_insert(next);
        let here = (names::lasting(&finding.place.path), finding.rule.id.clone());
        let secrets = secrets_of.entry(here.clone()).or_default();
        let secret = secrets.iter().position(|group| *group == finding.identity.group).unwrap_or(secrets.len());
        if secret == secrets.len() {
            secrets.push(finding.identity.group);
        }
        let occurrence = occurrences.entry((here.0, here.1, secret)).or_default();
        finding.location_hash = location_hash(finding, secret, *occurrence);
        *occurrence += 1;
    }
}

/// A hash that holds nothing of the secret and stays when lines move.
fn location_hash(finding: &Finding, secret: usize, occurrence: u64) -> String {
    let mut hash = Sha256::new();
    hash.update(finding.rule.id.as_bytes());
    hash.update([0]);
    hash.update(names::lasting(&finding.place.path));
    hash.update([0]);
    hash.update(format!("{secret}:{occurrence}").as_bytes());
    let mut text = String::with_capacity(32);
    for byte in hash.finalize().iter().take(16) {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
