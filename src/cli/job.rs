//! What `tightlip baseline` makes of a scan: the baseline it is judged by, and the file that comes of its outcome.

use std::collections::BTreeSet;
use std::path::Path;

use super::args::{AcceptFlags, Job};
use super::console::{self, Talk};
use super::error::CliError;
use super::{Exit, output};
use crate::config::Settings;
use crate::engine::Engine;
use crate::model::{Outcome, Shown, Status, Suppression, SuppressionKind, Verdict};
use crate::pipeline;
use crate::policy::{Acceptance, Baseline};

/// The baseline that a scan is judged by.
pub(super) fn load(job: Option<&Job>, settings: &Settings) -> Result<Option<Baseline>, CliError> {
    let file = settings.baseline_file();
    match job {
        None => Ok(settings.baseline()?),
        Some(Job::Create(accept)) => {
            said(accept)?.ok_or_else(|| CliError::Usage(format!("{NO_REASON}: pass --reason \"…\"")))?;
            if std::fs::symlink_metadata(&file).is_ok() {
                let problem =
                    "is there already; bring it up to date with `tightlip baseline update`, or remove it first";
                return Err(CliError::Usage(format!("{}: {problem}", file.display())));
            }
            output::check_file(&file)?;
            Ok(Some(settings.new_baseline(salt()?)))
        }
        Some(Job::Update { accept, .. }) => {
            said(accept)?;
            Ok(Some(settings.existing_baseline()?))
        }
        Some(Job::Check { .. }) => Ok(Some(settings.existing_baseline()?)),
    }
}

const NO_REASON: &str = "say in a few words why the findings are accepted";

/// Why findings are to be accepted, if a reason is given: one with a letter in it.
fn said(accept: &AcceptFlags) -> Result<Option<Acceptance>, CliError> {
    match &accept.reason {
        None => Ok(None),
        Some(reason) if !reason.chars().any(char::is_alphabetic) => {
            Err(CliError::Usage(format!("{NO_REASON}: --reason is empty")))
        }
        Some(reason) => {
            let (owner, expires) = (accept.owner.clone(), accept.expires);
            Ok(Some(Acceptance { reason: reason.clone(), owner, expires }))
        }
    }
}

fn salt() -> Result<[u8; 32], CliError> {
    let mut salt = [0; 32];
    getrandom::fill(&mut salt)
        .map_err(|error| CliError::Usage(format!("the system gives no random bytes for a salt ({error})")))?;
    Ok(salt)
}

/// A scan under a baseline, on which a job is done.
pub(super) struct Desk<'a> {
    /// The baseline that the scan was judged by.
    pub(super) known: &'a Baseline,
    /// Its file.
    pub(super) file: &'a Path,
    /// The rules, which look at every text before it is written down.
    pub(super) engine: &'a Engine,
    /// How talkative the command is.
    pub(super) talk: Talk,
}

impl Desk<'_> {
    /// Does the job, and says how the command ends. What is accepted by it is so in the outcome, too.
    pub(super) fn finish(&self, job: &Job, outcome: &mut Outcome) -> Result<Exit, CliError> {
        match job {
            Job::Check { strict } => Ok(self.check(*strict, outcome)),
            Job::Create(accept) => self.update(accept, false, outcome),
            Job::Update { accept, prune } => self.update(accept, *prune, outcome),
        }
    }

    fn check(&self, strict: bool, outcome: &mut Outcome) -> Exit {
        let differences = self.known.differences(&outcome.findings);
        let failed = strict && !differences.is_empty() && outcome.verdict() == Verdict::Clean;
        outcome.notes.extend(differences);
        outcome.notes.sort();
        if !failed {
            return outcome.verdict().into();
        }
        let problem = "does not say what is there; `tightlip baseline update --prune` brings it up to date";
        console::error(&format!("{}: {problem}", self.name()));
        Exit::Error
    }

    fn update(&self, accept: &AcceptFlags, prune: bool, outcome: &mut Outcome) -> Result<Exit, CliError> {
        let why = masked(said(accept)?, self.engine)?;
        let complete = outcome.gaps.is_empty();
        if prune && !complete {
            self.talk.note(Talk::Normal, "no line is removed: the scan has gaps, and what is gone could stand in one");
        }
        self.write(&self.known.updated(&outcome.findings, outcome.threshold, why.as_ref(), prune && complete))?;
        accept_all(outcome, why.as_ref());
        if outcome.verdict() == Verdict::Findings {
            self.talk.note(Talk::Normal, "what blocks is new, and is accepted only for a reason: pass --reason");
        }
        Ok(outcome.verdict().into())
    }

    fn write(&self, new: &Baseline) -> Result<(), CliError> {
        output::to_file(self.file, new.to_text().as_bytes())?;
        let [old, new] = [self.known, new].map(|one| one.entries().iter().collect::<BTreeSet<_>>());
        let (added, gone) = (new.difference(&old).count(), old.difference(&new).count());
        let told = format!("{} entries ({added} new, {gone} removed or replaced)", new.len());
        self.talk.note(Talk::Normal, &format!("{}: {told}", self.name()));
        Ok(())
    }

    fn name(&self) -> Shown {
        Shown::from_bytes(self.file.as_os_str().as_encoded_bytes())
    }
}

/// A reason can hold what nobody meant to write down.
fn masked(why: Option<Acceptance>, engine: &Engine) -> Result<Option<Acceptance>, CliError> {
    let mask = |text: String| String::from_utf8_lossy(&pipeline::masked(engine, text)).into_owned();
    let why = why.map(|why| Acceptance { reason: mask(why.reason), owner: why.owner.map(mask), expires: why.expires });
    match &why {
        Some(why) if !why.reason.chars().any(char::is_alphabetic) => {
            Err(CliError::Usage(format!("{NO_REASON}: the text of --reason looks like a secret")))
        }
        _ => Ok(why),
    }
}

/// The outcome as the next scan under the baseline will see it.
fn accept_all(outcome: &mut Outcome, why: Option<&Acceptance>) {
    let Some(why) = why else { return };
    for finding in outcome.findings.iter_mut().filter(|finding| finding.blocks(outcome.threshold)) {
        let reason = Shown::from_bytes(why.reason.as_bytes());
        let by = Suppression { kind: SuppressionKind::Baseline, reason, owner: why.owner.clone() };
        finding.status = Status::Suppressed(by);
    }
}
