//! Looks at the objects of a repository on one thread: content goes to the reviewer, commits and trees are read for what
//! they tell of it.

use std::collections::{HashMap, HashSet};
use std::io::Read;

use gix::hash::{Kind as HashKind, oid};
use gix::objs::Kind;

use super::commit::Node;
use super::forest::{STREAMED, Visit};
use super::graph::Edge;
use super::names::Names;
use super::object::Damage;
use super::store::Store;
use super::told::Told;
use super::tree::{Entries, Entry};
use crate::model::{GapKind, Kept, Trace};
use crate::sources::source::{Reviewer, Version};

/// A file that git-crypt encrypted begins so.
const GIT_CRYPT: &[u8] = b"\0GITCRYPT\0";

/// A pointer to a file that stands elsewhere begins so, and is short (git-lfs, `docs/spec.md`).
const LARGE_FILE: &[u8] = b"version https://git-lfs.github.com/spec/v1\n";
const LARGE_FILE_POINTER: usize = 1024;

/// What is kept of an object for those that are made of it.
pub(super) enum Memo {
    Nothing,
    Trace(Trace),
    /// What matters of a tree, in order.
    Tree(Vec<Place>),
}

impl Memo {
    fn trace(&self) -> Option<&Trace> {
        if let Self::Trace(trace) = self { Some(trace) } else { None }
    }

    fn places(&self) -> Option<&[Place]> {
        if let Self::Tree(places) = self { Some(places) } else { None }
    }
}

/// An entry of a tree that matters.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Where the entry begins in the tree's object.
    at: u32,
    child: Option<u32>,
    name: u32,
    /// Whether there is something to tell of the name itself.
    named: bool,
}

/// What all threads share.
pub(super) struct Context<'a> {
    pub(super) store: &'a Store,
    pub(super) hash: HashKind,
    pub(super) names: &'a Names,
    /// Whether names and missing objects of trees are still to be met.
    pub(super) meet: bool,
    /// Versions that there is something to tell of, by their numbers: where they stand is read.
    pub(super) told: Option<&'a Told>,
}

/// What a thread gathered.
#[derive(Default)]
pub(super) struct Gathered {
    /// Versions that there is something to tell of.
    pub(super) told: Vec<u32>,
    pub(super) commits: Vec<Node>,
    pub(super) edges: Vec<Edge>,
    /// Versions that are targets of symbolic links somewhere.
    pub(super) links: Vec<u32>,
    /// Names of submodules.
    pub(super) submodules: HashSet<Vec<u8>>,
    /// How many entries of trees name what is not in the store, and one of their names.
    pub(super) missing: (u64, Option<Vec<u8>>),
    pub(super) damaged: Vec<(u32, u64, Damage)>,
}

impl Gathered {
    pub(super) fn merge(&mut self, mut other: Self) {
        self.told.append(&mut other.told);
        self.commits.append(&mut other.commits);
        self.edges.append(&mut other.edges);
        self.links.append(&mut other.links);
        self.submodules.extend(other.submodules);
        self.missing.0 += other.missing.0;
        // The least of the names, so that it does not matter which thread met it.
        self.missing.1 = match (self.missing.1.take(), other.missing.1) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.damaged.append(&mut other.damaged);
    }
}

/// One thread.
pub(super) struct Looker<'a> {
    context: &'a Context<'a>,
    reviewer: Box<dyn Reviewer + Send + 'a>,
    /// The number of the first object of the pack that is being walked.
    pub(super) first: u32,
    /// Names that this thread has met, so that it asks the others less.
    known: HashMap<Box<[u8]>, u32>,
    pub(super) gathered: Gathered,
}

impl<'a> Looker<'a> {
    pub(super) fn new(context: &'a Context<'a>, reviewer: Box<dyn Reviewer + Send + 'a>, first: u32) -> Self {
        Self { context, reviewer, first, known: HashMap::new(), gathered: Gathered::default() }
    }

    /// Looks at one object.
    pub(super) fn look(&mut self, kind: Kind, number: u32, bytes: &[u8], made_of: Option<(&Memo, &[Kept])>) -> Memo {
        match kind {
            Kind::Tree => {
                let made_of = made_of.and_then(|(memo, kept)| Some((memo.places()?, kept)));
                return Memo::Tree(self.tree(number, bytes, made_of));
            }
            Kind::Commit => {
                let find = |id: &oid| self.context.store.find(id);
                match Node::read(number, bytes, self.context.hash, find) {
                    Some(node) => self.gathered.commits.push(node),
                    None => self.gap(number, GapKind::Corrupt, 0, "a commit that names no tree"),
                }
            }
            Kind::Blob if bytes.starts_with(GIT_CRYPT) => {
                self.gathered.told.push(number);
                self.reviewer.excluded(Version(number), "git-crypt: encrypted in the repository", bytes.len() as u64);
                return Memo::Nothing;
            }
            Kind::Blob if bytes.len() <= LARGE_FILE_POINTER && bytes.starts_with(LARGE_FILE) => {
                self.gap(number, GapKind::Elsewhere, 0, "a large-file pointer: its content is not among the repository's objects; scan it with `tightlip dir` where it is checked out");
            }
            Kind::Blob | Kind::Tag => {}
        }
        let made_of = made_of.and_then(|(memo, kept)| Some((memo.trace()?, kept)));
        let reviewed = self.reviewer.version(Version(number), bytes, made_of);
        if reviewed.told {
            self.gathered.told.push(number);
        }
        reviewed.trace.map_or(Memo::Nothing, Memo::Trace)
    }

    /// Looks at an object that is too large to be held.
    pub(super) fn look_stream(&mut self, kind: Kind, number: u32, stream: &mut dyn std::io::Read) {
        if matches!(kind, Kind::Tree | Kind::Commit) {
            self.gap(number, GapKind::LimitReached, 0, "a tree or commit too large to be read");
        }
        if self.reviewer.stream(Version(number), stream) {
            self.gathered.told.push(number);
        }
    }

    /// Looks at a loose object, if it is of one of these kinds.
    pub(super) fn loose(&mut self, number: u32, kinds: &[Kind]) {
        let (kind, size, mut stream) = match self.context.store.open_loose(number) {
            Ok(opened) => opened,
            Err(damage) if kinds.contains(&Kind::Blob) => return self.gathered.damaged.push((number, 0, damage)),
            Err(_) => return,
        };
        if !kinds.contains(&kind) {
            return;
        }
        if size > STREAMED {
            return self.look_stream(kind, number, &mut stream);
        }
        let mut bytes = Vec::with_capacity(size as usize);
        match Read::take(&mut stream, size + 1).read_to_end(&mut bytes) {
            Ok(_) if bytes.len() as u64 == size => drop(self.look(kind, number, &bytes, None)),
            _ => self.gathered.damaged.push((
                number,
                size,
                Damage::Corrupt("it does not decompress to the size it says"),
            )),
        }
    }

    pub(super) fn gap(&mut self, number: u32, kind: GapKind, bytes: u64, detail: &str) {
        self.gathered.told.push(number);
        self.reviewer.gap(Version(number), kind, bytes, detail);
    }

    /// Reads a tree. Entries that were taken over from another tree were met there.
    fn tree(&mut self, number: u32, bytes: &[u8], made_of: Option<(&[Place], &[Kept])>) -> Vec<Place> {
        let mut entries = Entries::new(bytes, self.context.hash);
        let (before, mut kept) = made_of.unwrap_or_default();
        let mut placed = Vec::new();
        while let Some(entry) = entries.next() {
            while kept.first().is_some_and(|stretch| stretch.end() <= entry.span.start) {
                kept = &kept[1..];
            }
            let stretch = kept.first().filter(|s| s.to <= entry.span.start && entry.span.end <= s.end());
            let found = match stretch {
                Some(stretch) => {
                    let at = (entry.span.start - stretch.to + stretch.from) as u32;
                    let known = before.binary_search_by_key(&at, |place| place.at).ok();
                    known.map(|i| Place { at: entry.span.start as u32, ..before[i] })
                }
                None => {
                    if self.context.meet {
                        self.met(&entry);
                    }
                    self.context.told.and_then(|told| self.place(&entry, told))
                }
            };
            if let Some(found) = found {
                self.put(number, found);
                placed.push(found);
            }
        }
        if entries.is_damaged() && self.context.meet {
            self.gap(number, GapKind::Corrupt, 0, "a tree with an entry that is none");
        }
        placed
    }

    /// An entry that is new: its name is content, and what it names should be there.
    fn met(&mut self, entry: &Entry<'_>) {
        self.name(entry.name);
        if entry.is_submodule() {
            self.gathered.submodules.insert(entry.name.to_vec());
        } else if self.context.store.find(entry.id).is_none() && !entry.id.is_empty_tree() && !entry.id.is_empty_blob()
        {
            self.gathered.missing.0 += 1;
            let name = entry.name.to_vec();
            let least = self.gathered.missing.1.take();
            self.gathered.missing.1 = Some(least.map_or(name.clone(), |other| other.min(name)));
        }
    }

    /// The number of a name, which is looked at when it is first met.
    fn name(&mut self, name: &[u8]) -> u32 {
        if let Some(number) = self.known.get(name) {
            return *number;
        }
        let (number, new) = self.context.names.number(name);
        self.known.insert(name.into(), number);
        if new {
            let version = self.context.store.len().saturating_add(number);
            if self.reviewer.name(Version(version), name) {
                self.gathered.told.push(version);
            }
        }
        number
    }

    /// What an entry tells, if it matters where that stands: a folder, or something that there is something to tell of.
    fn place(&mut self, entry: &Entry<'_>, told: &Told) -> Option<Place> {
        let folder = entry.is_tree();
        let wanted = !entry.is_submodule() && (folder || told.may_hold(entry.id));
        let child = if wanted { self.context.store.find(entry.id) } else { None };
        let child = child.filter(|child| folder || told.holds(*child));
        if child.is_none() && !told.has_names {
            return None;
        }
        let name = self.name(entry.name);
        let named = told.has_names && told.holds(self.context.store.len().saturating_add(name));
        if entry.is_link() {
            self.gathered.links.extend(child);
        }
        (child.is_some() || named).then_some(Place { at: entry.span.start as u32, child, name, named })
    }

    /// Notes where something stands.
    fn put(&mut self, tree: u32, place: Place) {
        let Place { child, name, named, .. } = place;
        let of_name = named.then(|| self.context.store.len().saturating_add(name));
        let children = child.into_iter().chain(of_name);
        self.gathered.edges.extend(children.map(|child| Edge { child, tree, name }));
    }
}

impl Visit for Looker<'_> {
    type Memo = Memo;

    fn object(
        &mut self,
        kind: Kind,
        position: u32,
        bytes: &[u8],
        made_of: Option<(&Self::Memo, &[Kept])>,
    ) -> Self::Memo {
        let number = self.first + position;
        if !self.context.store.is_first(number) {
            // Others may be made of this copy.
            return Memo::Nothing;
        }
        self.look(kind, number, bytes, made_of)
    }

    fn stream(&mut self, kind: Kind, position: u32, stream: &mut dyn std::io::Read) {
        let number = self.first + position;
        if self.context.store.is_first(number) {
            self.look_stream(kind, number, stream);
        }
    }

    fn damaged(&mut self, position: u32, size: u64, damage: Damage) {
        self.gathered.damaged.push((self.first + position, size, damage));
    }
}
