//! What an index holds that HEAD's tree does not.
//!
//! The two are walked together, folder by folder, and a folder whose tree git noted in the index (the `TREE` extension)
//! is left out when HEAD has the same tree there: git itself makes the commit's tree of those notes, so they say what is
//! committed. Ten changed files cost as much in fifty thousand as in fifty.

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

use gix::ObjectId;
use gix::index::decode::Options as Decode;
use gix::index::entry::{Flags, Mode};
use gix::index::extension::Tree;
use gix::index::{Entry as IndexEntry, File as IndexFile, State};
use gix::objs::tree::EntryKind;

use super::changes::{Changes, Entry, entries};
use super::objects::Objects;

/// A folder: its path with a `/` at the end, HEAD's tree there, the index's entries in it, and git's note of its tree.
struct Folder<'i> {
    path: Vec<u8>,
    head: Option<ObjectId>,
    range: Range<usize>,
    noted: Option<&'i Tree>,
}

/// Reads an index; one that is not there is empty, and one that is damaged is none.
pub(super) fn read(path: &Path, hash: gix::hash::Kind) -> Option<State> {
    let decode = Decode { thread_limit: Some(1), ..Decode::default() };
    // Git itself does not verify the checksum each time either.
    let skip_hash = true;
    let index: State = IndexFile::at_or_default(path, hash, skip_hash, decode).ok()?.into();
    is_sorted(&index).then_some(index)
}

/// Whether the entries stand in the order that git keeps them in. Only then the walk meets every one.
fn is_sorted(index: &State) -> bool {
    let key = |entry| (IndexEntry::path(entry, index), IndexEntry::stage_raw(entry));
    index.entries().is_sorted_by(|a, b| key(a) < key(b))
}

/// What is staged against HEAD's tree.
pub(super) fn compare(objects: &Objects, index: &State, head: Option<ObjectId>) -> Changes {
    let mut changes = Changes::default();
    let root = Folder { path: Vec::new(), head, range: 0..index.entries().len(), noted: index.tree() };
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        let noted = folder.noted.filter(|tree| tree.num_entries.is_some()).map(|tree| tree.id);
        if !(noted.is_some() && noted == folder.head) && changes.enter(&folder.path) {
            compare_folder(objects, index, folder, &mut changes, &mut folders);
        }
    }
    changes.follow_moves(objects);
    changes
}

fn compare_folder<'i>(
    objects: &Objects,
    index: &'i State,
    folder: Folder<'i>,
    changes: &mut Changes,
    next: &mut Vec<Folder<'i>>,
) {
    let all = index.entries();
    if let [only] = &all[folder.range.clone()]
        && only.path(index) == folder.path
    {
        // A sparse index has one entry for all of a folder.
        let path = folder.path.strip_suffix(b"/").unwrap_or(&folder.path).to_vec();
        return changes.compare(objects, path, only.id, folder.head.as_slice());
    }
    let mut head = folder.head.map(|tree| entries(objects, tree).unwrap_or_default()).unwrap_or_default();
    if folder.head.is_none() && !folder.path.is_empty() {
        changes.folders.push(folder.path.strip_suffix(b"/").unwrap_or(&folder.path).to_vec());
    }
    let mut met: HashMap<&[u8], Option<Entry>> = HashMap::new();
    let mut at = folder.range.start;
    while at < folder.range.end {
        let rest = &all[at].path(index)[folder.path.len()..];
        let slash = memchr::memchr(b'/', rest);
        let name = &rest[..slash.unwrap_or(rest.len())];
        let before = *met.entry(name).or_insert_with(|| head.remove(name));
        let Some(slash) = slash else {
            file(index, &all[at], before, changes);
            at += 1;
            continue;
        };
        let path = [&folder.path[..], &rest[..=slash]].concat();
        let count = all[at..folder.range.end].partition_point(|entry| entry.path(index).starts_with(&path));
        let noted = folder.noted.and_then(|tree| {
            let child = tree.children.binary_search_by(|child| child.name.as_slice().cmp(name)).ok()?;
            tree.children.get(child)
        });
        let tree = before.filter(|entry| entry.kind == EntryKind::Tree).map(|entry| entry.id);
        before.filter(|_| tree.is_none()).into_iter().for_each(|entry| changes.lost(0, entry));
        next.push(Folder { path, head: tree, range: at..at + count, noted });
        at += count;
    }
    head.into_values().for_each(|entry| changes.lost(0, entry));
}

/// The file at a path, or the files of the folder there.
pub(super) fn files(index: &State, path: &str) -> Vec<(String, Entry)> {
    let folder = format!("{path}/");
    let from = |start: &str| index.entries().partition_point(|entry| entry.path(index) < start.as_bytes());
    let own = index.entries()[from(path)..].iter().take_while(|entry| entry.path(index) == path);
    let inner =
        index.entries()[from(&folder)..].iter().take_while(|entry| entry.path(index).starts_with(folder.as_bytes()));
    let named = own.chain(inner).filter_map(|entry| {
        let name = std::str::from_utf8(entry.path(index)).ok()?;
        let is_below = name.strip_prefix(&folder).is_some_and(|rest| rest.contains('/'));
        (!is_below).then(|| (name.to_owned(), Entry { kind: kind_of(entry), id: entry.id }))
    });
    named.collect()
}

fn file(index: &State, entry: &IndexEntry, before: Option<Entry>, changes: &mut Changes) {
    // Announced by `git add --intent-to-add`: no content is staged.
    if entry.flags.contains(Flags::INTENT_TO_ADD) {
        return;
    }
    let before = before.map(|before| (0, before));
    changes.entry(entry.path(index).to_vec(), Entry { kind: kind_of(entry), id: entry.id }, before.as_slice());
}

fn kind_of(entry: &IndexEntry) -> EntryKind {
    match entry.mode {
        Mode::SYMLINK => EntryKind::Link,
        Mode::COMMIT => EntryKind::Commit,
        Mode::FILE_EXECUTABLE => EntryKind::BlobExecutable,
        // What an index calls by another mode is looked at as a file.
        _ => EntryKind::Blob,
    }
}
