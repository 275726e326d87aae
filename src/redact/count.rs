//! What was done to a text, in numbers.

/// What was done to a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Bytes read.
    pub read: u64,
    /// Bytes written.
    pub written: u64,
    /// Places that were replaced.
    pub masks: u64,
}
