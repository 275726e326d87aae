//! `tightlip bundle`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::flags::{EXIT_STATUS, ScanFlags};

const BUNDLE_EXAMPLES: &str = "\
Examples:
  tightlip bundle evidence.tar.zst
  tightlip bundle --manifest manifest.jsonl evidence/
  tightlip bundle --known-env MY_APP_ --format json run-42.zip > verdict.json";

/// Scan what is about to be shared: folders and archives, to the last byte.
///
/// No ignore file is respected, no inline mark is obeyed, and the bundle's own configuration is not read: whatever will be
/// shared is looked at. The manifest lists every member with its size, its digest and how it ended.
#[derive(ClapArgs, Debug)]
#[command(after_help = format!("{BUNDLE_EXAMPLES}\n\n{EXIT_STATUS}"))]
pub(in crate::cli) struct BundleArgs {
    /// Folders and archives to scan.
    #[arg(value_name = "PATH", required = true)]
    pub(in crate::cli) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) scan: ScanFlags,
    /// Write a manifest: one JSON object a line for each member, sorted by address.
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    pub(in crate::cli) manifest: Option<PathBuf>,
}
