//! `tightlip dir`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::flags::{EXIT_STATUS, ScanFlags};

const DIR_EXAMPLES: &str = "\
Examples:
  tightlip dir
  tightlip dir --format json src tests > report.json
  tightlip dir --output sarif=out.sarif --output json=out.json
  tightlip dir --config gate.toml --no-inline --key-file ../key .";

/// Scan a working tree.
///
/// Every file is looked at, hidden ones too, except what ignore files name (tracked files are scanned all the same) and
/// what the configuration excludes. Both are listed in the report. Symbolic links are not followed; their targets are
/// read as text. A directory `.git` is not entered and is listed as excluded: `tightlip git` scans the history.
#[derive(ClapArgs, Debug)]
#[command(after_help = format!("{DIR_EXAMPLES}\n\n{EXIT_STATUS}"))]
pub(in crate::cli) struct DirArgs {
    /// Directories and files to scan.
    #[arg(value_name = "PATH", default_value = ".")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) scan: ScanFlags,
    /// Scan what ignore files name, too.
    #[arg(long, help_heading = "Policy")]
    pub(in crate::cli) no_ignore: bool,
}
