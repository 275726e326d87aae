//! What the walk of a history leaves for the question where things stand.

use std::collections::{HashMap, HashSet};

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
        let at =
            |id: &gix::ObjectId, reading: &Self| reading.store.find(id).and_then(|number| reading.commits.at(number));
        let tips = self.refs.ordinary.iter().filter_map(|(name, id)| Some((name.clone(), at(id, self)?)));
        self.tips = tips.collect();
        self.head = self.refs.head.and_then(|head| at(&head, self));
        let stash: Vec<u32> = self.refs.stash.iter().filter_map(|id| at(id, self)).collect();
        let logged: Vec<u32> = self.refs.logged.iter().filter_map(|id| at(id, self)).collect();
        self.commits.reach(self.tips.iter().map(|(_, at)| *at).collect::<Vec<_>>(), mark::REFS);
        self.commits.reach(stash, mark::STASH);
        self.commits.reach(logged, mark::LOG);
    }
}
