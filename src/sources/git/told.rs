//! Which versions there is something to tell of, asked once for every entry of every tree.

use std::collections::HashSet;

use gix::hash::oid;

use super::store::Store;

/// Bits of an id that are looked at first. A million bits are 128 KiB.
const BITS: u32 = 20;

/// Versions that there is something to tell of.
#[derive(Default)]
pub(super) struct Told {
    versions: HashSet<u32>,
    /// One bit for each start of an id.
    starts: Vec<u64>,
    /// Whether a name is among them.
    pub(super) has_names: bool,
}

impl Told {
    pub(super) fn new(versions: impl IntoIterator<Item = u32>, store: &Store) -> Self {
        let mut told = Self { starts: vec![0; 1 << (BITS - 6)], ..Self::default() };
        for version in versions {
            if version < store.len() {
                let start = start(&store.id(version));
                told.starts[start / 64] |= 1 << (start % 64);
            } else {
                told.has_names = true;
            }
            told.versions.insert(version);
        }
        told
    }

    /// Whether the version is one of them.
    pub(super) fn holds(&self, version: u32) -> bool {
        self.versions.contains(&version)
    }

    /// Whether an object may be one of them. `false` is certain.
    pub(super) fn may_hold(&self, id: &oid) -> bool {
        let start = start(id);
        self.starts[start / 64] >> (start % 64) & 1 != 0
    }
}

fn start(id: &oid) -> usize {
    let first = id.as_bytes().first_chunk::<4>().map_or(0, |bytes| u32::from_be_bytes(*bytes));
    (first >> (32 - BITS)) as usize
}
