//! What is staged: the index against HEAD. The working tree is never read, so what stands there changes nothing.

use std::collections::HashMap;

use gix::ObjectId;
use gix::objs::Kind;

use super::blobs::{self, Version, Versions};
use super::changes::{Change, Changes};
use super::lines::Changed;
use super::objects::Objects;
use super::repository::Repository;
use super::special::Pointer;
use super::{index, scope};
use crate::model::{BlobKind, Finding, Gap, History, Note, Place, Reach, Shown, Status, Suppression, SuppressionKind};
use crate::sources::{Source, SourceError, Visitor};

/// Options of a staged scan.
#[derive(Clone, Debug, Default)]
pub struct StagedOptions {
    /// Whether all of a changed file counts, and not its changed lines alone.
    pub whole_files: bool,
    /// Threads; 0 means one for each core.
    pub threads: usize,
    /// What the reader of the report should know beforehand.
    pub notes: Vec<Note>,
}

/// The content of the next commit that HEAD does not have.
pub struct Staged {
    repository: Repository,
    options: StagedOptions,
    /// The changes by their number less one, once they are known.
    changes: std::sync::OnceLock<Vec<Change>>,
}

impl Staged {
    /// What is staged in this repository.
    pub fn new(repository: Repository, options: StagedOptions) -> Self {
        Self { repository, options, changes: std::sync::OnceLock::new() }
    }

    fn compare(&self) -> Result<Changes, SourceError> {
        if self.repository.work_dir().is_none() && !self.repository.index_path().exists() {
            return Err(self.repository.unusable("a bare repository has no index; scan its commits with --range"));
        }
        let git = self.repository.open()?;
        let objects = self.repository.objects();
        let head = scope::head(&git, &self.repository)?.map(|commit| objects.tree_of(commit));
        let head = head.transpose().map_err(|trouble| self.repository.unusable(trouble.detail))?;
        Ok(index::compare(&objects, self.repository.index()?, head))
    }
}

impl Source for Staged {
    fn walk(&self, visitor: &dyn Visitor) -> Result<(), SourceError> {
        let changes = self.compare()?;
        blobs::report(&changes, &self.options.notes, visitor);
        let files: Vec<Versions> =
            (1u32..).zip(&changes.files).map(|(number, change)| versions(number, change)).collect();
        if files.is_empty() && changes.troubles.is_empty() {
            let reason = "nothing is staged that HEAD does not have; there is nothing to look at";
            visitor.worker().nothing(&Place::new(BlobKind::File, b"."), reason);
        }
        blobs::push(&self.repository, &files, visitor, self.options.threads);
        // Nobody else sets it: a source is walked once.
        let _ = self.changes.set(changes.files);
        Ok(())
    }

    fn locate(&self, findings: &mut Vec<Finding>, gaps: &mut Vec<Gap>) {
        let changes = self.changes.get().map(Vec::as_slice).unwrap_or_default();
        let mut lines = Lines { objects: self.repository.objects(), known: HashMap::new() };
        for finding in findings.iter_mut() {
            let number = std::mem::take(&mut finding.place.version);
            let Some(change) = (number as usize).checked_sub(1).and_then(|i| changes.get(i)) else { continue };
            let is_new = self.options.whole_files || lines.are_new(number, change, finding);
            finding.history = Some(Box::new(history(change, !is_new)));
            if !is_new && finding.status == Status::Open {
                finding.status = Status::Suppressed(unchanged());
            }
        }
        gaps.iter_mut().for_each(|gap| gap.place.version = 0);
    }
}

fn versions(number: u32, change: &Change) -> Versions {
    let version = Version { number, id: change.id, kind: change.kind, is_new: true };
    Versions { path: change.path.clone(), all: vec![version] }
}

fn history(change: &Change, in_head: bool) -> History {
    History {
        object: change.id.to_string(),
        introduced: None,
        times: 0,
        versions: 1,
        in_head,
        reach: Reach::Index,
        refs: Vec::new(),
        refs_in_all: 0,
        link: None,
    }
}

fn unchanged() -> Suppression {
    Suppression {
        kind: SuppressionKind::Unchanged,
        reason: Shown::from_bytes(b"HEAD has this line already; the commit does not touch it"),
        owner: None,
    }
}

/// The changed lines of each file with findings, compared once.
struct Lines {
    objects: Objects,
    known: HashMap<u32, Changed>,
}

impl Lines {
    /// Whether the change touches a line of the finding.
    fn are_new(&mut self, number: u32, change: &Change, finding: &Finding) -> bool {
        // Moved as it is.
        let moved = change.moved_from().is_some();
        match finding.place.kind {
            BlobKind::Name => change.olds.is_empty() || moved,
            BlobKind::File => {
                let changed = self.known.entry(number).or_insert_with(|| compare(&self.objects, change));
                !moved && changed.touches(finding.region.start_line, finding.region.end_line)
            }
            BlobKind::SymlinkTarget
            | BlobKind::Member
            | BlobKind::Stream
            | BlobKind::Commit
            | BlobKind::Tag
            | BlobKind::Layer
            | BlobKind::Image => !moved,
        }
    }
}

fn compare(objects: &Objects, change: &Change) -> Changed {
    let [old] = change.olds[..] else { return Changed::ALL };
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let read = |id: ObjectId, buffer| objects.read(id, Kind::Blob, buffer).map(<[u8]>::len);
    match (read(old.id, &mut before), read(change.id, &mut after)) {
        // The findings are those of the content that the pointer stands for.
        (Ok(_), Ok(_)) if Pointer::parse(&after).is_some() => Changed::ALL,
        (Ok(_), Ok(_)) => Changed::between(&before, &after),
        _ => Changed::ALL,
    }
}
