//! Why content could not be read, carried through `std::io`.
//!
//! Readers stack up (a member in a tar in a gzip in a zip), and only `io::Error` fits through all of them. A [`Fault`]
//! rides inside it, so that the one who reads at the top learns the kind and the words of what broke at the bottom.

use std::fmt;
use std::io;

use crate::model::GapKind;

/// A gap in the making: its kind and its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Why the content could not be read.
    pub kind: GapKind,
    /// What happened, with the format's name in front and the offset where known.
    pub detail: String,
}

impl Fault {
    /// A fault of this kind.
    pub fn new(kind: GapKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into() }
    }

    /// The fault that rides in `error`; a plain error of the system is told by its kind.
    pub fn of(error: &io::Error) -> Self {
        Self::carried(error).unwrap_or_else(|| Self::new(plain_kind(error.kind()), error.to_string()))
    }

    /// The fault that rides in `error`, if one does.
    pub(super) fn carried(error: &io::Error) -> Option<Self> {
        error.get_ref().and_then(|inner| inner.downcast_ref::<Self>()).cloned()
    }

    /// An error that carries this fault.
    pub fn to_error(&self) -> io::Error {
        io::Error::other(self.clone())
    }
}

/// The kind of an error that no reader of ours made.
fn plain_kind(kind: io::ErrorKind) -> GapKind {
    match kind {
        io::ErrorKind::UnexpectedEof => GapKind::Truncated,
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => GapKind::Corrupt,
        io::ErrorKind::Unsupported => GapKind::Unsupported,
        io::ErrorKind::OutOfMemory => GapKind::LimitReached,
        _ => GapKind::Unreadable,
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Fault {}
