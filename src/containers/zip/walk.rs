//! From front to back, then what the directory lists beyond that.

use std::collections::HashMap;
use std::io::Read;

use flate2::Decompress;

use super::directory::Directory;
use super::entry::{self, Entry, Outcome};
use super::record::{
    self, CENTRAL, CENTRAL_LEN, Central, DESCRIPTOR, END, END_LEN, END64, LOCAL, LOCAL_LEN, LOCATOR64, Local, UNSPLIT,
    u16_at,
};
use super::until::{Stop, Until};
use crate::containers::input::Input;
use crate::containers::visit::{AFTER, BEFORE, BETWEEN, Visit};
use crate::containers::{Body, Budget, Container, Fault, Members};
use crate::model::GapKind;

/// zip.
pub(in crate::containers) struct Zip;

/// Bytes of a stream that are held to read it as a whole.
const WHOLE: u64 = 64 << 20;

impl Container for Zip {
    fn name(&self) -> &'static str {
        "zip"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        let empty = |end: &[u8]| end.len() >= END_LEN && u16_at(end, 4) == 0 && u16_at(end, 8) == u16_at(end, 10);
        match head.split_first_chunk::<4>() {
            Some((&LOCAL, _)) => Local::plausible(head),
            Some((&END, _)) => empty(head),
            Some((&DESCRIPTOR | &UNSPLIT, rest)) => Local::plausible(rest),
            _ => false,
        }
    }

    fn open(&self, body: Body<'_>, budget: &mut Budget, members: &mut dyn Members) {
        let Some(visit) = Visit::enter(budget, members) else { return };
        match body {
            Body::Stream(stream) => streamed(stream, visit),
            whole => Walk::whole(Input::new(whole), visit),
        }
    }
}

/// A stream is held in memory when it is small enough, to be read with its directory at hand.
fn streamed(stream: &mut dyn Read, visit: Visit<'_>) {
    let held = visit.meter().hold(WHOLE);
    let mut bytes = Vec::new();
    let read = stream.take(held.bytes).read_to_end(&mut bytes);
    let broken = read.err().map(|error| Fault::of(&error));
    if broken.is_some() || (bytes.len() as u64) < held.bytes {
        let held = held.shrunk(bytes.len() as u64);
        Walk::whole(Input::slice(&bytes, broken), visit);
        drop(held);
    } else {
        Walk::run(Input::resumed(bytes, stream), visit, None);
    }
}

struct Walk<'a, 'v> {
    input: Input<'a>,
    visit: Visit<'v>,
    directory: Option<Directory>,
    /// Offset and a sum of the name of every entry met.
    met: HashMap<u64, u32>,
    /// The end of the directory was seen.
    ended: bool,
    /// The early end of the input was told.
    told: bool,
    missing: Missing,
    /// One for all entries.
    inflater: Decompress,
}

/// Listed entries that are not there: the first one's name, and how many.
#[derive(Default)]
struct Missing {
    name: Vec<u8>,
    count: u64,
}

impl<'a, 'v> Walk<'a, 'v> {
    /// Walks a zip that is all at hand.
    fn whole(mut input: Input<'a>, visit: Visit<'v>) {
        let directory = Directory::read(&mut input, &visit.meter());
        Self::run(input, visit, directory);
    }

    fn run(input: Input<'a>, visit: Visit<'v>, directory: Option<Directory>) {
        let (met, missing, inflater) = (HashMap::new(), Missing::default(), Decompress::new(false));
        let mut walk = Walk { input, visit, directory, met, ended: false, told: false, missing, inflater };
        while walk.step() {}
    }

    /// One record; whether to go on.
    fn step(&mut self) -> bool {
        let (head, n) = self.input.head::<CENTRAL_LEN>();
        let head = head.get(..n).unwrap_or(&[]);
        let at = self.input.offset();
        let listed = self.directory.as_ref().is_some_and(|directory| directory.lists(at));
        match head.first_chunk::<4>() {
            None if n == 0 => self.finish(),
            Some(&LOCAL) if listed || Local::plausible(head) => self.entry(Local::len(head)),
            Some(&CENTRAL) if n == CENTRAL_LEN => self.central(Central::len(head)),
            Some(&END) if n >= END_LEN => self.end(head),
            Some(&END64) if n == CENTRAL_LEN => self.pass(56),
            Some(&LOCATOR64) => self.pass(20),
            Some(&DESCRIPTOR | &UNSPLIT) if at == 0 => self.pass(4),
            _ => self.stray(),
        }
    }

    fn pass(&mut self, bytes: u64) -> bool {
        self.input.skip(bytes);
        true
    }

    fn entry(&mut self, len: usize) -> bool {
        let at = self.input.offset();
        let Some(local) = Local::parse(self.input.peek(len)) else { return self.headless() };
        if !self.visit.count(&local.name) {
            return false;
        }
        self.input.skip(len as u64);
        self.met.insert(at, crc32fast::hash(&local.name));
        let listed = self.directory.as_mut().and_then(|directory| directory.meet(at, &local.facts));
        let mut facts = local.facts;
        let mut stop = entry::stop(&facts);
        if let (Stop::Never | Stop::Descriptor, Some(listed)) = (stop, listed) {
            (facts.stored, facts.content, facts.crc) = (listed.stored, listed.content, listed.crc);
            stop = Stop::After(facts.stored);
        }
        self.texts(&local.name, &local.extra);
        if local.name.ends_with(b"/") && stop == Stop::After(0) && !facts.described() {
            self.visit.text(&local.name, &local.name);
            return true;
        }
        let entry = Entry { name: &local.name, facts: &facts, stop, inflater: &mut self.inflater };
        let outcome = entry::read(&mut self.input, &mut self.visit, entry);
        self.told |= outcome == Outcome::Cut;
        outcome != Outcome::Stop
    }

    /// A header with more text than there are bytes. Its fixed part is passed over by itself: given as data, it would be
    /// taken for a zip again.
    fn headless(&mut self) -> bool {
        self.pass(LOCAL_LEN as u64)
    }

    fn texts(&mut self, name: &[u8], extra: &[u8]) {
        for text in record::texts(extra) {
            self.visit.text(name, text);
        }
    }

    /// A line of the directory: its texts, its name where the entry has another, and whether the entry was met.
    fn central(&mut self, len: usize) -> bool {
        let bytes = self.input.peek(len).get(..len).map(<[u8]>::to_vec);
        let Some(bytes) = bytes else { return self.stray() };
        let Some(line) = Central::parse(&bytes) else { return self.stray() };
        self.texts(line.name, line.extra);
        self.visit.text(line.name, line.comment);
        let base = self.directory.as_ref().map_or(0, |directory| directory.base);
        match self.met.get(&line.offset.saturating_add(base)) {
            Some(sum) if *sum == crc32fast::hash(line.name) => {}
            Some(_) => self.visit.text(line.name, line.name),
            None if self.directory.is_none() => self.missing.add(line.name),
            None => {}
        }
        self.pass(len as u64)
    }

    /// The end of the directory, and the archive's comment.
    fn end(&mut self, head: &[u8]) -> bool {
        let len = END_LEN + usize::from(u16_at(head, 20));
        if !matches!(u16_at(head, 4), 0 | u16::MAX) {
            let detail = "zip: one part of a split archive; join the parts, unpack them and scan the folder";
            self.visit.lost(b"", GapKind::Unsupported, 0, detail);
        }
        let record = self.input.peek(len);
        let comment = record.get(END_LEN..len.min(record.len())).unwrap_or(&[]).to_vec();
        self.ended = comment.len() + END_LEN == len;
        self.visit.text(b"", &comment);
        self.pass(len as u64)
    }

    /// Data that no entry covers, up to the next record or listed entry.
    fn stray(&mut self) -> bool {
        let at = self.input.offset();
        let name = match at {
            0 => BEFORE,
            _ if self.ended => AFTER,
            _ => BETWEEN,
        };
        let next = self.directory.as_ref().and_then(|directory| directory.next_after(at + 1));
        if !self.visit.count(name) {
            return false;
        }
        let mut stray = Until::new(&mut self.input, Stop::Record(next.map_or(u64::MAX, |next| next - at)));
        if !self.visit.give(name, &mut stray) {
            return false;
        }
        // What breaks the input here without a reader being told is told at its end.
        self.told |= stray.finish().is_ok() && stray.is_cut();
        true
    }

    /// The end of the input: what the directory lists and was not met, and what is missing.
    fn finish(&mut self) -> bool {
        if !self.told && (!self.ended || self.input.broken().is_some()) {
            let fault = self.input.short("zip: the archive (the end of its directory is missing)");
            self.visit.gap(b"", &fault, 0);
        }
        while let Some((offset, facts, name)) = self.directory.as_mut().and_then(Directory::pop) {
            if !self.listed(offset, &facts, &name) {
                return false;
            }
        }
        self.missing.tell(&mut self.visit);
        false
    }

    /// An entry that the walk did not meet, or met with other facts.
    fn listed(&mut self, offset: u64, facts: &record::Facts, name: &[u8]) -> bool {
        if !self.visit.count(name) {
            return false;
        }
        self.input.seek(offset);
        let (head, n) = self.input.head::<LOCAL_LEN>();
        if n < LOCAL_LEN || !head.starts_with(&LOCAL) {
            self.missing.add(name);
            return true;
        }
        self.input.skip(Local::len(&head) as u64);
        let facts = record::Facts { flags: facts.flags & !record::DESCRIBED, ..*facts };
        let stop = Stop::After(facts.stored);
        let entry = Entry { name, facts: &facts, stop, inflater: &mut self.inflater };
        entry::read(&mut self.input, &mut self.visit, entry) != Outcome::Stop
    }
}

impl Missing {
    fn add(&mut self, name: &[u8]) {
        if self.count == 0 {
            self.name = name.to_vec();
        }
        self.count += 1;
    }

    fn tell(&self, visit: &mut Visit<'_>) {
        if self.count > 0 {
            let detail =
                format!("zip: {} listed entries are not where the directory says; this is the first", self.count);
            visit.lost(&self.name, GapKind::Corrupt, 0, &detail);
        }
    }
}
