//! `tightlip dir`.

use std::time::Instant;

use super::args::DirArgs;
use super::console::Talk;
use super::error::CliError;
use super::progress::Bar;
use super::{Exit, report};
use crate::config::Settings;
use crate::engine::Engine;
use crate::model::{Outcome, Shown, Target};
use crate::pipeline::{self, Options};
use crate::sources::{Dir, DirOptions};

/// Scans a working tree and reports.
pub(super) fn run(args: &DirArgs, talk: Talk) -> Result<Exit, CliError> {
    let begun = Instant::now();
    report::check(&args.report)?;
    let settings = Settings::load(&args.files.request(&args.policy, &args.paths))?;
    let rules = settings.rules()?;
    let policy = settings.policy(rules.ids)?;
    let engine = Engine::new(rules.set);
    talk.note(Talk::Verbose, &format!("configuration: {}", settings.file.as_deref().unwrap_or("none")));

    let source = Dir::new(
        args.paths.clone(),
        DirOptions { ignore_files: settings.ignore_files.value, threads: settings.threads.value },
    );
    let options = Options {
        threads: settings.threads.value,
        limits: settings.limits(),
        key: settings.key.map(|key| key.value),
        target: target(args),
    };
    let bar = Bar::start(talk);
    let outcome = pipeline::scan(&source, &engine, &policy, &options, &bar)?;
    drop(bar);
    talk.note(Talk::Verbose, &told(&outcome, begun));
    report::write(&args.report, &outcome, &engine, talk)?;
    Ok(outcome.verdict().into())
}

fn target(args: &DirArgs) -> Target {
    let names = args.paths.iter().map(|path| Shown::from_bytes(path.as_os_str().as_encoded_bytes()));
    Target { command: "dir", names: names.collect() }
}

fn told(outcome: &Outcome, begun: Instant) -> String {
    let (scanned, seconds) = (outcome.coverage.scanned, begun.elapsed().as_secs_f64());
    let megabytes = scanned.bytes as f64 / 1e6;
    format!(
        "{} units with {megabytes:.1} MB by {} rules in {seconds:.2} s ({:.0} MB/s)",
        scanned.units,
        outcome.rules,
        megabytes / seconds.max(1e-6)
    )
}
