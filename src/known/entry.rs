//! A secret as the operator gives it.

use zeroize::Zeroizing;

use crate::model::Shown;

/// A value and the operator's name for it.
pub struct Entry {
    /// What findings call it.
    pub name: Shown,
    /// The value. It is wiped when the entry is dropped.
    pub(super) value: Zeroizing<Vec<u8>>,
}

impl Entry {
    /// Takes a value into keeping.
    pub fn new(name: &str, value: &[u8]) -> Self {
        Self { name: Shown::from_bytes(name.as_bytes()), value: Zeroizing::new(value.to_vec()) }
    }
}
