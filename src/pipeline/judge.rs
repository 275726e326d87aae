//! From the settled matches of a blob to findings.

use super::context::Context;
use super::ledger::Judged;
use super::lines::{Count, region};
use super::rule_paths::RulePaths;
use crate::engine::{Engine, resolve};
use crate::model::{BlobKind, Finding, Identity, Key, Match, Place, Provenance, RuleId, Secret, Shown};
use crate::policy::{self, Policy};
use crate::rules::about;

/// Findings of one blob that are listed; beyond it, the blob is reported as not wholly listed.
pub(super) const MAX_FINDINGS: usize = 10_000;

/// What judging needs, the same for the whole run.
pub(super) struct Bench<'a> {
    pub(super) engine: &'a Engine,
    pub(super) policy: &'a Policy,
    /// The organisation's key, or the run's own.
    key: &'a Key,
    /// Whether the key is the organisation's, so that fingerprints mean something beyond this run.
    lasting: bool,
    paths: RulePaths,
}

impl<'a> Bench<'a> {
    pub(super) fn new(engine: &'a Engine, policy: &'a Policy, key: &'a Key, lasting: bool) -> Self {
        Self { engine, policy, key, lasting, paths: RulePaths::of(engine.rules()) }
    }

    /// Whether a rule speaks of what stands at this address.
    pub(super) fn speaks_of(&self, rule: RuleId, address: &Provenance) -> bool {
        self.paths.speaks_of(rule, Some(address))
    }

    /// What a secret is told apart by, within the run.
    pub(super) fn identity(&self, secret: &Secret) -> String {
        self.key.fingerprint(secret)
    }

    /// Whether any of these matches is of a rule that speaks of this place. A file of one word is a match of rules that
    /// speak of a few names, and a database has thousands of cells of one word.
    pub(super) fn speaks_of_any(&self, matches: &[Match], place: &Place<'_>) -> bool {
        matches.iter().any(|found| !self.paths.restrict(found.rule)) || {
            let address = place.provenance();
            matches.iter().any(|found| self.speaks_of(found.rule, &address))
        }
    }

    /// Takes away the matches of rules that do not speak of this place: most blobs have no others.
    pub(super) fn sift(&self, place: &Place<'_>, matches: &mut Vec<(Match, Context)>) {
        if !self.paths.is_empty() && !matches.is_empty() {
            let address = place.provenance();
            matches.retain(|(found, _)| self.speaks_of(found.rule, &address));
        }
    }

    /// Settles and judges the matches of a blob. `counts` are the lines before each of its windows.
    pub(super) fn judge(
        &self,
        place: &Place<'_>,
        shown: &Provenance,
        mut matches: Vec<(Match, Context)>,
        counts: &[Count],
    ) -> Vec<Judged> {
        self.sift(place, &mut matches);
        let settled = resolve(self.engine.rules(), matches);
        settled.into_iter().map(|(found, context)| self.finding(place, shown, found, context, counts)).collect()
    }

    fn finding(
        &self,
        place: &Place<'_>,
        shown: &Provenance,
        found: Match,
        context: Context,
        counts: &[Count],
    ) -> Judged {
        let rule = &self.engine.rules().get(found.rule).info;
        let identity = self.identity(&found.secret);
        let fingerprint = self.lasting.then(|| identity.clone());
        let baseline = self.policy.baseline().map(|baseline| baseline.hash(&found.secret));
        let status = self.policy.judge(policy::Judged {
            rule,
            place: shown,
            fingerprint: fingerprint.as_deref(),
            baseline: baseline.as_deref(),
            line: &context.line,
            own_tree: place.within.is_none() && place.kind == BlobKind::File,
        });
        let count = counts.get(context.window).copied().unwrap_or_default();
        let finding = Finding {
            rule: rule.clone(),
            confidence: found.confidence,
            severity: rule.severity,
            place: shown.clone(),
            region: region(context.start, context.end, count),
            span: found.span,
            via: found.via,
            length: found.secret.len(),
            excerpt: context.excerpt,
            identity: Identity { group: 0, fingerprint, baseline },
            location_hash: String::new(),
            history: None,
            image: None,
            about: about(found.secret.expose()).map(|text| Shown::from_bytes(text.as_bytes())),
            step: None,
            status,
        };
        Judged { finding, identity }
    }
}
