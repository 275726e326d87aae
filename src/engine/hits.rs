//! What a level of bytes yields, before its places are led back to the blob.

use std::ops::Range;

use crate::model::{Confidence, RuleId, Secret};

/// A value that fits a rule, in the bytes of one level.
pub(super) struct Hit {
    pub(super) rule: RuleId,
    pub(super) confidence: Confidence,
    pub(super) secret: Secret,
    pub(super) span: Range<usize>,
    /// Where the keyword stands.
    pub(super) anchor: usize,
}
