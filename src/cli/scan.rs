//! What every command that scans has in common: configuration, rules, the run, the report.

use std::path::PathBuf;
use std::time::Instant;

use super::args::{ReportFlags, ScanFlags};
use super::console::Talk;
use super::error::CliError;
use super::job::Desk;
use super::progress::Bar;
use super::{Exit, job, known, report};
use crate::config::{Request, Settings};
use crate::engine::Engine;
use crate::model::{Outcome, Shown, Target};
use crate::pipeline::{self, Options, Progress};
use crate::policy::Policy;
use crate::sources::Source;

/// A scan that is ready to begin: everything that can be refused was looked at.
pub(super) struct Scan<'a> {
    pub(super) settings: Settings,
    report: &'a ReportFlags,
    policy: Policy,
    engine: Engine,
    talk: Talk,
    begun: Instant,
}

impl<'a> Scan<'a> {
    /// Reads configuration, rules and the operator's secrets.
    pub(super) fn prepare(request: &Request, flags: &'a ScanFlags, talk: Talk) -> Result<Self, CliError> {
        let begun = Instant::now();
        let report = &flags.report;
        report::check(report)?;
        let settings = Settings::load(request)?;
        let rules = settings.rules()?;
        let policy = settings.policy(rules.ids, job::load(report.job.as_ref(), &settings)?)?;
        let engine = Engine::new(rules.set);
        let engine = match known::read(&flags.known)? {
            Some(known) => engine.with_known(known),
            None => engine,
        };
        talk.note(Talk::Verbose, &format!("configuration: {}", settings.file.as_deref().unwrap_or("none")));
        Ok(Self { settings, report, policy, engine, talk, begun })
    }

    /// Looks at everything the source has, writes the reports and says how it ended.
    pub(super) fn run(self, target: Target, source: &dyn Source) -> Result<Exit, CliError> {
        let bar = Bar::start(self.talk);
        let mut outcome = self.outcome(target, source, &bar)?;
        drop(bar);
        let exit = self.finish(&mut outcome)?;
        self.write(&outcome)?;
        Ok(exit)
    }

    /// What the run was for beside its verdict, and how it ends.
    pub(super) fn finish(&self, outcome: &mut Outcome) -> Result<Exit, CliError> {
        let (Some(job), Some(known)) = (&self.report.job, self.policy.baseline()) else {
            return Ok(outcome.verdict().into());
        };
        let file = self.settings.baseline_file();
        Desk { known, file: &file, engine: &self.engine, talk: self.talk }.finish(job, outcome)
    }

    /// Looks at everything the source has.
    pub(super) fn outcome(
        &self,
        target: Target,
        source: &dyn Source,
        progress: &dyn Progress,
    ) -> Result<Outcome, CliError> {
        let options = Options {
            threads: self.settings.threads.value,
            limits: self.settings.limits(),
            key: self.settings.key.as_ref().map(|key| key.value.again()),
            target,
        };
        Ok(pipeline::scan(source, &self.engine, &self.policy, &options, progress)?)
    }

    /// Writes every report.
    pub(super) fn write(&self, outcome: &Outcome) -> Result<(), CliError> {
        self.talk.note(Talk::Verbose, &told(outcome, self.begun));
        report::write(self.report, outcome, &self.engine, self.talk)
    }

    /// Writes the reports that go to files.
    pub(super) fn write_files(&self, outcome: &Outcome) -> Result<(), CliError> {
        self.talk.note(Talk::Verbose, &told(outcome, self.begun));
        report::write_files(self.report, outcome, &self.engine)
    }

    /// Text of tightlip's own with everything masked that the rules find in it.
    pub(super) fn masked(&self, text: String) -> Vec<u8> {
        pipeline::masked(&self.engine, text)
    }
}

/// The target of a command that was given paths.
pub(super) fn target(command: &'static str, paths: &[PathBuf]) -> Target {
    let names = paths.iter().map(|path| Shown::from_bytes(path.as_os_str().as_encoded_bytes()));
    Target { command, names: names.collect() }
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
