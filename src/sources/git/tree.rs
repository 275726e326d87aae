//! The entries of a tree object, as they stand.

use std::ops::Range;

/// One entry.
pub(super) struct Entry<'a> {
    pub(super) mode: &'a [u8],
    pub(super) name: &'a [u8],
    pub(super) id: &'a gix::hash::oid,
    /// Where it stands in the object.
    pub(super) span: Range<usize>,
}

impl Entry<'_> {
    pub(super) fn is_tree(&self) -> bool {
        matches!(self.mode, b"40000" | b"040000")
    }

    pub(super) fn is_submodule(&self) -> bool {
        self.mode == b"160000"
    }

    pub(super) fn is_link(&self) -> bool {
        self.mode == b"120000"
    }
}

/// Entries to the end of the object, or to the first that is none: then [`Entries::is_damaged`].
pub(super) struct Entries<'a> {
    bytes: &'a [u8],
    hash_length: usize,
    at: usize,
}

impl<'a> Entries<'a> {
    pub(super) fn new(bytes: &'a [u8], hash: gix::hash::Kind) -> Self {
        Self { bytes, hash_length: hash.len_in_bytes(), at: 0 }
    }

    /// Whether something is left that is no entry.
    pub(super) fn is_damaged(&self) -> bool {
        self.at < self.bytes.len()
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        let rest = self.bytes.get(self.at..)?;
        // Modes have five or six digits; what has a blank later is no entry.
        let blank = rest.iter().take(8).position(|byte| *byte == b' ')?;
        let length = memchr::memchr(0, rest.get(blank + 1..)?)?;
        let name = &rest[blank + 1..blank + 1 + length];
        let id = rest.get(blank + 2 + length..blank + 2 + length + self.hash_length)?;
        let id = gix::hash::oid::try_from_bytes(id).ok()?;
        let span = self.at..self.at + blank + 2 + length + self.hash_length;
        self.at = span.end;
        Some(Entry { mode: &rest[..blank], name, id, span })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn entries_are_read_to_the_first_that_is_none() {
        let tree = [b"100644 a b\0".as_slice(), &[7; 20], b"40000 dir\0", &[9; 20]].concat();
        let all: Vec<_> = Entries::new(&tree, gix::hash::Kind::Sha1).collect();
        assert_eq!(all.iter().map(|entry| entry.name).collect::<Vec<_>>(), [&b"a b"[..], b"dir"]);
        assert!(!all[0].is_tree() && all[1].is_tree() && all[1].id.as_bytes() == [9; 20]);
        for cut in 0..tree.len() {
            let mut entries = Entries::new(&tree[..cut], gix::hash::Kind::Sha1);
            let count = entries.by_ref().count();
            assert_eq!((count, entries.is_damaged()), (usize::from(cut >= 31), cut != 0 && cut != 31));
        }
    }
}
