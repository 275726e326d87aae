//! What the walk of a history leaves for the question where things stand.

use std::collections::{HashMap, HashSet};

use gix::ObjectId;

use super::commit::Node;
use super::folders::{Edges, Standing};
use super::graph::{Commits, mark};
use super::link::Remote;
use super::names::Names;
use super::refs::Refs;
use super::store::Store;

/// What the walk leaves for the question where things stand.
pub(super) struct Reading {
    pub(super) store: Store,
    pub(super) names: Names,
    /// Commits as they were met; put in order when it is asked where things stand.
    pub(super) nodes: Vec<Node>,
    pub(super) commits: Commits,
    /// Entries of trees that matter; taken when it is asked where things stand.
    pub(super) edges: (Edges, Standing),
    pub(super) links: HashSet<u32>,
    pub(super) refs: Refs,
    /// Annotated tags that refs lead to, directly or through other tags.
    pub(super) tags: HashSet<u32>,
    /// Ordinary refs that lead to a commit, by position: short name and commit.
    pub(super) tips: Vec<(Vec<u8>, u32)>,
    pub(super) head: Option<u32>,
    pub(super) staged: HashMap<u32, Vec<Vec<u8>>>,
    pub(super) remote: Option<Remote>,
}

impl Reading {
    /// One more than the greatest number of an object or a name.
    pub(super) fn count(&self) -> usize {
        self.store.len() as usize + self.names.len()
    }

    /// Marks from where every commit can be reached.
    pub(super) fn mark(&mut self) {
        let refs = std::mem::take(&mut self.refs);
        let (mut tags, mut others) = (HashSet::new(), HashSet::new());
        let tips = refs.ordinary.into_iter().filter_map(|(name, id)| Some((name, self.commit_of(&id, &mut tags)?)));
        self.tips = tips.collect();
        self.tags = tags;
        // A tag that only a log or a stash still names is not what a ref leads to.
        let mut at = |id: &ObjectId| self.commit_of(id, &mut others);
        let head = refs.head.as_ref().and_then(&mut at);
        let stash: Vec<u32> = refs.stash.iter().filter_map(&mut at).collect();
        let logged: Vec<u32> = refs.logged.iter().filter_map(&mut at).collect();
        self.head = head;
        self.commits.reach(self.tips.iter().map(|(_, at)| *at).collect::<Vec<_>>(), mark::REFS);
        self.commits.reach(stash, mark::STASH);
        self.commits.reach(logged, mark::LOG);
    }

    /// The position of the commit that an object is, or that it leads to as a tag; what it leads through is added to `tags`.
    fn commit_of(&self, id: &ObjectId, tags: &mut HashSet<u32>) -> Option<u32> {
        let mut number = self.store.find(id)?;
        // Tags of tags are rare, and a circle of them cannot be made.
        for _ in 0..32 {
            if let Some(commit) = self.commits.at(number) {
                return Some(commit);
            }
            let target = self.store.target(number)?;
            tags.insert(number);
            number = self.store.find(&target)?;
        }
        None
    }
}
