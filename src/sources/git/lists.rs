//! Many lists of numbers, one after the other in one piece of memory.

/// Lists, each by its number.
pub(super) struct Lists {
    /// Where each list begins; one more than there are.
    heads: Vec<u32>,
    all: Vec<u32>,
}

impl Default for Lists {
    fn default() -> Self {
        Self { heads: vec![0], all: Vec::new() }
    }
}

impl Lists {
    /// `count` lists of the second numbers of `pairs`, those with the same first number, which is below `count`, in one
    /// list: in the order they come.
    pub(super) fn grouped(pairs: impl Iterator<Item = (u32, u32)> + Clone, count: usize) -> Self {
        let heads = heads(pairs.clone().map(|(list, _)| list), count);
        let mut next = heads.clone();
        let mut all = vec![0; heads.last().map_or(0, |end| *end as usize)];
        for (list, number) in pairs {
            let place = &mut next[list as usize];
            all[*place as usize] = number;
            *place += 1;
        }
        Self { heads, all }
    }

    /// Adds a list.
    pub(super) fn push(&mut self, list: impl Iterator<Item = u32>) {
        self.all.extend(list);
        self.heads.push(self.all.len() as u32);
    }

    /// A list; an empty one where there is none with this number.
    pub(super) fn of(&self, list: u32) -> &[u32] {
        let list = list as usize;
        match self.heads.get(list..list + 2) {
            Some([first, end]) => &self.all[*first as usize..*end as usize],
            _ => &[],
        }
    }
}

/// Where the elements of each of `count` lists begin, in order; one more than there are lists. For each element comes the
/// number of its list.
pub(super) fn heads(elements: impl Iterator<Item = u32>, count: usize) -> Vec<u32> {
    let mut heads = vec![0u32; count + 1];
    elements.for_each(|list| heads[list as usize + 1] += 1);
    for list in 0..count {
        heads[list + 1] += heads[list];
    }
    heads
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_grouped_in_the_order_they_come() {
        let lists = Lists::grouped([(2, 7), (0, 9), (2, 5), (2, 7)].into_iter(), 4);
        let all: Vec<&[u32]> = (0..5).map(|list| lists.of(list)).collect();
        assert_eq!(all, [&[9][..], &[], &[7, 5, 7], &[], &[]]);
        let mut pushed = Lists::default();
        pushed.push([3, 1].into_iter());
        pushed.push([].into_iter());
        assert_eq!((pushed.of(0), pushed.of(1), pushed.of(2)), (&[3, 1][..], &[][..], &[][..]));
    }
}
