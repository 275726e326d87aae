//! An outcome, written wherever it was asked for.

use std::collections::BTreeSet;

use super::args::ReportFlags;
use super::console::{self, Talk};
use super::error::CliError;
use super::output;
use crate::engine::Engine;
use crate::model::Outcome;
use crate::pipeline;
use crate::reporters::{Format, Style};

/// The variable that says when a build was made, for the sake of outputs that are the same at every run.
const MOMENT_VARIABLE: &str = "SOURCE_DATE_EPOCH";

/// The last second of the year 9999.
const MAX_MOMENT: i64 = 253_402_300_799;

/// Refuses, before anything is scanned, what could not be written afterwards.
pub(super) fn check(flags: &ReportFlags) -> Result<(), CliError> {
    let mut seen = BTreeSet::new();
    for report in &flags.output {
        if !seen.insert(&report.file) {
            let file = report.file.display();
            return Err(CliError::Usage(format!("--output names {file} twice; give each report a file of its own")));
        }
        output::check_file(&report.file)?;
    }
    moment().map(|_| ())
}

/// The moment that formats name whose schema asks for one: that of `SOURCE_DATE_EPOCH`, which
/// <https://reproducible-builds.org/specs/source-date-epoch/> defines, and else the beginning of 1970.
fn moment() -> Result<i64, CliError> {
    let Some(text) = std::env::var_os(MOMENT_VARIABLE) else { return Ok(0) };
    let seconds = text.to_str().and_then(|text| text.parse().ok()).filter(|seconds| (0..=MAX_MOMENT).contains(seconds));
    let cure = "is no number of seconds since the beginning of 1970; correct it, or unset it";
    seconds.ok_or_else(|| CliError::Usage(format!("{MOMENT_VARIABLE} {cure}")))
}

/// Writes every report, files first: whoever reads standard output may stop reading. All are tried; the first failure
/// is the result.
pub(super) fn write(flags: &ReportFlags, outcome: &Outcome, engine: &Engine, talk: Talk) -> Result<(), CliError> {
    let (result, moment) = (write_files(flags, outcome, engine), moment()?);
    let style = Style { colour: flags.format == Format::Text && console::stdout_takes_colour(), moment };
    let written = output::to_stdout(&pipeline::render(outcome, engine, flags.format, style));
    if flags.format != Format::Text {
        // The report for people has them already.
        outcome.notes.iter().for_each(|note| talk.note(Talk::Normal, &format!("{}: {}", note.place, note.text)));
    }
    result.and(written)
}

/// Writes every report that goes to a file. All are tried; the first failure is the result.
pub(super) fn write_files(flags: &ReportFlags, outcome: &Outcome, engine: &Engine) -> Result<(), CliError> {
    let mut result = Ok(());
    for report in &flags.output {
        let bytes = pipeline::render(outcome, engine, report.format, Style::default());
        result = result.and(output::to_file(&report.file, &bytes));
    }
    result
}
