//! What `tightlip baseline` makes of a scan's outcome.

use clap::Args as ClapArgs;
use jiff::civil::Date;

/// What `tightlip baseline` makes of a scan's outcome.
#[derive(Clone, Debug)]
pub(in crate::cli) enum Job {
    /// A new file that accepts all that blocks.
    Create(AcceptFlags),
    /// The file brought up to the outcome.
    Update {
        /// Why what is new is accepted.
        accept: AcceptFlags,
        /// Whether lines go that matched nothing.
        prune: bool,
    },
    /// The differences told.
    Check {
        /// Whether a difference is an error.
        strict: bool,
    },
}

/// Why findings are accepted.
#[derive(ClapArgs, Clone, Debug)]
pub(in crate::cli) struct AcceptFlags {
    /// Why the findings are accepted; it stands in every report beside them.
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) reason: Option<String>,
    /// Who answers for them.
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) owner: Option<String>,
    /// The last day (UTC) on which they are accepted, as 2027-06-30.
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub(in crate::cli) expires: Option<Date>,
}

fn day(text: &str) -> Result<Date, &'static str> {
    // Ten characters: a time of day would be read by the parser and mean nothing here.
    let day = (text.len() == 10).then(|| text.parse().ok()).flatten();
    day.ok_or("a day is written as year-month-day: 2027-06-30")
}
