//! A baseline beside what a scan found: what it lists and is gone, what it accepts and does not list, and the entries
//! that would say exactly what is there.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::entry::{Entry, normalized};
use crate::model::{Confidence, Finding, Provenance, Status, SuppressionKind};

/// Why new findings are accepted.
#[derive(Clone, Debug)]
pub struct Acceptance {
    /// The reason.
    pub reason: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The last day (UTC) on which it holds.
    pub expires: Option<Date>,
}

/// Where each secret of the scan stands.
pub(super) struct Seen(BTreeMap<(String, String), BTreeSet<String>>);

impl Seen {
    pub(super) fn of(findings: &[Finding]) -> Self {
        let mut seen: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
        for finding in findings {
            if let Some(secret) = &finding.identity.baseline {
                seen.entry((secret.clone(), finding.rule.id.clone())).or_default().insert(path(&finding.place));
            }
        }
        Self(seen)
    }

    /// The places of an entry's secret; none where the scan did not meet it.
    pub(super) fn places(&self, entry: &Entry) -> Option<&BTreeSet<String>> {
        self.0.get(&(entry.secret.clone(), entry.rule.clone()))
    }

    pub(super) fn holds(&self, entry: &Entry) -> bool {
        self.places(entry).is_some_and(|places| places.contains(&entry.path))
    }
}

/// The path of a place, as entries write it.
pub(super) fn path(place: &Provenance) -> String {
    normalized(place.shown().as_str())
}

/// Whether the finding is accepted by a baseline.
pub(super) fn is_accepted(finding: &Finding) -> bool {
    matches!(&finding.status, Status::Suppressed(by) if by.kind == SuppressionKind::Baseline)
}

/// The entry that a finding which blocks would get.
pub(super) fn new_entry(finding: &Finding, threshold: Confidence, why: &Acceptance) -> Option<Entry> {
    let secret = finding.identity.baseline.clone().filter(|_| finding.blocks(threshold))?;
    Some(Entry {
        secret,
        rule: finding.rule.id.clone(),
        path: path(&finding.place),
        reason: why.reason.clone(),
        owner: why.owner.clone(),
        expires: why.expires,
    })
}
