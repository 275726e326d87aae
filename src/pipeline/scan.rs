//! A run from its source to its outcome.

use std::sync::{Mutex, PoisonError};

use super::judge::Bench;
use super::look::Look;
use super::names;
use super::options::{Options, Progress};
use super::outcome;
use super::run::Run;
use super::together;
use crate::engine::{Engine, Scratch};
use crate::model::{Key, Outcome, Shown};
use crate::policy::Policy;
use crate::sources::{Source, SourceError, Visitor, Worker};

impl Visitor for Run<'_> {
    fn worker(&self) -> Box<dyn Worker + Send + '_> {
        Box::new(Look::new(self))
    }
}

/// Looks at everything the source has, and judges it.
///
/// # Errors
/// If the source cannot even begin. Whatever goes wrong later is a gap of the outcome.
pub fn scan(
    source: &dyn Source,
    engine: &Engine,
    policy: &Policy,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Outcome, SourceError> {
    let own = options.key.is_none().then(Key::random);
    let key = options.key.as_ref().or(own.as_ref()).expect("there is the user's key, or the run's own was just made");
    let run = Run {
        bench: Bench::new(engine, policy, key, options.key.is_some()),
        limits: options.limits,
        threads: match options.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        },
        progress,
        large: Mutex::default(),
        closed: Mutex::default(),
    };
    source.walk(&run)?;
    let large = std::mem::take(&mut *run.large.lock().unwrap_or_else(PoisonError::into_inner));
    large.into_iter().for_each(|file| together::scan(file, &run));
    let ledger = run.closed.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut outcome = outcome::close(ledger, engine, policy, &options.target);
    source.locate(&mut outcome.findings);
    let mut scratch = Scratch::default();
    for step in outcome.findings.iter_mut().filter_map(|finding| finding.step.as_mut()) {
        // The name of a step is a command often, and may hold what the step does.
        *step = Shown::from_bytes(&names::masked(engine, &mut scratch, step.as_str().into()));
    }
    Ok(outcome)
}
