//! Which part of a repository is scanned.

use super::args::ChangeFlags;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// All of it.
    History,
    /// What is staged.
    Staged,
    /// Some commits.
    Range,
    /// What a push sends.
    Push,
    /// What a server receives.
    Receive,
}

impl Mode {
    /// What the flags ask for.
    pub(super) fn of(flags: &ChangeFlags) -> Self {
        match flags {
            flags if flags.staged => Self::Staged,
            flags if flags.pre_push.is_some() => Self::Push,
            flags if flags.pre_receive => Self::Receive,
            flags if flags.range.is_some() || flags.branch.is_some() || flags.since.is_some() => Self::Range,
            _ => Self::History,
        }
    }
}
