//! From header to header.

use std::io::Read;

use super::header::{BLOCK, Header, text};
use super::pax::{Pax, Sparse};
use super::sparse::{self, Expanded, Map};
use super::stray::Stray;
use crate::containers::input::Input;
use crate::containers::stored::Stored;
use crate::containers::visit::{AFTER, BETWEEN, Visit};
use crate::containers::{Body, Budget, Container, EntryKind, Fault, Members};
use crate::model::GapKind;

/// tar.
pub(in crate::containers) struct Tar;

/// Bytes of a long name or of PAX records; real ones stay below one tenth of it. As much of what they replace is kept.
const EXTENSION: u64 = 1 << 20;

const ENTRY: &str = "tar: the entry";

impl Container for Tar {
    fn name(&self) -> &'static str {
        "tar"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        let block = head.first_chunk::<BLOCK>();
        block.and_then(Header::parse).is_some_and(|header| Header::marked(head) || header.printable())
    }

    fn open(&self, body: Body<'_>, budget: &mut Budget, members: &mut dyn Members) {
        if let Some(visit) = Visit::enter(budget, members) {
            let input = Input::new(body);
            let mut walk = Walk { input, visit, next: Next::default(), ended: false, told: false, edge: false };
            while walk.step() {}
        }
    }
}

/// What extension headers said of the entry that follows them.
#[derive(Default)]
struct Next {
    name: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    pax: Pax,
    texts: Vec<Vec<u8>>,
}

struct Walk<'a, 'v> {
    input: Input<'a>,
    visit: Visit<'v>,
    next: Next,
    /// A block of zeros was seen, and no header since.
    ended: bool,
    /// A broken header was told of; more of them are more of the same.
    told: bool,
    /// An entry ended where the input stands, to the last byte of its last block.
    edge: bool,
}

impl Walk<'_, '_> {
    /// One block and what belongs to it; whether to go on.
    fn step(&mut self) -> bool {
        let (block, n) = self.input.head::<BLOCK>();
        if n > 0 {
            self.edge = false;
        }
        if block.iter().all(|b| *b == 0) {
            self.input.skip(n as u64);
            self.ended |= n > 0;
            return n == BLOCK || self.finish();
        }
        match Header::parse(&block)
            .filter(|header| n == BLOCK && (!self.ended || Header::marked(&block) || header.printable()))
        {
            Some(header) => self.entry(&header),
            None => self.stray(n),
        }
    }

    /// The end of the input. Layers of images end at an entry's edge, without the end marker; anywhere else the archive
    /// was longer.
    fn finish(&mut self) -> bool {
        let next = std::mem::take(&mut self.next);
        let orphaned = next.name.is_some() || next.pax.path.is_some() || next.pax.size.is_some();
        self.texts(next.name.as_deref().unwrap_or(b""), &next);
        let broken = self.input.broken().is_some();
        if !(self.ended || self.edge) || broken || orphaned {
            let fault = self.input.short("tar: the archive (it has no end marker)");
            self.visit.gap(b"", &fault, 0);
        }
        false
    }

    /// Bytes that are no header.
    fn stray(&mut self, n: usize) -> bool {
        let name = if self.ended { AFTER } else { BETWEEN };
        if !self.ended && !self.told && n == BLOCK {
            self.told = true;
            let detail = format!(
                "tar: the header at offset {} is corrupt; what follows is read as plain bytes",
                self.input.offset()
            );
            self.visit.lost(b"", GapKind::Corrupt, 0, &detail);
        }
        if !self.visit.count(name) {
            return false;
        }
        let mut stray = Stray::new(&mut self.input);
        let go_on = self.visit.give(name, &mut stray);
        if go_on {
            stray.finish();
        }
        go_on
    }

    fn entry(&mut self, header: &Header) -> bool {
        self.ended = false;
        self.input.skip(BLOCK as u64);
        match header.kind() {
            b'L' | b'K' | b'x' | b'X' | b'g' => self.extension(header),
            kind => self.member(header, kind),
        }
    }

    fn extension(&mut self, header: &Header) -> bool {
        if !self.visit.count(b"") {
            return false;
        }
        let Some(size) = header.size() else { return self.unsized_entry(header, b"") };
        if size > EXTENSION {
            let detail = format!("tar: limit on an extension header reached: {EXTENSION} bytes");
            self.visit.lost(b"", GapKind::LimitReached, size, &detail);
            return self.content(b"", size, None);
        }
        let mut bytes = Vec::new();
        let mut stored = Stored::new(&mut self.input, size, ENTRY);
        let read = stored.read_to_end(&mut bytes);
        if let Err(error) = read {
            self.visit.text(b"", &bytes);
            self.visit.gap(b"", &Fault::of(&error), size - bytes.len() as u64);
            return false;
        }
        self.pad(size);
        self.note(header.kind(), bytes);
        true
    }

    /// Keeps what an extension header says. What it replaces is text.
    fn note(&mut self, kind: u8, bytes: Vec<u8>) {
        let former = match kind {
            b'L' => self.next.name.replace(text(&bytes).to_vec()),
            b'K' => self.next.link.replace(text(&bytes).to_vec()),
            b'g' => {
                for text in Pax::parse(&bytes).texts {
                    self.visit.text(b"", &text);
                }
                None
            }
            _ => {
                let former = std::mem::replace(&mut self.next.pax, Pax::parse(&bytes));
                self.next.texts.extend(former.texts);
                former.path
            }
        };
        self.next.texts.extend(former);
        // Headers without an entry, one after another: what they said is told before there is too much of it.
        if self.next.texts.iter().map(Vec::len).sum::<usize>() as u64 > EXTENSION {
            for text in std::mem::take(&mut self.next.texts) {
                self.visit.text(b"", &text);
            }
        }
    }

    fn texts(&mut self, name: &[u8], next: &Next) {
        for text in next.texts.iter().chain(&next.pax.texts) {
            self.visit.text(name, text);
        }
        if next.pax.broken {
            let detail = "tar: PAX records are corrupt; they were read as plain bytes";
            self.visit.lost(name, GapKind::Corrupt, 0, detail);
        }
    }

    fn member(&mut self, header: &Header, kind: u8) -> bool {
        let mut next = std::mem::take(&mut self.next);
        let short = header.name();
        let name = next.pax.path.take().or(next.name.take()).unwrap_or_else(|| short.clone());
        if !self.visit.count(&name) {
            return false;
        }
        self.visit.entry(&name, kind_of(kind, &name));
        if !contains(&name, &short) {
            self.visit.text(&name, &short);
        }
        let link = next.pax.link.take().or(next.link.take()).unwrap_or_else(|| header.link().to_vec());
        self.visit.text(&name, &link);
        self.texts(&name, &next);
        let Some(size) = next.pax.size.or_else(|| header.size()) else { return self.unsized_entry(header, &name) };
        let map = match (kind, next.pax.sparse) {
            (b'S', _) => Some(sparse::gnu(header, &mut self.input)),
            (_, Some(Sparse::Records(numbers))) => Some(sparse::pairs(&numbers)),
            (_, Some(Sparse::Data)) => return self.mapped(&name, size),
            (_, None) => None,
        };
        if matches!(kind, b'1'..=b'6') && (size == 0 || self.header_follows()) {
            // Links, devices and directories store nothing, whatever their size says.
            self.visit.text(&name, &name);
            self.edge = true;
            return true;
        }
        self.sparse(&name, size, map)
    }

    /// A sparse entry whose map stands in front of its data.
    fn mapped(&mut self, name: &[u8], size: u64) -> bool {
        let mut stored = Stored::new(&mut self.input, size, ENTRY);
        let map = sparse::data(&mut stored);
        let (left, cut) = (stored.left, stored.fault.take());
        if let Err(taken) = &map {
            self.visit.text(name, taken);
        }
        if let Some(fault) = cut {
            self.visit.gap(name, &fault, left);
            return false;
        }
        self.sparse(name, left, Some(map.ok()))
    }

    /// An entry with the map it has, none, or one that could not be read: then its bytes are given as they are stored.
    fn sparse(&mut self, name: &[u8], size: u64, map: Option<Option<Map>>) -> bool {
        if let Some(None) = map {
            let detail = "tar: the sparse map is corrupt; the bytes were read as they are stored";
            self.visit.lost(name, GapKind::Corrupt, 0, detail);
        }
        self.content(name, size, map.flatten())
    }

    fn content(&mut self, name: &[u8], size: u64, map: Option<Map>) -> bool {
        let mut stored = Stored::new(&mut self.input, size, ENTRY);
        let go_on = match map {
            Some(map) => self.visit.give(name, &mut Expanded::new(&mut stored, map)),
            None => self.visit.give(name, &mut stored),
        };
        if !go_on {
            return false;
        }
        let finished = stored.finish();
        let (left, cut) = (stored.left, stored.is_cut());
        if let Err(fault) = finished {
            self.visit.gap(name, &fault, left);
        }
        self.edge = self.pad(size) && !cut;
        !cut
    }

    /// Passes over what fills an entry's last block; whether all of it was there.
    fn pad(&mut self, size: u64) -> bool {
        let padding = size.wrapping_neg() % BLOCK as u64;
        self.input.skip(padding) == padding
    }

    /// Whether a header or the end marker is next, and not the data of the entry.
    fn header_follows(&mut self) -> bool {
        let (block, n) = self.input.head::<BLOCK>();
        n == BLOCK && (Header::parse(&block).is_some() || block.iter().all(|b| *b == 0))
    }

    /// An entry that does not say how long it is: its bytes come as stray ones.
    fn unsized_entry(&mut self, header: &Header, name: &[u8]) -> bool {
        let shown = if name.is_empty() { header.name() } else { name.to_vec() };
        let detail = format!("tar: the size in the header before offset {} is corrupt", self.input.offset());
        self.visit.lost(&shown, GapKind::Corrupt, 0, &detail);
        true
    }
}

/// What a type flag says. The oldest writers tell a folder by the end of its name alone.
fn kind_of(flag: u8, name: &[u8]) -> EntryKind {
    match flag {
        b'1' => EntryKind::HardLink,
        b'2' => EntryKind::SymbolicLink,
        b'3' | b'4' | b'6' => EntryKind::Device,
        b'5' => EntryKind::Directory,
        _ if name.ends_with(b"/") => EntryKind::Directory,
        _ => EntryKind::File,
    }
}

fn contains(name: &[u8], part: &[u8]) -> bool {
    part.is_empty() || name == part || memchr::memmem::find(name, part).is_some()
}
