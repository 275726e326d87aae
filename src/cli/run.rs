//! From the command line to the exit status.

use std::process::ExitCode;

use clap::Parser;

use super::args::{Args, Command};
use super::console::{self, Talk};
use super::{
    Exit, baseline, bundle, completions, config, dir, error::CliError, explain, git, image, init, log, man, output,
    panics, preflight, redact, rules,
};

/// Runs the command that was typed.
pub fn main() -> ExitCode {
    panics::guarded(typed).into()
}

fn typed() -> Exit {
    let mut args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return help_or_usage(&error),
    };
    console::set_colour(args.console.color);
    command(&mut args.command, Talk::new(&args.console)).unwrap_or_else(|error| {
        console::error(&error.to_string());
        Exit::Error
    })
}

fn command(command: &mut Command, talk: Talk) -> Result<Exit, CliError> {
    match command {
        Command::Dir(args) => dir::run(args, talk),
        Command::Git(args) => git::run(args, talk),
        Command::Image(args) => image::run(args, talk),
        Command::Log(args) => log::run(args, talk),
        Command::Bundle(args) => bundle::run(args, talk),
        Command::Redact(args) => redact::run(args, talk),
        Command::Init(args) => init::run(args),
        Command::Baseline(args) => baseline::run(args, talk),
        Command::Explain(args) => explain::run(args),
        Command::Preflight(args) => preflight::run(args),
        Command::Rules(args) => rules::run(args, talk),
        Command::Config(args) => config::run(args),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args),
    }
}

/// Help and version were asked for and go to standard output; anything else is a usage error.
fn help_or_usage(error: &clap::Error) -> Exit {
    match error.print() {
        Err(failed) if !output::is_closed_pipe(&failed) => Exit::Error,
        _ if error.use_stderr() => Exit::Error,
        _ => Exit::Clean,
    }
}
