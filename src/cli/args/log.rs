//! `tightlip log`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::flags::{EXIT_STATUS, ScanFlags};

const LOG_EXAMPLES: &str = "\
Examples:
  tightlip log build.log
  gh run view 123 --log | tightlip log -
  make 2>&1 | tee build.log | tightlip log --follow -
  tightlip log --known .env.production deploy.log";

/// Scan logs: files, or standard input in constant memory.
///
/// Stamps before each line, terminal colours inside a token and values wrapped over lines are looked through. Inline
/// marks are not obeyed: a log is not written by those who review it. Findings tell the step they stand in, where the
/// log names its steps. No configuration is read unless --config names one.
#[derive(ClapArgs, Debug)]
#[command(after_help = format!("{LOG_EXAMPLES}\n\n{EXIT_STATUS}"))]
pub(in crate::cli) struct LogArgs {
    /// Logs to scan; `-` is standard input.
    #[arg(value_name = "FILE", default_value = "-")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) scan: ScanFlags,
    /// Tell each finding on standard output as soon as its line was read, and the sums at the end. A stream ends when its
    /// writer closes it; to follow a growing file, pipe `tail -F FILE` in.
    #[arg(long, help_heading = "Reports")]
    pub(in crate::cli) follow: bool,
}
