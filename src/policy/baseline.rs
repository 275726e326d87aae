//! A baseline: findings that were accepted together, in a file of their own.
//!
//! An entry accepts one secret under one rule, wherever it stands: lines shift, files are renamed, commits are squashed,
//! and the secret that somebody looked at stays accepted. Another secret is another hash, and never accepted for
//! standing in the same place. Where an accepted secret stands in a place that no line names, that is told.

mod compare;
mod entry;
#[cfg(test)]
mod tests;
mod text;

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use super::{Judged, PolicyError};
use crate::model::{Confidence, Finding, Key, Note, Secret, Shown, Suppression, SuppressionKind};
pub use compare::Acceptance;
use compare::{Seen, is_accepted, new_entry, path};
pub use entry::Entry;

/// Accepted findings, and the salt under which their secrets are hashed.
pub struct Baseline {
    name: String,
    salt: [u8; text::SALT_BYTES],
    key: Key,
    today: Date,
    entries: Vec<Entry>,
    /// By secret and rule: the entries' numbers.
    index: HashMap<(String, String), Vec<usize>>,
}

impl Baseline {
    /// One that accepts nothing. `name` is the file as it is shown; `salt` has to be random; `today` is the day in UTC.
    pub fn new(name: &str, salt: [u8; text::SALT_BYTES], today: Date) -> Self {
        Self::with(name, salt, today, Vec::new())
    }

    /// Reads a file's content.
    ///
    /// # Errors
    /// With the number of the first line that is not as `tightlip baseline` writes it.
    pub fn parse(name: &str, bytes: &[u8], today: Date) -> Result<Self, PolicyError> {
        let (salt, entries) = text::read(name, bytes)?;
        Ok(Self::with(name, salt, today, entries))
    }

    fn with(name: &str, salt: [u8; text::SALT_BYTES], today: Date, entries: Vec<Entry>) -> Self {
        let mut index: HashMap<_, Vec<usize>> = HashMap::new();
        for (number, entry) in entries.iter().enumerate() {
            index.entry((entry.secret.clone(), entry.rule.clone())).or_default().push(number);
        }
        let key = Key::new(salt.to_vec()).expect("a salt is longer than the least key");
        Self { name: name.to_owned(), salt, key, today, entries, index }
    }

    /// The file's content.
    pub fn to_text(&self) -> String {
        text::write(&self.salt, &self.entries)
    }

    /// The accepted secrets.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What stands in an entry for a secret. A value of several lines is the same with either kind of line end: a
    /// checkout may change them.
    pub fn hash(&self, secret: &Secret) -> String {
        let bytes = secret.expose();
        if memchr::memchr(b'\r', bytes).is_none() {
            return self.key.fingerprint(secret);
        }
        let mut unix = Vec::with_capacity(bytes.len());
        let follows = |at: usize| bytes.get(at + 1) == Some(&b'\n');
        unix.extend(bytes.iter().enumerate().filter(|(at, b)| **b != b'\r' || !follows(*at)).map(|(_, b)| *b));
        self.key.fingerprint(&Secret::new(unix))
    }

    /// The entry that accepts a finding. A line for its very place decides; else any line for its secret does.
    pub(super) fn accepts(&self, judged: &Judged<'_>) -> Option<Suppression> {
        let entry = self.governing(judged.baseline?, &judged.rule.id, &path(judged.place))?;
        Some(Suppression {
            kind: SuppressionKind::Baseline,
            reason: Shown::from_bytes(entry.reason.as_bytes()),
            owner: entry.owner.clone(),
        })
    }

    fn governing(&self, secret: &str, rule: &str, path: &str) -> Option<&Entry> {
        let numbers = self.index.get(&(secret.to_owned(), rule.to_owned()))?;
        let of_secret = || numbers.iter().filter_map(|number| self.entries.get(*number));
        let entry = of_secret().find(|entry| entry.path == path);
        entry.or_else(|| of_secret().find(|entry| self.in_force(entry))).filter(|entry| self.in_force(entry))
    }

    fn in_force(&self, entry: &Entry) -> bool {
        entry.expires.is_none_or(|last| self.today <= last)
    }

    /// What the reader of any report should know: acceptance that goes beyond the lines, and lines that have expired.
    /// That a line matched nothing is told by [`Baseline::differences`] alone: a scan may be of a part.
    pub(super) fn notes(&self, findings: &[Finding]) -> Vec<Note> {
        let seen = Seen::of(findings);
        let unlisted = self.unlisted(findings).len();
        let expired = self.entries.iter().filter(|entry| !self.in_force(entry) && seen.holds(entry)).count();
        let told = [
            (unlisted, "with a secret that is accepted in another; `tightlip baseline update` lists it"),
            (expired, "whose entry has expired and is not obeyed; remove the secret, or accept it anew"),
        ];
        let note = |(n, text): (usize, &str)| self.note(&format!("{n} place{} {text}", if n == 1 { "" } else { "s" }));
        told.into_iter().filter(|(n, _)| *n > 0).map(note).collect()
    }

    /// What keeps the file from saying exactly what a whole and complete scan found, one note for each line.
    pub fn differences(&self, findings: &[Finding]) -> Vec<Note> {
        let seen = Seen::of(findings);
        let gone = self.entries.iter().filter(|entry| !seen.holds(entry)).map(|entry| {
            let (rule, path, secret) = (&entry.rule, &entry.path, &entry.secret);
            match seen.places(entry) {
                Some(_) => {
                    format!("{path}: the accepted secret of `{rule}` is not here any more, but elsewhere ({secret})")
                }
                None => format!("{path}: the accepted secret of `{rule}` is gone; its line is stale ({secret})"),
            }
        });
        let unlisted = self.unlisted(findings);
        let unlisted = unlisted.iter().map(|entry| {
            let (rule, path, secret) = (&entry.rule, &entry.path, &entry.secret);
            format!("{path}: an accepted secret of `{rule}` stands here too, and is not listed ({secret})")
        });
        let mut notes: Vec<Note> = gone.chain(unlisted).map(|text| self.note(&text)).collect();
        notes.sort();
        notes
    }

    /// The entries that places with an accepted secret would have, and have not.
    fn unlisted(&self, findings: &[Finding]) -> Vec<Entry> {
        let accepted = findings.iter().filter(|finding| is_accepted(finding));
        let entry = |finding: &Finding| {
            let (secret, path) = (finding.identity.baseline.as_deref()?, path(&finding.place));
            let governing = self.governing(secret, &finding.rule.id, &path)?;
            (governing.path != path).then(|| Entry { path, ..governing.clone() })
        };
        let by_subject = |entry: Entry| (entry.subject().2.to_owned(), entry.secret.clone(), entry.rule.clone());
        let unlisted: BTreeMap<_, Entry> =
            accepted.filter_map(entry).map(|entry| (by_subject(entry.clone()), entry)).collect();
        unlisted.into_values().collect()
    }

    /// The same baseline, brought up to what was found: places with an accepted secret that were not listed are, findings
    /// that block are accepted for the reason given (if one is), and with `prune` every line goes whose place does not
    /// hold its secret any more.
    #[must_use]
    pub fn updated(&self, findings: &[Finding], threshold: Confidence, why: Option<&Acceptance>, prune: bool) -> Self {
        let seen = Seen::of(findings);
        let new = findings.iter().filter_map(|finding| new_entry(finding, threshold, why?));
        let kept = self.entries.iter().filter(|entry| !prune || seen.holds(entry)).cloned();
        let all = kept.chain(self.unlisted(findings)).chain(new).map(|entry| {
            let (secret, rule, path) = entry.subject();
            ([secret, rule, path].map(str::to_owned), entry)
        });
        // Of an expired line and a new one for the same place, the later stands.
        let all: BTreeMap<_, Entry> = all.collect();
        Self::with(&self.name, self.salt, self.today, all.into_values().collect())
    }

    fn note(&self, text: &str) -> Note {
        Note { place: Shown::from_bytes(self.name.as_bytes()), text: Shown::from_bytes(text.as_bytes()) }
    }
}
