//! Where versions stand, and how they came there.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::sync::atomic::{AtomicUsize, Ordering};

use gix::objs::{Kind, TagRefIter};

use super::commit;
use super::graph::mark;
use super::history::Reading;
use super::object::Damage;
use super::refs::short;
use crate::model::{BlobKind, History, Reach, Shown};
use crate::sources::source::{Version, Whereabouts};

/// Places of one version that are told. A tree that names itself a thousand times over has more than anyone can read.
const MAX_PLACES: usize = 1000;

/// The longest path that is told, in bytes.
const MAX_PATH: usize = 16 << 10;

/// What was asked for, found.
pub(super) struct Places {
    reading: Reading,
    versions: Vec<u32>,
    /// By version.
    of: Vec<Vec<u32>>,
    places: Vec<(Vec<u8>, BlobKind)>,
}

impl Places {
    /// Finds every place at which these versions ever stood.
    pub(super) fn find(reading: Reading, versions: &[Version], threads: usize) -> Self {
        let versions: Vec<u32> = versions.iter().map(|version| version.0).collect();
        let found = each(versions.len(), threads, |i| reading.climb(versions[i]));
        let (mut places, mut of) = (Vec::new(), Vec::with_capacity(found.len()));
        let mut numbers: HashMap<(Vec<u8>, BlobKind), u32> = HashMap::new();
        for all in found {
            let number = |place: (Vec<u8>, BlobKind)| {
                *numbers.entry(place).or_insert_with_key(|place| {
                    places.push(place.clone());
                    places.len() as u32 - 1
                })
            };
            of.push(all.into_iter().map(number).collect());
        }
        Self { reading, versions, of, places }
    }

    /// The commits that hold the version at a path.
    fn commits(&self, place: u32, version: u32) -> Vec<u32> {
        let ((path, kind), reading) = (&self.places[place as usize], &self.reading);
        if *kind == BlobKind::Commit {
            return reading.commits.at(version).into_iter().collect();
        }
        let mut trees = vec![version];
        for name in path.rsplit(|byte| *byte == b'/') {
            let Some(name) = reading.names.find(name) else { return Vec::new() };
            trees = reading.folders.holding(&trees, name);
        }
        trees.iter().flat_map(|tree| reading.commits.of_tree(*tree)).collect()
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
            let named =
                versions.iter().any(|version| self.reading.refs.tags.contains(&self.reading.store.id(number(version))));
            return if named { Reach::Refs } else { Reach::Nothing };
        }
        let marks = commits.iter().fold(0, |all, commit| all | self.reading.commits.marks(*commit));
        let staged = || versions.iter().any(|version| self.reading.staged.contains_key(&number(version)));
        match marks {
            marks if marks & mark::REFS != 0 => Reach::Refs,
            _ if staged() => Reach::Index,
            marks if marks & mark::STASH != 0 => Reach::Stash,
            marks if marks & mark::LOG != 0 => Reach::Reflog,
            _ => Reach::Nothing,
        }
    }

    /// The refs that lead to what these commits brought.
    fn refs(&self, brought: &[u32]) -> (Vec<Shown>, u64) {
        let leads = self.reading.commits.descendants(brought);
        let names: BTreeMap<&[u8], ()> = self
            .reading
            .tips
            .iter()
            .filter(|(name, tip)| name != b"HEAD" && leads[*tip as usize])
            .map(|(name, _)| (short(name), ()))
            .collect();
        let listed = names.keys().take(History::MAX_REFS).map(|name| Shown::from_bytes(name));
        (listed.collect(), names.len() as u64)
    }

    /// The version that stands for all: the one that is checked out, or else the newest.
    fn representative(&self, held: &[Vec<u32>], versions: &[usize]) -> (usize, Option<u32>) {
        let (commits, store) = (&self.reading.commits, &self.reading.store);
        let head = self.reading.head;
        let newest = |all: &Vec<u32>| {
            let checked_out = head.filter(|head| all.contains(head));
            checked_out.or_else(|| all.iter().copied().max_by_key(|at| commits.times[*at as usize]))
        };
        let rank = |(i, all): (usize, &Vec<u32>)| {
            let at = newest(all);
            let time = at.map(|at| commits.times[at as usize]);
            let number = self.versions[versions[i]];
            let id = (number < store.len()).then(|| store.id(number));
            ((at.is_some() && at == head, time, id), i, at)
        };
        let best = held.iter().enumerate().map(rank).max_by(|a, b| a.0.cmp(&b.0));
        best.map_or((versions[0], None), |(_, i, at)| (versions[i], at))
    }
}

impl Whereabouts for Places {
    fn places(&self, version: usize) -> &[u32] {
        &self.of[version]
    }

    fn place(&self, place: u32) -> (&[u8], BlobKind) {
        let (path, kind) = &self.places[place as usize];
        (path, *kind)
    }

    fn history(&self, place: u32, versions: &[usize]) -> (History, usize) {
        let (reading, path) = (&self.reading, &self.places[place as usize].0);
        let held: Vec<Vec<u32>> = versions.iter().map(|version| self.commits(place, self.versions[*version])).collect();
        let mut present = vec![false; reading.commits.len()];
        held.iter().flatten().for_each(|commit| present[*commit as usize] = true);
        let brought = reading.commits.first_of(&present);
        let id = |at: u32| reading.store.id(reading.commits.numbers[at as usize]);
        let earliest = brought.iter().copied().min_by_key(|at| (reading.commits.times[*at as usize], id(*at)));
        let (chosen, newest) = self.representative(&held, versions);
        let all: Vec<u32> = held.iter().flatten().copied().collect();
        let (refs, refs_in_all) = self.refs(&brought);
        let number = self.versions[chosen];
        let link = newest.zip(reading.remote.as_ref()).map(|(at, remote)| remote.link(&id(at).to_string(), path));
        let history = History {
            object: if number < reading.store.len() { reading.store.id(number).to_string() } else { String::new() },
            introduced: earliest.and_then(|at| self.commit(at)),
            times: brought.len() as u64,
            versions: versions.len() as u64,
            in_head: reading.head.is_some_and(|head| present[head as usize]),
            reach: self.reach(self.places[place as usize].1, &all, versions),
            refs,
            refs_in_all,
            link,
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
    /// Every place at which a version ever stood, sorted.
    fn climb(&self, number: u32) -> Vec<(Vec<u8>, BlobKind)> {
        if self.commits.at(number).is_some() {
            let id = self.store.id(number).to_hex_with_len(12).to_string();
            return vec![(format!("commit {id}").into_bytes(), BlobKind::Commit)];
        }
        let kind = match number.checked_sub(self.store.len()) {
            Some(_) => BlobKind::Name,
            None if self.links.contains(&number) => BlobKind::SymlinkTarget,
            None => BlobKind::File,
        };
        let mut paths = self.paths(number);
        paths.extend(self.staged.get(&number).into_iter().flatten().cloned());
        paths.sort_unstable();
        paths.dedup();
        if paths.is_empty() {
            return vec![self.placeless(number)];
        }
        paths.into_iter().map(|path| (path, kind)).collect()
    }

    /// Paths from the roots of commits down to a version.
    fn paths(&self, number: u32) -> Vec<Vec<u8>> {
        let mut found = Vec::new();
        // What was climbed to: the path from there down, and the folders that have it.
        let mut level: BTreeMap<Vec<u8>, Vec<u32>> = BTreeMap::from([(Vec::new(), vec![number])]);
        while !level.is_empty() && found.len() < MAX_PLACES {
            let mut above: BTreeMap<Vec<u8>, Vec<u32>> = BTreeMap::new();
            for (below, children) in &level {
                let mut folders: HashMap<u32, Vec<u32>> = HashMap::new();
                for edge in children.iter().flat_map(|child| self.folders.around(*child)) {
                    folders.entry(edge.name).or_default().push(edge.tree);
                }
                for (name, trees) in folders {
                    let name = self.names.name(name);
                    let slash: &[u8] = if below.is_empty() { b"" } else { b"/" };
                    let path = [&name, slash, below].concat();
                    if path.len() <= MAX_PATH && above.len() < MAX_PLACES {
                        above.entry(path).or_default().extend(trees);
                    }
                }
            }
            for (path, trees) in &mut above {
                trees.sort_unstable();
                trees.dedup();
                if trees.iter().any(|tree| self.commits.of_tree(*tree).next().is_some()) {
                    found.push(path.clone());
                }
            }
            level = above;
        }
        found
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

/// Does something for every number below `count`, on several threads; the results in order.
fn each<T: Send>(count: usize, threads: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let take = || {
        let mut done = Vec::new();
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            if i >= count {
                return done;
            }
            done.push((i, work(i)));
        }
    };
    let mut all: Vec<(usize, T)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads.min(count)).map(|_| scope.spawn(take)).collect();
        threads.into_iter().flat_map(|t| t.join().unwrap_or_else(|e| std::panic::resume_unwind(e))).collect()
    });
    all.sort_unstable_by_key(|(i, _)| *i);
    all.into_iter().map(|(_, done)| done).collect()
}
