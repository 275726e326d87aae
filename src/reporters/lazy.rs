//! A list that is made while it is written: a report of a million findings never stands in memory twice.

use serde::{Serialize, Serializer};

/// Serializes as the list that the function's iterator yields.
pub(super) struct Lazy<F>(pub(super) F);

impl<F, I> Serialize for Lazy<F>
where
    F: Fn() -> I,
    I: Iterator<Item: Serialize>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}
