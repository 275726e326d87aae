//! `tightlip completions`.

use clap::CommandFactory;

use super::args::{Args, CompletionsArgs};
use super::error::CliError;
use super::{Exit, output};

/// Prints completions for a shell.
pub(super) fn run(args: &CompletionsArgs) -> Result<Exit, CliError> {
    // Into memory first: the generator panics when it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "tightlip", &mut script);
    output::to_stdout(&script)?;
    Ok(Exit::Clean)
}
