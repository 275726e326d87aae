//! The commits that some revisions lead to and others do not, by a walk over both at once, newest first.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use gix::ObjectId;
use gix::objs::{CommitRefIter, Kind};

use super::objects::{Objects, Trouble};
use super::scope::Scope;
use crate::model::GapKind;

/// How far clocks may be apart, in seconds. A commit that claims to be older than its parents by more than this can be
/// taken for new although it is known: it is looked at once more, and nothing is missed.
const CLOCK_SKEW: i64 = 7 * 86_400;

/// A commit.
#[derive(Clone, Debug)]
pub(super) struct Commit {
    pub(super) id: ObjectId,
    pub(super) tree: ObjectId,
    pub(super) parents: Vec<ObjectId>,
    pub(super) time: i64,
}

/// The commits that are new, oldest first, and what kept the walk from seeing all of them.
pub(super) struct Found {
    pub(super) commits: Vec<Commit>,
    pub(super) troubles: Vec<(ObjectId, Trouble)>,
}

/// Finds the commits of a scope. `shallow` are those whose parents were left out of the repository.
pub(super) fn find(objects: &Objects, scope: &Scope, shallow: &HashSet<ObjectId>) -> Found {
    let mut walk = Walk { objects, seen: HashMap::new(), queue: BinaryHeap::new(), open: 0, oldest: i64::MAX };
    scope.tips.iter().for_each(|tip| walk.add(tip.id, true));
    scope.known.iter().for_each(|id| walk.add(*id, false));
    while let Some((time, id)) = walk.queue.pop() {
        if walk.open == 0 && time < walk.oldest.saturating_sub(CLOCK_SKEW) {
            break;
        }
        walk.expand(id, scope.since, shallow.contains(&id));
    }
    walk.finish(shallow)
}

struct Seen {
    commit: Result<Commit, Trouble>,
    is_new: bool,
    is_queued: bool,
}

struct Walk<'a> {
    objects: &'a Objects,
    seen: HashMap<ObjectId, Seen>,
    queue: BinaryHeap<(i64, ObjectId)>,
    /// New commits in the queue.
    open: usize,
    /// The time of the oldest commit that was taken for new.
    oldest: i64,
}

impl Walk<'_> {
    /// Meets a commit. One that turns out to be known is looked at again, since its parents are known too.
    fn add(&mut self, id: ObjectId, is_new: bool) {
        let (objects, open) = (self.objects, &mut self.open);
        let mut first = false;
        let seen = self.seen.entry(id).or_insert_with(|| {
            first = true;
            Seen { commit: read(objects, id), is_new, is_queued: false }
        });
        let demoted = seen.is_new && !is_new;
        if demoted {
            seen.is_new = false;
            *open -= usize::from(seen.is_queued);
        }
        if (first || demoted) && !seen.is_queued {
            seen.is_queued = true;
            *open += usize::from(seen.is_new);
            let time = seen.commit.as_ref().map_or(i64::MAX, |commit| commit.time);
            self.queue.push((time, id));
        }
    }

    fn expand(&mut self, id: ObjectId, since: Option<i64>, is_shallow: bool) {
        let Some(seen) = self.seen.get_mut(&id) else { return };
        seen.is_queued = false;
        self.open -= usize::from(seen.is_new);
        let Ok(commit) = &seen.commit else { return };
        if since.is_some_and(|since| commit.time < since) {
            seen.is_new = false;
        }
        if seen.is_new {
            self.oldest = self.oldest.min(commit.time);
        }
        let is_new = seen.is_new;
        if !is_shallow && (is_new || since.is_none()) {
            commit.parents.clone().into_iter().for_each(|parent| self.add(parent, is_new));
        }
    }

    fn finish(self, shallow: &HashSet<ObjectId>) -> Found {
        let mut found = Found { commits: Vec::new(), troubles: Vec::new() };
        for (id, seen) in self.seen.into_iter().filter(|(_, seen)| seen.is_new) {
            match seen.commit {
                Ok(commit) => {
                    if shallow.contains(&id) {
                        let detail = "the history before it was left out of this repository (a shallow clone); \
                                      fetch it with `git fetch --unshallow`";
                        found.troubles.push((id, Trouble::new(GapKind::Missing, detail)));
                    }
                    found.commits.push(commit);
                }
                Err(trouble) => found.troubles.push((id, trouble)),
            }
        }
        found.commits = oldest_first(found.commits);
        found.troubles.sort_by_key(|(id, _)| *id);
        found
    }
}

/// Parents before their children, whatever their clocks said; else the older one first.
fn oldest_first(commits: Vec<Commit>) -> Vec<Commit> {
    let mut children: HashMap<ObjectId, Vec<ObjectId>> = HashMap::new();
    let mut waiting: HashMap<ObjectId, (usize, Commit)> = commits.into_iter().map(|c| (c.id, (0, c))).collect();
    let ids: Vec<ObjectId> = waiting.keys().copied().collect();
    for id in ids {
        let parents = waiting.get(&id).map(|(_, commit)| commit.parents.clone()).unwrap_or_default();
        let parents: HashSet<ObjectId> = parents.into_iter().filter(|parent| waiting.contains_key(parent)).collect();
        waiting.entry(id).and_modify(|(count, _)| *count = parents.len());
        parents.into_iter().for_each(|parent| children.entry(parent).or_default().push(id));
    }
    let key = |commit: &Commit| Reverse((commit.time, commit.id));
    let mut ready: BinaryHeap<_> = waiting.values().filter(|(count, _)| *count == 0).map(|(_, c)| key(c)).collect();
    let mut ordered = Vec::with_capacity(waiting.len());
    while let Some(Reverse((_, id))) = ready.pop() {
        ordered.extend(waiting.remove(&id).map(|(_, commit)| commit));
        for child in children.remove(&id).unwrap_or_default() {
            let Some((count, commit)) = waiting.get_mut(&child) else { continue };
            *count -= 1;
            if *count == 0 {
                ready.push(key(commit));
            }
        }
    }
    ordered
}

/// A commit's name in reports.
pub(super) fn commit_name(id: ObjectId) -> String {
    format!("commit {}", id.to_hex_with_len(12))
}

/// Who wrote a commit, and when.
pub(super) fn author(objects: &Objects, id: ObjectId) -> Option<(Vec<u8>, String)> {
    let mut buffer = Vec::new();
    let data = objects.read(id, Kind::Commit, &mut buffer).ok()?;
    let author = CommitRefIter::from_bytes(data, objects.hash).author().ok()?;
    let date = author.time().ok().map(|time| time.format_or_unix(gix::date::time::format::ISO8601_STRICT));
    Some(([author.name as &[u8], b" <", author.email, b">"].concat(), date.unwrap_or_default()))
}

fn read(objects: &Objects, id: ObjectId) -> Result<Commit, Trouble> {
    let mut buffer = Vec::new();
    let data = objects.read(id, Kind::Commit, &mut buffer)?;
    let broken = |_| Trouble::new(GapKind::Corrupt, format!("commit {id} cannot be read"));
    let parsed = || CommitRefIter::from_bytes(data, objects.hash);
    let tree = parsed().tree_id().map_err(broken)?;
    // A date that cannot be read orders the walk badly and hides nothing.
    let time = parsed().committer().map_or(0, |committer| committer.seconds());
    Ok(Commit { id, tree, parents: parsed().parent_ids().collect(), time })
}
