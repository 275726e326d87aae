//! The last lines: the ledger, what the exit status means, and what to do next.

use std::io::{self, Write};

use super::paint::{Paint, Role};
use super::sorted::Sorted;
use crate::model::{Finding, Outcome, Verdict};
use crate::reporters::words::{count, grouped, len, size};

/// Writes the ledger and the verdict.
pub(super) fn write(outcome: &Outcome, sorted: &Sorted<'_>, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    ledger(outcome, out)?;
    let (role, said, next) = match outcome.verdict() {
        Verdict::Clean => (Role::Good, clean(outcome, sorted), None),
        Verdict::Findings => (Role::Bad, blocked(outcome, sorted), Some(next_blocked(sorted))),
        Verdict::Incomplete => (Role::Attention, incomplete(outcome, sorted), Some(NEXT_INCOMPLETE)),
    };
    let (word, rest) = said.split_once(':').unwrap_or((&said, ""));
    let status = outcome.verdict().exit_status();
    writeln!(out, "{}:{rest} (exit status {status})", paint.as_role(role, word))?;
    next.map_or(Ok(()), |next| writeln!(out, "{} {next}", paint.as_role(Role::Strong, "next:")))
}

const NEXT_BLOCKED: &str = "revoke each secret at its provider, replace it, then remove it here. \
                            If one is no secret, accept it in the configuration or a baseline, with a reason.";

/// A change that takes a secret away leaves it in the commits before.
const NEXT_COMMITTED: &str = "revoke each secret at its provider and replace it: once pushed, a commit keeps it \
                              whatever comes after. If one is no secret, accept it in the configuration or a baseline, \
                              with a reason.";

/// A layer that deletes a file leaves it in the layer below.
const NEXT_IN_IMAGE: &str = "revoke each secret at its provider and replace it, then build the image anew without it: a \
                             later layer that deletes a file does not take it out. Mount secrets while building \
                             (RUN --mount=type=secret), and give them to containers when they start. If one is no secret, \
                             accept it in the configuration or a baseline, with a reason.";

const NEXT_INCOMPLETE: &str = "make these places readable, fetch what is missing or raise the limit they met, or \
                               exclude them with a reason; then scan again.";

fn next_blocked(sorted: &Sorted<'_>) -> &'static str {
    let committed = |f: &&Finding| f.history.as_ref().is_some_and(|history| history.introduced.is_some());
    match () {
        () if sorted.blocking.iter().any(committed) => NEXT_COMMITTED,
        () if sorted.blocking.iter().any(|finding| finding.image.is_some()) => NEXT_IN_IMAGE,
        () => NEXT_BLOCKED,
    }
}

fn ledger(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let scanned = outcome.coverage.scanned;
    // A working tree is counted in the word its user thinks in; elsewhere a unit may be an object, a layer, a window.
    let noun = if outcome.target.command == "dir" { "file" } else { "unit" };
    writeln!(
        out,
        "scanned {} ({}) · excluded {} · gaps {} · {}",
        count(scanned.units, noun),
        size(scanned.bytes),
        grouped(outcome.coverage.excluded.units),
        grouped(len(&outcome.gaps)),
        count(outcome.rules as u64, "rule")
    )
}

fn blocked(outcome: &Outcome, sorted: &Sorted<'_>) -> String {
    let n = len(&sorted.blocking);
    let verb = if n == 1 { "finding blocks" } else { "findings block" };
    let mut said = format!("{} {verb}: {}", grouped(n), at_threshold(outcome));
    if !outcome.gaps.is_empty() {
        said.push_str(&format!("; also incomplete, {} not looked at", count(len(&outcome.gaps), "place")));
    }
    said
}

fn incomplete(outcome: &Outcome, sorted: &Sorted<'_>) -> String {
    let places = count(len(&outcome.gaps), "place");
    format!("incomplete: not clean, because {places} could not be looked at{}", remaining(sorted))
}

fn clean(outcome: &Outcome, sorted: &Sorted<'_>) -> String {
    let found = if outcome.findings.is_empty() { "no secret found" } else { "nothing blocks" };
    let looked = if outcome.exclusions.is_empty() { "looked at" } else { "looked at or excluded" };
    format!("clean: {found}, everything was {looked}{}", remaining(sorted))
}

/// The findings that do not block, so that a green line hides none.
fn remaining(sorted: &Sorted<'_>) -> String {
    let mut text = String::new();
    if !sorted.below.is_empty() {
        text.push_str(&format!("; {} below the threshold", count(len(&sorted.below), "finding")));
    }
    if !sorted.suppressed.is_empty() {
        text.push_str(&format!("; {} suppressed", grouped(len(&sorted.suppressed))));
    }
    text
}

fn at_threshold(outcome: &Outcome) -> String {
    format!("at or above the threshold \"{}\"", outcome.threshold.as_str())
}
