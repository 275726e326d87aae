//! `tightlip config`.

use super::args::ConfigArgs;
use super::error::CliError;
use super::{Exit, output};
use crate::config::Settings;
use crate::engine::Engine;
use crate::pipeline;

/// Prints the configuration in force, once it is known to be sound: rules and policy are loaded like for a scan.
pub(super) fn run(args: &ConfigArgs) -> Result<Exit, CliError> {
    let mut request = args.files.request(&args.policy, &args.paths);
    request.flags.no_ignore = args.no_ignore;
    let settings = Settings::load(&request)?;
    let rules = settings.rules()?;
    settings.policy(rules.ids, settings.baseline()?)?;
    // A reason or a mark can hold what nobody meant to print.
    output::to_stdout(&pipeline::masked(&Engine::new(rules.set), settings.to_string()))?;
    Ok(Exit::Clean)
}
