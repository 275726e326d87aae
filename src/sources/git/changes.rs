//! What a tree holds that none of several older trees holds: the new content of a commit against all its parents.

use std::collections::{HashMap, HashSet};

use gix::ObjectId;
use gix::objs::tree::EntryKind;
use gix::objs::{Kind, TreeRefIter};

use super::objects::{Objects, Trouble};
use crate::model::{BlobKind, GapKind};

/// Changes of one commit that are followed.
const MAX_CHANGES: usize = 1_000_000;

/// How many times one tree is entered for one commit. Eleven objects can describe a tree of ten milliards of paths; this
/// is what bounds its cost.
const MAX_VISITS: u32 = 10_000;

/// The longest path that is followed, in bytes.
const MAX_PATH: usize = 1 << 16;

/// New content at a path.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) path: Vec<u8>,
    pub(super) id: ObjectId,
    pub(super) kind: BlobKind,
    /// What stood there before: one for each older tree that had something at the path.
    pub(super) olds: Vec<Old>,
}

/// An object of an older tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Old {
    /// Which of the older trees it is of, by its position among them.
    pub(super) tree: usize,
    pub(super) id: ObjectId,
}

impl Change {
    /// The older tree that had the same content at a path which is gone now.
    pub(super) fn moved_from(&self) -> Option<usize> {
        self.olds.iter().find(|old| old.id == self.id).map(|old| old.tree)
    }
}

/// Everything that is new.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub(super) files: Vec<Change>,
    /// Folders that no older tree had.
    pub(super) folders: Vec<Vec<u8>>,
    /// Submodules whose commit is another one now.
    pub(super) modules: Vec<Vec<u8>>,
    pub(super) troubles: Vec<(Vec<u8>, Trouble)>,
    /// Content whose path is gone, and the older tree that had it.
    gone: HashMap<ObjectId, usize>,
    gone_trees: Vec<Old>,
    steps: usize,
    visits: HashMap<ObjectId, u32>,
}

/// An entry of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) kind: EntryKind,
    pub(super) id: ObjectId,
}

/// A folder and what older trees have in its place.
struct Folder {
    path: Vec<u8>,
    tree: ObjectId,
    olds: Vec<Old>,
}

impl Changes {
    /// Adds what `tree` holds at `path` and none of `olds` does.
    pub(super) fn compare(&mut self, objects: &Objects, path: Vec<u8>, tree: ObjectId, olds: &[ObjectId]) {
        let olds = olds.iter().enumerate().map(|(tree, id)| Old { tree, id: *id }).collect();
        let mut folders = vec![Folder { path, tree, olds }];
        while let Some(folder) = folders.pop() {
            let is_new = folder.olds.iter().all(|old| old.id != folder.tree);
            if is_new && self.enter(&folder.path) && self.visit(&folder) {
                self.folder(objects, folder, &mut folders);
            }
        }
    }

    /// Whether there is room for one more folder.
    pub(super) fn enter(&mut self, path: &[u8]) -> bool {
        self.steps += 1;
        let has_room = path.len() <= MAX_PATH && self.files.len() <= MAX_CHANGES && self.steps <= MAX_CHANGES;
        if !has_room {
            self.limit(path, format!("more than {MAX_CHANGES} changes, or a path of more than {MAX_PATH} bytes"));
        }
        has_room
    }

    fn visit(&mut self, folder: &Folder) -> bool {
        let visits = self.visits.entry(folder.tree).or_default();
        *visits += 1;
        let has_room = *visits <= MAX_VISITS;
        if !has_room {
            self.limit(&folder.path, format!("the same folder stands in more than {MAX_VISITS} places"));
        }
        has_room
    }

    /// Tells a limit, once for all that lies beyond it.
    fn limit(&mut self, path: &[u8], detail: String) {
        if self.troubles.last().is_none_or(|(_, trouble)| trouble.kind != GapKind::LimitReached) {
            self.troubles.push((path.iter().take(256).copied().collect(), Trouble::new(GapKind::LimitReached, detail)));
        }
    }

    fn folder(&mut self, objects: &Objects, folder: Folder, next: &mut Vec<Folder>) {
        let entries = match entries(objects, folder.tree) {
            Ok(entries) => entries,
            Err(trouble) => return self.troubles.push((folder.path, trouble)),
        };
        if folder.olds.is_empty() && !folder.path.is_empty() {
            self.folders.push(folder.path.clone());
        }
        // An older tree that cannot be read hides nothing: all that stands here counts as new.
        let read = |old: &Old| Some((old.tree, self::entries(objects, old.id).ok()?));
        let olds: Vec<(usize, HashMap<Vec<u8>, Entry>)> = folder.olds.iter().filter_map(read).collect();
        for (name, entry) in &entries {
            let before: Vec<(usize, Entry)> =
                olds.iter().filter_map(|(tree, old)| Some((*tree, *old.get(name)?))).collect();
            let path = join(&folder.path, name);
            if entry.kind == EntryKind::Tree {
                let (folders, others): (Vec<_>, Vec<_>) =
                    before.into_iter().partition(|(_, old)| old.kind == EntryKind::Tree);
                others.into_iter().for_each(|(tree, old)| self.lost(tree, old));
                let olds = folders.into_iter().map(|(tree, old)| Old { tree, id: old.id }).collect();
                next.push(Folder { path, tree: entry.id, olds });
            } else {
                self.entry(path, *entry, &before);
            }
        }
        for (tree, old) in &olds {
            old.iter().filter(|(name, _)| !entries.contains_key(*name)).for_each(|(_, entry)| self.lost(*tree, *entry));
        }
    }

    /// Adds an entry that is no folder, unless something of the same content and kind stood there.
    pub(super) fn entry(&mut self, path: Vec<u8>, entry: Entry, before: &[(usize, Entry)]) {
        let kind = content_kind(entry.kind);
        if before.iter().any(|(_, old)| old.id == entry.id && content_kind(old.kind) == kind) {
            return;
        }
        let (contents, others): (Vec<_>, Vec<_>) = before.iter().partition(|(_, old)| content_kind(old.kind).is_some());
        others.into_iter().for_each(|(tree, old)| self.lost(tree, old));
        let Some(kind) = kind else { return self.modules.push(path) };
        let olds = contents.into_iter().map(|(tree, old)| Old { tree, id: old.id }).collect();
        self.files.push(Change { path, id: entry.id, kind, olds });
    }

    /// Remembers content whose path is gone: if it stands elsewhere now, it was moved and is not new.
    pub(super) fn lost(&mut self, tree: usize, entry: Entry) {
        match entry.kind {
            EntryKind::Tree => self.gone_trees.push(Old { tree, id: entry.id }),
            EntryKind::Blob | EntryKind::BlobExecutable | EntryKind::Link => {
                self.gone.entry(entry.id).or_insert(tree);
            }
            EntryKind::Commit => {}
        }
    }

    /// Gives every file that was moved as it is its own content for an older version.
    pub(super) fn follow_moves(&mut self, objects: &Objects) {
        if self.files.iter().all(|file| !file.olds.is_empty()) {
            return;
        }
        let mut trees = std::mem::take(&mut self.gone_trees);
        let mut seen: HashSet<ObjectId> = HashSet::new();
        while let Some(old) = trees.pop() {
            if !seen.insert(old.id) || seen.len() > MAX_CHANGES {
                continue;
            }
            for entry in entries(objects, old.id).unwrap_or_default().into_values() {
                match entry.kind {
                    EntryKind::Tree => trees.push(Old { id: entry.id, ..old }),
                    _ => self.lost(old.tree, entry),
                }
            }
        }
        for file in self.files.iter_mut().filter(|file| file.olds.is_empty()) {
            file.olds.extend(self.gone.get(&file.id).map(|tree| Old { tree: *tree, id: file.id }));
        }
    }
}

/// The entries of a tree by name.
pub(super) fn entries(objects: &Objects, tree: ObjectId) -> Result<HashMap<Vec<u8>, Entry>, Trouble> {
    let mut buffer = Vec::new();
    let data = objects.read(tree, Kind::Tree, &mut buffer)?;
    let parsed = TreeRefIter::from_bytes(data, objects.hash).map(|entry| {
        let entry = entry.map_err(|_| Trouble::new(GapKind::Corrupt, format!("tree {tree} cannot be read")))?;
        Ok((entry.filename.to_vec(), Entry { kind: entry.mode.kind(), id: entry.oid.to_owned() }))
    });
    parsed.collect()
}

/// The kind of content behind an entry; none for submodules and folders.
fn content_kind(kind: EntryKind) -> Option<BlobKind> {
    match kind {
        EntryKind::Blob | EntryKind::BlobExecutable => Some(BlobKind::File),
        EntryKind::Link => Some(BlobKind::SymlinkTarget),
        EntryKind::Tree | EntryKind::Commit => None,
    }
}

fn join(folder: &[u8], name: &[u8]) -> Vec<u8> {
    if folder.is_empty() { name.to_vec() } else { [folder, b"/", name].concat() }
}
