//! A run from its source to its outcome.

use std::sync::{Mutex, PoisonError};

use super::judge::Bench;
use super::look::Look;
use super::options::{Options, Progress};
use super::outcome;
use super::review::Review;
use super::run::Run;
use super::{texts, together, versions};
use crate::engine::Engine;
use crate::model::{Key, Outcome};
use crate::policy::Policy;
use crate::sources::{Reviewer, Source, SourceError, Visitor, Worker, thread_count};

impl Visitor for Run<'_> {
    fn worker(&self) -> Box<dyn Worker + Send + '_> {
        Box::new(Look::new(self))
    }

    fn reviewer(&self) -> Box<dyn Reviewer + Send + '_> {
        Box::new(Review::new(self))
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
        threads: thread_count(options.threads),
        progress,
        large: Mutex::default(),
        closed: Mutex::default(),
        held: Mutex::default(),
    };
    source.walk(&run)?;
    let large = std::mem::take(&mut *run.large.lock().unwrap_or_else(PoisonError::into_inner));
    large.into_iter().for_each(|file| together::scan(file, &run));
    versions::tell(&run, source);
    let ledger = run.closed.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut outcome = outcome::close(ledger, source, engine, policy, &options.target);
    texts::mask(&mut outcome, engine);
    Ok(outcome)
}
