//! What is kept of a version until it is known where it stands.

use std::sync::Arc;

use super::context::Context;
use crate::model::{GapKind, Match, Place, Seen};
use crate::sources::Version;

/// A version that there is something to tell of.
pub(super) struct Held {
    pub(super) version: Version,
    pub(super) fate: Fate,
}

/// What is to be told of a version.
pub(super) enum Fate {
    /// Matches, and whether something in it could not be looked at.
    Looked { parts: Vec<Part>, gaps: bool },
    /// It could not be looked at.
    Gap { kind: GapKind, bytes: u64, detail: String },
    /// A declared rule of the source took it out.
    Excluded { reason: String, bytes: u64 },
}

/// The matches of the version itself, or of one member of it.
pub(super) struct Part {
    /// The member's address in the version; empty for the version itself.
    pub(super) member: Vec<u8>,
    pub(super) seen: Vec<Seen>,
}

impl Part {
    /// The matches of a blob whose root is the version and has no name.
    pub(super) fn of(place: &Place<'_>, matches: Vec<(Match, Context)>) -> Self {
        let seen = |(found, _): (Match, Context)| Seen { anchor: found.anchor, found: Arc::new(found) };
        Self { member: place.provenance().path, seen: matches.into_iter().map(seen).collect() }
    }
}
