//! The contract of a report format.

use std::io::{self, Write};

use crate::model::{Outcome, RuleInfo};

/// How a report may look; it never changes what the report says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Whether terminal colours may be used.
    pub colour: bool,
    /// The moment that a format names whose schema asks for one, in seconds since the beginning of 1970 (UTC). It is
    /// given from outside: reports hold no clock.
    pub moment: i64,
}

/// A report format.
pub trait Reporter: Sync {
    /// Writes the whole report. `rules` are all rules that were loaded, in pack order.
    ///
    /// # Errors
    /// Only those of `out`.
    fn write(&self, outcome: &Outcome, rules: &[&RuleInfo], style: Style, out: &mut dyn Write) -> io::Result<()>;
}
