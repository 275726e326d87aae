//! Every object of a pack, each stored byte inflated once: differences are applied from their root down, on all threads.
//!
//! Objects that are stored as differences form trees. A thread takes a root, and goes down one branch after the other;
//! what an object needs of its base (its bytes, and what the visitor made of it) is held for as long as branches wait.
//! The branch with the most objects comes last, when its base is no longer needed: so a thread holds no more objects
//! than the logarithm of a tree's size. A thread that finds no root left is given waiting branches of another.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use gix::objs::Kind;
use libdeflater::Decompressor;

use super::lists::Lists;
use super::object::{self, Damage, MAX_HELD};
use super::pack::{Form, Pack};
use crate::containers::delta;
use crate::model::{Kept, MadeOf};

/// Objects stored whole above this size, which no other is made of, are read as streams.
pub(super) const STREAMED: u64 = 16 << 20;

/// Marks an entry that has no base.
const NONE: u32 = u32::MAX;

/// Entries whose headers are read in one go.
const PART: usize = 4096;

/// How much memory of objects that are no longer needed a thread keeps for the next ones.
const MAX_SPARE: usize = 8;
const SPARE_BYTES: usize = 4 << 20;

/// Looks at objects on one thread. `Memo` is what it makes of an object for those that are made of it.
pub(super) trait Visit {
    type Memo: Send + Sync;

    /// One object, and what it was made of.
    fn object(
        &mut self,
        kind: Kind,
        position: u32,
        bytes: &[u8],
        made_of: Option<MadeOf<'_, Self::Memo>>,
    ) -> Self::Memo;

    /// An object that is too large to be held.
    fn stream(&mut self, kind: Kind, position: u32, stream: &mut dyn std::io::Read);

    /// An object that could not be read.
    fn damaged(&mut self, position: u32, size: u64, damage: Damage);
}

/// How a pack's objects hang together.
pub(super) struct Forest<'p> {
    pack: &'p Pack,
    traced: bool,
    /// By entry: its kind, that of its root.
    kinds: Vec<Option<Kind>>,
    /// By entry: those that are made of it.
    branches: Lists,
    /// By entry: how many objects are made of it in all, itself included.
    weights: Vec<u32>,
    /// Entries that are stored whole.
    roots: Vec<u32>,
    /// Entries that no root leads to, and why.
    lost: Vec<(u32, Damage)>,
}

impl<'p> Forest<'p> {
    /// Reads how every entry is stored. Without `traced` every object is handed out as if it were stored whole.
    pub(super) fn new(pack: &'p Pack, traced: bool, threads: usize) -> Self {
        let count = pack.len() as usize;
        let mut forest = Self {
            pack,
            traced,
            kinds: vec![None; count],
            branches: Lists::default(),
            weights: vec![1; count],
            roots: Vec::new(),
            lost: Vec::new(),
        };
        let mut bases = vec![NONE; count];
        forest.read(&mut bases, threads);
        forest.hang(&bases);
        forest
    }

    /// Reads the headers of all entries. Threads take a part after the other: differences take longer than what is whole.
    fn read(&mut self, bases: &mut [u32], threads: usize) {
        let (pack, kinds) = (self.pack, &mut self.kinds);
        let parts = (0u32..).step_by(PART).zip(kinds.chunks_mut(PART).zip(bases.chunks_mut(PART)));
        let parts = Mutex::new(parts);
        let take = || parts.lock().unwrap_or_else(PoisonError::into_inner).next();
        let run = || {
            let (mut roots, mut lost) = Headers::default();
            while let Some((first, (kinds, bases))) = take() {
                let (mut more, mut worse) = headers(pack, first, kinds, bases);
                roots.append(&mut more);
                lost.append(&mut worse);
            }
            (roots, lost)
        };
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(run)).collect();
            for thread in threads {
                let (mut roots, mut lost) = thread.join().unwrap_or_else(|e| std::panic::resume_unwind(e));
                self.roots.append(&mut roots);
                self.lost.append(&mut lost);
            }
        });
        self.roots.sort_unstable();
        self.lost.sort_by_key(|(entry, _)| *entry);
    }

    /// Makes lists of branches out of pointers to bases, and finds what no root leads to.
    fn hang(&mut self, bases: &[u32]) {
        let based = || (0u32..).zip(bases).filter(|(_, base)| **base != NONE);
        self.branches = Lists::grouped(based().map(|(entry, base)| (*base, entry)), bases.len());
        let order = self.bases_first(bases);
        for (entry, base) in order.iter().map(|entry| (*entry as usize, bases[*entry as usize] as usize)) {
            if let Some(kind) = self.kinds.get(base).copied() {
                self.kinds[entry] = kind;
            }
        }
        for (entry, base) in order.iter().rev().map(|entry| (*entry as usize, bases[*entry as usize] as usize)) {
            if let Some(weight) = self.weights.get(base).copied() {
                self.weights[base] = weight + self.weights[entry];
            }
        }
        let unreached = based().filter(|(entry, _)| self.kinds[*entry as usize].is_none());
        let unreached: Vec<_> = unreached.map(|(entry, _)| (entry, Damage::NoBase)).collect();
        self.lost.extend(unreached);
    }

    /// Entries in an order in which every base comes before what is made of it. What no root leads to may be left out.
    fn bases_first(&self, bases: &[u32]) -> Vec<u32> {
        let count = bases.len() as u32;
        // So git writes packs; only a base that is named by its id may stand behind.
        if (0..count).zip(bases).all(|(entry, base)| *base == NONE || *base < entry) {
            return (0..count).collect();
        }
        let (mut order, mut waiting) = (Vec::with_capacity(bases.len()), self.roots.clone());
        while let Some(entry) = waiting.pop() {
            order.push(entry);
            waiting.extend_from_slice(self.branches(entry));
        }
        order
    }

    fn branches(&self, entry: u32) -> &[u32] {
        self.branches.of(entry)
    }

    /// Visits every object of the wanted kinds, each once, on as many threads as there are visitors.
    pub(super) fn walk<V: Visit + Send>(&self, wanted: &[Kind], visitors: Vec<V>) -> Vec<V> {
        let roots: Vec<u32> = self.roots.iter().copied().filter(|root| self.wants(wanted, *root)).collect();
        let shared = Shared {
            forest: self,
            roots: &roots,
            next: AtomicUsize::new(0),
            hungry: AtomicUsize::new(0),
            threads: visitors.len(),
            given: Mutex::new(Vec::new()),
            bell: Condvar::new(),
        };
        std::thread::scope(|scope| {
            let threads: Vec<_> =
                visitors.into_iter().map(|visitor| scope.spawn(|| Climber::new(&shared, visitor).run())).collect();
            // What a visitor panics with is a defect of its own.
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|e| std::panic::resume_unwind(e))).collect()
        })
    }

    /// Tells a visitor of the entries that no root leads to, whatever their kind.
    pub(super) fn tell_lost<V: Visit>(&self, visitor: &mut V) {
        for (entry, damage) in &self.lost {
            visitor.damaged(self.pack.position(*entry), 0, *damage);
        }
    }

    fn wants(&self, wanted: &[Kind], entry: u32) -> bool {
        self.kinds[entry as usize].is_some_and(|kind| wanted.contains(&kind))
    }
}

/// Entries that are stored whole, and those that cannot be read.
type Headers = (Vec<u32>, Vec<(u32, Damage)>);

/// Reads the headers of some entries: kinds of those that are stored whole, bases of the others.
fn headers(pack: &Pack, first: u32, kinds: &mut [Option<Kind>], bases: &mut [u32]) -> Headers {
    let (mut roots, mut lost) = (Vec::new(), Vec::new());
    for (entry, (kind, base)) in (first..).zip(kinds.iter_mut().zip(bases)) {
        match pack.entry(entry) {
            Ok(stored) => match (&stored.form, pack.base(entry, &stored)) {
                (Form::Whole(whole), _) => {
                    *kind = Some(*whole);
                    roots.push(entry);
                }
                (_, Some(found)) => *base = found,
                (_, None) => lost.push((entry, Damage::NoBase)),
            },
            Err(damage) => lost.push((entry, damage)),
        }
    }
    (roots, lost)
}

/// An object that others are made of.
struct Held<M> {
    bytes: Vec<u8>,
    memo: M,
}

/// A branch that waits: an entry and what it is made of.
type Branch<M> = (u32, Arc<Held<M>>);

/// What the threads of one walk share.
struct Shared<'a, M> {
    forest: &'a Forest<'a>,
    roots: &'a [u32],
    next: AtomicUsize,
    /// Threads that have nothing to do.
    hungry: AtomicUsize,
    threads: usize,
    /// Branches that were given away.
    given: Mutex<Vec<Branch<M>>>,
    bell: Condvar,
}

/// One thread of a walk.
struct Climber<'s, V: Visit> {
    shared: &'s Shared<'s, V::Memo>,
    visitor: V,
    waiting: Vec<Branch<V::Memo>>,
    inflater: Decompressor,
    difference: Vec<u8>,
    kept: Vec<Kept>,
    /// Memory of objects that are no longer needed.
    spare: Vec<Vec<u8>>,
}

impl<'s, V: Visit> Climber<'s, V> {
    fn new(shared: &'s Shared<'s, V::Memo>, visitor: V) -> Self {
        Self {
            shared,
            visitor,
            waiting: Vec::new(),
            inflater: Decompressor::new(),
            difference: Vec::new(),
            kept: Vec::new(),
            spare: Vec::new(),
        }
    }

    fn run(mut self) -> V {
        loop {
            while let Some((entry, base)) = self.waiting.pop() {
                self.branch(entry, base);
                self.give();
            }
            let root = self.shared.next.fetch_add(1, Ordering::Relaxed);
            match self.shared.roots.get(root) {
                Some(root) => self.root(*root),
                None if self.beg() => {}
                None => return self.visitor,
            }
        }
    }

    /// Gives half of the waiting branches away if another thread has nothing to do.
    fn give(&mut self) {
        if self.waiting.len() < 2 || self.shared.hungry.load(Ordering::Relaxed) == 0 {
            return;
        }
        let half = self.waiting.len() / 2;
        let mut given = self.shared.given.lock().unwrap_or_else(PoisonError::into_inner);
        given.extend(self.waiting.drain(..half));
        self.shared.bell.notify_all();
    }

    /// Waits for a branch. `false` when all threads wait: the walk is done.
    fn beg(&mut self) -> bool {
        let mut given = self.shared.given.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(branch) = given.pop() {
            self.waiting.push(branch);
            return true;
        }
        let hungry = self.shared.hungry.fetch_add(1, Ordering::SeqCst) + 1;
        if hungry == self.shared.threads {
            self.shared.bell.notify_all();
            return false;
        }
        loop {
            if let Some(branch) = given.pop() {
                self.shared.hungry.fetch_sub(1, Ordering::SeqCst);
                self.waiting.push(branch);
                return true;
            }
            if self.shared.hungry.load(Ordering::SeqCst) == self.shared.threads {
                return false;
            }
            given = self.shared.bell.wait(given).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn root(&mut self, entry: u32) {
        let (forest, position) = (self.shared.forest, self.shared.forest.pack.position(entry));
        let stored = match forest.pack.entry(entry) {
            Ok(stored) => stored,
            Err(damage) => return self.lose(entry, 0, damage),
        };
        let Some(kind) = forest.kinds[entry as usize] else { return };
        let packed = forest.pack.packed(&stored);
        if stored.size > STREAMED && (forest.branches(entry).is_empty() || stored.size > MAX_HELD) {
            self.visitor.stream(kind, position, &mut object::stream(packed));
            return self.lose_branches(entry, Damage::TooLarge);
        }
        let mut bytes = self.spare.pop().unwrap_or_default();
        match object::inflate(&mut self.inflater, packed, stored.size, &mut bytes) {
            Ok(()) => {
                let memo = self.visitor.object(kind, position, &bytes, None);
                self.hold(entry, Held { bytes, memo });
            }
            Err(damage) => self.lose(entry, stored.size, damage),
        }
    }

    fn branch(&mut self, entry: u32, base: Arc<Held<V::Memo>>) {
        let (forest, position) = (self.shared.forest, self.shared.forest.pack.position(entry));
        let mut bytes = self.spare.pop().unwrap_or_default();
        let made = self.make(entry, &base.bytes, &mut bytes);
        let Some(kind) = forest.kinds[entry as usize] else { return };
        if let Err((size, damage)) = made {
            return self.lose(entry, size, damage);
        }
        let made_of = forest.traced.then_some(MadeOf { bytes: &base.bytes, left: &base.memo, kept: &self.kept });
        let memo = self.visitor.object(kind, position, &bytes, made_of);
        if let Some(base) = Arc::into_inner(base) {
            self.spare(base.bytes);
        }
        self.hold(entry, Held { bytes, memo });
    }

    /// Puts an object together out of its base and its difference.
    fn make(&mut self, entry: u32, base: &[u8], out: &mut Vec<u8>) -> Result<(), (u64, Damage)> {
        let pack = self.shared.forest.pack;
        let stored = pack.entry(entry).map_err(|damage| (0, damage))?;
        let packed = pack.packed(&stored);
        let inflated = object::inflate(&mut self.inflater, packed, stored.size, &mut self.difference);
        inflated.map_err(|damage| (0, damage))?;
        let size = delta::size(&self.difference).map_err(|wrong| (0, Damage::Corrupt(wrong)))?;
        if size > MAX_HELD {
            return Err((size, Damage::TooLarge));
        }
        delta::apply(base, &self.difference, out, &mut self.kept).map_err(|wrong| (size, Damage::Corrupt(wrong)))
    }

    /// Lets an object's branches wait, the heaviest for last, or forgets the object where it has none.
    fn hold(&mut self, entry: u32, held: Held<V::Memo>) {
        let forest = self.shared.forest;
        let branches = forest.branches(entry);
        if branches.is_empty() {
            return self.spare(held.bytes);
        }
        let held = Arc::new(held);
        let first = self.waiting.len();
        self.waiting.extend(branches.iter().map(|branch| (*branch, Arc::clone(&held))));
        // The last one in is the first one out.
        if branches.len() > 1 {
            self.waiting[first..].sort_by_key(|(branch, _)| std::cmp::Reverse(forest.weights[*branch as usize]));
        }
    }

    fn spare(&mut self, bytes: Vec<u8>) {
        if self.spare.len() < MAX_SPARE && bytes.capacity() <= SPARE_BYTES {
            self.spare.push(bytes);
        }
    }

    fn lose(&mut self, entry: u32, size: u64, damage: Damage) {
        self.visitor.damaged(self.shared.forest.pack.position(entry), size, damage);
        self.lose_branches(entry, Damage::NoBase);
    }

    /// Everything that is made of an object which is not there.
    fn lose_branches(&mut self, entry: u32, damage: Damage) {
        let forest = self.shared.forest;
        let mut lost = forest.branches(entry).to_vec();
        while let Some(entry) = lost.pop() {
            self.visitor.damaged(forest.pack.position(entry), 0, damage);
            lost.extend_from_slice(forest.branches(entry));
        }
    }
}
