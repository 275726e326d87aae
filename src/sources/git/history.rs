//! All of a repository: every object of its stores, looked at once, and where what was found came from.
//!
//! First every version of every file is scanned, in the order the packs store them, and every message of a commit or a
//! tag. Then trees are read: for names, which are content too, and, if there is anything to tell of, for where it
//! stands. A repository in which nothing is found costs no climb through its history.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use gix::objs::Kind;

use super::folders::{Folders, Standing};
use super::forest::Forest;
use super::graph::Commits;
use super::link::Remote;
use super::looker::{Context, Gathered, Looker};
use super::names::Names;
use super::places::Places;
use super::reading::Reading;
use super::refs::Refs;
use super::repository::Repository;
use super::staged_paths;
use super::store::Store;
use super::told::Told;
use crate::model::{BlobKind, Finding, Gap, GapKind, Place, Reach, Shown, Status, Suppression, SuppressionKind};
use crate::sources::source::{Source, SourceError, Version, Visitor, Whereabouts};
use crate::sources::threads::thread_count;

/// Options of a scan of all history.
#[derive(Clone, Debug, Default)]
pub struct HistoryOptions {
    /// Threads; 0 means one for each core.
    pub threads: usize,
    /// Whether what no ref leads to blocks like the rest.
    pub unreachable: bool,
    /// How many commits the history must have; any other number is a gap.
    pub expect_commits: Option<u64>,
    /// Whether every object is scanned from nothing, without what is known of the one it is stored as a difference to.
    pub plain: bool,
    /// Paths of submodules that are scanned beside it; none where nobody asked for them.
    pub submodules: Option<Vec<Vec<u8>>>,
}

/// The whole history of a repository.
pub struct GitHistory {
    repository: Repository,
    options: HistoryOptions,
    read: Mutex<Option<Reading>>,
}

impl GitHistory {
    /// The history of a repository.
    pub fn new(repository: Repository, options: HistoryOptions) -> Self {
        Self { repository, options, read: Mutex::default() }
    }

    fn threads(&self) -> usize {
        thread_count(self.options.threads)
    }

    /// How the objects of every pack hang together.
    fn forests<'s>(&self, store: &'s Store) -> Vec<(u32, Forest<'s>)> {
        store.packs().map(|(first, pack)| (first, Forest::new(pack, !self.options.plain, self.threads()))).collect()
    }

    /// Looks at all objects of some kinds.
    fn sweep(
        &self,
        forests: &[(u32, Forest<'_>)],
        context: &Context<'_>,
        kinds: &[Kind],
        visitor: &dyn Visitor,
    ) -> Gathered {
        let mut all = Gathered::default();
        for (first, forest) in forests {
            let lookers = (0..self.threads()).map(|_| Looker::new(context, visitor.reviewer(), *first)).collect();
            let mut lookers = forest.walk(kinds, lookers);
            if let Some(looker) = lookers.first_mut().filter(|_| kinds.contains(&Kind::Blob)) {
                forest.tell_lost(looker);
            }
            lookers.into_iter().for_each(|looker| all.merge(looker.gathered));
        }
        all.merge(self.sweep_loose(context, kinds, visitor));
        all
    }

    fn sweep_loose(&self, context: &Context<'_>, kinds: &[Kind], visitor: &dyn Visitor) -> Gathered {
        let (numbers, mut all) = (context.store.loose(), Gathered::default());
        let next = AtomicU32::new(numbers.start);
        let take = || {
            let mut looker = Looker::new(context, visitor.reviewer(), 0);
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if !numbers.contains(&number) {
                    return looker.gathered;
                }
                if context.store.is_first(number) {
                    looker.loose(number, kinds);
                }
            }
        };
        if numbers.is_empty() {
            return all;
        }
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..self.threads()).map(|_| scope.spawn(take)).collect();
            for thread in threads {
                all.merge(thread.join().unwrap_or_else(|payload| std::panic::resume_unwind(payload)));
            }
        });
        all
    }

    /// What the repository itself says that it does not have.
    fn tell_gaps(&self, store: &Store, refs: &Refs, all: &Gathered, visitor: &dyn Visitor) {
        let mut worker = visitor.worker();
        let mut gap =
            |name: &[u8], kind: GapKind, detail: &str| worker.gap(&Place::new(BlobKind::File, name), kind, 0, detail);
        for (path, damage) in &store.broken {
            let (kind, what) = damage.told();
            gap(path.file_name().map_or(&b"objects"[..], |name| name.as_encoded_bytes()), kind, what);
        }
        let shallow = self.repository.shallow().len();
        if shallow > 0 {
            let detail = format!(
                "the history ends at {shallow} commits whose parents were not fetched; `git fetch --unshallow` brings them"
            );
            gap(b"shallow", GapKind::Missing, &detail);
        }
        let parents: u64 = all.commits.iter().map(|commit| u64::from(commit.missing)).sum();
        if parents > 0 && shallow == 0 {
            gap(b"commits", GapKind::Missing, &format!("{parents} parents of commits are not in this repository"));
        }
        let trees = all.commits.iter().filter(|commit| commit.tree.is_none()).count();
        if trees > 0 {
            gap(
                b"trees",
                GapKind::Missing,
                &format!("the trees of {trees} commits are not in this repository; `git fetch --refetch` brings them"),
            );
        }
        if let (count @ 1.., name) = (all.missing.0.len(), &all.missing.1) {
            let detail = format!(
                "{count} files and folders that the history names are not in this repository (a partial clone?); `git fetch --refetch` brings them"
            );
            gap(name.as_deref().unwrap_or(b"objects"), GapKind::Missing, &detail);
        }
        for (name, detail) in self.submodules(all) {
            gap(name, GapKind::Elsewhere, detail);
        }
        if refs.unknown {
            gap(
                b"refs",
                GapKind::Unsupported,
                "the refs are kept in a format that is not read; all objects were scanned, but not which branch leads to them",
            );
        }
        for trouble in &refs.troubles {
            gap(b"refs", GapKind::Unreadable, trouble);
        }
        let commits = all.commits.len() as u64;
        if let Some(expected) = self.options.expect_commits.filter(|expected| *expected != commits) {
            gap(
                b"commits",
                GapKind::Missing,
                &format!("the repository has {commits} commits, and {expected} were expected"),
            );
        }
    }

    /// Submodules whose content is not looked at, and what to do about it.
    fn submodules<'a>(&self, all: &'a Gathered) -> impl Iterator<Item = (&'a [u8], &'static str)> {
        let here = self.options.submodules.clone();
        let detail = match here {
            None => "a submodule: its history is another repository's; --submodules scans those that are here",
            Some(_) => "a submodule that is not here; `git submodule update --init` brings it, if HEAD still names it",
        };
        let is_here =
            move |name: &[u8]| here.iter().flatten().any(|path| path.rsplit(|byte| *byte == b'/').next() == Some(name));
        all.submodules.iter().map(Vec::as_slice).filter(move |name| !is_here(name)).map(move |name| (name, detail))
    }

    /// How many numbers its versions can have; known once it was walked.
    pub(super) fn count(&self) -> u32 {
        let read = self.read.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        read.as_ref().map_or(0, |reading| reading.count() as u32)
    }

    /// Looks again at what could not be read where it was met: another copy may be whole.
    fn tell_damaged(&self, store: &Store, all: &mut Gathered, context: &Context<'_>, visitor: &dyn Visitor) {
        let damaged = std::mem::take(&mut all.damaged);
        if damaged.is_empty() {
            return;
        }
        let mut buffer = Vec::new();
        let mut looker = Looker::new(context, visitor.reviewer(), 0);
        for (number, size, damage) in damaged {
            if !store.is_first(number) {
                continue;
            }
            let mut copies = store.copies(&store.id(number)).into_iter();
            match copies.find_map(|copy| store.read(copy, &mut buffer).ok()) {
                Some(kind) => drop(looker.look(kind, number, &buffer, None)),
                None => {
                    let (kind, what) = damage.told();
                    looker.gap(number, kind, size, what);
                }
            }
        }
        all.merge(looker.gathered);
    }
}

impl Source for GitHistory {
    fn walk(&self, visitor: &dyn Visitor) -> Result<(), SourceError> {
        let git = self.repository.open()?;
        let (hash, names) = (git.object_hash(), Names::default());
        let (store, refs, remote) = std::thread::scope(|scope| {
            let store = scope.spawn(|| Store::open(&self.repository.folders(), hash));
            let (refs, remote) = (Refs::read(&git), Remote::of(&git));
            // What it has mapped is not needed any more.
            drop(git);
            (store.join().unwrap_or_else(|payload| std::panic::resume_unwind(payload)), refs, remote)
        });
        let content = Context { store: &store, hash, names: &names, meet: false, told: None };
        let forests = self.forests(&store);
        let mut all = self.sweep(&forests, &content, &[Kind::Blob, Kind::Commit, Kind::Tag], visitor);
        self.tell_damaged(&store, &mut all, &content, visitor);

        let told = Told::new(all.told.iter().copied(), &store);
        let mut standing = Standing::default();
        let trees = Context { meet: true, told: (!all.told.is_empty()).then_some((&told, &standing)), ..content };
        let mut folders = self.sweep(&forests, &trees, &[Kind::Tree], visitor);
        self.tell_damaged(&store, &mut folders, &trees, visitor);
        if !folders.told.is_empty() {
            // Names were met that there is something to tell of: where they stand is read once more.
            let told = Told::new(all.told.iter().chain(&folders.told).copied(), &store);
            (folders.edges, standing) = Default::default();
            let again = Context { store: &store, hash, names: &names, meet: false, told: Some((&told, &standing)) };
            folders.merge(self.sweep(&forests, &again, &[Kind::Tree], visitor));
            folders.damaged.clear();
        }
        all.merge(folders);
        drop(forests);
        self.tell_gaps(&store, &refs, &all, visitor);

        let staged =
            if all.told.is_empty() { Default::default() } else { staged_paths::read(&self.repository, &store) };
        *self.read.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(Reading {
            nodes: all.commits,
            commits: Commits::default(),
            edges: (all.edges, standing),
            links: all.links.into_iter().collect(),
            tips: Vec::new(),
            head: None,
            remote,
            store,
            names,
            refs,
            tags: HashSet::new(),
            staged,
        });
        Ok(())
    }

    /// What only a log or nothing leads to leaves with no push: it is told, and does not block.
    fn locate(&self, findings: &mut Vec<Finding>, _gaps: &mut Vec<Gap>) {
        let unreachable = |finding: &&mut Finding| {
            let reach = finding.history.as_ref().map(|history| history.reach);
            finding.status == Status::Open && matches!(reach, Some(Reach::Nothing | Reach::Reflog))
        };
        for finding in findings.iter_mut().filter(unreachable).filter(|_| !self.options.unreachable) {
            let reason = Shown::from_bytes(b"no ref leads to it; --unreachable lets it block");
            finding.status =
                Status::Suppressed(Suppression { kind: SuppressionKind::Unreachable, reason, owner: None });
        }
    }

    fn whereabouts(&self, versions: &[Version]) -> Option<Box<dyn Whereabouts + '_>> {
        let mut reading = self.read.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take()?;
        let versions: Vec<u32> = versions.iter().map(|version| version.0).collect();
        let (edges, nodes) = (std::mem::take(&mut reading.edges), std::mem::take(&mut reading.nodes));
        let count = reading.count();
        let mut folders = std::thread::scope(|scope| {
            let folders = scope.spawn(|| Folders::leading(edges, &versions, count));
            reading.commits = Commits::new(nodes);
            folders.join().unwrap_or_else(|payload| std::panic::resume_unwind(payload))
        });
        reading.mark();
        folders.stand(&reading.commits.roots, &reading.names);
        Some(Box::new(Places::find(reading, folders, versions)))
    }
}
