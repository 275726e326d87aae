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
    Ok(())
}

/// Writes every report, files first: whoever reads standard output may stop reading. All are tried; the first failure
/// is the result.
pub(super) fn write(flags: &ReportFlags, outcome: &Outcome, engine: &Engine, talk: Talk) -> Result<(), CliError> {
    let result = write_files(flags, outcome, engine);
    let style = Style { colour: flags.format == Format::Text && console::stdout_takes_colour() };
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
