//! Finding a repository and opening it without trust: its configuration is read, `include.path` in it is not followed,
//! replacements are not obeyed, nothing it names is run.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use gix::ObjectId;
use gix::index::State;

use super::index;
use super::objects::Objects;
use crate::model::Shown;
use crate::sources::SourceError;

/// What git tells a hook about the repository it runs for, by variables of the environment.
#[derive(Clone, Debug, Default)]
pub struct GitEnvironment {
    /// `GIT_DIR`.
    pub git_dir: Option<PathBuf>,
    /// `GIT_INDEX_FILE`: the index that becomes the commit. `git commit -a` and `git commit FILE` make one of their own.
    pub index: Option<PathBuf>,
    /// `GIT_OBJECT_DIRECTORY`: during a push, where the received objects are kept apart.
    pub objects: Option<PathBuf>,
    /// `GIT_ALTERNATE_OBJECT_DIRECTORIES`.
    pub alternates: Vec<PathBuf>,
}

/// A repository, as far as all threads of a scan share it.
#[derive(Clone)]
pub struct Repository {
    git_dir: PathBuf,
    common_dir: PathBuf,
    work_dir: Option<PathBuf>,
    index: PathBuf,
    /// Read once: it is the largest file that a staged scan reads.
    read_index: Arc<OnceLock<State>>,
    stores: Vec<PathBuf>,
    hash: gix::hash::Kind,
}

impl Repository {
    /// The repository at `path` or in a folder above it. Without a path it is the one that git's hook environment names,
    /// or the one around the current directory. What the environment says counts only for the repository it speaks of.
    ///
    /// # Errors
    /// If there is none, or it cannot be opened.
    pub fn find(path: Option<&Path>, environment: &GitEnvironment) -> Result<Self, SourceError> {
        let around = || match &environment.git_dir {
            Some(git_dir) => open(git_dir),
            None => discover(Path::new(".")),
        };
        let Some(path) = path else { return Ok(Self::new(&around()?, environment)) };
        let named = discover(path)?;
        let own = around().is_ok_and(|around| same(around.git_dir(), named.git_dir()));
        Ok(if own { Self::new(&named, environment) } else { Self::new(&named, &GitEnvironment::default()) })
    }

    fn new(git: &gix::Repository, environment: &GitEnvironment) -> Self {
        let work_dir = git.workdir().map(Path::to_owned);
        // Git means such a path from the top of the working tree, where it starts its hooks.
        let index = match &environment.index {
            Some(index) => work_dir.as_deref().unwrap_or(Path::new("")).join(index),
            None => git.index_path(),
        };
        let mut stores = vec![git.objects.store_ref().path().to_owned()];
        for store in environment.objects.iter().chain(&environment.alternates) {
            if !stores.contains(store) {
                stores.push(store.clone());
            }
        }
        let (git_dir, common_dir) = (git.git_dir().to_owned(), git.common_dir().to_owned());
        Self { git_dir, common_dir, work_dir, index, read_index: Arc::default(), stores, hash: git.object_hash() }
    }

    /// The folder with the repository's own data: `.git`, or that of a linked worktree.
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// The folder that all worktrees of the repository share.
    pub fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// The top of the working tree; a bare repository has none.
    pub fn work_dir(&self) -> Option<&Path> {
        self.work_dir.as_deref()
    }

    /// What `core.hooksPath` says: by the environment, the repository, or the user's and the system's own files, in this
    /// order. It is read to know where git looks for hooks.
    pub fn hooks_path(&self) -> Option<PathBuf> {
        const KEY: &str = "core.hooksPath";
        let own = || Some(self.open().ok()?.config_snapshot().string(KEY)?.to_vec());
        let global = || Some(gix::config::File::from_globals().ok()?.string(KEY)?.to_vec());
        let value = self.hooks_path_of_environment().or_else(own).or_else(global)?;
        (!value.is_empty()).then(|| gix::path::from_byte_slice(&value).ok().map(Path::to_owned)).flatten()
    }

    fn hooks_path_of_environment(&self) -> Option<Vec<u8>> {
        Some(gix::config::File::from_environment_overrides().ok()?.string("core.hooksPath")?.to_vec())
    }

    /// A value of the repository's own configuration, which is read and never obeyed.
    pub fn config(&self, key: &str) -> Option<Vec<u8>> {
        let git = self.open().ok()?;
        git.config_snapshot().string(key).map(|value| value.to_vec())
    }

    pub(super) fn index_path(&self) -> &Path {
        &self.index
    }

    /// The index that git names, or the repository's own.
    pub(super) fn index(&self) -> Result<&State, SourceError> {
        if self.read_index.get().is_none() {
            let read = index::read(&self.index, self.hash).ok_or_else(|| SourceError::Unusable {
                target: shown(&self.index),
                problem: "the index cannot be read; `git status` says what is wrong with it".into(),
            })?;
            // Another thread can only have put the same there.
            let _ = self.read_index.set(read);
        }
        self.read_index.get().ok_or_else(|| self.unusable("the index cannot be read"))
    }

    pub(super) fn open(&self) -> Result<gix::Repository, SourceError> {
        open(&self.git_dir)
    }

    pub(super) fn objects(&self) -> Objects {
        Objects::new(&self.stores, self.hash)
    }

    /// The folders of objects: the repository's own, those it borrows from, and those that git keeps apart.
    pub(super) fn folders(&self) -> Vec<PathBuf> {
        let mut folders = self.stores.clone();
        if let Ok(git) = self.open() {
            folders.extend(git.objects.store_ref().alternate_db_paths().unwrap_or_default());
        }
        let mut seen = HashSet::new();
        folders.retain(|folder| seen.insert(folder.canonicalize().unwrap_or_else(|_| folder.clone())));
        folders
    }

    pub(super) fn hash(&self) -> gix::hash::Kind {
        self.hash
    }

    /// Commits whose parents are left out of this repository on purpose.
    pub(super) fn shallow(&self) -> HashSet<ObjectId> {
        let commits = self.open().ok().and_then(|git| git.shallow_commits().ok().flatten());
        commits.map(|commits| commits.iter().copied().collect()).unwrap_or_default()
    }

    /// An error about this repository.
    pub(super) fn unusable(&self, problem: impl Into<String>) -> SourceError {
        let place = self.work_dir.as_deref().unwrap_or(&self.git_dir);
        SourceError::Unusable { target: shown(place), problem: problem.into() }
    }
}

fn options() -> gix::open::Options {
    gix::open::Options::isolated().config_overrides(["core.useReplaceRefs=false"])
}

fn open(git_dir: &Path) -> Result<gix::Repository, SourceError> {
    gix::open_opts(git_dir, options()).map_err(|error| refused(git_dir, &error))
}

fn discover(path: &Path) -> Result<gix::Repository, SourceError> {
    if !path.exists() {
        return Err(SourceError::NotFound(path.to_owned()));
    }
    let trust = gix::sec::trust::Mapping { full: options(), reduced: options() };
    let found = gix::ThreadSafeRepository::discover_opts(path, gix::discover::upwards::Options::default(), trust);
    found.map(|found| found.to_thread_local()).map_err(|error| refused(path, &error))
}

/// What gix says could hold what a hostile file says; the first line of it, escaped, is enough.
fn refused(path: &Path, error: &gix::Error) -> SourceError {
    let said = error.to_string();
    let said = Shown::from_bytes(said.lines().next().unwrap_or_default().as_bytes());
    SourceError::Unusable { target: shown(path), problem: format!("no git repository can be opened here ({said})") }
}

fn same(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}

fn shown(path: &Path) -> Shown {
    Shown::from_bytes(path.as_os_str().as_encoded_bytes())
}
