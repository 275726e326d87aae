//! What keeps objects from being forgotten: refs, the stash, logs, the index.

use std::collections::BTreeMap;
use std::path::Path;

use gix::ObjectId;
use gix::bstr::ByteSlice;

/// The most that is read of one log, in bytes.
const MAX_LOG: u64 = 64 << 20;

/// The ref that `git stash` keeps.
const STASH: &[u8] = b"refs/stash";

/// Names and where they lead.
#[derive(Default)]
pub(super) struct Refs {
    /// Ordinary refs by their full names, and what they name: commits, and tags that lead to some.
    pub(super) ordinary: BTreeMap<Vec<u8>, ObjectId>,
    pub(super) stash: Vec<ObjectId>,
    /// Everything that a log names.
    pub(super) logged: Vec<ObjectId>,
    pub(super) head: Option<ObjectId>,
    /// What could not be read, in words.
    pub(super) troubles: Vec<String>,
    /// Whether they are kept in a format that is not read.
    pub(super) unknown: bool,
}

impl Refs {
    pub(super) fn read(git: &gix::Repository) -> Self {
        let mut refs = Self { head: git.head_id().ok().map(|id| id.detach()), ..Self::default() };
        match git.references().and_then(|all| all.all().map(|all| all.collect::<Vec<_>>())) {
            Ok(all) => all.into_iter().for_each(|found| match found {
                Ok(found) => refs.add(&found),
                Err(_) => refs.troubles.push("a ref that cannot be read".to_owned()),
            }),
            Err(_) => refs.troubles.push("the refs cannot be listed".to_owned()),
        }
        let format = git.config_snapshot().string("extensions.refStorage");
        refs.unknown = format.is_some_and(|format| format.as_slice() != b"files");
        refs.ordinary.extend(refs.head.map(|head| (b"HEAD".to_vec(), head)));
        for folder in [git.git_dir(), git.common_dir()] {
            refs.logs(&folder.join("logs"), &mut 0);
        }
        refs.logged.sort_unstable();
        refs.logged.dedup();
        refs
    }

    fn add(&mut self, found: &gix::Reference<'_>) {
        // A symbolic ref says nothing that the ref it names does not.
        let Some(id) = found.try_id().map(gix::Id::detach) else { return };
        let name = found.name().as_bstr().to_vec();
        if name == STASH {
            self.stash.push(id);
        } else {
            self.ordinary.insert(name, id);
        }
    }

    /// Every line of every log: the ids before and after.
    fn logs(&mut self, folder: &Path, seen: &mut usize) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for entry in entries.flatten() {
            *seen += 1;
            let kind = entry.file_type();
            if *seen > 1_000_000 {
                return;
            } else if kind.as_ref().is_ok_and(std::fs::FileType::is_dir) {
                self.logs(&entry.path(), seen);
            } else if kind.is_ok_and(|kind| kind.is_file()) {
                self.log(&entry.path());
            }
        }
    }

    fn log(&mut self, path: &Path) {
        use std::io::Read;
        let mut text = Vec::new();
        let read = std::fs::File::open(path).and_then(|file| file.take(MAX_LOG).read_to_end(&mut text));
        if read.is_err() {
            return self.troubles.push("a log of a ref that cannot be read".to_owned());
        }
        let stash = path.ends_with("logs/refs/stash");
        for line in text.lines() {
            let ids = line.split(|byte| *byte == b' ').take(2).filter_map(|id| ObjectId::from_hex(id).ok());
            let ids = ids.filter(|id| !id.is_null());
            if stash { self.stash.extend(ids) } else { self.logged.extend(ids) }
        }
    }
}

/// The name people use of a ref: without `refs/heads/` and the like.
pub(super) fn short(name: &[u8]) -> &[u8] {
    let prefixes: [&[u8]; 4] = [b"refs/heads/", b"refs/tags/", b"refs/remotes/", b"refs/"];
    prefixes.iter().find_map(|prefix| name.strip_prefix(*prefix)).unwrap_or(name)
}
