//! The rule of the operator's own secrets: one id, and the operator's name for each.

use std::sync::Arc;

use super::rule::{Demands, How, Rule};
use crate::model::{Confidence, RuleInfo, Severity, Shown};

/// The id of the rule.
pub const KNOWN: &str = "known-secret";

/// The rule for the secret of this name, or for all.
pub(super) fn rule(name: Option<&Shown>) -> Rule {
    let info = RuleInfo {
        id: KNOWN.to_owned(),
        name: name.map_or_else(|| "Known secret".to_owned(), |name| format!("Known secret {name}")),
        severity: Severity::Critical,
        confidence: Confidence::Confirmed,
        risk: "It is a real secret of yours, given by --known: whoever reads this has it.".to_owned(),
        revoke: "Replace the secret where it is kept, take the old value out of use, then remove it from here."
            .to_owned(),
        references: Vec::new(),
        pack: "known".to_owned(),
    };
    Rule {
        info: Arc::new(info),
        keywords: Vec::new(),
        ignore_case: false,
        how: How::Known,
        boundary: super::Boundary::None,
        demands: Demands::default(),
        companions: Vec::new(),
        paths: Vec::new(),
        generic: false,
    }
}
