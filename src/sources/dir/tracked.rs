//! Files that git tracks although an ignore file names them: ignoring does not keep them from being committed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::names::Names;
use super::visited::Visited;
use crate::model::{BlobKind, GapKind, Place};
use crate::sources::Worker;

/// Tracked paths under `root` that the walk did not visit.
///
/// `repositories` are the folders that hold a `.git`; the repository that holds `root` itself is looked for above it.
pub(super) fn hidden(
    root: &Path,
    repositories: &BTreeSet<PathBuf>,
    visited: &Visited,
    worker: &mut dyn Worker,
    names: &Names<'_>,
) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let above = above(root).filter(|folder| !repositories.contains(folder));
    for folder in repositories.iter().cloned().chain(above) {
        match tracked(&folder) {
            Ok(paths) => found.extend(under(root, &folder, paths).filter(|path| !visited.holds(path))),
            Err(error) => {
                let name = names.of(&folder.join(".git"));
                let detail =
                    format!("its index cannot be read, so tracked files that are ignored may be missing: {error}");
                worker.gap(&Place::new(BlobKind::File, &name), GapKind::Unreadable, 0, &detail);
            }
        }
    }
    found
}

/// The folder above `root` that holds a `.git`.
fn above(root: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(root).ok()?;
    absolute.ancestors().skip(1).find(|folder| folder.join(".git").exists()).map(Path::to_owned)
}

/// The paths of a repository's index, as they stand in the tree, in the form the walk has them.
fn under<'a>(root: &'a Path, folder: &'a Path, paths: Vec<PathBuf>) -> impl Iterator<Item = PathBuf> + 'a {
    let absolute = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
    paths.into_iter().filter_map(move |path| {
        let full = folder.join(path);
        if full.starts_with(root) { Some(full) } else { Some(root.join(full.strip_prefix(&absolute).ok()?)) }
    })
}

fn tracked(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn std::error::Error>> {
    let repository = gix::open_opts(folder, gix::open::Options::isolated())?;
    let index = repository.index_or_empty()?;
    let path = |entry: &gix::index::Entry| gix::path::from_bstr(entry.path(&index)).ok().map(|p| p.into_owned());
    Ok(index
        .entries()
        .iter()
        .filter(|entry| !entry.mode.is_submodule() && !entry.mode.is_sparse())
        .filter_map(path)
        .collect())
}
