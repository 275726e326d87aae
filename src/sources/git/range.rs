//! The commits of a scope: every version of a file that they bring, against all parents, with their messages.
//!
//! What a parent outside of the scope has at the same path is looked at too, for comparison: a secret that was there
//! before is not what the change brings.

use std::collections::{BTreeSet, HashSet};
use std::sync::OnceLock;

use gix::ObjectId;
use gix::objs::{Kind, TagRefIter};

use super::changes::Changes;
use super::commits::{self, Commit, Found, commit_name};
use super::objects::{Objects, Trouble};
use super::repository::Repository;
use super::scope::Scope;
use super::state::{Item, State};
use super::{blobs, found};
use crate::model::{BlobKind, Finding, Gap, GapKind, Note, Place};
use crate::sources::{Content, Source, SourceError, Visitor, Worker};

/// Options of a scan of commits.
#[derive(Clone, Debug, Default)]
pub struct RangeOptions {
    /// Threads; 0 means one for each core.
    pub threads: usize,
    /// How many commits there must be. Another number is a gap: what was asked for and what is here are not the same.
    pub expect_commits: Option<u64>,
    /// What the reader of the report should know beforehand.
    pub notes: Vec<Note>,
}

/// The commits of a scope.
pub struct Range {
    repository: Repository,
    scope: Scope,
    options: RangeOptions,
    state: OnceLock<State>,
}

impl Range {
    /// The commits of this scope.
    pub fn new(repository: Repository, scope: Scope, options: RangeOptions) -> Self {
        Self { repository, scope, options, state: OnceLock::new() }
    }

    fn check(&self, found: &Found, worker: &mut dyn Worker) -> Result<(), SourceError> {
        let asked = &self.scope.asked;
        let place = Place::new(BlobKind::Commit, asked.as_str().as_bytes());
        if found.commits.is_empty() && found.troubles.is_empty() {
            if !self.scope.may_be_empty {
                return Err(self
                    .repository
                    .unusable(format!("`{asked}` holds no commit; look for a slip of the hand")));
            }
            worker.nothing(&place, "it brings no commit that is not there already");
        }
        let count = found.commits.len() as u64;
        if let Some(expected) = self.options.expect_commits.filter(|expected| *expected != count) {
            let detail = format!("{expected} commits were to be scanned, and {count} are here");
            worker.gap(&place, GapKind::Missing, 0, &detail);
        }
        for (id, trouble) in &found.troubles {
            tell(worker, &Place::new(BlobKind::Commit, commit_name(*id).as_bytes()), trouble);
        }
        Ok(())
    }

    /// The new content of a commit: what none of its parents has.
    fn changes(&self, objects: &Objects, commit: &Commit, parents: &[ObjectId]) -> Changes {
        let mut changes = Changes::default();
        // A parent that is not here hides nothing: more counts as new.
        let trees: Vec<ObjectId> = parents.iter().filter_map(|parent| objects.tree_of(*parent).ok()).collect();
        changes.compare(objects, Vec::new(), commit.tree, &trees);
        changes.follow_moves(objects);
        changes
    }
}

impl Source for Range {
    fn walk(&self, visitor: &dyn Visitor) -> Result<(), SourceError> {
        let (objects, shallow) = (self.repository.objects(), self.repository.shallow());
        let found = commits::find(&objects, &self.scope, &shallow);
        self.check(&found, &mut *visitor.worker())?;
        let mut state = State::default();
        let new: HashSet<ObjectId> = found.commits.iter().map(|commit| commit.id).collect();
        for (position, commit) in found.commits.iter().enumerate() {
            let parents = if shallow.contains(&commit.id) { &[][..] } else { &commit.parents };
            let parents: Vec<ObjectId> =
                parents.iter().filter(|parent| objects.tree_of(**parent).is_ok()).copied().collect();
            let changes = self.changes(&objects, commit, &parents);
            blobs::report(&changes, &[], visitor);
            for change in changes.files {
                state.bring(position, &change, |tree| parents.get(tree).is_some_and(|parent| new.contains(parent)));
            }
        }
        state.commits = found.commits;
        self.push(state, &objects, visitor);
        Ok(())
    }

    fn locate(&self, findings: &mut Vec<Finding>, gaps: &mut Vec<Gap>) {
        let Some(state) = self.state.get() else { return };
        found::settle(&self.repository, &self.scope, state, findings);
        // What was looked at for comparison alone owes nobody completeness.
        gaps.retain_mut(|gap| {
            let number = std::mem::take(&mut gap.place.version);
            state.is_new(number)
        });
        gaps.sort();
        gaps.dedup();
    }
}

impl Range {
    fn push(&self, mut state: State, objects: &Objects, visitor: &dyn Visitor) {
        blobs::push(&self.repository, &state.versions(), visitor, self.options.threads);
        blobs::report(&Changes::default(), &self.options.notes, visitor);
        let mut worker = visitor.worker();
        for position in 0..state.commits.len() {
            let number = state.add(Item::Commit(position));
            push_commit(&mut *worker, objects, state.commits[position].id, number);
        }
        let tags: BTreeSet<ObjectId> = self.scope.tags.iter().copied().collect();
        for tag in tags {
            let number = state.add(Item::Tag(tag));
            push_tag(&mut *worker, objects, tag, number);
        }
        // Nobody else sets it: a source is walked once.
        let _ = self.state.set(state);
    }
}

fn push_commit(worker: &mut dyn Worker, objects: &Objects, id: ObjectId, number: u32) {
    let (name, mut buffer) = (commit_name(id), Vec::new());
    let place = Place::new(BlobKind::Commit, name.as_bytes()).in_version(number);
    match objects.read(id, Kind::Commit, &mut buffer) {
        // Few are pushed this way; whether to go on is no question.
        Ok(bytes) => drop(worker.blob(&place, Content::Bytes(bytes))),
        Err(trouble) => tell(worker, &place, &trouble),
    }
}

fn push_tag(worker: &mut dyn Worker, objects: &Objects, id: ObjectId, number: u32) {
    let mut buffer = Vec::new();
    let read = objects.read(id, Kind::Tag, &mut buffer);
    let tag_name = |bytes| {
        TagRefIter::from_bytes(bytes, objects.hash).find_map(|token| match token {
            Ok(gix::objs::tag::ref_iter::Token::Name(name)) => Some(name.to_vec()),
            _ => None,
        })
    };
    let name = read.as_ref().ok().and_then(|bytes| tag_name(bytes)).unwrap_or_else(|| id.to_string().into_bytes());
    let name = [b"tag ", &name[..]].concat();
    let place = Place::new(BlobKind::Tag, &name).in_version(number);
    match read {
        Ok(bytes) => drop(worker.blob(&place, Content::Bytes(bytes))),
        Err(trouble) => tell(worker, &place, &trouble),
    }
}

fn tell(worker: &mut dyn Worker, place: &Place<'_>, trouble: &Trouble) {
    worker.gap(place, trouble.kind, trouble.bytes, &trouble.detail);
}
