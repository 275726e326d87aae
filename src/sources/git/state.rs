//! What a scan of commits knows: every version of every file, which commit brings it, and what stood there before.

use std::collections::{BTreeMap, HashMap, HashSet};

use gix::ObjectId;

use super::blobs::{Version, Versions};
use super::changes::Change;
use super::commits::Commit;
use crate::model::BlobKind;

/// What a version's number stands for.
pub(super) enum Item {
    /// Content of a file.
    Blob { id: ObjectId, path: usize },
    /// A commit, by its position.
    Commit(usize),
    /// An annotated tag.
    Tag(ObjectId),
}

/// A version of a file that a commit brings, and those of its parents.
pub(super) struct Brought {
    pub(super) commit: usize,
    pub(super) olds: Vec<u32>,
}

/// What is known of the scope once its commits were compared.
#[derive(Default)]
pub(super) struct State {
    /// Oldest first.
    pub(super) commits: Vec<Commit>,
    /// By number less one.
    pub(super) items: Vec<Item>,
    pub(super) paths: Vec<Vec<u8>>,
    numbers: HashMap<(usize, ObjectId), u32>,
    kinds: HashMap<u32, BlobKind>,
    path_numbers: HashMap<Vec<u8>, usize>,
    /// By number: the commits that bring it.
    pub(super) brought: BTreeMap<u32, Vec<Brought>>,
    /// The versions that are known already: a commit outside of the scope holds them.
    pub(super) outer: HashSet<u32>,
}

impl State {
    /// Gives something a number, from 1.
    pub(super) fn add(&mut self, item: Item) -> u32 {
        self.items.push(item);
        u32::try_from(self.items.len()).unwrap_or(u32::MAX)
    }

    /// The number of a version.
    fn number(&mut self, path: &[u8], id: ObjectId, kind: BlobKind) -> u32 {
        let path = match self.path_numbers.get(path) {
            Some(known) => *known,
            None => {
                self.paths.push(path.to_vec());
                self.path_numbers.insert(path.to_vec(), self.paths.len() - 1);
                self.paths.len() - 1
            }
        };
        if let Some(known) = self.numbers.get(&(path, id)) {
            return *known;
        }
        let number = self.add(Item::Blob { id, path });
        self.numbers.insert((path, id), number);
        self.kinds.insert(number, kind);
        number
    }

    /// Notes that a commit brings a version. `is_new` tells which of its parents the scope brings as well.
    pub(super) fn bring(&mut self, commit: usize, change: &Change, is_new: impl Fn(usize) -> bool) {
        let number = self.number(&change.path, change.id, change.kind);
        let mut olds = Vec::new();
        for old in &change.olds {
            let inner = is_new(old.tree);
            // A move inside of the scope is no excuse: the policy of one path may accept what that of another does not.
            if inner && old.id == change.id {
                continue;
            }
            let old = self.number(&change.path, old.id, change.kind);
            if !inner {
                self.outer.insert(old);
            }
            olds.push(old);
        }
        self.brought.entry(number).or_default().push(Brought { commit, olds });
    }

    /// Whether the scope brings what the number stands for.
    pub(super) fn is_new(&self, number: u32) -> bool {
        let item = (number as usize).checked_sub(1).and_then(|i| self.items.get(i));
        !matches!(item, Some(Item::Blob { .. })) || self.brought.contains_key(&number)
    }

    /// All versions, path by path.
    pub(super) fn versions(&self) -> Vec<Versions> {
        let mut files: Vec<Versions> =
            self.paths.iter().map(|path| Versions { path: path.clone(), all: Vec::new() }).collect();
        for (number, item) in (1u32..).zip(&self.items) {
            let Item::Blob { id, path } = item else { continue };
            let kind = self.kinds.get(&number).copied().unwrap_or(BlobKind::File);
            if let Some(file) = files.get_mut(*path) {
                file.all.push(Version { number, id: *id, kind, is_new: self.is_new(number) });
            }
        }
        files
    }
}
