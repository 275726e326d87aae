//! What a layer does to the file system below it: enough to say whether a file of a lower layer is still there.
//!
//! Paths are kept as hashes under a key of the run, eight bytes each, so that an image of a million files costs no more
//! than its largest file.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use crate::containers::EntryKind;

/// Deletes the file whose name follows it, of a lower layer (OCI image specification, "Whiteouts").
const WHITEOUT: &[u8] = b".wh.";

/// Deletes everything that lower layers have in its folder.
const OPAQUE: &[u8] = b".wh..wh..opq";

/// What a layer does to a path of a lower one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Deletes,
    Overwrites,
}

/// What stands in a layer.
#[derive(Clone, Debug, Default)]
pub(super) struct Contents {
    /// Whether it is known to be all of it.
    pub(super) complete: bool,
    files: Vec<u64>,
    folders: Vec<u64>,
    deleted: Vec<u64>,
    emptied: Vec<u64>,
    /// The folder of the entry before: most entries share it with their neighbour.
    last: Vec<u8>,
}

impl Contents {
    /// Takes an entry of the layer down.
    pub(super) fn add(&mut self, hashes: &RandomState, name: &[u8], kind: EntryKind) {
        let path = normal(name);
        let base = path.rsplit(|b| *b == b'/').next().unwrap_or(&[]);
        let folder = path.get(..path.len() - base.len()).unwrap_or(&[]).strip_suffix(b"/").unwrap_or(&[]);
        self.within(hashes, folder);
        if base == OPAQUE {
            return self.emptied.push(hashes.hash_one(folder));
        }
        match base.strip_prefix(WHITEOUT) {
            Some(gone) => self.deleted.push(hashes.hash_one(join(folder, gone).as_slice())),
            None if kind == EntryKind::Directory => self.folders.push(hashes.hash_one(path.as_slice())),
            None => self.files.push(hashes.hash_one(path.as_slice())),
        }
    }

    /// Takes the folders of an entry down, which need no entries of their own to be there.
    fn within(&mut self, hashes: &RandomState, folder: &[u8]) {
        if folder.is_empty() || folder == self.last {
            return;
        }
        let outer = folders(folder).filter(|outer| !outer.is_empty());
        self.folders.extend(std::iter::once(folder).chain(outer).map(|path| hashes.hash_one(path)));
        self.last.clear();
        self.last.extend_from_slice(folder);
    }

    /// Nothing more comes.
    pub(super) fn close(&mut self, complete: bool) {
        self.complete = complete;
        for list in [&mut self.files, &mut self.folders, &mut self.deleted, &mut self.emptied] {
            list.sort_unstable();
            list.dedup();
            list.shrink_to_fit();
        }
    }

    /// How many paths it remembers.
    pub(super) fn len(&self) -> usize {
        self.files.len() + self.folders.len() + self.deleted.len() + self.emptied.len()
    }

    /// Whether the layer has a file of this path itself.
    pub(super) fn holds(&self, hashes: &RandomState, path: &[u8]) -> bool {
        has(&self.files, hashes.hash_one(normal(path).as_slice()))
    }

    /// What becomes of a file that a lower layer has at `path`.
    pub(super) fn effect(&self, hashes: &RandomState, path: &[u8]) -> Option<Effect> {
        let path = normal(path);
        let hash = hashes.hash_one(path.as_slice());
        if has(&self.files, hash) || has(&self.folders, hash) {
            return Some(Effect::Overwrites);
        }
        if has(&self.deleted, hash) {
            return Some(Effect::Deletes);
        }
        folders(&path).find_map(|folder| {
            let hash = hashes.hash_one(folder);
            match () {
                () if has(&self.deleted, hash) || has(&self.emptied, hash) => Some(Effect::Deletes),
                () if has(&self.files, hash) => Some(Effect::Overwrites),
                () => None,
            }
        })
    }
}

fn has(list: &[u64], hash: u64) -> bool {
    list.binary_search(&hash).is_ok()
}

/// The folders a path stands in, inmost first, the root included.
fn folders(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    let slashes = path.iter().enumerate().rev().filter(|(_, b)| **b == b'/').filter_map(|(at, _)| path.get(..at));
    slashes.chain(std::iter::once(&path[..0]))
}

fn join(folder: &[u8], name: &[u8]) -> Vec<u8> {
    if folder.is_empty() { name.to_vec() } else { [folder, b"/", name].concat() }
}

/// Where an engine would put an entry of this name: never outside of the root.
pub(super) fn normal(name: &[u8]) -> Vec<u8> {
    let mut path: Vec<u8> = Vec::with_capacity(name.len());
    for part in name.split(|b| *b == b'/') {
        match part {
            b"" | b"." => {}
            b".." => path.truncate(path.iter().rposition(|b| *b == b'/').unwrap_or(0)),
            part => {
                if !path.is_empty() {
                    path.push(b'/');
                }
                path.extend_from_slice(part);
            }
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn layer(entries: &[(&str, EntryKind)]) -> (Contents, RandomState) {
        let (mut contents, hashes) = (Contents::default(), RandomState::new());
        entries.iter().for_each(|(name, kind)| contents.add(&hashes, name.as_bytes(), *kind));
        contents.close(true);
        (contents, hashes)
    }

    #[test]
    fn a_layer_deletes_and_overwrites_as_the_specification_says() {
        use EntryKind::{Directory, File, HardLink, SymbolicLink};
        let cases: &[(&str, EntryKind, &str, Option<Effect>)] = &[
            ("a/.wh.key", File, "a/key", Some(Effect::Deletes)),
            ("./a/.wh.key", File, "a/key", Some(Effect::Deletes)),
            ("a/.wh.key", File, "a/keys", None),
            ("a/.wh.key", File, "b/key", None),
            (".wh.a", File, "a/b/key", Some(Effect::Deletes)),
            ("a/.wh..wh..opq", File, "a/b/key", Some(Effect::Deletes)),
            (".wh..wh..opq", File, "key", Some(Effect::Deletes)),
            ("a/.wh..wh..opq", File, "b/key", None),
            ("a/key", File, "a/key", Some(Effect::Overwrites)),
            ("/a//key", HardLink, "a/key", Some(Effect::Overwrites)),
            ("a/key/", Directory, "a/key", Some(Effect::Overwrites)),
            ("a", SymbolicLink, "a/b/key", Some(Effect::Overwrites)),
            ("a/", Directory, "a/b/key", None),
            ("a/key/other", File, "a/key", Some(Effect::Overwrites)),
            ("a/key/.wh.other", File, "a/key", Some(Effect::Overwrites)),
            ("x/../a/key", File, "a/key", Some(Effect::Overwrites)),
            ("../../a/key", File, "a/key", Some(Effect::Overwrites)),
        ];
        for (entry, kind, path, expected) in cases {
            let (contents, hashes) = layer(&[(entry, *kind)]);
            assert_eq!(contents.effect(&hashes, path.as_bytes()), *expected, "{entry} over {path}");
        }
    }

    /// What a layer of a property holds: entries that do not contradict each other.
    type Model = std::collections::BTreeMap<String, EntryKind>;

    const PATHS: [&str; 8] = ["a", "b", "a/a", "a/b", "b/a", "a/a/a", "a/a/b", "a/b/a"];

    fn under(path: &str, folder: &str) -> bool {
        path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    }

    /// Lays a layer over a file system as an engine does: what it deletes first, then what it brings.
    fn lay(
        system: &mut std::collections::BTreeMap<String, usize>,
        layer: &Model,
        gone: &[(usize, bool)],
        number: usize,
    ) {
        for (path, opaque) in gone {
            let path = PATHS[*path];
            system.retain(|own, _| if *opaque { !under(own, path) } else { own != path && !under(own, path) });
            if *opaque {
                system.retain(|own, _| own != path && !under(path, own));
            }
        }
        for (path, kind) in layer {
            // A file in the place of a folder that the entry stands in gives way to the folder.
            system.retain(|own, _| own != path && !under(path, own));
            if *kind != EntryKind::Directory {
                system.retain(|own, _| !under(own, path));
                system.insert(path.clone(), number);
            }
        }
    }

    proptest! {
        #[test]
        fn a_file_is_visible_where_an_engine_would_show_it(
            layers in proptest::collection::vec(
                (proptest::collection::vec((0..8usize, 0..3u8), 0..4), proptest::collection::vec((0..8usize, any::<bool>()), 0..2)),
                1..5,
            ),
        ) {
            let hashes = RandomState::new();
            let (mut system, mut read) = (std::collections::BTreeMap::new(), Vec::new());
            for (number, (entries, gone)) in layers.iter().enumerate() {
                let (mut layer, mut contents) = (Model::new(), Contents::default());
                for (path, kind) in entries {
                    let kind = [EntryKind::File, EntryKind::Directory, EntryKind::SymbolicLink][usize::from(*kind)];
                    let path = PATHS[*path];
                    let clash = |(own, other): (&String, &EntryKind)| {
                        (under(path, own) && *other != EntryKind::Directory) || (under(own, path) && kind != EntryKind::Directory)
                    };
                    if !layer.iter().any(clash) && !layer.contains_key(path) {
                        layer.insert(path.to_owned(), kind);
                    }
                }
                // A folder that is emptied is a folder of the layer, and so are those of a whiteout.
                let holder = |(path, opaque): &(usize, bool)| match opaque {
                    true => PATHS[*path],
                    false => PATHS[*path].rsplit_once('/').map_or("", |(folder, _)| folder),
                };
                let fits = |one: &(usize, bool)| {
                    let holder = holder(one);
                    !layer.iter().any(|(own, kind)| *kind != EntryKind::Directory && (own == holder || under(holder, own)))
                };
                let gone: Vec<(usize, bool)> = gone.iter().copied().filter(fits).collect();
                lay(&mut system, &layer, &gone, number);
                for one in &gone {
                    let holder = holder(one);
                    system.retain(|own: &String, _| own != holder && !under(holder, own));
                }
                for (path, opaque) in &gone {
                    let path = PATHS[*path];
                    let (folder, base) = path.rsplit_once('/').unwrap_or(("", path));
                    let name = if *opaque { format!("{path}/.wh..wh..opq") } else { format!("{folder}/.wh.{base}") };
                    contents.add(&hashes, name.as_bytes(), EntryKind::File);
                }
                layer.iter().for_each(|(path, kind)| contents.add(&hashes, path.as_bytes(), *kind));
                contents.close(true);
                read.push((layer, contents));
            }
            for (number, (layer, _)) in read.iter().enumerate() {
                for (path, _) in layer.iter().filter(|(_, kind)| **kind != EntryKind::Directory) {
                    let hidden = read[number + 1..].iter().any(|(_, later)| later.effect(&hashes, path.as_bytes()).is_some());
                    prop_assert_eq!(!hidden, system.get(path) == Some(&number), "{} of layer {}", path, number);
                }
            }
        }
    }

    #[test]
    fn names_lead_nowhere_else() {
        for (name, path) in [("../..", ""), ("a/./b//c/", "a/b/c"), ("a/../../b", "b"), ("/", "")] {
            assert_eq!(normal(name.as_bytes()), path.as_bytes());
        }
    }
}
