//! What ends a command before or beside its verdict. Each is exit status 2.

use std::fmt;
use std::io;

use crate::config::ConfigError;
use crate::sources::SourceError;

/// Why there is no verdict, or none that was written down.
#[derive(Debug)]
pub(super) enum CliError {
    /// The command line asks for something that cannot be.
    Usage(String),
    /// The configuration or a rule pack.
    Config(ConfigError),
    /// The target.
    Source(SourceError),
    /// A report that could not be written.
    Output {
        /// The file, or `standard output`.
        name: String,
        /// What the system said.
        error: io::Error,
    },
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) => f.write_str(text),
            Self::Config(error) => error.fmt(f),
            Self::Source(error) => error.fmt(f),
            Self::Output { name, error } => {
                write!(f, "{name}: the report cannot be written ({error}); make room or name another file")
            }
        }
    }
}

impl From<ConfigError> for CliError {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

impl From<SourceError> for CliError {
    fn from(error: SourceError) -> Self {
        Self::Source(error)
    }
}
