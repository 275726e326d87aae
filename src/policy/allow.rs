//! Allow entries: findings that somebody looked at and accepted.

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::civil::Date;

use super::error::check_reason;
use super::glob::{PathGlob, PathIndex};
use super::{Judged, PolicyError, address};
use crate::model::{Note, Shown, Suppression, SuppressionKind};

/// Findings that are accepted. All that is given must fit.
#[derive(Clone, Debug)]
pub struct Allow {
    /// The secret itself, by its fingerprint under the organisation's key.
    pub fingerprint: Option<String>,
    /// The rule that finds it.
    pub rule: Option<String>,
    /// Where it stands.
    pub paths: Vec<PathGlob>,
    /// Why it is accepted.
    pub reason: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The last day on which it holds.
    pub expires: Option<Date>,
    /// Where the entry stands: `tightlip.toml:12`.
    pub origin: String,
}

impl Allow {
    fn check(&self, today: Option<Date>) -> Result<(), PolicyError> {
        check_reason(&self.reason, &self.origin)?;
        let advice = match (&self.fingerprint, &self.rule, self.paths.is_empty()) {
            (Some(_), _, _) | (None, Some(_), false) => None,
            (None, Some(_), true) => Some(
                "an allow entry of a rule alone would accept all it ever finds; add `paths` or a `fingerprint`, or \
                 switch the rule off with `rules.disable`",
            ),
            (None, None, false) => Some(
                "an allow entry of paths alone would accept every kind of secret there; add `rule` or a \
                 `fingerprint`, or leave the paths out with [[exclude]]",
            ),
            (None, None, true) => Some("an allow entry needs a `fingerprint`, or a `rule` and `paths`"),
        };
        match advice {
            Some(advice) => Err(PolicyError::new(&self.origin, advice)),
            None if self.expires.is_some() && today.is_none() => {
                Err(PolicyError::new(&self.origin, "the entry expires, and the day was not told to the policy"))
            }
            None => Ok(()),
        }
    }

    /// What it is about, for a note.
    fn subject(&self) -> String {
        match (&self.rule, &self.fingerprint) {
            (Some(rule), _) => format!("rule `{rule}`"),
            (None, Some(fingerprint)) => format!("`{fingerprint}`"),
            (None, None) => "nothing".to_owned(),
        }
    }
}

struct Entry {
    allow: Allow,
    expired: bool,
    hits: AtomicU64,
}

pub(super) struct AllowList {
    entries: Vec<Entry>,
    index: PathIndex,
}

impl AllowList {
    pub(super) fn new(entries: Vec<Allow>, today: Option<Date>) -> Result<Self, PolicyError> {
        for entry in &entries {
            entry.check(today)?;
        }
        let patterns = entries.iter().enumerate().flat_map(|(i, entry)| entry.paths.iter().map(move |path| (i, path)));
        let index = PathIndex::new(patterns)
            .map_err(|e| PolicyError::new(entries.last().map_or("", |entry| &entry.origin), e.to_string()))?;
        let expired = |allow: &Allow| allow.expires.zip(today).is_some_and(|(last, today)| today > last);
        let entries = entries
            .into_iter()
            .map(|allow| Entry { expired: expired(&allow), allow, hits: AtomicU64::new(0) })
            .collect();
        Ok(Self { entries, index })
    }

    /// The first entry in force that accepts the match. Every entry that fits is counted as used.
    pub(super) fn accepts(&self, judged: &Judged<'_>) -> Option<Suppression> {
        let mut covered = None;
        let mut first = None;
        for (i, entry) in self.entries.iter().enumerate() {
            if !fits_secret(&entry.allow, judged) {
                continue;
            }
            let in_place = entry.allow.paths.is_empty()
                || covered.get_or_insert_with(|| self.owners_at(judged)).binary_search(&i).is_ok();
            if in_place {
                entry.hits.fetch_add(1, Ordering::Relaxed);
                first = first.or((!entry.expired).then_some(entry));
            }
        }
        first.map(|entry| Suppression {
            kind: SuppressionKind::Allow,
            reason: Shown::from_bytes(entry.allow.reason.as_bytes()),
            owner: entry.allow.owner.clone(),
        })
    }

    /// The entries one of whose patterns fits the address or a container it stands in.
    fn owners_at(&self, judged: &Judged<'_>) -> Vec<usize> {
        let mut owners: Vec<usize> = address::holders(judged.place).flat_map(|path| self.index.owners(path)).collect();
        owners.sort_unstable();
        owners
    }

    /// A note for every entry that has expired or fitted nothing.
    pub(super) fn notes(&self) -> impl Iterator<Item = Note> {
        self.entries.iter().filter_map(|entry| {
            let (subject, hits) = (entry.allow.subject(), entry.hits.load(Ordering::Relaxed));
            let text = match entry.allow.expires {
                Some(last) if entry.expired => {
                    format!(
                        "the allow entry for {subject} expired after {last} and is not obeyed (it fits {hits} findings)"
                    )
                }
                _ if hits == 0 => format!("the allow entry for {subject} matched nothing; it can be removed"),
                _ => return None,
            };
            let place = Shown::from_bytes(entry.allow.origin.as_bytes());
            Some(Note { place, text: Shown::from_bytes(text.as_bytes()) })
        })
    }
}

fn fits_secret(allow: &Allow, judged: &Judged<'_>) -> bool {
    let rule = allow.rule.as_ref().is_none_or(|rule| *rule == judged.rule.id);
    rule && allow.fingerprint.as_ref().is_none_or(|own| judged.fingerprint == Some(own))
}
