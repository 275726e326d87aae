//! The list of report formats.

use serde::Serialize;

use super::json::Json;
use super::reporter::Reporter;
use super::sarif::Sarif;
use super::text::Text;

/// The formats, by the names that `--format` and `--output` take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// For people.
    Text,
    /// tightlip's own, versioned.
    Json,
    /// SARIF 2.1.0.
    Sarif,
}

impl Format {
    /// Every format, in the order the help lists them.
    pub const ALL: &[Format] = &[Format::Text, Format::Json, Format::Sarif];

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Sarif => "sarif",
        }
    }

    /// The reporter that writes it.
    pub fn reporter(self) -> &'static dyn Reporter {
        match self {
            Self::Text => &Text,
            Self::Json => &Json,
            Self::Sarif => &Sarif,
        }
    }
}
