//! `tightlip baseline`: a scan like any other, with a job for its outcome.

use super::args::{BaselineArgs, ScanCommand};
use super::console::Talk;
use super::error::CliError;
use super::{Exit, bundle, dir, git, image, log};

/// Runs the scan, which does the job.
pub(super) fn run(args: &mut BaselineArgs, talk: Talk) -> Result<Exit, CliError> {
    match args.command.scan() {
        ScanCommand::Dir(args) => dir::run(args, talk),
        ScanCommand::Git(args) => git::run(args, talk),
        ScanCommand::Log(args) => log::run(args, talk),
        ScanCommand::Bundle(args) => bundle::run(args, talk),
        ScanCommand::Image(args) => image::run(args, talk),
    }
}
