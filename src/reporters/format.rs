//! The list of report formats.

use serde::Serialize;

use super::github::Github;
use super::gitlab::Gitlab;
use super::html::Html;
use super::json::Json;
use super::jsonl::JsonLines;
use super::junit::Junit;
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
    /// The same, an object a line.
    Jsonl,
    /// SARIF 2.1.0.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
    /// GitLab's secret detection report.
    Gitlab,
    /// JUnit XML.
    Junit,
    /// A page for people.
    Html,
}

impl Format {
    /// Every format, in the order the help lists them.
    pub const ALL: &[Format] = &[
        Format::Text,
        Format::Json,
        Format::Jsonl,
        Format::Sarif,
        Format::Github,
        Format::Gitlab,
        Format::Junit,
        Format::Html,
    ];

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Junit => "junit",
            Self::Html => "html",
        }
    }

    /// The reporter that writes it.
    pub fn reporter(self) -> &'static dyn Reporter {
        match self {
            Self::Text => &Text,
            Self::Json => &Json,
            Self::Jsonl => &JsonLines,
            Self::Sarif => &Sarif,
            Self::Github => &Github,
            Self::Gitlab => &Gitlab,
            Self::Junit => &Junit,
            Self::Html => &Html,
        }
    }
}
