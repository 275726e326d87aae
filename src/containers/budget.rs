//! One budget through all nesting.

use std::time::Duration;

/// How much work one blob of a source may cause, containers inside containers included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Containers inside containers.
    pub depth: u32,
    /// Members in all.
    pub members: u64,
    /// Decoded bytes in all.
    pub bytes: u64,
    /// Decoded bytes for each encoded byte, looked at once 16 MiB were decoded.
    pub ratio: u64,
    /// Time in all.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 16, members: 1_000_000, bytes: 64 << 30, ratio: 2000, time: Duration::from_secs(3600) }
    }
}

/// What is left of the [`Limits`].
#[derive(Debug)]
pub struct Budget {
    /// The limits it began with.
    pub limits: Limits,
}
