//! The coverage ledger: how every unit of content ended.

use serde::Serialize;

use super::{Provenance, Shown};

/// A count of units and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Files, links, archive members, windows of a stream: whatever the source pushes one by one.
    pub units: u64,
    /// Their bytes, as far as known.
    pub bytes: u64,
}

impl Tally {
    /// Adds one unit of `bytes` bytes.
    pub fn add(&mut self, bytes: u64) {
        self.units += 1;
        self.bytes += bytes;
    }

    /// The count of a list of gaps.
    pub fn of(gaps: &[Gap]) -> Self {
        let mut tally = Self::default();
        gaps.iter().for_each(|gap| tally.add(gap.bytes));
        tally
    }

    /// What is left when another count is taken away.
    pub fn without(self, other: Tally) -> Self {
        Self { units: self.units.saturating_sub(other.units), bytes: self.bytes.saturating_sub(other.bytes) }
    }

    /// Adds another count.
    pub fn merge(&mut self, other: Tally) {
        self.units += other.units;
        self.bytes += other.bytes;
    }
}

/// Why content could not be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum GapKind {
    /// The system refused to open or read it.
    Unreadable,
    /// It was there when listed and gone when opened.
    Vanished,
    /// It became shorter or kept growing while it was read.
    ChangedWhileReading,
    /// It is a FIFO, socket or device: opening it could block or act.
    SpecialFile,
    /// It does not decode as its format says.
    Corrupt,
    /// It ends before its format says.
    Truncated,
    /// It is encrypted.
    Encrypted,
    /// A container or compression method that is not read here.
    Unsupported,
    /// A limit on depth, members, bytes, ratio or time was reached.
    LimitReached,
    /// Something names it and it is not there: an object of a partial clone, a commit behind a shallow boundary.
    Missing,
    /// Only a pointer to it is here: a large-file pointer, a submodule.
    Elsewhere,
    /// The target held no unit at all.
    Empty,
    /// The scan itself failed on it; a defect in tightlip, reported instead of hidden.
    Internal,
}

impl GapKind {
    /// The word used in every report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Vanished => "vanished",
            Self::ChangedWhileReading => "changed-while-reading",
            Self::SpecialFile => "special-file",
            Self::Corrupt => "corrupt",
            Self::Truncated => "truncated",
            Self::Encrypted => "encrypted",
            Self::Unsupported => "unsupported",
            Self::LimitReached => "limit-reached",
            Self::Missing => "missing",
            Self::Elsewhere => "elsewhere",
            Self::Empty => "empty",
            Self::Internal => "internal",
        }
    }
}

/// A unit, or a part of one, that was not looked at. Any gap makes the verdict incomplete.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Gap {
    /// Where it is.
    pub place: Provenance,
    /// Why it was not looked at.
    pub kind: GapKind,
    /// What happened, in words.
    pub detail: Shown,
    /// Bytes not looked at, as far as known.
    pub bytes: u64,
}

/// A unit that a declared rule took out of the scan: the policy's, an ignore file's, or the source's own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Exclusion {
    /// Where it is; a directory stands for all it holds.
    pub place: Provenance,
    /// The rule that excluded it, in words: `ignore file`, `exclude "vendor/**": third-party code`.
    pub reason: String,
    /// Its bytes, where known: an ignored directory is not opened to count them.
    pub bytes: Option<u64>,
}

/// The sums of the ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Looked at, to the last byte.
    pub scanned: Tally,
    /// Taken out by a declared rule.
    pub excluded: Tally,
    /// Not looked at, in whole or in part.
    pub gaps: Tally,
}
