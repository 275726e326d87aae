//! What is wrong with a configuration.

use std::fmt;

use crate::policy::PolicyError;
use crate::rules::LoadError;

/// Why nothing can be judged under this configuration. Every line names a place and a cure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigError {
    /// A place in the file, a file, a flag or a variable.
    At {
        /// `tightlip.toml:12:3`, `key.txt`, `TIGHTLIP_KEY`.
        place: String,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// A rule pack.
    Rules(LoadError),
    /// An exclusion or allow entry.
    Policy(PolicyError),
}

impl ConfigError {
    pub(super) fn at(place: impl fmt::Display, problem: impl Into<String>) -> Self {
        Self::At { place: place.to_string(), problem: problem.into() }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At { place, problem } => write!(f, "{place}: {problem}"),
            Self::Rules(error) => error.fmt(f),
            Self::Policy(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ConfigError {}

impl From<LoadError> for ConfigError {
    fn from(error: LoadError) -> Self {
        Self::Rules(error)
    }
}

impl From<PolicyError> for ConfigError {
    fn from(error: PolicyError) -> Self {
        Self::Policy(error)
    }
}
