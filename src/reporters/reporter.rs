//! The contract of a report format, and the list of formats.

use std::io::{self, Write};

use serde::Serialize;

use super::{json::Json, sarif::Sarif, text::Text};
use crate::model::{Outcome, RuleInfo};

/// How a report may look; it never changes what the report says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Whether terminal colours may be used.
    pub colour: bool,
}

/// A report format.
pub trait Reporter: Sync {
    /// Writes the whole report. `rules` are all rules that were loaded, in pack order.
    ///
    /// # Errors
    /// Only those of `out`.
    fn write(&self, outcome: &Outcome, rules: &[&RuleInfo], style: Style, out: &mut dyn Write) -> io::Result<()>;
}

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
