//! One blob: read, hashed, unpacked and pushed, file by file. Nothing is written anywhere, and a name is a label only.

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::io::{self, Read};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::contents::Contents;
use super::crew::{Crew, Files};
use super::digest::Verified;
use super::manifest::LayerKind;
use super::survey::Blob;
use crate::containers::{self, Body, Budget, Container, EntryKind, HEAD, Limits, Members, Step};
use crate::model::{BlobKind, GapKind, Place};
use crate::sources::{Content, Worker};

/// A file up to this size is held whole, as one of a tree is.
const WHOLE: usize = 4 << 20;

/// Bytes that a buffer for files makes room for at a time.
const ROOM: usize = 256 << 10;

/// What layers are compressed with.
pub(super) const COMPRESSED: [&str; 4] = ["gzip", "zstd", "xz", "bzip2"];

/// Paths of all layers that are remembered: 32 MiB of them.
const PATHS: usize = 4 << 20;

/// What all layers share.
pub(super) struct Bench<'a, J> {
    pub(super) crew: &'a Crew<J>,
    pub(super) hashes: &'a RandomState,
    pub(super) limits: Limits,
    /// Paths remembered so far.
    pub(super) paths: &'a AtomicUsize,
}

/// Looks at a blob that begins where `reader` stands. What stands in it, if it is a layer; whether it was what its
/// digest says.
pub(super) fn look<J>(
    bench: &Bench<'_, J>,
    blob: &Blob,
    version: u32,
    reader: &mut dyn Read,
    worker: &mut dyn Worker,
) -> (Contents, bool) {
    let mut verified = Verified::new(reader, blob.digest.clone(), blob.size);
    let place = Place::new(BlobKind::Image, blob.label.as_bytes()).in_version(version);
    let mut layer = Layer::new(bench, place, worker);
    match blob.kind {
        LayerKind::FileSystem | LayerKind::Foreign | LayerKind::Unknown => layer.unpack(&mut verified, blob.kind),
        LayerKind::File | LayerKind::Encrypted => {
            layer.whole = blob.kind == LayerKind::File;
            layer.bench.crew.note(layer.worker.blob(&place, Content::Stream(&mut verified)));
        }
    }
    let (mut contents, mut whole) = layer.finish();
    let stopped = bench.crew.is_stopped();
    let checked = if stopped { Ok(()) } else { verified.finish() };
    if let Err(fault) = &checked {
        worker.gap(&place, fault.kind, 0, &fault.detail);
    }
    whole &= checked.is_ok() && bench.paths.fetch_add(contents.len(), Ordering::Relaxed) < PATHS;
    contents.close(whole);
    if !whole && contents.len() > PATHS / 8 {
        contents = Contents::default();
    }
    (contents, checked.is_ok())
}

struct Layer<'a, 'b, J> {
    bench: &'a Bench<'b, J>,
    /// The layer itself.
    place: Place<'a>,
    worker: &'a mut dyn Worker,
    files: Files<'b, J>,
    contents: Contents,
    /// Folders whose names were looked at.
    folders: HashSet<u64>,
    /// The entry that texts belong to, and whether its name was looked at.
    kind: EntryKind,
    named: bool,
    /// Whether nothing of it was missed.
    whole: bool,
}

impl<'a, 'b, J> Layer<'a, 'b, J> {
    fn new(bench: &'a Bench<'b, J>, place: Place<'a>, worker: &'a mut dyn Worker) -> Self {
        Self {
            bench,
            place,
            worker,
            files: Files::new(bench.crew, place.version),
            contents: Contents::default(),
            folders: HashSet::new(),
            kind: EntryKind::File,
            named: false,
            whole: true,
        }
    }

    /// Opens the archive that the bytes are, compressed or not.
    fn unpack(&mut self, stream: &mut dyn Read, kind: LayerKind) {
        let mut head = Vec::with_capacity(HEAD);
        let read = stream.take(HEAD as u64).read_to_end(&mut head);
        let mut budget = Budget::new(self.bench.limits);
        let mut content = head.as_slice().chain(Broken(read.err())).chain(stream);
        match containers::recognize(&head) {
            Some(tar) if is_tar(tar) => tar.open(Body::Stream(&mut content), &mut budget, &mut Entries(self)),
            Some(stream) if COMPRESSED.contains(&stream.name()) => {
                stream.open(Body::Stream(&mut content), &mut budget, &mut Unpacked(self))
            }
            Some(_) | None => self.other(&head, &mut content, kind),
        }
    }

    /// What is no archive that can be read: scanned as it is, and told.
    fn other(&mut self, head: &[u8], content: &mut dyn Read, kind: LayerKind) {
        let blank = head.iter().all(|byte| *byte == 0);
        let place = self.place;
        self.whole &= blank;
        self.bench.crew.note(self.worker.blob(&place, Content::Stream(content)));
        if !blank && kind != LayerKind::Unknown {
            self.gap(&place, GapKind::Corrupt, "the layer is no tar archive; it was scanned as it is");
        }
    }

    fn finish(mut self) -> (Contents, bool) {
        self.files.hand_over(self.worker);
        (self.contents, self.whole)
    }

    fn gap(&mut self, place: &Place<'_>, kind: GapKind, detail: &str) {
        self.whole = false;
        self.worker.gap(place, kind, 0, detail);
    }

    fn at<'n>(&self, kind: BlobKind, name: &'n [u8]) -> Place<'n>
    where
        'a: 'n,
    {
        let name = shown(name);
        if name.is_empty() { self.place } else { Place::new(kind, name).in_version(self.place.version) }
    }

    /// Looks at the names of the folders a path stands in, once each: a layer need not have entries for them.
    fn folders_of(&mut self, name: &[u8]) {
        for (at, _) in name.iter().enumerate().rev().filter(|(_, byte)| **byte == b'/') {
            let folder = name.get(..at).unwrap_or(&[]);
            if folder.is_empty() || !self.folders.insert(self.bench.hashes.hash_one(folder)) {
                return;
            }
            let place = Place::new(BlobKind::Layer, folder).in_version(self.place.version);
            self.worker.folder(&place);
        }
    }

    fn file(&mut self, name: &[u8], content: &mut dyn Read) {
        self.named = true;
        let place = self.at(BlobKind::Layer, name);
        if !self.worker.wants(&place, None) {
            return;
        }
        self.folders_of(place.name);
        let (buffer, start) = self.files.room();
        let (length, read) = fill(buffer, start, content);
        if length > WHOLE {
            let mut watched = Watched { inner: content, failed: false };
            let mut stream = buffer[start..start + length].chain(&mut watched);
            self.bench.crew.note(self.worker.blob(&place, Content::Stream(&mut stream)));
            self.whole &= !watched.failed;
        } else {
            self.files.take(place.name, length, self.worker);
        }
        if let Err(error) = read {
            let fault = containers::Fault::of(&error);
            self.gap(&place, fault.kind, &fault.detail);
        }
    }

    fn text(&mut self, name: &[u8], text: &[u8]) {
        let (place, first) = (self.at(BlobKind::Layer, name), !std::mem::replace(&mut self.named, true));
        match self.kind {
            EntryKind::Directory if text == name => {
                let own = [shown(name).strip_suffix(b"/").unwrap_or(shown(name)), b"/"].concat();
                self.folders_of(&own);
            }
            EntryKind::Device if text == name && first => self.worker.folder(&place),
            EntryKind::SymbolicLink | EntryKind::HardLink if first => {
                self.folders_of(place.name);
                let place = Place { kind: BlobKind::SymlinkTarget, ..place };
                self.bench.crew.note(self.worker.blob(&place, Content::Bytes(text)));
            }
            _ if text == name => {}
            _ => {
                let place = Place { kind: BlobKind::Image, ..place };
                self.bench.crew.note(self.worker.blob(&place, Content::Bytes(text)));
            }
        }
    }
}

/// Takes what a compressed blob decompresses to.
struct Unpacked<'l, 'a, 'b, J>(&'l mut Layer<'a, 'b, J>);

impl<J> Members for Unpacked<'_, '_, '_, J> {
    fn member(&mut self, name: &[u8], content: &mut dyn Read, budget: &mut Budget) -> Step {
        let mut head = Vec::with_capacity(HEAD);
        let read = (&mut *content).take(HEAD as u64).read_to_end(&mut head);
        let mut all = head.as_slice().chain(Broken(read.err())).chain(content);
        match containers::recognize(&head) {
            Some(tar) if is_tar(tar) => tar.open(Body::Stream(&mut all), budget, &mut Entries(self.0)),
            // Data behind the compressed stream has a name of its own.
            _ if name.starts_with(b"(") => self.0.file(name, &mut all),
            _ => self.0.other(&head, &mut all, LayerKind::FileSystem),
        }
        if self.0.bench.crew.is_stopped() { Step::Stop } else { Step::Continue }
    }

    fn plain(&mut self, content: &mut dyn Read) {
        let place = self.0.place;
        self.0.bench.crew.note(self.0.worker.blob(&place, Content::Stream(content)));
    }

    fn text(&mut self, _name: &[u8], text: &[u8]) {
        let place = self.0.place;
        self.0.bench.crew.note(self.0.worker.blob(&place, Content::Bytes(text)));
    }

    fn gap(&mut self, _name: &[u8], kind: GapKind, bytes: u64, detail: &str) {
        self.0.whole = false;
        let place = self.0.place;
        self.0.worker.gap(&place, kind, bytes, detail);
    }
}

/// Takes the entries of the archive.
struct Entries<'l, 'a, 'b, J>(&'l mut Layer<'a, 'b, J>);

impl<J> Members for Entries<'_, '_, '_, J> {
    fn entry(&mut self, name: &[u8], kind: EntryKind) {
        let layer = &mut *self.0;
        (layer.kind, layer.named) = (kind, false);
        if layer.contents.len() < PATHS {
            layer.contents.add(layer.bench.hashes, name, kind);
        } else {
            layer.whole = false;
        }
    }

    fn member(&mut self, name: &[u8], content: &mut dyn Read, _budget: &mut Budget) -> Step {
        self.0.file(name, content);
        if self.0.bench.crew.is_stopped() { Step::Stop } else { Step::Continue }
    }

    fn plain(&mut self, content: &mut dyn Read) {
        let place = self.0.place;
        self.0.bench.crew.note(self.0.worker.blob(&place, Content::Stream(content)));
    }

    fn text(&mut self, name: &[u8], text: &[u8]) {
        self.0.text(name, text);
    }

    fn gap(&mut self, name: &[u8], kind: GapKind, bytes: u64, detail: &str) {
        let place = self.0.at(BlobKind::Layer, name);
        self.0.whole = false;
        self.0.worker.gap(&place, kind, bytes, detail);
    }
}

fn is_tar(container: &dyn Container) -> bool {
    container.name() == "tar"
}

/// A name as it is shown and as policy sees it: without the `./` or `/` that some writers put before it.
fn shown(mut name: &[u8]) -> &[u8] {
    while let Some(rest) = name.strip_prefix(b"./").or_else(|| name.strip_prefix(b"/")) {
        name = rest;
    }
    if name == b"." { &[] } else { name }
}

/// Reads a file to `start` of a buffer, as far as it is held whole and a byte beyond; how many bytes that are.
fn fill(buffer: &mut Vec<u8>, start: usize, content: &mut dyn Read) -> (usize, io::Result<()>) {
    let (mut filled, most) = (start, start + WHOLE + 1);
    while filled < most {
        if filled >= buffer.len() {
            buffer.resize((filled + ROOM).min(most), 0);
        }
        let end = buffer.len().min(most);
        match content.read(&mut buffer[filled..end]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (filled - start, Err(error)),
        }
    }
    (filled - start, Ok(()))
}

/// Gives the error that ended a read again, to whoever reads on.
struct Broken(Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// Remembers that a read failed, which its reader tells.
struct Watched<'a> {
    inner: &'a mut dyn Read,
    failed: bool,
}

impl Read for Watched<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buf).inspect_err(|_| self.failed = true)
    }
}
