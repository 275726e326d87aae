//! How commits hang together: what brought something, what leads to it.

use super::commit::Node;
use super::lists::Lists;

/// Stands for a number that there is not.
pub(super) const NONE: u32 = u32::MAX;

/// Marks what leads to a commit.
pub(super) mod mark {
    /// A branch, a tag or another ordinary ref.
    pub(in crate::sources::git) const REFS: u8 = 4;
    /// The stash.
    pub(in crate::sources::git) const STASH: u8 = 2;
    /// The log of a ref.
    pub(in crate::sources::git) const LOG: u8 = 1;
}

/// The commits of a repository, by their position in an order in which parents come first.
#[derive(Default)]
pub(super) struct Commits {
    /// Numbers in the store.
    pub(super) numbers: Vec<u32>,
    pub(super) times: Vec<i64>,
    parents: Lists,
    /// Numbers in the store and positions, sorted.
    by_number: Vec<(u32, u32)>,
    /// The trees that are their roots; [`NONE`] for one that is not in the store.
    pub(super) roots: Vec<u32>,
    /// From where each can be reached.
    marks: Vec<u8>,
}

impl Commits {
    /// Puts commits in order. Those of a circle, which only a damaged store can have, come last.
    pub(super) fn new(mut nodes: Vec<Node>) -> Self {
        nodes.sort_unstable_by_key(|node| node.number);
        nodes.dedup_by_key(|node| node.number);
        let order = parents_first(&nodes);
        // By node, its position in that order.
        let mut at_of = vec![0u32; nodes.len()];
        (0u32..).zip(&order).for_each(|(at, node)| at_of[*node as usize] = at);
        let by_number = nodes.iter().map(|node| node.number).zip(at_of.iter().copied()).collect();
        let mut commits = Self { by_number, ..Self::default() };
        for (at, node) in (0u32..).zip(&order) {
            let node = &nodes[*node as usize];
            commits.numbers.push(node.number);
            commits.times.push(node.time);
            let parents = node.parents.iter().filter_map(|parent| Some(at_of[place(&nodes, *parent)? as usize]));
            commits.parents.push(parents.filter(|parent| *parent < at));
            commits.roots.push(node.tree.unwrap_or(NONE));
        }
        commits.marks = vec![0; commits.numbers.len()];
        commits
    }

    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }

    /// The position of the commit with this number of the store.
    pub(super) fn at(&self, number: u32) -> Option<u32> {
        let found = self.by_number.binary_search_by_key(&number, |(number, _)| *number).ok()?;
        Some(self.by_number[found].1)
    }

    /// Marks everything that can be reached from the commits at `tips`.
    pub(super) fn reach(&mut self, tips: impl IntoIterator<Item = u32>, mark: u8) {
        tips.into_iter().for_each(|tip| self.marks[tip as usize] |= mark);
        for at in (0..self.marks.len()).rev() {
            if self.marks[at] & mark != 0 {
                for parent in self.parents.of(at as u32) {
                    self.marks[*parent as usize] |= mark;
                }
            }
        }
    }

    pub(super) fn marks(&self, commit: u32) -> u8 {
        self.marks[commit as usize]
    }

    /// Of a set of commits, those none of whose parents is in it: they brought what all of them hold.
    pub(super) fn first_of(&self, holds: impl Fn(u32) -> bool) -> Vec<u32> {
        let brought = |at: &u32| holds(*at) && !self.parents.of(*at).iter().any(|parent| holds(*parent));
        (0..self.len() as u32).filter(brought).collect()
    }

    /// A set of commits, and every commit that can be reached from, as a set.
    pub(super) fn descendants(&self, set: &[u32]) -> Vec<bool> {
        let mut marked = vec![false; self.len()];
        set.iter().for_each(|commit| marked[*commit as usize] = true);
        for at in 0..marked.len() {
            marked[at] = marked[at] || self.parents.of(at as u32).iter().any(|parent| marked[*parent as usize]);
        }
        marked
    }
}

/// The position of the commit with a number among nodes, which are sorted by it.
fn place(nodes: &[Node], number: u32) -> Option<u32> {
    nodes.binary_search_by_key(&number, |node| node.number).ok().map(|at| at as u32)
}

/// Positions of nodes, which are sorted by their numbers, every parent before its children.
fn parents_first(nodes: &[Node]) -> Vec<u32> {
    let mut waiting: Vec<u32> = vec![0; nodes.len()];
    let mut children: Vec<(u32, u32)> = Vec::with_capacity(nodes.len());
    for (i, node) in (0u32..).zip(nodes) {
        for parent in node.parents.iter().filter_map(|parent| place(nodes, *parent)) {
            waiting[i as usize] += 1;
            children.push((parent, i));
        }
    }
    let children = Lists::grouped(children.into_iter(), nodes.len());
    let mut order: Vec<u32> = (0..nodes.len() as u32).filter(|i| waiting[*i as usize] == 0).collect();
    let mut at = 0;
    while let Some(node) = order.get(at).copied() {
        for child in children.of(node) {
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
        assert_eq!(commits.roots.iter().filter(|root| **root == 101).count(), 2);
    }

    #[test]
    fn what_brought_something_and_what_leads_to_it() {
        let mut commits = commits();
        let at = |commits: &Commits, number| commits.at(number).unwrap_or(u32::MAX);
        let mut set = vec![false; commits.len()];
        for number in [20, 3, 40] {
            set[at(&commits, number) as usize] = true;
        }
        let mut first: Vec<u32> =
            commits.first_of(|at| set[at as usize]).iter().map(|at| commits.numbers[*at as usize]).collect();
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
