//! What policy is told of a match.

use crate::model::{Provenance, RuleInfo};

/// A match as policy sees it.
#[derive(Clone, Copy)]
pub struct Judged<'a> {
    /// The rule that found it.
    pub rule: &'a RuleInfo,
    /// The blob it stands in.
    pub place: &'a Provenance,
    /// Which secret it is, where a key was given.
    pub fingerprint: Option<&'a str>,
    /// Which secret it is to the baseline, where there is one: [`Baseline::hash`](super::Baseline::hash).
    pub baseline: Option<&'a str>,
    /// The line or lines it stands on, decoded to UTF-8 where the blob is UTF-16 or 32, **with every matched value
    /// masked**: the reason of a mark is repeated in reports, and a value could stand behind it.
    pub line: &'a [u8],
    /// Whether the content is the user's own tree or history. Marks in anything else are not obeyed.
    pub own_tree: bool,
}
