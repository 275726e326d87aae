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
use super::tree::Entries;
use crate::model::{GapKind, Kept, Trace};
use crate::sources::source::{Reviewer, Version};

/// A file that git-crypt encrypted begins so.
const GIT_CRYPT: &[u8] = b"\0GITCRYPT\0";

/// A pointer to a file that stands elsewhere begins so, and is short (git-lfs, `docs/spec.md`).
const LARGE_FILE: &[u8] = b"version https://git-lfs.github.com/spec/v1\n";
const LARGE_FILE_POINTER: usize = 1024;

/// What all threads share.
pub(super) struct Context<'a> {
    pub(super) store: &'a Store,
    pub(super) hash: HashKind,
    pub(super) names: &'a Names,
    /// Whether names and missing objects of trees are still to be met.
    pub(super) meet: bool,
    /// Versions that there is something to tell of, by their numbers: where they stand is read.
    pub(super) told: Option<&'a HashSet<u32>>,
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
    pub(super) fn look(
        &mut self,
        kind: Kind,
        number: u32,
        bytes: &[u8],
        made_of: Option<(&Option<Trace>, &[Kept])>,
    ) -> Option<Trace> {
        match kind {
            Kind::Tree => {
                self.tree(number, bytes, made_of.map(|(_, kept)| kept));
                return None;
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
                return None;
            }
            Kind::Blob if bytes.len() <= LARGE_FILE_POINTER && bytes.starts_with(LARGE_FILE) => {
                self.gap(number, GapKind::Elsewhere, 0, "a large-file pointer: its content is not among the repository's objects; scan it with `tightlip dir` where it is checked out");
            }
            Kind::Blob | Kind::Tag => {}
        }
        let made_of = made_of.and_then(|(trace, kept)| Some((trace.as_ref()?, kept)));
        let reviewed = self.reviewer.version(Version(number), bytes, made_of);
        if reviewed.told {
            self.gathered.told.push(number);
        }
        reviewed.trace
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

    /// Reads a tree. Entries that were taken over from another tree were met there: only what stands where is read of
    /// them, if it matters.
    fn tree(&mut self, number: u32, bytes: &[u8], kept: Option<&[Kept]>) {
        let mut entries = Entries::new(bytes, self.context.hash);
        let mut kept = kept.unwrap_or_default();
        while let Some(entry) = entries.next() {
            while kept.first().is_some_and(|stretch| stretch.end() <= entry.span.start) {
                kept = &kept[1..];
            }
            let known = kept.first().is_some_and(|s| s.to <= entry.span.start && entry.span.end <= s.end());
            if !known && self.context.meet {
                self.met(&entry);
            }
            if let Some(told) = self.context.told {
                self.place(number, &entry, told);
            }
        }
        if entries.is_damaged() && self.context.meet {
            self.gap(number, GapKind::Corrupt, 0, "a tree with an entry that is none");
        }
    }

    /// An entry that is new: its name is content, and what it names should be there.
    fn met(&mut self, entry: &super::tree::Entry<'_>) {
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

    /// Notes where a folder stands, and a version or a name that there is something to tell of.
    fn place(&mut self, tree: u32, entry: &super::tree::Entry<'_>, told: &HashSet<u32>) {
        let name = self.name(entry.name);
        let of_name = self.context.store.len().saturating_add(name);
        if told.contains(&of_name) {
            self.gathered.edges.push(Edge { child: of_name, tree, name });
        }
        if entry.is_submodule() {
            return;
        }
        let Some(child) = self.context.store.find(entry.id) else { return };
        if entry.is_tree() || told.contains(&child) {
            self.gathered.edges.push(Edge { child, tree, name });
            if entry.is_link() {
                self.gathered.links.push(child);
            }
        }
    }
}

impl Visit for Looker<'_> {
    type Memo = Option<Trace>;

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
            return None;
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
