//! `tightlip git`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::flags::{EXIT_STATUS, ScanFlags};

/// Scan a repository: all of its history.
#[derive(ClapArgs, Debug)]
#[command(after_help = EXIT_STATUS)]
pub(in crate::cli) struct GitArgs {
    /// The repository, or a folder in it.
    #[arg(value_name = "REPO")]
    pub(in crate::cli) repository: Option<PathBuf>,
    /// Let what no ref leads to block as well.
    #[arg(long)]
    pub(in crate::cli) unreachable: bool,
    /// How many commits the history must have.
    #[arg(long, value_name = "N")]
    pub(in crate::cli) expect_commits: Option<u64>,
    /// Scan every object from nothing.
    #[arg(long, hide = true)]
    pub(in crate::cli) plain: bool,
    #[command(flatten)]
    pub(in crate::cli) scan: ScanFlags,
}
