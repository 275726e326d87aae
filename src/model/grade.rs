//! How sure, and how bad.

use serde::{Deserialize, Serialize};

/// How sure a finding is, least sure first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Looks like a secret by its name or shape; a person should look.
    Review,
    /// A specific pattern in a fitting context.
    Likely,
    /// The structure proves it: a checksum, a decodable key, a second part that belongs to it.
    Confirmed,
}

impl Confidence {
    /// The word used in every report and configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Likely => "likely",
            Self::Confirmed => "confirmed",
        }
    }
}

/// How bad it is when the secret is real and live, least bad first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Not usable by itself, or public by design.
    Low,
    /// Limited access.
    Medium,
    /// Access to data or services of one kind.
    High,
    /// Access that lets an attacker take over accounts, code or infrastructure.
    Critical,
}

impl Severity {
    /// The word used in every report and rule pack.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}
