//! What the engine saw.

use super::{Confidence, RuleId, Secret, Span};

/// A value that fits a rule, before policy has judged it.
pub struct Match {
    /// The rule it fits.
    pub rule: RuleId,
    /// How sure the engine is, after checksums and companions.
    pub confidence: Confidence,
    /// The value, decoded.
    pub secret: Secret,
    /// Where the value stands in the blob, in its encoded form if it was encoded.
    pub span: Span,
    /// Where the keyword stands that led to it, in the blob: it decides which window of a large blob owns the match.
    pub anchor: u64,
    /// The encodings it was wrapped in, outermost first: `["base64", "utf16"]`.
    pub via: Vec<&'static str>,
}
