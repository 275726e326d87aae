//! Single files of a revision or of the index: the policy that a change is judged by.

use gix::ObjectId;
use gix::objs::Kind;
use gix::objs::tree::EntryKind;

use super::changes::{Entry, entries};
use super::index;
use super::objects::{Objects, Trouble};
use super::repository::Repository;
use super::scope::Revision;
use crate::model::{GapKind, Shown};
use crate::sources::SourceError;

/// A state of the repository's files.
#[derive(Clone, Debug)]
pub enum Snapshot {
    /// As a commit has them.
    At(Revision),
    /// As the index has them.
    Staged,
}

impl Snapshot {
    /// How it is called.
    pub fn name(&self) -> Shown {
        match self {
            Self::At(revision) => revision.name.clone(),
            Self::Staged => Shown::from_bytes(b"the index"),
        }
    }
}

impl Repository {
    /// The content of a file; of a folder that of each file in it, folders in it left out. Paths in the result are from
    /// the repository's root. What is not there is an empty list.
    ///
    /// # Errors
    /// If it is there and cannot be read, or is a symbolic link.
    pub fn files_at(&self, snapshot: &Snapshot, path: &str) -> Result<Vec<(String, Vec<u8>)>, SourceError> {
        let path = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect::<Vec<_>>().join("/");
        let objects = self.objects();
        let found = match snapshot {
            Snapshot::At(revision) => in_tree(&objects, revision.id, &path),
            Snapshot::Staged => Ok(index::files(self.index()?, &path)),
        };
        let read = found.and_then(|found| found.into_iter().map(|(path, entry)| read(&objects, path, entry)).collect());
        let problem = |trouble: Trouble| self.unusable(format!("{path} at {}: {}", snapshot.name(), trouble.detail));
        read.map_err(problem)
    }
}

fn in_tree(objects: &Objects, commit: ObjectId, path: &str) -> Result<Vec<(String, Entry)>, Trouble> {
    let mut found = Entry { kind: EntryKind::Tree, id: objects.tree_of(commit)? };
    for part in path.split('/') {
        let inner =
            if found.kind == EntryKind::Tree { entries(objects, found.id)?.remove(part.as_bytes()) } else { None };
        let Some(inner) = inner else { return Ok(Vec::new()) };
        found = inner;
    }
    if found.kind != EntryKind::Tree {
        return Ok(vec![(path.to_owned(), found)]);
    }
    let inner = entries(objects, found.id)?.into_iter();
    let named = inner.filter_map(|(name, entry)| Some((format!("{path}/{}", String::from_utf8(name).ok()?), entry)));
    Ok(named.filter(|(_, entry)| entry.kind != EntryKind::Tree).collect())
}

fn read(objects: &Objects, path: String, entry: Entry) -> Result<(String, Vec<u8>), Trouble> {
    if !matches!(entry.kind, EntryKind::Blob | EntryKind::BlobExecutable) {
        return Err(Trouble::new(GapKind::Unsupported, "it is no regular file"));
    }
    let mut buffer = Vec::new();
    let bytes = objects.read(entry.id, Kind::Blob, &mut buffer)?.to_vec();
    Ok((path, bytes))
}
