//! Which paths a walk has met, so that what it did not meet can be told.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Paths by a hash of 64 bits, eight bytes each: a tree of a million files costs eight megabytes.
#[derive(Default)]
pub(super) struct Visited {
    hashes: HashSet<u64>,
    dirs: Vec<PathBuf>,
}

/// Seeded at random, so that nobody can make two paths collide on purpose.
static SEED: LazyLock<RandomState> = LazyLock::new(RandomState::new);

fn hash(path: &Path) -> u64 {
    SEED.hash_one(path.as_os_str().as_encoded_bytes())
}

impl Visited {
    pub(super) fn add(&mut self, path: &Path) {
        self.hashes.insert(hash(path));
    }

    pub(super) fn add_dir(&mut self, path: &Path) {
        self.add(path);
        self.dirs.push(path.to_owned());
    }

    pub(super) fn holds(&self, path: &Path) -> bool {
        self.hashes.contains(&hash(path))
    }

    /// The folders that were entered.
    pub(super) fn dirs(&self) -> &[PathBuf] {
        &self.dirs
    }

    pub(super) fn merge(&mut self, mut other: Self) {
        self.dirs.append(&mut other.dirs);
        if self.hashes.is_empty() {
            self.hashes = other.hashes;
        } else {
            self.hashes.extend(other.hashes);
        }
    }
}
