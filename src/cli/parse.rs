//! The words of flags, as the rooms below know them. Those rooms know nothing of clap.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::model::Confidence;
use crate::reporters::Format;

const CONFIDENCES: [Confidence; 3] = [Confidence::Review, Confidence::Likely, Confidence::Confirmed];

/// A report and the file it goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FileReport {
    /// The format.
    pub(super) format: Format,
    /// The file.
    pub(super) file: PathBuf,
}

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// The file.
    pub(super) file: PathBuf,
    /// The line's number, from 1.
    pub(super) number: u64,
}

/// `review`, `likely` or `confirmed`.
pub(super) fn confidence() -> impl TypedValueParser<Value = Confidence> {
    PossibleValuesParser::new(CONFIDENCES.map(Confidence::as_str)).try_map(|word| {
        CONFIDENCES.into_iter().find(|confidence| confidence.as_str() == word).ok_or("not a confidence")
    })
}

/// The name of a format.
pub(super) fn format() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.iter().map(|format| format.as_str()))
        .try_map(|word| format_named(&word).ok_or("not a format"))
}

/// `FILE:LINE`; the file's name may hold colons.
pub(super) fn line(text: &str) -> Result<Line, String> {
    let parts = text.rsplit_once(':').filter(|(file, _)| !file.is_empty());
    let number = parts.and_then(|(_, number)| number.parse().ok()).filter(|number| *number > 0);
    let ((file, _), number) = parts.zip(number).ok_or("write FILE:LINE, as in settings.py:12; lines count from 1")?;
    Ok(Line { file: file.into(), number })
}

/// `FORMAT=FILE`.
pub(super) fn file_report(text: &str) -> Result<FileReport, String> {
    let formats = || Format::ALL.iter().map(|format| format.as_str()).collect::<Vec<_>>().join(", ");
    let Some((name, file)) = text.split_once('=') else {
        return Err("write FORMAT=FILE, as in sarif=report.sarif".into());
    };
    let format = format_named(name).ok_or_else(|| format!("no format is called `{name}`; there are {}", formats()))?;
    match file {
        "" => Err(format!("name a file, as in {name}=report.{name}")),
        "-" => Err(format!("standard output is for --format; pass --format {name} instead")),
        file => Ok(FileReport { format, file: file.into() }),
    }
}

fn format_named(name: &str) -> Option<Format> {
    Format::ALL.iter().copied().find(|format| format.as_str() == name)
}
