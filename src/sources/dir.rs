//! A working tree: every file under the given paths, by the `ignore` crate's parallel walker.
//!
//! Ignore files are respected, `.gitignore` inside of git repositories only, and never hide a file that git tracks. Hidden
//! files are looked at. The folder `.git` is an exclusion: what it holds is packed, and `tightlip git` reads it. The target of a symbolic link is read as text and never followed. FIFOs, sockets and devices are never
//! opened.

mod file;
mod ignored;
mod names;
mod tracked;
mod visited;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ignore::{DirEntry, ParallelVisitor, ParallelVisitorBuilder, WalkBuilder, WalkState};

use super::source::{Flow, Source, SourceError, Visitor, Worker};
use crate::model::{BlobKind, GapKind, Place};
use file::Reading;
use names::Names;
use visited::Visited;

/// Why the folder `.git` is not entered.
const HISTORY: &str = "repository: `tightlip git` scans its history";

/// Options of a tree scan.
#[derive(Clone, Copy, Debug)]
pub struct DirOptions {
    /// Whether `.gitignore`, `.ignore` and git's own excludes take files out of the scan.
    pub ignore_files: bool,
    /// Whether the inside of `.git` is looked at, as plain files.
    pub inside_git: bool,
    /// Threads; 0 means one for each core.
    pub threads: usize,
}

impl Default for DirOptions {
    fn default() -> Self {
        Self { ignore_files: true, inside_git: false, threads: 0 }
    }
}

/// Files and folders of the local file system.
pub struct Dir {
    paths: Vec<PathBuf>,
    options: DirOptions,
}

impl Dir {
    /// The trees under `paths`. Addresses in reports are relative to the path they were found under, and begin with it
    /// where there are several.
    pub fn new(paths: Vec<PathBuf>, options: DirOptions) -> Self {
        Self { paths, options }
    }

    fn walk_root(&self, root: &Path, visitor: &dyn Visitor) -> Result<(), SourceError> {
        let metadata = std::fs::symlink_metadata(root).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => SourceError::NotFound(root.to_owned()),
            _ => SourceError::Unreadable(root.to_owned(), error),
        })?;
        // A link that the user names is the user's wish; links inside of a tree are the tree's.
        let metadata = if metadata.is_symlink() {
            std::fs::metadata(root).map_err(|e| SourceError::Unreadable(root.to_owned(), e))?
        } else {
            metadata
        };
        let names = Names { root, prefix: (self.paths.len() > 1).then_some(root) };
        if !metadata.is_dir() {
            let name = names.of_file();
            let path = std::fs::canonicalize(root).map_err(|e| SourceError::Unreadable(root.to_owned(), e))?;
            let mut worker = visitor.worker();
            // One file: whether to go on is no question.
            let _ = file::push(&mut *worker, &mut Reading::default(), &path, &name, metadata.file_type());
            return Ok(());
        }
        std::fs::read_dir(root).map_err(|error| SourceError::Unreadable(root.to_owned(), error))?;
        self.walk_tree(root, &names, visitor);
        Ok(())
    }

    fn walk_tree(&self, root: &Path, names: &Names<'_>, visitor: &dyn Visitor) {
        let inside_git = self.options.inside_git;
        let shared = Shared { names, inside_git, visitor, visited: Mutex::default(), repositories: Mutex::default() };
        let mut builder = WalkBuilder::new(root);
        builder
            .standard_filters(self.options.ignore_files)
            .hidden(false)
            // Outside of a repository a `.gitignore` says nothing of what will be shared: a folder that is copied into
            // an image or an archive takes everything along.
            .require_git(true)
            .threads(self.options.threads);
        builder.build_parallel().visit(&mut Builder { shared: &shared });
        if !self.options.ignore_files {
            return;
        }
        let visited = shared.visited.into_inner().unwrap_or_else(PoisonError::into_inner);
        let repositories = shared.repositories.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut worker = visitor.worker();
        let found = ignored::find(root, &visited, self.options.threads);
        let tracked = tracked::hidden(root, &repositories, &visited, &mut *worker, names);
        for path in &tracked {
            if push_path(&mut *worker, &mut Reading::default(), names, path) == Flow::Stop {
                return;
            }
        }
        for entry in found.iter().filter(|entry| !tracked.contains(*entry)) {
            exclude(&mut *worker, names, entry);
        }
    }
}

impl Source for Dir {
    fn walk(&self, visitor: &dyn Visitor) -> Result<(), SourceError> {
        self.paths.iter().try_for_each(|root| self.walk_root(root, visitor))
    }
}

/// What the threads of one walk share.
struct Shared<'a> {
    names: &'a Names<'a>,
    inside_git: bool,
    visitor: &'a dyn Visitor,
    visited: Mutex<Visited>,
    /// Folders that hold a `.git`.
    repositories: Mutex<BTreeSet<PathBuf>>,
}

struct Builder<'a> {
    shared: &'a Shared<'a>,
}

impl<'s, 'a: 's> ParallelVisitorBuilder<'s> for Builder<'a> {
    fn build(&mut self) -> Box<dyn ParallelVisitor + 's> {
        Box::new(Walker {
            shared: self.shared,
            worker: self.shared.visitor.worker(),
            reading: Reading::default(),
            visited: Visited::default(),
        })
    }
}

/// One thread of a walk.
struct Walker<'a> {
    shared: &'a Shared<'a>,
    worker: Box<dyn Worker + Send + 'a>,
    reading: Reading,
    visited: Visited,
}

impl Drop for Walker<'_> {
    fn drop(&mut self) {
        let mut all = self.shared.visited.lock().unwrap_or_else(PoisonError::into_inner);
        all.merge(std::mem::take(&mut self.visited));
    }
}

impl ParallelVisitor for Walker<'_> {
    fn visit(&mut self, entry: Result<DirEntry, ignore::Error>) -> WalkState {
        match entry {
            Ok(entry) => self.entry(&entry),
            Err(error) => self.failed(&error),
        }
    }
}

impl Walker<'_> {
    fn entry(&mut self, entry: &DirEntry) -> WalkState {
        let path = entry.path();
        let Some(kind) = entry.file_type() else { return WalkState::Continue };
        if entry.file_name() == ".git" && self.shared.inside_git {
            self.repository(path);
        } else if entry.file_name() == ".git" && entry.depth() > 0 {
            let mut repositories = self.shared.repositories.lock().unwrap_or_else(PoisonError::into_inner);
            repositories.extend(path.parent().map(Path::to_owned));
            drop(repositories);
            if kind.is_dir() {
                return self.leave_out(path);
            }
        }
        if kind.is_dir() {
            return self.folder(entry);
        }
        self.visited.add(path);
        let name = self.shared.names.of(path);
        match file::push(&mut *self.worker, &mut self.reading, path, &name, kind) {
            Flow::Continue => WalkState::Continue,
            Flow::Stop => WalkState::Quit,
        }
    }

    /// A repository that is shared as it is: its files are looked at, and what its packs hold is not.
    fn repository(&mut self, path: &Path) {
        if path.is_dir() {
            let told = "a git repository: its history is looked at by `tightlip git`; scan it there, or leave it out";
            let name = self.shared.names.of(path);
            self.worker.gap(&Place::new(BlobKind::File, &name), GapKind::Elsewhere, 0, told);
        }
    }

    /// A repository beside the tree it belongs to: it is told, and not entered.
    fn leave_out(&mut self, path: &Path) -> WalkState {
        self.visited.add(path);
        let name = self.shared.names.of(path);
        let place = Place::new(BlobKind::File, &name);
        if self.worker.wants(&place, None) {
            self.worker.excluded(&place, HISTORY, None);
        }
        WalkState::Skip
    }

    fn folder(&mut self, entry: &DirEntry) -> WalkState {
        if entry.depth() == 0 {
            return WalkState::Continue;
        }
        let name = self.shared.names.of(entry.path());
        if !self.worker.wants(&Place::new(BlobKind::File, &name), None) {
            self.visited.add(entry.path());
            return WalkState::Skip;
        }
        self.worker.folder(&Place::new(BlobKind::Name, &name));
        self.visited.add_dir(entry.path());
        WalkState::Continue
    }

    /// What the walker could not list. A faulty ignore file is no reason to stop: it hides less.
    fn failed(&mut self, error: &ignore::Error) -> WalkState {
        let (path, kind) = blame(error);
        let name = path.map_or_else(|| b".".to_vec(), |path| self.shared.names.of(path));
        self.worker.gap(&Place::new(BlobKind::File, &name), kind, 0, &plain(error));
        WalkState::Continue
    }
}

/// The path an error of the walker speaks of, and what kind of gap it makes.
fn blame(error: &ignore::Error) -> (Option<&Path>, GapKind) {
    match error {
        ignore::Error::WithPath { path, err } => (Some(path), blame(err).1),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => blame(err),
        ignore::Error::Loop { child, .. } => (Some(child), GapKind::Unreadable),
        ignore::Error::Io(error) if error.kind() == std::io::ErrorKind::NotFound => (None, GapKind::Vanished),
        _ => (None, GapKind::Unreadable),
    }
}

/// What went wrong, without the path: the gap's place says it.
fn plain(error: &ignore::Error) -> String {
    error.io_error().map_or_else(|| "the folder cannot be listed".to_owned(), ToString::to_string)
}

fn push_path(worker: &mut dyn Worker, reading: &mut Reading, names: &Names<'_>, path: &Path) -> Flow {
    match std::fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => Flow::Continue,
        Ok(metadata) => file::push(worker, reading, path, &names.of(path), metadata.file_type()),
        // Tracked and deleted: there is nothing of it in the tree.
        Err(_) => Flow::Continue,
    }
}

fn exclude(worker: &mut dyn Worker, names: &Names<'_>, path: &Path) {
    let Ok(metadata) = std::fs::symlink_metadata(path) else { return };
    let name = names.of(path);
    worker.excluded(&Place::new(BlobKind::File, &name), "ignore file", metadata.is_file().then_some(metadata.len()));
}
