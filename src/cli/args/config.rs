//! `tightlip config`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::flags::{FileFlags, PolicyFlags};

/// Print the configuration in force, and where each value comes from.
///
/// The output is a valid `tightlip.toml`. Keys and salts are not printed.
#[derive(ClapArgs, Debug)]
pub(in crate::cli) struct ConfigArgs {
    /// What would be scanned; it decides which file is read.
    #[arg(value_name = "PATH", default_value = ".")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) files: FileFlags,
    #[command(flatten)]
    pub(in crate::cli) policy: PolicyFlags,
    /// Scan what ignore files name, too.
    #[arg(long, help_heading = "Policy")]
    pub(in crate::cli) no_ignore: bool,
}
