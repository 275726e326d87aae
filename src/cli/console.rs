//! Standard error: messages for people, never part of a report. What cannot be written there is let go.

use std::io::Write;

use anstyle::{AnsiColor, Style};

use super::args::{ColourWhen, ConsoleFlags};
use crate::model::Shown;

/// How talkative the command is on standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Talk {
    /// Errors only.
    Quiet,
    /// Errors, notes and a progress bar.
    Normal,
    /// How the verdict came about, too.
    Verbose,
}

impl Talk {
    /// What the flags ask for.
    pub(super) fn new(flags: &ConsoleFlags) -> Self {
        match (flags.quiet, flags.verbose) {
            (true, _) => Self::Quiet,
            (false, true) => Self::Verbose,
            (false, false) => Self::Normal,
        }
    }

    /// Says something if at least this much talk is wanted.
    pub(super) fn note(self, least: Self, text: &str) {
        if self >= least {
            say("note", AnsiColor::Cyan, text);
        }
    }
}

/// Sets what `--color` asks for, for both standard streams.
pub(super) fn set_colour(when: ColourWhen) {
    match when {
        ColourWhen::Auto => anstream::ColorChoice::Auto,
        ColourWhen::Always => anstream::ColorChoice::Always,
        ColourWhen::Never => anstream::ColorChoice::Never,
    }
    .write_global();
}

/// Whether standard output takes colours.
pub(super) fn stdout_takes_colour() -> bool {
    anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
}

/// Tells an error, one line for each of its lines.
pub(super) fn error(text: &str) {
    text.lines().for_each(|line| say("error", AnsiColor::Red, line));
}

/// Says what to do about a refusal. It is part of the refusal, so that `--quiet` leaves it.
pub(super) fn advice(text: &str) {
    say("do", AnsiColor::Yellow, text);
}

fn say(label: &str, colour: AnsiColor, line: &str) {
    let style = Style::new().bold().fg_color(Some(colour.into()));
    let line = Shown::from_bytes(line.as_bytes());
    let _ = writeln!(anstream::stderr(), "{style}{label}{style:#}: {line}");
}
