//! A pack, and a bundle, which is a pack behind a list of refs (gitformat-pack, gitformat-bundle): every object, put
//! together from what it is stored as a difference to.
//!
//! A pack is read once, from its start to its end, because it may come as a stream. What an object is made of mostly
//! stands shortly before it; where it is no longer held, and the pack is a file, it is put together again. Of an object
//! whose base is out of reach what it adds is given, and told to be a part.

use std::collections::HashMap;
use std::io::{BufRead, Read};
use std::rc::Rc;

use flate2::Decompress;
use gix::ObjectId;
use gix::hash::Kind as HashKind;
use gix::objs::{Kind, compute_hash};
use gix::odb::pack::data::Entry;
use gix::odb::pack::data::entry::Header;

use super::delta::{self, Op, Ops, Wrong};
use super::shelf::{Object, Shelf};
use crate::containers::budget::Spent;
use crate::containers::inflate::Inflate;
use crate::containers::input::Input;
use crate::containers::metered::Metered;
use crate::containers::visit::{AFTER, BETWEEN, Visit};
use crate::containers::{Body, Budget, Container, Fault, Members};
use crate::model::GapKind;

/// A pack or a bundle.
pub(in crate::containers) struct Pack;

const NAME: &str = "git pack";

/// What bundles begin with (gitformat-bundle).
const BUNDLES: [&[u8]; 2] = [b"# v2 git bundle\n", b"# v3 git bundle\n"];

/// Bytes of a bundle's list of refs.
const REFS: u64 = 16 << 20;

/// Bytes of objects that are held, out of which others are made: of a pack that is at hand those that are no longer held
/// can be put together again, of a stream they cannot.
const MEMORY: u64 = 16 << 20;
const MEMORY_OF_STREAM: u64 = 48 << 20;

/// Bytes beyond which an object is not held.
const LARGE: u64 = 12 << 20;

/// Bytes of an entry's header: a kind and a length, and an id or a distance.
const ENTRY: usize = 64;

/// Differences in a row; git itself makes no more than 4095.
const CHAIN: usize = 5000;

/// Whether a pack begins here: the magic, version 2 or 3, and the number of its entries.
fn is_pack(head: &[u8]) -> bool {
    matches!(head, [b'P', b'A', b'C', b'K', 0, 0, 0, 2 | 3, _, _, _, _, ..])
}

impl Container for Pack {
    fn name(&self) -> &'static str {
        NAME
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        is_pack(head) || BUNDLES.iter().any(|magic| head.starts_with(magic))
    }

    fn open(&self, body: Body<'_>, budget: &mut Budget, members: &mut dyn Members) {
        let Some(visit) = Visit::enter(budget, members) else { return };
        let is_stream = matches!(body, Body::Stream(_));
        let memory = visit.meter().hold(if is_stream { MEMORY_OF_STREAM } else { MEMORY });
        let room = usize::try_from(memory.bytes).unwrap_or(usize::MAX);
        let mut walk = Walk {
            input: Input::new(body),
            visit,
            inflater: Decompress::new(true),
            shelf: Shelf::new(room),
            room,
            waiting: HashMap::new(),
            waits: 0,
            made: 0,
            parts: 0,
        };
        walk.refs();
        if let Some(entries) = walk.header()
            && (0..entries).all(|_| walk.entry())
            && walk.give_up_waiting()
        {
            walk.finish();
        }
        walk.tell_parts();
    }
}

struct Walk<'a, 'v> {
    input: Input<'a>,
    visit: Visit<'v>,
    inflater: Decompress,
    shelf: Shelf,
    room: usize,
    /// Differences to objects that have not come yet, by the object's id, each with its offset.
    waiting: HashMap<ObjectId, Vec<(u64, Vec<u8>)>>,
    /// Bytes of those.
    waits: usize,
    /// Bytes of all objects that were put together.
    made: u64,
    /// Objects of which only a part was given.
    parts: u64,
}

/// Where the object stands that another is a difference to.
enum Base {
    At(u64),
    Id(ObjectId),
}

impl Walk<'_, '_> {
    /// The list of refs that a bundle begins with, up to its empty line.
    fn refs(&mut self) {
        if is_pack(self.input.peek(12)) {
            return;
        }
        let mut text = Vec::new();
        while text.len() as u64 <= REFS {
            let before = text.len();
            let read = self.input.by_ref().take(REFS).read_until(b'\n', &mut text);
            if read.is_err() || text.len() <= before + 1 {
                break;
            }
        }
        self.visit.text(b"refs", &text);
    }

    /// How many entries there are.
    fn header(&mut self) -> Option<u32> {
        let (header, n) = self.input.head::<12>();
        let [_, _, _, _, _, _, _, _, count @ ..] = header;
        if is_pack(header.get(..n)?) {
            self.input.skip(12);
            return Some(u32::from_be_bytes(count));
        }
        match n {
            12 => self.broken(&Fault::new(GapKind::Corrupt, format!("{NAME}: the magic is missing"))),
            _ => self.broken(&self.input.short("git pack: the header")),
        }
        None
    }

    /// Without an entry there is no next one: the rest is given as it is.
    fn broken(&mut self, fault: &Fault) {
        self.visit.gap(b"", fault, 0);
        if !self.input.peek(1).is_empty() && self.visit.count(BETWEEN) {
            self.visit.give(BETWEEN, &mut self.input);
        }
    }

    /// The header of the entry that stands here.
    fn entry_header(&mut self) -> Result<Entry, Fault> {
        let at = self.input.offset();
        let head = self.input.peek(ENTRY);
        let (short, head) = (head.len() < ENTRY, head.get(..head.len().min(ENTRY)).unwrap_or(&[]));
        match Entry::from_bytes(head, at, HashKind::Sha1) {
            Ok(entry) => {
                self.input.skip(entry.header_size() as u64);
                Ok(entry)
            }
            Err(_) if short => Err(self.input.short("git pack: an entry's header")),
            Err(_) => Err(Fault::new(GapKind::Corrupt, format!("{NAME}: no entry's header at offset {at}"))),
        }
    }

    /// One entry; whether to go on.
    fn entry(&mut self) -> bool {
        let at = self.input.offset();
        let entry = match self.entry_header() {
            Ok(entry) => entry,
            Err(fault) => {
                self.broken(&fault);
                return false;
            }
        };
        let base = match entry.header {
            Header::OfsDelta { base_distance } => at.checked_sub(base_distance).map(Base::At),
            Header::RefDelta { base_id } => Some(Base::Id(base_id)),
            Header::Commit | Header::Tree | Header::Blob | Header::Tag => None,
        };
        if entry.decompressed_size > self.large() {
            return self.streamed(at, entry.header.as_kind());
        }
        let bytes = match self.inflated(entry.decompressed_size) {
            Ok(bytes) => bytes,
            Err(fault) => {
                self.broken(&fault);
                return false;
            }
        };
        match (entry.header.as_kind(), base) {
            (Some(kind), _) => self.object(at, kind, bytes),
            (None, Some(base)) => self.difference(at, base, bytes),
            (None, None) => self.part(at, &bytes),
        }
    }

    /// Bytes beyond which an object is not held here.
    fn large(&self) -> u64 {
        LARGE.min(self.room as u64)
    }

    /// The content of the entry whose header was read.
    fn inflated(&mut self, size: u64) -> Result<Vec<u8>, Fault> {
        let (trace, meter) = (self.input.trace(), self.visit.meter());
        let inflate = Inflate::zlib(&mut self.input, &mut self.inflater);
        let mut content = Metered::new(inflate, NAME, meter, trace);
        let mut bytes = Vec::new();
        content.by_ref().take(size + 1).read_to_end(&mut bytes).map_err(|error| Fault::of(&error))?;
        content.drain()?;
        let detail = || format!("{NAME}: an entry has another length than it says");
        if bytes.len() as u64 == size { Ok(bytes) } else { Err(Fault::new(GapKind::Corrupt, detail())) }
    }

    /// Gives an entry that is too large to be held. One that is a difference is given as it is stored.
    fn streamed(&mut self, at: u64, kind: Option<Kind>) -> bool {
        let name = format!("{} at {at}", kind.map_or("difference", as_str)).into_bytes();
        if !self.visit.count(&name) {
            return false;
        }
        let (trace, meter) = (self.input.trace(), self.visit.meter());
        let inflate = Inflate::zlib(&mut self.input, &mut self.inflater);
        let mut content = Metered::new(inflate, NAME, meter, trace);
        if !self.visit.give(&name, &mut content) {
            return false;
        }
        self.parts += u64::from(kind.is_none());
        match content.drain() {
            Ok(()) => true,
            Err(fault) => {
                self.broken(&fault);
                false
            }
        }
    }

    /// An object that is made out of another.
    fn difference(&mut self, at: u64, base: Base, delta: Vec<u8>) -> bool {
        let offset = match &base {
            Base::At(offset) => Some(*offset),
            Base::Id(id) => self.shelf.offset(id),
        };
        let object = offset.and_then(|offset| self.shelf.get(offset).or_else(|| self.again(offset)));
        match (object, base) {
            (Some(object), _) => match made(&object.bytes, &delta, self.large()) {
                Ok(bytes) => self.object(at, object.kind, bytes),
                Err(wrong) => self.wrong(at, wrong),
            },
            (None, Base::Id(id)) if offset.is_none() && self.waits + delta.len() < self.room / 2 => {
                self.waits += delta.len();
                self.waiting.entry(id).or_default().push((at, delta));
                true
            }
            (None, _) => self.part(at, &delta),
        }
    }

    fn wrong(&mut self, at: u64, wrong: Wrong) -> bool {
        let name = format!("object at {at}");
        self.visit.lost(name.as_bytes(), GapKind::Corrupt, 0, &format!("{NAME}: {wrong}"));
        true
    }

    /// Gives an object, and those that waited for it.
    fn object(&mut self, at: u64, kind: Kind, bytes: Vec<u8>) -> bool {
        let mut ready = Vec::new();
        if !self.one(at, kind, bytes, &mut ready) {
            return false;
        }
        while let Some((at, base, delta)) = ready.pop() {
            self.waits -= delta.len();
            let go_on = match made(&base.bytes, &delta, self.large()) {
                Ok(bytes) => self.one(at, base.kind, bytes, &mut ready),
                Err(wrong) => self.wrong(at, wrong),
            };
            if !go_on {
                return false;
            }
        }
        true
    }

    /// Gives one object. What waited for it is ready then.
    fn one(&mut self, at: u64, kind: Kind, bytes: Vec<u8>, ready: &mut Vec<(u64, Object, Vec<u8>)>) -> bool {
        if let Err(spent) = self.charge(bytes.len() as u64) {
            let fault = spent.fault(self.visit.meter().limits());
            self.visit.lost(b"", fault.kind, 0, &format!("{NAME}: {}", fault.detail));
            return false;
        }
        // Content that was made to collide has no id that can be trusted.
        let id = compute_hash(HashKind::Sha1, kind, &bytes).ok();
        let object = Object { kind, bytes: Rc::new(bytes) };
        let waited = id.and_then(|id| self.waiting.remove(&id)).unwrap_or_default();
        ready.extend(waited.into_iter().map(|(at, delta)| (at, object.clone(), delta)));
        let name = match id {
            Some(id) => format!("{} {id}", as_str(kind)),
            None => format!("{} at {at}", as_str(kind)),
        };
        let name = name.into_bytes();
        if !self.visit.count(&name) {
            return false;
        }
        let go_on = match kind {
            Kind::Tree => {
                self.visit.text(&name, &names(&object.bytes));
                true
            }
            Kind::Blob | Kind::Commit | Kind::Tag => self.visit.give(&name, &mut object.bytes.as_slice()),
        };
        if let Some(id) = id {
            self.shelf.name(id, at);
        }
        self.shelf.put(at, object);
        go_on
    }

    /// Counts what was put together. Entries are counted where they are read; a few of them may make very much.
    fn charge(&mut self, bytes: u64) -> Result<(), Spent> {
        self.made += bytes;
        let meter = self.visit.meter();
        meter.take(bytes)?;
        meter.ratio(self.made, self.input.offset())
    }

    /// Puts an object together that is no longer held, if the pack is at hand.
    fn again(&mut self, offset: u64) -> Option<Object> {
        let back = self.input.offset();
        if !self.input.seek(back) {
            return None;
        }
        let object = self.put_together(offset);
        self.input.seek(back);
        if let Some(object) = &object {
            self.shelf.put(offset, object.clone());
        }
        object
    }

    fn put_together(&mut self, offset: u64) -> Option<Object> {
        let (mut at, mut differences, mut held) = (offset, Vec::new(), 0);
        let mut object = loop {
            if let Some(object) = self.shelf.get(at) {
                break object;
            }
            if !self.input.seek(at) || differences.len() >= CHAIN || held > self.room {
                return None;
            }
            let entry = self.entry_header().ok().filter(|entry| entry.decompressed_size <= self.large())?;
            let bytes = self.inflated(entry.decompressed_size).ok()?;
            at = match (entry.header.as_kind(), entry.header) {
                (Some(kind), _) => break Object { kind, bytes: Rc::new(bytes) },
                (None, Header::OfsDelta { base_distance }) => at.checked_sub(base_distance)?,
                (None, Header::RefDelta { base_id }) => self.shelf.offset(&base_id)?,
                (None, _) => return None,
            };
            held += bytes.len();
            differences.push(bytes);
        };
        for delta in differences.iter().rev() {
            object.bytes = Rc::new(made(&object.bytes, delta, self.large()).ok()?);
        }
        Some(object)
    }

    /// Gives what a difference adds to an object that is out of reach.
    fn part(&mut self, at: u64, delta: &[u8]) -> bool {
        self.parts += 1;
        let name = format!("part of the object at {at}").into_bytes();
        self.visit.count(&name) && self.visit.give(&name, &mut added(delta).as_slice())
    }

    /// The objects that others waited for have not come.
    fn give_up_waiting(&mut self) -> bool {
        let mut left: Vec<_> = std::mem::take(&mut self.waiting).into_values().flatten().collect();
        left.sort_unstable_by_key(|(at, _)| *at);
        left.iter().all(|(at, delta)| self.part(*at, delta))
    }

    fn tell_parts(&mut self) {
        if self.parts > 0 {
            let detail = format!(
                "{NAME}: {} of its objects are stored as differences to others that are not in it, or too large to be held; \
                 only what they add was scanned",
                self.parts
            );
            self.visit.lost(b"", GapKind::LimitReached, 0, &detail);
        }
    }

    /// The checksum, and what stands behind it.
    fn finish(&mut self) {
        if self.input.skip(20) < 20 {
            let fault = self.input.short("git pack: the checksum");
            self.visit.gap(b"", &fault, 0);
        } else if !self.input.peek(1).is_empty() && self.visit.count(AFTER) {
            self.visit.give(AFTER, &mut self.input);
        }
    }
}

fn as_str(kind: Kind) -> &'static str {
    match kind {
        Kind::Blob => "blob",
        Kind::Commit => "commit",
        Kind::Tag => "tag",
        Kind::Tree => "tree",
    }
}

/// Makes the object that `delta` describes out of `base`, if it has no more than `most` bytes.
fn made(base: &[u8], delta: &[u8], most: u64) -> Result<Vec<u8>, Wrong> {
    if delta::size(delta)? > most {
        return Err("a delta makes more than can be held");
    }
    let mut object = Vec::new();
    delta::apply(base, delta, &mut object, &mut Vec::new())?;
    Ok(object)
}

/// What a delta adds: new bytes that follow each other, and a line break for what was taken over between them.
fn added(delta: &[u8]) -> Vec<u8> {
    let mut added = Vec::new();
    let Ok(mut ops) = Ops::new(delta) else { return added };
    while let Ok(Some(op)) = ops.next_op() {
        match op {
            Op::Copy { .. } => added.push(b'\n'),
            Op::Insert(bytes) => added.extend_from_slice(bytes),
        }
    }
    added
}

/// The names in a tree, a line each.
fn names(mut tree: &[u8]) -> Vec<u8> {
    let mut names = Vec::new();
    while let Some(end) = memchr::memchr(0, tree) {
        let (entry, rest) = tree.split_at(end);
        let blank = memchr::memchr(b' ', entry).map_or(0, |blank| blank + 1);
        names.extend_from_slice(entry.get(blank..).unwrap_or(&[]));
        names.push(b'\n');
        tree = rest.get(21..).unwrap_or(&[]);
    }
    names
}
