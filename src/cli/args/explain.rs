//! `tightlip explain`.

use clap::Args as ClapArgs;

use super::flags::{FileFlags, PolicyFlags};
use crate::cli::parse;

/// Say why a line is reported, or why it is not.
///
/// Every rule whose keyword stands in the line is listed, with what became of it: kept, and how sure; dropped, and why;
/// accepted by policy, and by whom. Nothing of the line itself is printed.
#[derive(ClapArgs, Debug)]
#[command(
    after_help = "Examples:\n  tightlip explain settings.py:12\n  tightlip explain deploy/values.yaml:40 --no-config"
)]
pub(in crate::cli) struct ExplainArgs {
    /// A file and a line of it, counted from 1.
    #[arg(value_name = "FILE:LINE", value_parser = parse::line)]
    pub(in crate::cli) place: parse::Line,
    #[command(flatten)]
    pub(in crate::cli) files: FileFlags,
    #[command(flatten)]
    pub(in crate::cli) policy: PolicyFlags,
}
