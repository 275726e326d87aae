//! Where the index has objects: what is staged and in no commit yet has a path all the same.

use std::collections::HashMap;

use gix::bstr::ByteSlice;

use super::repository::Repository;
use super::store::Store;

/// The paths of the index by the numbers of their objects. An index that cannot be read tells none; the objects were
/// scanned without it.
pub(super) fn read(repository: &Repository, store: &Store) -> HashMap<u32, Vec<Vec<u8>>> {
    let mut paths: HashMap<u32, Vec<Vec<u8>>> = HashMap::new();
    let path = repository.index_path();
    if !path.is_file() {
        return paths;
    }
    let options = gix::index::decode::Options::default();
    let Ok(index) = gix::index::File::at(path, repository.hash(), true, options) else { return paths };
    for entry in index.entries() {
        if let Some(number) = store.find(&entry.id) {
            paths.entry(number).or_default().push(entry.path(&index).as_bytes().to_vec());
        }
    }
    paths
}
