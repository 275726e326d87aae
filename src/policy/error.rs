//! What is wrong with a policy entry.

use std::fmt;

/// An entry that says too little to be obeyed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    /// Where the entry stands: `tightlip.toml:12`.
    pub origin: String,
    /// What is wrong, and what to do.
    pub problem: String,
}

impl PolicyError {
    pub(super) fn new(origin: &str, problem: impl Into<String>) -> Self {
        Self { origin: origin.to_owned(), problem: problem.into() }
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.origin, self.problem)
    }
}

impl std::error::Error for PolicyError {}

/// Refuses a reason that says nothing. A reason needs a letter.
pub(super) fn check_reason(reason: &str, origin: &str) -> Result<(), PolicyError> {
    if reason.chars().any(char::is_alphabetic) {
        return Ok(());
    }
    Err(PolicyError::new(origin, "the `reason` is empty; say in a few words why this is accepted"))
}
