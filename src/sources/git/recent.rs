//! The numbers of objects that were asked for last: the entries of a tree are mostly those of the tree before.

use gix::ObjectId;
use gix::hash::oid;

use super::store::Store;

/// How many are kept, as a power of two.
const BITS: u32 = 15;

/// One object for each start of an id, with its number if the store has it.
pub(super) struct Recent(Vec<Option<(ObjectId, Option<u32>)>>);

impl Default for Recent {
    fn default() -> Self {
        Self(vec![None; 1 << BITS])
    }
}

impl Recent {
    /// The number an object goes by in the store.
    pub(super) fn find(&mut self, id: &oid, store: &Store) -> Option<u32> {
        let start = id.as_bytes().first_chunk::<4>().map_or(0, |bytes| u32::from_be_bytes(*bytes));
        let kept = &mut self.0[(start >> (32 - BITS)) as usize];
        match kept {
            Some((known, number)) if known.as_ref() == id => *number,
            _ => {
                let number = store.find(id);
                *kept = Some((id.to_owned(), number));
                number
            }
        }
    }
}
