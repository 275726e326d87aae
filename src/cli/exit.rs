//! The exit statuses, in one place.

use std::process::ExitCode;

use crate::model::Verdict;

/// How the command ends, for every command and format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Clean and complete, or a command that judges nothing did what was asked.
    Clean,
    /// Findings at or above the blocking confidence. They outrank gaps.
    Findings,
    /// A usage, configuration or rule error, a target that does not exist, a report that could not be written, or a
    /// defect of tightlip itself. Never a verdict.
    Error,
    /// No blocking finding, but something was not looked at.
    Incomplete,
}

impl Exit {
    /// The status the process ends with.
    pub fn status(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Error => 2,
            Self::Incomplete => 3,
        }
    }
}

impl From<Verdict> for Exit {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Clean => Self::Clean,
            Verdict::Findings => Self::Findings,
            Verdict::Incomplete => Self::Incomplete,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.status())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_has_one_status() {
        for verdict in [Verdict::Clean, Verdict::Findings, Verdict::Incomplete] {
            assert_eq!(Exit::from(verdict).status(), verdict.exit_status());
            assert_ne!(verdict.exit_status(), Exit::Error.status());
        }
    }
}
