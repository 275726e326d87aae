//! How folders and versions hang together: from the versions that matter up to the roots that hold them, and at which
//! paths.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::graph::NONE;
use super::lists::{Lists, heads};
use super::names::Names;

/// Paths of one folder that are followed. A tree that names itself a thousand times over has more than anyone can read.
const MAX_PATHS: usize = 1000;

/// Folders inside each other that are followed.
const MAX_DEPTH: usize = 2048;

/// The longest path that is told, in bytes.
const MAX_PATH: usize = 16 << 10;

/// An entry of a folder that matters: what stands there, the folder's tree, its name there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub(super) child: u32,
    pub(super) tree: u32,
    pub(super) name: u32,
}

/// What stands in folders, each under a number: what it is, and its name there. An entry of a tree mostly stands in the
/// next versions of the tree as well.
#[derive(Default)]
pub(super) struct Standing(Mutex<Vec<(u32, u32)>>);

impl Standing {
    /// The number of the first of what is met in a folder: the others follow it.
    pub(super) fn add(&self, met: impl Iterator<Item = (u32, u32)>) -> u32 {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let first = all.len() as u32;
        all.extend(met);
        first
    }
}

/// Edges as they are met, millions of them: kept in pieces, so that no list is ever copied to make room.
#[derive(Default)]
pub(super) struct Edges {
    /// A folder, how many entries follow, and those by their numbers in [`Standing`]; and again.
    pieces: Vec<Vec<u32>>,
}

impl Edges {
    const PIECE: usize = 1 << 17;

    /// Adds a folder in which something stands.
    pub(super) fn push(&mut self, tree: u32, entries: impl ExactSizeIterator<Item = u32>) {
        let more = entries.len() + 2;
        if self.pieces.last().is_none_or(|piece| piece.len() + more > Self::PIECE) {
            self.pieces.push(Vec::with_capacity(Self::PIECE.max(more)));
        }
        if let Some(piece) = self.pieces.last_mut() {
            piece.extend([tree, entries.len() as u32]);
            piece.extend(entries);
        }
    }

    pub(super) fn append(&mut self, mut other: Self) {
        self.pieces.append(&mut other.pieces);
    }

    /// Those that lead down to one of `versions`; all versions and folders are numbered below `count`. The second is
    /// whether all of them were climbed to.
    fn leading(mut self, standing: &[(u32, u32)], versions: &[u32], count: usize) -> (Vec<Edge>, bool) {
        let mut leads = vec![false; count];
        versions.iter().for_each(|version| leads[*version as usize] = true);
        let mut leading = Vec::new();
        // Each pass climbs one folder at least, and folders do not stand deep inside each other.
        let ended = (0..MAX_DEPTH).any(|_| {
            let before = leading.len();
            self.pieces.iter_mut().for_each(|piece| take_leading(piece, standing, &mut leads, &mut leading));
            leading.len() == before
        });
        drop(self.pieces);
        (leading, ended)
    }
}

/// Takes those out of a piece that lead to something, whose folders then lead there too.
fn take_leading(piece: &mut Vec<u32>, standing: &[(u32, u32)], leads: &mut [bool], leading: &mut Vec<Edge>) {
    let (mut at, mut kept) = (0, 0);
    while let Some(&[tree, entries]) = piece.get(at..at + 2) {
        let (head, end) = (kept, at + 2 + entries as usize);
        kept += 2;
        for entry in at + 2..end {
            let (child, name) = standing[piece[entry] as usize];
            if leads[child as usize] {
                leads[tree as usize] = true;
                leading.push(Edge { child, tree, name });
            } else {
                piece[kept] = piece[entry];
                kept += 1;
            }
        }
        match kept - head - 2 {
            0 => kept = head,
            left => piece[head..head + 2].copy_from_slice(&[tree, left as u32]),
        }
        at = end;
    }
    piece.truncate(kept);
}

/// Puts edges in the order of their children, which are numbered below `count`; where each child's begin. Every edge
/// changes its place with one that stands where its own should.
fn sort_by_child(edges: &mut [Edge], count: usize) -> Vec<u32> {
    let heads = heads(edges.iter().map(|edge| edge.child), count);
    let mut next = heads.clone();
    for child in 0..count {
        while next[child] < heads[child + 1] {
            let at = next[child] as usize;
            let place = &mut next[edges[at].child as usize];
            edges.swap(at, *place as usize);
            *place += 1;
        }
    }
    heads
}

/// Folders and what stands in them, as far as it leads to something that matters.
pub(super) struct Folders {
    /// Sorted by child.
    edges: Vec<Edge>,
    /// By child: where its edges begin; one more than there are numbers.
    heads: Vec<u32>,
    /// By name: positions in `edges` of the folders that go by it.
    by_name: Lists,
    /// The paths of folders, each the path above it and a name; the first is the root.
    paths: Vec<(u32, u32)>,
    /// Sets of positions in `paths`, each sorted. Most folders of a repository stand in few of them.
    sets: Vec<Vec<u32>>,
    /// By tree: the set of paths at which it stands; [`NONE`] for one that stands nowhere.
    standing: Vec<u32>,
    /// One more than the greatest number of a tree.
    trees: usize,
    /// Whether every place of every folder was followed: no limit was met.
    pub(super) complete: bool,
}

/// The position of the root among the paths.
const ROOT: u32 = 0;

impl Folders {
    /// Keeps of all edges those that lead to `versions`; all versions and folders are numbered below `count`. At which
    /// paths folders stand is still to be found: [`Folders::stand`].
    pub(super) fn leading((edges, standing): (Edges, Standing), versions: &[u32], count: usize) -> Self {
        let standing = standing.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (mut edges, complete) = edges.leading(&standing, versions, count);
        drop(standing);
        edges.shrink_to_fit();
        let heads = sort_by_child(&mut edges, count);
        let mut holds = vec![false; count];
        edges.iter().for_each(|edge| holds[edge.tree as usize] = true);
        let folders = (0u32..).zip(&edges).filter(|(_, edge)| holds[edge.child as usize]);
        let names = edges.iter().map(|edge| edge.name as usize + 1).max().unwrap_or(0);
        let by_name = Lists::grouped(folders.map(|(at, edge)| (edge.name, at)), names);
        let paths = vec![(NONE, NONE)];
        Self { edges, heads, by_name, paths, sets: Vec::new(), standing: Vec::new(), trees: 0, complete }
    }

    /// Finds at which paths every folder stands below `roots`.
    pub(super) fn stand(&mut self, roots: &[u32], names: &Names) {
        let trees = self.edges.iter().map(|edge| edge.tree).chain(roots.iter().copied().filter(|root| *root != NONE));
        self.trees = trees.max().map_or(0, |last| last as usize + 1);
        self.standing = vec![NONE; self.trees];
        let mut is_root = vec![false; self.trees];
        roots.iter().filter(|root| **root != NONE).for_each(|root| is_root[*root as usize] = true);
        let mut sets: HashMap<Vec<u32>, u32> = HashMap::new();
        let mut known: HashMap<(u32, u32), u32> = HashMap::new();
        for tree in self.parents_first() {
            let mut at: Vec<u32> = if is_root[tree as usize] { vec![ROOT] } else { Vec::new() };
            for (name, set) in self.above(tree) {
                for above in &self.sets[set as usize] {
                    at.push(*known.entry((*above, name)).or_insert_with(|| {
                        self.paths.push((*above, name));
                        self.paths.len() as u32 - 1
                    }));
                }
            }
            at.sort_unstable();
            at.dedup();
            let all = at.len();
            at.truncate(MAX_PATHS);
            at.retain(|path| self.length(*path, names) <= MAX_PATH);
            self.complete &= at.len() == all;
            let next = self.sets.len() as u32;
            let set = *sets.entry(at).or_insert_with_key(|at| {
                self.sets.push(at.clone());
                next
            });
            self.standing[tree as usize] = set;
        }
    }

    /// Folders that lead to something, in an order in which those above come first. (Folders hold each other in a
    /// circle only in a store that lies; then some come too early, and stand nowhere.)
    fn parents_first(&self) -> Vec<u32> {
        const MET: u8 = 1;
        const DONE: u8 = 2;
        let (mut order, mut marks, mut waiting) = (Vec::new(), vec![0u8; self.trees], Vec::new());
        for first in self.edges.iter().map(|edge| edge.tree) {
            if marks[first as usize] == 0 {
                waiting.push(first);
            }
            while let Some(tree) = waiting.last().copied() {
                match marks[tree as usize] {
                    0 => {
                        marks[tree as usize] = MET;
                        let above = self.around(tree).iter().map(|edge| edge.tree);
                        waiting.extend(above.filter(|above| marks[*above as usize] == 0));
                    }
                    mark => {
                        waiting.pop();
                        order.extend((mark == MET).then_some(tree));
                        marks[tree as usize] = DONE;
                    }
                }
            }
        }
        order
    }

    /// By what name a version or folder goes, and the set of paths at which the folder stands that holds it: each pair
    /// once. Most folders that hold it hold it like the one before.
    fn above(&self, child: u32) -> Vec<(u32, u32)> {
        let mut all = Vec::new();
        for edge in self.around(child) {
            let pair = (edge.name, self.standing[edge.tree as usize]);
            if pair.1 != NONE && all.last() != Some(&pair) {
                all.push(pair);
            }
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Where a version or a folder stands.
    pub(super) fn around(&self, child: u32) -> &[Edge] {
        match self.heads.get(child as usize..child as usize + 2) {
            Some([first, end]) => &self.edges[*first as usize..*end as usize],
            _ => &[],
        }
    }

    fn length(&self, path: u32, names: &Names) -> usize {
        self.names_of(path).into_iter().map(|name| names.name(name).len() + 1).sum()
    }

    /// Every place of a version: the folder's path, by its position, and the name there.
    pub(super) fn places(&self, version: u32) -> Vec<(u32, u32)> {
        let at = |(name, set): (u32, u32)| self.sets[set as usize].iter().map(move |path| (*path, name));
        let mut places: Vec<_> = self.above(version).into_iter().flat_map(at).collect();
        places.sort_unstable();
        places.dedup();
        places.truncate(MAX_PATHS);
        places
    }

    /// The names of a path, the last first.
    pub(super) fn names_of(&self, mut path: u32) -> Vec<u32> {
        let mut names = Vec::new();
        while path != ROOT {
            let (above, name) = self.paths[path as usize];
            names.push(name);
            path = above;
        }
        names
    }

    /// By commit: the tree that stands at a path below its root.
    pub(super) fn trees_at(&self, path: u32, roots: &[u32]) -> Vec<u32> {
        let mut trees = roots.to_vec();
        for name in self.names_of(path).into_iter().rev() {
            let below = self.below(name);
            trees.iter_mut().filter(|tree| **tree != NONE).for_each(|tree| *tree = below[*tree as usize]);
        }
        trees
    }

    /// By folder: what goes by a name in it.
    fn below(&self, name: u32) -> Vec<u32> {
        let mut below = vec![NONE; self.trees];
        let folders = self.by_name.of(name).iter().map(|at| self.edges[*at as usize]);
        folders.for_each(|edge| below[edge.tree as usize] = edge.child);
        below
    }

    /// By folder, which of some versions goes by a name in it.
    pub(super) fn versions_in(&self, versions: &[u32], name: u32) -> Vec<u32> {
        let mut held = vec![NONE; self.trees];
        for (i, version) in (0u32..).zip(versions) {
            let edges = self.around(*version).iter().filter(|edge| edge.name == name);
            edges.for_each(|edge| held[edge.tree as usize] = i);
        }
        held
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Roots 10 and 11 hold folder 20 as `a` and 21 as `b`; both hold version 30 as `f`; 20 holds itself, which no
    /// honest store does.
    fn folders(names: &Names) -> Folders {
        let number = |name: &str| names.number(name.as_bytes()).0;
        let edge = |child, tree, name: &str| Edge { child, tree, name: number(name) };
        let edges = [
            edge(20, 10, "a"),
            edge(21, 11, "b"),
            edge(20, 11, "a"),
            edge(30, 20, "f"),
            edge(30, 21, "f"),
            edge(20, 20, "self"),
            edge(22, 10, "unrelated"),
            edge(31, 21, "g"),
        ];
        let (mut all, standing) = (Edges::default(), Standing::default());
        let entry = |edge: Edge| (edge.tree, standing.add([(edge.child, edge.name)].into_iter()));
        edges.into_iter().map(entry).for_each(|(tree, entry)| all.push(tree, [entry].into_iter()));
        let mut folders = Folders::leading((all, standing), &[30, 31], 100);
        folders.stand(&[10, 11, NONE], names);
        folders
    }

    fn paths(folders: &Folders, names: &Names, version: u32) -> Vec<String> {
        let path = |(folder, name): (u32, u32)| {
            let above = folders.names_of(folder).into_iter().rev().chain([name]);
            above.map(|name| String::from_utf8_lossy(&names.name(name)).into_owned()).collect::<Vec<_>>().join("/")
        };
        let mut all: Vec<_> = folders.places(version).into_iter().map(path).collect();
        all.sort();
        all
    }

    #[test]
    fn every_path_is_found_and_only_what_matters_is_kept() {
        let names = Names::default();
        let folders = folders(&names);
        assert_eq!(paths(&folders, &names, 31), ["b/g"]);
        let of_30 = paths(&folders, &names, 30);
        assert!(of_30.contains(&"a/f".to_owned()) && of_30.contains(&"b/f".to_owned()), "{of_30:?}");
        assert!(folders.around(22).is_empty());
    }

    #[test]
    fn a_path_leads_from_every_commit_to_what_stands_there() {
        let names = Names::default();
        let folders = folders(&names);
        let at = |name: &str| {
            let place = folders
                .places(30)
                .into_iter()
                .find(|(folder, _)| folders.names_of(*folder) == [names.number(name.as_bytes()).0]);
            place.map_or(ROOT, |(folder, _)| folder)
        };
        assert_eq!(folders.trees_at(at("a"), &[10, 11, NONE]), [20, 20, NONE]);
        assert_eq!(folders.trees_at(at("b"), &[10, 11, NONE]), [NONE, 21, NONE]);
        let held = folders.versions_in(&[31, 30], names.number(b"f").0);
        assert_eq!((held[20], held[21], held[10]), (1, 1, NONE));
    }
}
