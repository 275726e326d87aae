//! How commits, folders and versions hang together: read once, climbed from the versions that matter up to the commits
//! that hold them.

use std::collections::HashMap;

use super::commit::Node;

/// Marks what leads to a commit.
pub(super) mod mark {
    /// A branch, a tag or another ordinary ref.
    pub(in crate::sources::git) const REFS: u8 = 4;
    /// The stash.
    pub(in crate::sources::git) const STASH: u8 = 2;
    /// The log of a ref.
    pub(in crate::sources::git) const LOG: u8 = 1;
}

/// An entry of a folder that matters: what stands there, the folder's tree, its name there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edge {
    pub(super) child: u32,
    pub(super) tree: u32,
    pub(super) name: u32,
}

/// The commits of a repository, by their position in an order in which parents come first.
#[derive(Default)]
pub(super) struct Commits {
    /// Numbers in the store.
    pub(super) numbers: Vec<u32>,
    pub(super) times: Vec<i64>,
    parents: Vec<Vec<u32>>,
    by_number: HashMap<u32, u32>,
    /// Trees and the commits that have them as their root: sorted.
    by_tree: Vec<(u32, u32)>,
    /// From where each can be reached.
    marks: Vec<u8>,
}

impl Commits {
    /// Puts commits in order. Those of a circle, which only a damaged store can have, come last.
    pub(super) fn new(mut nodes: Vec<Node>) -> Self {
        nodes.sort_unstable_by_key(|node| node.number);
        nodes.dedup_by_key(|node| node.number);
        let place: HashMap<u32, u32> = (0u32..).zip(&nodes).map(|(i, node)| (node.number, i)).collect();
        let order = parents_first(&nodes, &place);
        let by_number: HashMap<u32, u32> =
            (0u32..).zip(&order).map(|(at, node)| (nodes[*node as usize].number, at)).collect();
        let mut commits = Self { by_number, ..Self::default() };
        for (at, node) in (0u32..).zip(&order) {
            let node = &nodes[*node as usize];
            commits.numbers.push(node.number);
            commits.times.push(node.time);
            let parents = node.parents.iter().filter_map(|parent| commits.by_number.get(parent).copied());
            commits.parents.push(parents.filter(|parent| *parent < at).collect());
            commits.by_tree.extend(node.tree.map(|tree| (tree, at)));
        }
        commits.by_tree.sort_unstable();
        commits.marks = vec![0; commits.numbers.len()];
        commits
    }

    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }

    /// The position of the commit with this number of the store.
    pub(super) fn at(&self, number: u32) -> Option<u32> {
        self.by_number.get(&number).copied()
    }

    /// The commits whose root is this tree.
    pub(super) fn of_tree(&self, tree: u32) -> impl Iterator<Item = u32> {
        let first = self.by_tree.partition_point(|(other, _)| *other < tree);
        self.by_tree[first..].iter().take_while(move |(other, _)| *other == tree).map(|(_, commit)| *commit)
    }

    /// Marks everything that can be reached from the commits at `tips`.
    pub(super) fn reach(&mut self, tips: impl IntoIterator<Item = u32>, mark: u8) {
        tips.into_iter().for_each(|tip| self.marks[tip as usize] |= mark);
        for at in (0..self.marks.len()).rev() {
            if self.marks[at] & mark != 0 {
                for parent in &self.parents[at] {
                    self.marks[*parent as usize] |= mark;
                }
            }
        }
    }

    pub(super) fn marks(&self, commit: u32) -> u8 {
        self.marks[commit as usize]
    }

    /// Of a set of commits, those none of whose parents is in it: they brought what all of them hold.
    pub(super) fn first_of(&self, set: &[bool]) -> Vec<u32> {
        let brought =
            |at: &u32| set[*at as usize] && !self.parents[*at as usize].iter().any(|parent| set[*parent as usize]);
        (0..set.len() as u32).filter(brought).collect()
    }

    /// A set of commits, and every commit that can be reached from, as a set.
    pub(super) fn descendants(&self, set: &[u32]) -> Vec<bool> {
        let mut marked = vec![false; self.len()];
        set.iter().for_each(|commit| marked[*commit as usize] = true);
        for at in 0..marked.len() {
            marked[at] = marked[at] || self.parents[at].iter().any(|parent| marked[*parent as usize]);
        }
        marked
    }
}

/// Positions of nodes, every parent before its children.
fn parents_first(nodes: &[Node], place: &HashMap<u32, u32>) -> Vec<u32> {
    let mut waiting: Vec<u32> = vec![0; nodes.len()];
    let mut children: Vec<Vec<u32>> = vec![Vec::new(); nodes.len()];
    for (i, node) in (0u32..).zip(nodes) {
        for parent in node.parents.iter().filter_map(|parent| place.get(parent)) {
            waiting[i as usize] += 1;
            children[*parent as usize].push(i);
        }
    }
    let mut order: Vec<u32> = (0..nodes.len() as u32).filter(|i| waiting[*i as usize] == 0).collect();
    let mut at = 0;
    while let Some(node) = order.get(at).copied() {
        for child in &children[node as usize] {
            waiting[*child as usize] -= 1;
            if waiting[*child as usize] == 0 {
                order.push(*child);
            }
        }
        at += 1;
    }
    order.extend((0..nodes.len() as u32).filter(|i| waiting[*i as usize] > 0));
    order
}

/// Folders and what stands in them, as far as it matters.
#[derive(Default)]
pub(super) struct Folders {
    /// Sorted.
    edges: Vec<Edge>,
}

impl Folders {
    pub(super) fn new(mut edges: Vec<Edge>) -> Self {
        edges.sort_unstable();
        edges.dedup();
        Self { edges }
    }

    /// Where a version or a folder stands.
    pub(super) fn around(&self, child: u32) -> &[Edge] {
        let first = self.edges.partition_point(|edge| edge.child < child);
        let rest = &self.edges[first..];
        &rest[..rest.partition_point(|edge| edge.child == child)]
    }

    /// The folders in which one of `children` goes by `name`: sorted.
    pub(super) fn holding(&self, children: &[u32], name: u32) -> Vec<u32> {
        let edges = children.iter().flat_map(|child| self.around(*child));
        let mut trees: Vec<u32> = edges.filter(|edge| edge.name == name).map(|edge| edge.tree).collect();
        trees.sort_unstable();
        trees.dedup();
        trees
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(number: u32, tree: u32, parents: &[u32]) -> Node {
        Node { number, tree: Some(tree), parents: parents.to_vec(), time: i64::from(number), missing: 0 }
    }

    /// 1 ← 2 ← 4 (merge of 2 and 3), 1 ← 3, and 9 beside them; numbers in the store are in no order.
    fn commits() -> Commits {
        Commits::new(vec![
            node(40, 104, &[20, 3]),
            node(20, 102, &[10]),
            node(3, 103, &[10]),
            node(10, 101, &[]),
            node(9, 101, &[]),
        ])
    }

    #[test]
    fn parents_come_first_whatever_the_order_of_the_store() {
        let commits = commits();
        let at = |number| commits.at(number).map(|at| at as usize);
        assert!(at(10) < at(20) && at(10) < at(3) && at(20) < at(40) && at(3) < at(40));
        assert_eq!(commits.of_tree(101).count(), 2);
        assert_eq!(commits.of_tree(999).count(), 0);
    }

    #[test]
    fn what_brought_something_and_what_leads_to_it() {
        let mut commits = commits();
        let at = |commits: &Commits, number| commits.at(number).unwrap_or(u32::MAX);
        let mut set = vec![false; commits.len()];
        for number in [20, 3, 40] {
            set[at(&commits, number) as usize] = true;
        }
        let mut first: Vec<u32> = commits.first_of(&set).iter().map(|at| commits.numbers[*at as usize]).collect();
        first.sort_unstable();
        assert_eq!(first, [3, 20]);
        let leads = commits.descendants(&[at(&commits, 20)]);
        assert!(
            leads[at(&commits, 40) as usize] && !leads[at(&commits, 3) as usize] && !leads[at(&commits, 9) as usize]
        );
        let tip = at(&commits, 3);
        commits.reach([tip], mark::REFS);
        let marked = |number| commits.marks(at(&commits, number));
        assert_eq!((marked(10), marked(3), marked(40), marked(9)), (mark::REFS, mark::REFS, 0, 0));
    }

    #[test]
    fn a_circle_ends() {
        let commits = Commits::new(vec![node(1, 7, &[2]), node(2, 7, &[1]), node(3, 7, &[3])]);
        assert_eq!(commits.len(), 3);
    }
}
