//! Tells what was found in versions: for every place and secret the one version that stands for all that hold it there.
//!
//! While a repository is scanned nobody knows where a version stands, and most need not be known. Afterwards the source
//! is asked for the places of those that matter; what they have in common becomes one finding with one history. The
//! version that stands for the others is then looked at as any file is, so that a finding in a repository is what
//! `tightlip dir` would say of the same bytes.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Read;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::held::{Fate, Held, Part};
use super::ledger::{Judged, Ledger};
use super::look::Look;
use super::names;
use super::run::Run;
use crate::containers::Budget;
use crate::engine::{Scratch, resolve};
use crate::model::{BlobKind, GapKind, History, Match, Place, Provenance, RuleId, Secret, Seen, Shown};
use crate::sources::{Source, Version, Whereabouts};

/// What findings have in common that are told as one, beside their place: the rule, and the secret by its number.
type What = (RuleId, u32);

/// Versions that have something in common at a place.
type Groups = BTreeMap<(u32, What), Vec<usize>>;

/// A history, and the version that stands for all.
type Answer = (History, usize);

/// A version at a place, and what it is visited for.
type Visited = ((u32, usize), Visit);

/// Tells everything that waits in the run, into its ledger.
pub(super) fn tell(run: &Run<'_>, source: &dyn Source) {
    let mut held = std::mem::take(&mut *run.held.lock().unwrap_or_else(PoisonError::into_inner));
    if held.is_empty() {
        return;
    }
    held.sort_by_key(|held| held.version);
    let mut versions: Vec<Version> = held.iter().map(|held| held.version).collect();
    versions.dedup();
    let Some(whereabouts) = source.whereabouts(&versions) else { return };
    let number = |version: Version| versions.binary_search(&version).unwrap_or_default();
    let telling = Telling { run, whereabouts: &*whereabouts, secrets: Secrets::default() };
    telling.tell(held.into_iter().map(|held| (number(held.version), held)).collect());
}

struct Telling<'a> {
    run: &'a Run<'a>,
    whereabouts: &'a dyn Whereabouts,
    secrets: Secrets,
}

/// One visit: a version at a place, and what it is visited for.
#[derive(Default)]
struct Visit {
    /// What is told of it, each with its history.
    wanted: HashMap<What, usize>,
    /// Whether its gaps are told.
    gaps: bool,
}

impl Telling<'_> {
    fn tell(mut self, held: Vec<(usize, Held)>) {
        let (mut groups, mut gaps) = (Groups::new(), BTreeMap::<u32, Vec<usize>>::new());
        let mut ledger = Ledger::default();
        for (version, held) in &held {
            for place in self.whereabouts.places(*version) {
                match &held.fate {
                    Fate::Looked { parts, gaps: has_gaps } => {
                        for what in self.whats(*place, parts) {
                            groups.entry((*place, what)).or_default().push(*version);
                        }
                        if *has_gaps {
                            gaps.entry(*place).or_default().push(*version);
                        }
                    }
                    Fate::Gap { kind, bytes, detail } => {
                        let place = self.shown(*place);
                        ledger.gap(place, *kind, *bytes, detail);
                    }
                    Fate::Excluded { reason, bytes } => {
                        let place = self.shown(*place);
                        ledger.excluded(place, reason, Some(*bytes));
                    }
                }
            }
        }
        drop(held);
        let (histories, visits) = self.plan(groups, gaps, &mut ledger);
        self.run.close(ledger);
        self.visit(&histories, &visits);
    }

    /// Rules and secrets that are left of a version's matches at a place, once overlaps are settled.
    fn whats(&mut self, place: u32, parts: &[Part]) -> Vec<What> {
        let (path, kind) = self.whereabouts.place(place);
        let bench = &self.run.bench;
        let mut whats = Vec::new();
        for part in parts {
            let kind = if part.member.is_empty() { kind } else { BlobKind::Member };
            let address = Provenance::new([path, &part.member].concat(), kind);
            let speaks = |seen: &&Seen| bench.speaks_of(seen.found.rule, &address);
            let matches = part.seen.iter().filter(speaks).map(|seen| (bare(seen), seen)).collect();
            let settled = resolve(bench.engine.rules(), matches);
            whats.extend(settled.iter().map(|(found, seen)| {
                (bench.engine.rules().first_of_its_id(found.rule), self.secrets.number(self.run, &seen.found))
            }));
        }
        whats.sort_unstable();
        whats.dedup();
        whats
    }

    fn shown(&self, place: u32) -> Provenance {
        let (path, kind) = self.whereabouts.place(place);
        names::provenance(self.run.bench.engine, &mut Scratch::default(), &Place::new(kind, path))
    }

    /// Which versions to visit, and the histories of what is told of them.
    fn plan(
        &self,
        groups: Groups,
        gaps: BTreeMap<u32, Vec<usize>>,
        ledger: &mut Ledger,
    ) -> (Vec<Answer>, Vec<Visited>) {
        // Secrets of one file mostly share their versions.
        let mut asked: HashMap<(u32, Vec<usize>), usize> = HashMap::new();
        let mut questions: Vec<(u32, Vec<usize>)> = Vec::new();
        let mut ask = |place: u32, versions: Vec<usize>| {
            *asked.entry((place, versions)).or_insert_with_key(|question| {
                questions.push(question.clone());
                questions.len() - 1
            })
        };
        let told: Vec<(What, usize)> =
            groups.into_iter().map(|((place, what), versions)| (what, ask(place, versions))).collect();
        let opened: Vec<usize> = gaps
            .into_iter()
            .map(|(place, versions)| {
                // One version stands for all in the list; the count has each.
                versions.iter().skip(1).for_each(|_| ledger.coverage.gaps.add(0));
                ask(place, versions)
            })
            .collect();
        let histories = each(questions.len(), self.run.threads, |i| {
            let (place, versions) = &questions[i];
            self.whereabouts.history(*place, versions)
        });
        let mut visits: BTreeMap<(u32, usize), Visit> = BTreeMap::new();
        for (what, answer) in told {
            visits.entry((questions[answer].0, histories[answer].1)).or_default().wanted.insert(what, answer);
        }
        for answer in opened {
            visits.entry((questions[answer].0, histories[answer].1)).or_default().gaps = true;
        }
        (histories, visits.into_iter().collect())
    }

    fn visit(&self, histories: &[Answer], visits: &[Visited]) {
        let told = each(visits.len(), self.run.threads, |i| {
            let ((place, version), visit) = &visits[i];
            self.look(*place, *version, visit, histories)
        });
        told.into_iter().for_each(|ledger| self.run.close(ledger));
    }

    /// Looks at a version where it stands, and keeps what it is visited for.
    fn look(&self, place: u32, version: usize, visit: &Visit, histories: &[Answer]) -> Ledger {
        let (path, kind) = self.whereabouts.place(place);
        let place = Place::new(kind, path);
        let mut look = Look::new(self.run);
        if let Some(reason) = self.run.bench.policy.excluded(&place) {
            let mut ledger = Ledger::default();
            ledger.excluded(look.provenance(&place), reason, None);
            return ledger;
        }
        self.read(&mut look, &place, version);
        let mut ledger = std::mem::take(&mut look.ledger);
        // It was counted when it was scanned.
        ledger.coverage.scanned = Default::default();
        if !visit.gaps {
            ledger.gaps.clear();
            ledger.coverage.gaps = Default::default();
        }
        let mut missed: HashSet<What> = visit.wanted.keys().copied().collect();
        ledger.findings.retain_mut(|judged| {
            let what = self.secrets.what(self.run, judged);
            let wanted = what.and_then(|what| Some((what, *visit.wanted.get(&what)?)));
            wanted.is_some_and(|(what, answer)| {
                missed.remove(&what);
                judged.finding.history = Some(Box::new(Self::told(&histories[answer].0, judged)));
                true
            })
        });
        if !missed.is_empty() {
            let detail =
                "something was found in it while it was scanned, and not again: a defect in tightlip, please report it";
            ledger.gap(look.provenance(&place), GapKind::Internal, 0, detail);
        }
        ledger
    }

    fn read(&self, look: &mut Look<'_>, place: &Place<'_>, version: usize) {
        let mut bytes = Vec::new();
        match self.whereabouts.read(version, &mut bytes) {
            Ok(Some(mut stream)) => look.stream(place, &mut stream as &mut dyn Read, &mut Budget::new(self.run.limits)),
            Ok(None) => match place.kind {
                BlobKind::Name => look.name(place),
                BlobKind::Commit | BlobKind::Tag => look.scan(place, &bytes),
                BlobKind::File
                | BlobKind::SymlinkTarget
                | BlobKind::Member
                | BlobKind::Stream
                | BlobKind::Layer
                | BlobKind::Image => {
                    look.bytes(place, &bytes);
                }
            },
            Err(detail) => {
                let shown = look.provenance(place);
                look.ledger.gap(shown, GapKind::ChangedWhileReading, 0, &detail);
            }
        }
    }

    /// A history as it is told of one finding: with its line.
    fn told(history: &History, judged: &Judged) -> History {
        let mut history = history.clone();
        let line = judged.finding.region.start_line.to_string();
        history.link =
            history.link.map(|link| Shown::from_bytes(link.as_str().replace(History::LINE, &line).as_bytes()));
        history
    }
}

/// Numbers of secrets: the same number for the same value.
#[derive(Default)]
struct Secrets {
    numbers: HashMap<String, u32>,
    /// By the match's place in memory: versions share their matches.
    known: HashMap<usize, u32>,
}

impl Secrets {
    fn number(&mut self, run: &Run<'_>, found: &Arc<Match>) -> u32 {
        let Self { numbers, known } = self;
        *known.entry(Arc::as_ptr(found) as usize).or_insert_with(|| {
            let next = numbers.len() as u32;
            *numbers.entry(run.bench.identity(&found.secret)).or_insert(next)
        })
    }

    /// What a judged finding is.
    fn what(&self, run: &Run<'_>, judged: &Judged) -> Option<What> {
        let (rule, _) = run.bench.engine.rules().by_name(&judged.finding.rule.id)?;
        Some((rule, *self.numbers.get(&judged.identity)?))
    }
}

/// A match without its value, where it stands in this version.
fn bare(seen: &Seen) -> Match {
    Match {
        rule: seen.found.rule,
        confidence: seen.found.confidence,
        secret: Secret::new(Vec::new()),
        span: seen.span(),
        anchor: seen.anchor,
        via: seen.found.via.clone(),
    }
}

/// Does something for every number below `count`, on several threads; the results in order.
fn each<T: Send>(count: usize, threads: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, T)>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..threads.min(count) {
            scope.spawn(|| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    if i >= count {
                        return;
                    }
                    let result = work(i);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((i, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(i, _)| *i);
    done.into_iter().map(|(_, result)| result).collect()
}
