//! What ignore files took out of a walk: the entries of the folders it entered that it did not meet.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use super::visited::Visited;
use crate::sources::threads::thread_count;

/// The topmost paths under `root` that were not visited.
pub(super) fn find(root: &Path, visited: &Visited, threads: usize) -> BTreeSet<PathBuf> {
    let threads = thread_count(threads);
    let (next, found) = (AtomicUsize::new(0), Mutex::new(BTreeSet::new()));
    let work = || {
        loop {
            let folder = match next.fetch_add(1, Relaxed) {
                0 => root,
                i => match visited.dirs().get(i - 1) {
                    Some(folder) => folder,
                    None => return,
                },
            };
            let missed = missed_in(folder, visited);
            if !missed.is_empty() {
                found.lock().unwrap_or_else(std::sync::PoisonError::into_inner).extend(missed);
            }
        }
    };
    std::thread::scope(|scope| {
        (1..threads).for_each(|_| drop(scope.spawn(work)));
        work();
    });
    found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// A folder that cannot be listed any more was listed before; what it held then was visited.
fn missed_in(folder: &Path, visited: &Visited) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| !visited.holds(path)).collect()
}
