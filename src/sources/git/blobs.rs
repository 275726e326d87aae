//! Pushes the versions of files, path by path, from as many threads as are worth it.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use gix::ObjectId;
use gix::objs::Kind;

use super::changes::Changes;
use super::objects::{Objects, Trouble};
use super::repository::Repository;
use super::special::{Pointer, is_git_crypt};
use crate::model::{BlobKind, Note, Place};
use crate::sources::{Content, Flow, Visitor, Worker, thread_count};

/// Versions for each thread that make it worth starting one.
const WORTH_A_THREAD: usize = 32;

/// A version of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Version {
    /// Its number: how the source finds it again.
    pub(super) number: u32,
    pub(super) id: ObjectId,
    pub(super) kind: BlobKind,
    /// Whether the change brings it. Others are looked at for comparison; that they cannot be read hides nothing.
    pub(super) is_new: bool,
}

/// All versions of a file that are looked at.
#[derive(Debug)]
pub(super) struct Versions {
    pub(super) path: Vec<u8>,
    pub(super) all: Vec<Version>,
}

/// Pushes every version of every file.
pub(super) fn push(repository: &Repository, files: &[Versions], visitor: &dyn Visitor, threads: usize) {
    let next = AtomicUsize::new(0);
    let work = || {
        let objects = repository.objects();
        let mut pusher = Pusher { repository, objects, worker: visitor.worker(), buffer: Vec::new() };
        while let Some(file) = files.get(next.fetch_add(1, Relaxed)) {
            if pusher.file(file) == Flow::Stop {
                next.store(files.len(), Relaxed);
            }
        }
    };
    let versions: usize = files.iter().map(|file| file.all.len()).sum();
    let wanted = (versions / WORTH_A_THREAD).min(thread_count(threads));
    std::thread::scope(|scope| {
        (1..wanted).for_each(|_| drop(scope.spawn(work)));
        work();
    });
}

/// Tells what is not content of a file, and what was known beforehand.
pub(super) fn report(changes: &Changes, notes: &[Note], visitor: &dyn Visitor) {
    let mut worker = visitor.worker();
    for note in notes {
        worker.note(&Place::new(BlobKind::File, note.place.as_str().as_bytes()), note.text.as_str());
    }
    for path in &changes.folders {
        worker.folder(&Place::new(BlobKind::Name, path));
    }
    for path in &changes.modules {
        let text = "a submodule: its content is in a repository of its own; scan it there";
        worker.note(&Place::new(BlobKind::File, path), text);
    }
    for (path, trouble) in &changes.troubles {
        worker.gap(&Place::new(BlobKind::File, path), trouble.kind, trouble.bytes, &trouble.detail);
    }
}

struct Pusher<'a> {
    repository: &'a Repository,
    objects: Objects,
    worker: Box<dyn Worker + Send + 'a>,
    buffer: Vec<u8>,
}

impl Pusher<'_> {
    fn file(&mut self, file: &Versions) -> Flow {
        let kind = file.all.first().map_or(BlobKind::File, |version| version.kind);
        if !self.worker.wants(&Place::new(kind, &file.path), None) {
            return Flow::Continue;
        }
        for version in &file.all {
            let place = Place::new(version.kind, &file.path).in_version(version.number);
            if self.version(&place, version) == Flow::Stop {
                return Flow::Stop;
            }
        }
        Flow::Continue
    }

    fn version(&mut self, place: &Place<'_>, version: &Version) -> Flow {
        let mut buffer = std::mem::take(&mut self.buffer);
        let flow = match self.objects.read(version.id, Kind::Blob, &mut buffer) {
            Ok(bytes) => self.bytes(place, version, bytes),
            Err(trouble) => self.trouble(place, version, &trouble),
        };
        self.buffer = buffer;
        flow
    }

    fn bytes(&mut self, place: &Place<'_>, version: &Version, bytes: &[u8]) -> Flow {
        if is_git_crypt(bytes) {
            if version.is_new {
                let reason = "git-crypt: encrypted before it came here";
                self.worker.excluded(place, reason, Some(bytes.len() as u64));
            }
            return Flow::Continue;
        }
        let flow = self.worker.blob(place, Content::Bytes(bytes));
        let Some(pointer) = Pointer::parse(bytes).filter(|_| flow == Flow::Continue) else { return flow };
        match pointer.open(self.repository.common_dir()) {
            Ok((file, length)) => self.worker.blob(place, Content::File(file, length)),
            Err(trouble) => self.trouble(place, version, &trouble),
        }
    }

    fn trouble(&mut self, place: &Place<'_>, version: &Version, trouble: &Trouble) -> Flow {
        if version.is_new {
            self.worker.gap(place, trouble.kind, trouble.bytes, &trouble.detail);
        }
        Flow::Continue
    }
}
