//! The result of a scan, before it is rendered. The format never changes the verdict.

use serde::Serialize;

use super::{Confidence, Coverage, Exclusion, Finding, Gap, Shown};

/// What was asked to be scanned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Target {
    /// The command: `dir`.
    pub command: &'static str,
    /// The paths or references as the user gave them.
    pub names: Vec<Shown>,
}

/// Something the reader of a report should know of the policy: an expired or unused entry, a mark that was not obeyed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Note {
    /// Where it stands: a file of the policy, or a scanned place.
    pub place: Shown,
    /// What it is.
    pub text: Shown,
}

/// How a scan ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything was looked at or excluded, and nothing blocks.
    Clean,
    /// Something blocks.
    Findings,
    /// Nothing blocks, but something was not looked at.
    Incomplete,
}

impl Verdict {
    /// The exit status: 0, 1 or 3. (2 is for errors before anything was judged.)
    pub fn exit_status(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Incomplete => 3,
        }
    }

    /// The word used in every report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Findings => "findings",
            Self::Incomplete => "incomplete",
        }
    }
}

/// Everything a report can say. Sorted; holds no clock, no thread count, no byte of a secret.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What was scanned.
    pub target: Target,
    /// The least confidence that blocks.
    pub threshold: Confidence,
    /// Judged matches, in report order, suppressed ones included.
    pub findings: Vec<Finding>,
    /// What was not looked at, in report order.
    pub gaps: Vec<Gap>,
    /// What policy took out, in report order.
    pub exclusions: Vec<Exclusion>,
    /// The sums.
    pub coverage: Coverage,
    /// Remarks on the policy, in report order.
    pub notes: Vec<Note>,
    /// How many rules were loaded.
    pub rules: usize,
}

impl Outcome {
    /// Findings outrank gaps, and gaps outrank a clean bill.
    pub fn verdict(&self) -> Verdict {
        if self.findings.iter().any(|f| f.blocks(self.threshold)) {
            Verdict::Findings
        } else if !self.gaps.is_empty() {
            Verdict::Incomplete
        } else {
            Verdict::Clean
        }
    }
}
