//! Looks at the objects of a repository on one thread: content goes to the reviewer, commits and trees are read for what
//! they tell of it.

use std::collections::{HashMap, HashSet};
use std::io::Read;

use foldhash::fast::RandomState;
use gix::ObjectId;
use gix::hash::{Kind as HashKind, oid};
use gix::objs::Kind;

use super::commit::Node;
use super::folders::{Edges, Standing};
use super::forest::{STREAMED, Visit};
use super::graph::NONE;
use super::names::Names;
use super::object::Damage;
use super::special::{self, Pointer};
use super::store::Store;
use super::told::Told;
use super::tree::{Entries, Entry};
use crate::model::{GapKind, Kept, MadeOf, Trace};
use crate::sources::source::{Reviewer, Version};

/// What is kept of an object for those that are made of it.
pub(super) enum Memo {
    Nothing,
    Trace(Trace),
    Tree(Folder),
}

impl Memo {
    fn trace(&self) -> Option<&Trace> {
        if let Self::Trace(trace) = self { Some(trace) } else { None }
    }

    fn folder(&self) -> Option<&Folder> {
        if let Self::Tree(folder) = self { Some(folder) } else { None }
    }
}

/// What is kept of a tree.
#[derive(Default)]
pub(super) struct Folder {
    /// Where its entries begin.
    starts: Vec<u32>,
    /// Its entries that matter, in order.
    places: Vec<Place>,
}

impl Folder {
    /// Takes over all entries of a stretch at once, if an entry begins at `at` and began there in the other tree: where
    /// the last of them ends. The entry that reaches beyond the stretch is not among them.
    fn take_over(&mut self, base: &Self, stretch: &Kept, at: usize) -> Option<usize> {
        let before = at.checked_sub(stretch.to)? + stretch.from;
        let first = base.starts.binary_search(&(before as u32)).ok()?;
        let end = stretch.from + stretch.length;
        let inside = base.starts[first..].partition_point(|start| *start as usize <= end);
        // The last entry that begins inside may end outside: where it begins, the others end.
        let last = first + inside.checked_sub(1)?;
        let moved = |start: u32| (start as usize - before + at) as u32;
        self.starts.extend(base.starts[first..last].iter().map(|start| moved(*start)));
        let range = base.starts[first]..base.starts[last];
        let places = &base.places[base.places.partition_point(|place| place.at < range.start)..];
        let places = places.iter().take_while(|place| place.at < range.end);
        self.places.extend(places.map(|place| Place { at: moved(place.at), ..*place }));
        (last > first).then(|| moved(base.starts[last]) as usize)
    }
}

/// An entry of a tree that matters.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Where the entry begins in the tree's object.
    at: u32,
    /// Its number in [`Standing`].
    entry: u32,
}

/// What all threads share.
pub(super) struct Context<'a> {
    pub(super) store: &'a Store,
    pub(super) hash: HashKind,
    pub(super) names: &'a Names,
    /// Whether names and missing objects of trees are still to be met.
    pub(super) meet: bool,
    /// Versions that there is something to tell of, by their numbers: where they stand is read.
    pub(super) told: Option<(&'a Told, &'a Standing)>,
}

/// What a thread gathered.
#[derive(Default)]
pub(super) struct Gathered {
    /// Versions that there is something to tell of.
    pub(super) told: Vec<u32>,
    pub(super) commits: Vec<Node>,
    pub(super) edges: Edges,
    /// Versions that are targets of symbolic links somewhere.
    pub(super) links: Vec<u32>,
    /// Names of submodules.
    pub(super) submodules: HashSet<Vec<u8>>,
    /// What entries of trees name that is not in the store, and the least of the names.
    pub(super) missing: (HashSet<ObjectId>, Option<Vec<u8>>),
    pub(super) damaged: Vec<(u32, u64, Damage)>,
}

impl Gathered {
    pub(super) fn merge(&mut self, mut other: Self) {
        self.told.append(&mut other.told);
        self.commits.append(&mut other.commits);
        self.edges.append(other.edges);
        self.links.append(&mut other.links);
        self.submodules.extend(other.submodules);
        self.missing.0.extend(other.missing.0);
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
    known: HashMap<Box<[u8]>, u32, RandomState>,
    /// What is new in the tree that is being read, and its name: by place without a number.
    fresh: Vec<(u32, u32)>,
    pub(super) gathered: Gathered,
}

impl<'a> Looker<'a> {
    pub(super) fn new(context: &'a Context<'a>, reviewer: Box<dyn Reviewer + Send + 'a>, first: u32) -> Self {
        Self { context, reviewer, first, known: HashMap::default(), fresh: Vec::new(), gathered: Gathered::default() }
    }

    /// Looks at one object.
    pub(super) fn look(&mut self, kind: Kind, number: u32, bytes: &[u8], made_of: Option<MadeOf<'_, Memo>>) -> Memo {
        match kind {
            Kind::Tree => {
                let made_of = made_of.and_then(|base| Some((base.left.folder()?, base.kept)));
                return Memo::Tree(self.tree(number, bytes, made_of));
            }
            Kind::Commit => {
                let find = |id: &oid| self.context.store.find(id);
                match Node::read(number, bytes, self.context.hash, find) {
                    Some(node) => self.gathered.commits.push(node),
                    None => self.gap(number, GapKind::Corrupt, 0, "a commit that names no tree"),
                }
            }
            Kind::Blob if special::is_git_crypt(bytes) => {
                self.gathered.told.push(number);
                self.reviewer.excluded(Version(number), "git-crypt: encrypted in the repository", bytes.len() as u64);
                return Memo::Nothing;
            }
            Kind::Blob if Pointer::parse(bytes).is_some() => {
                self.gap(number, GapKind::Elsewhere, 0, "a large-file pointer: its content is not among the repository's objects; scan it with `tightlip dir` where it is checked out");
            }
            Kind::Blob | Kind::Tag => {}
        }
        let made_of =
            made_of.and_then(|MadeOf { bytes, left, kept }| Some(MadeOf { bytes, left: left.trace()?, kept }));
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

    /// Reads a tree. Entries that were taken over from another tree were met there, and are passed over.
    fn tree(&mut self, number: u32, bytes: &[u8], made_of: Option<(&Folder, &[Kept])>) -> Folder {
        let mut folder = Folder::default();
        let mut entries = Entries::new(bytes, self.context.hash);
        let nothing = Folder::default();
        let (base, mut kept) = made_of.unwrap_or((&nothing, &[]));
        loop {
            while kept.first().is_some_and(|stretch| stretch.end() <= entries.at()) {
                kept = &kept[1..];
            }
            if let Some(end) = kept.first().and_then(|stretch| folder.take_over(base, stretch, entries.at())) {
                entries.go_to(end);
                kept = &kept[1..];
                continue;
            }
            let Some(entry) = entries.next() else { break };
            folder.starts.push(entry.span.start as u32);
            let child = if entry.is_submodule() { None } else { self.context.store.find(entry.id) };
            let name = if self.context.meet { self.met(&entry, child) } else { self.name(entry.name) };
            if let Some((told, _)) = self.context.told {
                self.stands(&entry, child, name, told, &mut folder.places);
            }
        }
        if let Some((_, standing)) = self.context.told.filter(|_| !self.fresh.is_empty()) {
            let first = standing.add(self.fresh.drain(..));
            let fresh = folder.places.iter_mut().filter(|place| place.entry == NONE);
            fresh.zip(first..).for_each(|(place, number)| place.entry = number);
        }
        if !folder.places.is_empty() {
            self.gathered.edges.push(number, folder.places.iter().map(|place| place.entry));
        }
        if entries.is_damaged() && self.context.meet {
            self.gap(number, GapKind::Corrupt, 0, "a tree with an entry that is none");
        }
        folder
    }

    /// An entry that is new: its name, whose number this is, is content, and what it names should be there.
    fn met(&mut self, entry: &Entry<'_>, child: Option<u32>) -> u32 {
        let number = self.name(entry.name);
        if entry.is_submodule() {
            self.gathered.submodules.insert(entry.name.to_vec());
        } else if child.is_none() && !entry.id.is_empty_tree() && !entry.id.is_empty_blob() {
            self.gathered.missing.0.insert(entry.id.to_owned());
            let name = entry.name.to_vec();
            let least = self.gathered.missing.1.take();
            self.gathered.missing.1 = Some(least.map_or(name.clone(), |other| other.min(name)));
        }
        number
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

    /// Notes an entry if it matters where that stands: a folder, or something that there is something to tell of, be it
    /// the name itself.
    fn stands(&mut self, entry: &Entry<'_>, child: Option<u32>, name: u32, told: &Told, places: &mut Vec<Place>) {
        let folder = entry.is_tree();
        let child = child.filter(|child| folder || (told.may_hold(entry.id) && told.holds(*child)));
        if child.is_none() && !told.has_names {
            return;
        }
        if entry.is_link() {
            self.gathered.links.extend(child);
        }
        let of_name = self.context.store.len().saturating_add(name);
        let of_name = (told.has_names && told.holds(of_name)).then_some(of_name);
        let at = entry.span.start as u32;
        for child in child.into_iter().chain(of_name) {
            self.fresh.push((child, name));
            places.push(Place { at, entry: NONE });
        }
    }
}

impl Visit for Looker<'_> {
    type Memo = Memo;

    fn object(
        &mut self,
        kind: Kind,
        position: u32,
        bytes: &[u8],
        made_of: Option<MadeOf<'_, Self::Memo>>,
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
