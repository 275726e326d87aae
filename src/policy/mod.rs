//! What is wanted and what is accepted: exclusions, allow entries, inline marks, baselines, and the judgement over a match.
//!
//! Policy judges last and drops nothing: an accepted finding stays in the outcome with its author's reason. It reads no
//! file and no clock; whatever it needs comes in through [`PolicyOptions`].

mod address;
mod allow;
mod baseline;
mod error;
mod exclude;
mod glob;
mod inline;
mod judge;
mod judged;
#[cfg(test)]
mod tests;

pub use allow::Allow;
pub use baseline::{Acceptance, Baseline, Entry};
pub use error::PolicyError;
pub use exclude::Exclude;
pub use glob::{GlobError, PathCondition, PathGlob};
pub use inline::Inline;
pub use judge::{Policy, PolicyOptions};
pub use judged::Judged;
