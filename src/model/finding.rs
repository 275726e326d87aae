//! What policy made of a match.

use std::sync::Arc;

use serde::Serialize;

use super::{Confidence, History, InImage, Provenance, RuleInfo, Severity, Shown, Span};

/// Where in its blob a finding stands, in the terms an editor uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Region {
    /// First line, from 1.
    pub start_line: u64,
    /// First column, from 1, in Unicode code points (a byte that is not UTF-8 counts as one).
    pub start_column: u64,
    /// Last line.
    pub end_line: u64,
    /// Column after the last character.
    pub end_column: u64,
}

/// The line a finding stands in, with every secret masked, cut to a readable length.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Excerpt {
    /// The text, safe to print.
    pub text: Shown,
    /// Where the finding's mask begins in `text`, in characters.
    pub caret: usize,
    /// Length of the mask in characters.
    pub width: usize,
}

/// Which secret it is, told without telling the secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Identity {
    /// The same number for the same value, within one report.
    pub group: u64,
    /// HMAC-SHA-256 of the value under the organisation's key, in hex; only where a key was given.
    pub fingerprint: Option<String>,
    /// The same under the salt of the baseline that is in force; no report shows it.
    #[serde(skip)]
    pub baseline: Option<String>,
}

/// What keeps a finding from blocking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SuppressionKind {
    /// An allow entry of the configuration.
    Allow,
    /// A mark on the finding's own line.
    Inline,
    /// An accepted finding of a baseline.
    Baseline,
    /// It stands on a line that the change under judgement does not touch.
    Unchanged,
    /// No ref leads to it: it leaves with no push.
    Unreachable,
}

/// Why a finding does not block.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Suppression {
    /// What kind of entry did it.
    pub kind: SuppressionKind,
    /// The reason its author gave.
    pub reason: Shown,
    /// Who answers for it.
    pub owner: Option<String>,
}

/// Whether a finding counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It counts.
    Open,
    /// Policy accepted it; it stays in the report with the reason.
    Suppressed(Suppression),
}

/// A judged match. It holds nothing of the secret but its length.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that found it.
    pub rule: Arc<RuleInfo>,
    /// How sure.
    pub confidence: Confidence,
    /// How bad.
    pub severity: Severity,
    /// The blob it stands in.
    pub place: Provenance,
    /// Where in the blob, for people.
    pub region: Region,
    /// Where in the blob, in bytes, in its encoded form.
    pub span: Span,
    /// The encodings it was wrapped in, outermost first.
    pub via: Vec<&'static str>,
    /// Length of the decoded value in bytes.
    pub length: usize,
    /// The masked line.
    pub excerpt: Excerpt,
    /// Which secret it is.
    pub identity: Identity,
    /// A hash of rule, place and the finding's ordinal among those of its rule and secret in that place. It does not
    /// move when lines shift and holds nothing of the secret.
    pub location_hash: String,
    /// How it came into a repository, where it was found in one.
    pub history: Option<Box<History>>,
    /// Where in an image it stands, where it was found in one.
    pub image: Option<Box<InImage>>,
    /// What it says of itself and is no secret: the algorithm, issuer and expiry of a JSON Web Token.
    pub about: Option<Shown>,
    /// The step of a log that it stands in, where the log names its steps.
    pub step: Option<Shown>,
    /// Whether it counts.
    pub status: Status,
}

impl Finding {
    /// Whether it counts and is at least as sure as `threshold`.
    pub fn blocks(&self, threshold: Confidence) -> bool {
        self.status == Status::Open && self.confidence >= threshold
    }

    /// The order of every report: by place, then position, then rule.
    pub fn sort_key(&self) -> (&Provenance, Span, &str, &[&'static str]) {
        (&self.place, self.span, &self.rule.id, &self.via)
    }
}
