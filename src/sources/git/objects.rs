//! Objects by their ids, from every store a repository has: its own, those it borrows from, and the one that git keeps
//! apart while a push is being judged.

use std::path::PathBuf;

use gix::ObjectId;
use gix::objs::{CommitRefIter, Find, FindHeader, Kind};

use crate::model::GapKind;

/// The largest object that is read, in bytes: it is held whole. A larger one is a gap.
const MAX_OBJECT: u64 = 1 << 30;

/// Why an object could not be read.
#[derive(Clone, Debug)]
pub(super) struct Trouble {
    pub(super) kind: GapKind,
    pub(super) bytes: u64,
    pub(super) detail: String,
}

impl Trouble {
    pub(super) fn new(kind: GapKind, detail: impl Into<String>) -> Self {
        Self { kind, bytes: 0, detail: detail.into() }
    }
}

/// Reads objects, on one thread.
pub(super) struct Objects {
    stores: Vec<gix::odb::Handle>,
    pub(super) hash: gix::hash::Kind,
}

impl Objects {
    /// Opens the stores at these folders. One that cannot be opened holds nothing; what is missed in it becomes a gap.
    pub(super) fn new(folders: &[PathBuf], hash: gix::hash::Kind) -> Self {
        let open = |folder: &PathBuf| {
            let mut store = gix::odb::at(folder, hash).ok()?;
            store.refresh_never();
            Some(store)
        };
        Self { stores: folders.iter().filter_map(open).collect(), hash }
    }

    /// The bytes of an object of this kind.
    pub(super) fn read<'a>(&self, id: ObjectId, kind: Kind, buffer: &'a mut Vec<u8>) -> Result<&'a [u8], Trouble> {
        if kind == Kind::Tree && id == ObjectId::empty_tree(self.hash) {
            return Ok(&[]);
        }
        if kind == Kind::Blob {
            self.check_size(id)?;
        }
        let mut broken = None;
        for store in &self.stores {
            match store.try_find(&id, buffer).map(|found| found.map(|data| (data.kind, data.data.len()))) {
                Ok(Some((found, length))) if found == kind => return Ok(&buffer[..length]),
                Ok(Some((found, _))) => {
                    let detail = format!("object {id} is a {found}, not a {kind}");
                    return Err(Trouble::new(GapKind::Corrupt, detail));
                }
                Ok(None) => {}
                Err(_) => broken = Some(Trouble::new(GapKind::Corrupt, format!("object {id} cannot be read"))),
            }
        }
        Err(broken.unwrap_or_else(|| Trouble::new(GapKind::Missing, format!("object {id} is not in this repository"))))
    }

    fn check_size(&self, id: ObjectId) -> Result<(), Trouble> {
        let size = self.stores.iter().find_map(|store| store.try_header(&id).ok().flatten()).map_or(0, |h| h.size);
        if size <= MAX_OBJECT {
            return Ok(());
        }
        let detail = format!("object {id} has more than {MAX_OBJECT} bytes");
        Err(Trouble { bytes: size, ..Trouble::new(GapKind::LimitReached, detail) })
    }

    /// What kind of object it is, if it is here.
    pub(super) fn kind(&self, id: ObjectId) -> Option<Kind> {
        self.stores.iter().find_map(|store| store.try_header(&id).ok().flatten()).map(|header| header.kind)
    }

    /// The tree of a commit.
    pub(super) fn tree_of(&self, commit: ObjectId) -> Result<ObjectId, Trouble> {
        let mut buffer = Vec::new();
        let data = self.read(commit, Kind::Commit, &mut buffer)?;
        let tree = CommitRefIter::from_bytes(data, self.hash).tree_id();
        tree.map_err(|_| Trouble::new(GapKind::Corrupt, format!("commit {commit} names no tree")))
    }
}
