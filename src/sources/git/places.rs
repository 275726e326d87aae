//! Where versions stand, and how they came there.

use std::collections::BTreeSet;
use std::io::Read;
use std::sync::{Arc, Mutex, PoisonError};

use gix::objs::{Kind, TagRefIter};

use super::commit;
use super::folders::Folders;
use super::graph::{NONE, mark};
use super::object::Damage;
use super::reading::Reading;
use super::refs::short;
use crate::model::{BlobKind, History, Reach, Shown};
use crate::sources::source::Whereabouts;

/// How many folders' trees are kept for the next question.
const KEPT: usize = 4;

/// Trees by commit, at the path of one folder.
type TreesAt = (u32, Arc<Vec<u32>>);

/// What was asked for, found.
pub(super) struct Places {
    reading: Reading,
    folders: Folders,
    versions: Vec<u32>,
    /// By version.
    of: Vec<Vec<u32>>,
    places: Vec<Spot>,
    /// The trees that stand where the last questions asked, by commit.
    trees: Mutex<Vec<TreesAt>>,
}

/// A place.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Spot {
    path: Vec<u8>,
    kind: BlobKind,
    /// The folder's path and the name there, where a tree has it.
    stands: Option<(u32, u32)>,
}

impl Places {
    /// Finds every place at which these versions ever stood.
    pub(super) fn find(reading: Reading, folders: Folders, versions: Vec<u32>) -> Self {
        let found: Vec<Vec<Spot>> = versions.iter().map(|version| reading.spots(&folders, *version)).collect();
        let mut places: Vec<Spot> = found.iter().flatten().cloned().collect();
        places.sort_unstable();
        places.dedup();
        let number = |spot: &Spot| places.binary_search(spot).map_or(0, |at| at as u32);
        let of = found.iter().map(|spots| spots.iter().map(number).collect()).collect();
        Self { reading, folders, versions, of, places, trees: Mutex::default() }
    }

    /// By commit, which of some versions stands at a place; [`NONE`] where none does.
    fn held(&self, place: u32, versions: &[usize]) -> Vec<u32> {
        let (spot, commits) = (&self.places[place as usize], &self.reading.commits);
        let numbers: Vec<u32> = versions.iter().map(|version| self.versions[*version]).collect();
        let mut held = vec![NONE; commits.len()];
        if spot.kind == BlobKind::Commit {
            for (i, number) in (0u32..).zip(numbers) {
                commits.at(number).into_iter().for_each(|at| held[at as usize] = i);
            }
        } else if let Some((folder, name)) = spot.stands {
            let in_folder = self.folders.versions_in(&numbers, name);
            for (held, tree) in held.iter_mut().zip(self.trees_at(folder).iter()) {
                *held = in_folder.get(*tree as usize).copied().unwrap_or(NONE);
            }
        }
        held
    }

    /// By commit, the tree that stands at a folder's path. Questions about one folder mostly follow each other.
    fn trees_at(&self, folder: u32) -> Arc<Vec<u32>> {
        let lock = || self.trees.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, trees)) = lock().iter().find(|(path, _)| *path == folder) {
            return Arc::clone(trees);
        }
        let trees = Arc::new(self.folders.trees_at(folder, &self.reading.commits.roots));
        let mut kept = lock();
        if kept.len() == KEPT {
            kept.remove(0);
        }
        kept.push((folder, Arc::clone(&trees)));
        trees
    }

    /// A commit by its position, as reports tell it.
    fn commit(&self, at: u32) -> Option<crate::model::Commit> {
        let number = self.reading.commits.numbers[at as usize];
        let mut bytes = Vec::new();
        let kind = self.reading.store.read(number, &mut bytes).ok()?;
        let id = self.reading.store.id(number);
        (kind == Kind::Commit).then(|| commit::told(&id, &bytes, id.kind()))
    }

    fn reach(&self, kind: BlobKind, commits: &[u32], versions: &[usize]) -> Reach {
        let number = |version: &usize| self.versions[*version];
        if kind == BlobKind::Tag {
            let named = versions.iter().any(|version| self.reading.tags.contains(&number(version)));
            return if named { Reach::Refs } else { Reach::Nothing };
        }
        let marks = commits.iter().fold(0, |all, commit| all | self.reading.commits.marks(*commit));
        let staged = || versions.iter().any(|version| self.reading.staged.contains_key(&number(version)));
        match marks {
            marks if marks & mark::REFS != 0 => Reach::Refs,
            _ if staged() => Reach::Index,
            marks if marks & mark::STASH != 0 => Reach::Stash,
            marks if marks & mark::LOG != 0 => Reach::Reflog,
            // Nobody can tell, where something stands deeper than is followed.
            _ if !self.folders.complete => Reach::Refs,
            _ => Reach::Nothing,
        }
    }

    /// The refs that lead to what these commits brought.
    fn refs(&self, brought: &[u32]) -> (Vec<Shown>, u64) {
        let leads = self.reading.commits.descendants(brought);
        let tips = self.reading.tips.iter().filter(|(name, tip)| name != b"HEAD" && leads[*tip as usize]);
        let names: BTreeSet<&[u8]> = tips.map(|(name, _)| short(name)).collect();
        let listed = names.iter().take(History::MAX_REFS).map(|name| Shown::from_bytes(name));
        (listed.collect(), names.len() as u64)
    }

    /// The version that stands for all, the one that is checked out or else the newest; and the commit that has it.
    fn representative(&self, held: &[u32], versions: &[usize]) -> (usize, Option<u32>) {
        let (commits, store) = (&self.reading.commits, &self.reading.store);
        let id = |number: u32| (number < store.len()).then(|| store.id(number));
        let has = |at: &u32| held[*at as usize] != NONE;
        let head = self.reading.head.filter(has);
        let (time, id_at) = (|at: &u32| commits.times[*at as usize], |at: &u32| id(commits.numbers[*at as usize]));
        let newer = |a: &u32, b: &u32| time(a).cmp(&time(b)).then_with(|| id_at(a).cmp(&id_at(b)));
        let at = head.or_else(|| (0..held.len() as u32).filter(has).max_by(newer));
        match at {
            Some(at) => (versions[held[at as usize] as usize], Some(at)),
            None => (versions.iter().copied().max_by_key(|v| id(self.versions[*v])).unwrap_or_default(), None),
        }
    }
}

impl Whereabouts for Places {
    fn places(&self, version: usize) -> &[u32] {
        &self.of[version]
    }

    fn place(&self, place: u32) -> (&[u8], BlobKind) {
        let spot = &self.places[place as usize];
        (&spot.path, spot.kind)
    }

    fn history(&self, place: u32, versions: &[usize]) -> (History, usize) {
        let (reading, spot) = (&self.reading, &self.places[place as usize]);
        let held = self.held(place, versions);
        let brought = reading.commits.first_of(|at| held[at as usize] != NONE);
        let id = |at: u32| reading.store.id(reading.commits.numbers[at as usize]);
        let earliest = brought.iter().copied().min_by_key(|at| (reading.commits.times[*at as usize], id(*at)));
        let (chosen, newest) = self.representative(&held, versions);
        let (refs, refs_in_all) = self.refs(&brought);
        let number = self.versions[chosen];
        let link = newest.zip(reading.remote.as_ref()).filter(|_| spot.stands.is_some());
        let history = History {
            object: if number < reading.store.len() { reading.store.id(number).to_string() } else { String::new() },
            introduced: earliest.and_then(|at| self.commit(at)),
            times: brought.len() as u64,
            versions: versions.len() as u64,
            in_head: reading.head.is_some_and(|head| held[head as usize] != NONE),
            reach: self.reach(spot.kind, &brought, versions),
            refs,
            refs_in_all,
            link: link.map(|(at, remote)| remote.link(&id(at).to_string(), &spot.path)),
        };
        (history, chosen)
    }

    fn read(&self, version: usize, out: &mut Vec<u8>) -> Result<Option<Box<dyn Read + '_>>, String> {
        let number = self.versions[version];
        if let Some(name) = number.checked_sub(self.reading.store.len()) {
            out.clear();
            out.extend_from_slice(&self.reading.names.name(name));
            return Ok(None);
        }
        match self.reading.store.read(number, out) {
            Ok(_) => Ok(None),
            Err(Damage::TooLarge) => self.reading.store.stream(number).map(Some),
            Err(damage) => Err(damage),
        }
        .map_err(|damage| damage.told().1.to_owned())
    }
}

impl Reading {
    /// Every place at which a version ever stood.
    fn spots(&self, folders: &Folders, number: u32) -> Vec<Spot> {
        let spot = |path, kind| Spot { path, kind, stands: None };
        if self.commits.at(number).is_some() {
            let id = self.store.id(number).to_hex_with_len(12).to_string();
            return vec![spot(format!("commit {id}").into_bytes(), BlobKind::Commit)];
        }
        let kind = match number.checked_sub(self.store.len()) {
            Some(_) => BlobKind::Name,
            None if self.links.contains(&number) => BlobKind::SymlinkTarget,
            None => BlobKind::File,
        };
        let stands = folders.places(number).into_iter().map(|(folder, name)| {
            let path: Vec<_> =
                folders.names_of(folder).into_iter().rev().chain([name]).map(|name| self.names.name(name)).collect();
            Spot { path: path.join(&b'/'), kind, stands: Some((folder, name)) }
        });
        let mut spots: Vec<Spot> = stands.collect();
        for path in self.staged.get(&number).into_iter().flatten() {
            if spots.iter().all(|spot| spot.path != *path) {
                spots.push(spot(path.clone(), kind));
            }
        }
        if spots.is_empty() {
            let (path, kind) = self.placeless(number);
            spots.push(spot(path, kind));
        }
        spots
    }

    /// What is said in place of a path, for an object that no folder has.
    fn placeless(&self, number: u32) -> (Vec<u8>, BlobKind) {
        if let Some(name) = number.checked_sub(self.store.len()) {
            return (self.names.name(name).to_vec(), BlobKind::Name);
        }
        let (id, mut bytes) = (self.store.id(number), Vec::new());
        if self.store.read(number, &mut bytes) == Ok(Kind::Tag) {
            let name = TagRefIter::from_bytes(&bytes, id.kind()).flatten().find_map(|token| match token {
                gix::objs::tag::ref_iter::Token::Name(name) => Some(name.to_vec()),
                _ => None,
            });
            return ([&b"tag "[..], &name.unwrap_or_default()].concat(), BlobKind::Tag);
        }
        (format!("object {}", id.to_hex_with_len(12)).into_bytes(), BlobKind::File)
    }
}
