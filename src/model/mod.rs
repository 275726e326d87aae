//! The nouns: what every other room speaks of. No input or output, no threads, no patterns.

mod coverage;
mod display;
mod finding;
mod grade;
mod image;
mod key;
mod matched;
mod origin;
mod outcome;
mod place;
mod replaced;
mod rule_info;
mod secret;
mod span;
mod trace;

pub use coverage::{Coverage, Exclusion, Gap, GapKind, Tally};
pub use display::Shown;
pub use finding::{Excerpt, Finding, Identity, Region, Status, Suppression, SuppressionKind};
pub use grade::{Confidence, Severity};
pub use image::{Fate, InImage, InLayer};
pub use key::{Key, KeyTooShort};
pub use matched::Match;
pub use origin::{Commit, History, Reach};
pub use outcome::{Note, Outcome, Target, Verdict};
pub use place::{BlobKind, Place, Provenance};
pub use replaced::{in_replaced, is_replaced, replaced};
pub use rule_info::{RuleId, RuleInfo};
pub use secret::{MASK, Secret};
pub use span::Span;
pub use trace::{Kept, MadeOf, Seen, Trace};
