//! The submodules of a repository that are here: what `.gitmodules` in HEAD names, absorbed into the repository's own
//! folder or standing in the working tree.

use std::path::{Component, Path, PathBuf};

use super::repository::{GitEnvironment, Repository};
use super::snapshot::Snapshot;

/// The file that names them.
const FILE: &str = ".gitmodules";

/// Submodules of submodules that are followed.
const MAX_DEPTH: usize = 16;

/// A submodule whose repository is here.
pub(super) struct Submodule {
    /// Its path, from the top of the outermost repository.
    pub(super) path: Vec<u8>,
    pub(super) repository: Repository,
    /// Paths within it of its own submodules that are here.
    pub(super) inner: Vec<Vec<u8>>,
}

/// The submodules of a repository that are here, those of submodules behind them; and the paths of the repository's own.
pub(super) fn find(repository: &Repository) -> (Vec<Submodule>, Vec<Vec<u8>>) {
    let mut all = Vec::new();
    let mut met = vec![repository.common_dir().canonicalize().unwrap_or_default()];
    let own = collect(repository, b"", &mut met, &mut all, MAX_DEPTH);
    (all, own)
}

fn collect(
    repository: &Repository,
    above: &[u8],
    met: &mut Vec<PathBuf>,
    all: &mut Vec<Submodule>,
    depth: usize,
) -> Vec<Vec<u8>> {
    let mut own = Vec::new();
    for (name, path) in if depth == 0 { Vec::new() } else { named(repository) } {
        let Some(found) = open(repository, &name, &path) else { continue };
        own.push(path.clone().into_bytes());
        // Two names can lead to one repository, and a hostile file back to where it stands.
        let folder = found.common_dir().canonicalize().unwrap_or_default();
        if met.contains(&folder) {
            continue;
        }
        met.push(folder);
        let path = [above, path.as_bytes()].concat();
        let at = all.len();
        all.push(Submodule { path: path.clone(), repository: found.clone(), inner: Vec::new() });
        all[at].inner = collect(&found, &[&path, &b"/"[..]].concat(), met, all, depth - 1);
    }
    own
}

/// Names and paths of submodules, as HEAD has them. Those that lead out of the repository are none.
fn named(repository: &Repository) -> Vec<(String, String)> {
    let Ok(Some(head)) = repository.head() else { return Vec::new() };
    let files = repository.files_at(&Snapshot::At(head), FILE).unwrap_or_default();
    let Some(text) = files.into_iter().next().and_then(|(_, text)| String::from_utf8(text).ok()) else {
        return Vec::new();
    };
    let Ok(file) = gix::config::File::try_from(text.as_str()) else { return Vec::new() };
    let sections = file.sections_by_name("submodule").into_iter().flatten();
    let named = sections.filter_map(|section| {
        let name = section.header().subsection_name()?.to_string();
        let path = section.value("path")?.to_string();
        (is_inside(&name) && is_inside(&path)).then_some((name, path))
    });
    named.collect()
}

fn is_inside(path: &str) -> bool {
    let path = Path::new(path);
    path.components().next().is_some() && path.components().all(|part| matches!(part, Component::Normal(_)))
}

/// Opens what git absorbed under the name, or what stands at the path.
fn open(repository: &Repository, name: &str, path: &str) -> Option<Repository> {
    let absorbed = repository.common_dir().join("modules").join(name);
    let standing = repository.work_dir().map(|folder| folder.join(path).join(".git"));
    let there = |folder: &PathBuf| folder.join("HEAD").is_file();
    let folder = [Some(absorbed), standing].into_iter().flatten().find(there)?;
    Repository::find(Some(&folder), &GitEnvironment::default()).ok()
}
