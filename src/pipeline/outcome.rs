//! Closes the ledger: order, numbers, sums.

use std::collections::HashMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::ledger::{Judged, Ledger};
use crate::engine::Engine;
use crate::model::{BlobKind, Finding, GapKind, Outcome, Provenance, Target};
use crate::policy::Policy;

/// The outcome of a run. It depends on what was found alone, not on the order it was found in.
pub(super) fn close(mut ledger: Ledger, engine: &Engine, policy: &Policy, target: &Target) -> Outcome {
    if ledger.coverage.scanned.units + ledger.coverage.gaps.units == 0 {
        let place = Provenance { path: b".".to_vec(), kind: BlobKind::File };
        ledger.gap(place, GapKind::Empty, 0, "the target holds nothing to scan; check the path, and what is excluded");
    }
    ledger.findings.sort_by(|a, b| a.finding.sort_key().cmp(&b.finding.sort_key()));
    ledger.gaps.sort();
    ledger.exclusions.sort();
    Outcome {
        target: target.clone(),
        threshold: policy.threshold(),
        findings: number(ledger.findings),
        gaps: ledger.gaps,
        exclusions: ledger.exclusions,
        coverage: ledger.coverage,
        notes: policy.notes(),
        rules: engine.rules().infos().len(),
    }
}

/// Numbers the secrets in report order, and the occurrences of each in its place.
fn number(judged: Vec<Judged>) -> Vec<Finding> {
    let mut groups: HashMap<String, u64> = HashMap::new();
    let mut secrets_of: HashMap<(Provenance, String), Vec<u64>> = HashMap::new();
    let mut occurrences: HashMap<(Provenance, String, usize), u64> = HashMap::new();
    let mut findings = Vec::with_capacity(judged.len());
    for Judged { mut finding, identity } in judged {
        let next = groups.len() as u64 + 1;
        finding.identity.group = *groups.entry(identity).or_insert(next);
        let here = (finding.place.clone(), finding.rule.id.clone());
        let secrets = secrets_of.entry(here.clone()).or_default();
        let secret = secrets.iter().position(|group| *group == finding.identity.group).unwrap_or(secrets.len());
        if secret == secrets.len() {
            secrets.push(finding.identity.group);
        }
        let occurrence = occurrences.entry((here.0, here.1, secret)).or_default();
        finding.location_hash = location_hash(&finding, secret, *occurrence);
        *occurrence += 1;
        findings.push(finding);
    }
    findings
}

/// A hash that holds nothing of the secret and stays when lines move.
fn location_hash(finding: &Finding, secret: usize, occurrence: u64) -> String {
    let mut hash = Sha256::new();
    hash.update(finding.rule.id.as_bytes());
    hash.update([0]);
    hash.update(&finding.place.path);
    hash.update([0]);
    hash.update(format!("{secret}:{occurrence}").as_bytes());
    let mut text = String::with_capacity(32);
    for byte in hash.finalize().iter().take(16) {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
