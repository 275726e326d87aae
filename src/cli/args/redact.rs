//! `tightlip redact`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::flags::{FileFlags, KnownFlags, PolicyFlags};

const REDACT_EXAMPLES: &str = "\
Examples:
  make 2>&1 | tightlip redact -
  tightlip redact build.log -o build.clean.log
  tightlip redact evidence.tar.gz -o evidence.clean.tar.gz --manifest manifest.jsonl
  tightlip redact --known-env MY_APP_ --key-file ../key evidence/ -o clean/

Exit status:
  0  clean: the output was written, and nothing is found in it
  2  usage, configuration or rule error, or something that cannot be redacted; a file or folder was not written, and of a
     stream nothing that holds it
  3  incomplete: what could not be looked at was left out of the output, or the output was not written because of it";

/// Write files, folders, archives or a stream out again with every secret replaced.
///
/// In place of a secret stands its kind and its fingerprint, as in [tightlip:aws-secret-access-key:3f2a…], so that two
/// places of one secret can still be seen to be the same; with --key-file they can from run to run. Whatever a rule
/// finds is replaced, at any confidence. Lines stay lines, JSON stays JSON, archives (tar, zip, gzip, zstd) keep their
/// structure. The output is scanned again before it is released.
#[derive(ClapArgs, Debug)]
#[command(after_help = REDACT_EXAMPLES)]
pub(in crate::cli) struct RedactArgs {
    /// The file, archive or folder; `-` is standard input, line by line.
    #[arg(value_name = "PATH")]
    pub(in crate::cli) path: PathBuf,
    /// Where the redacted file or folder goes; `-` is standard output. A folder must not be there yet.
    #[arg(short, long, value_name = "OUT")]
    pub(in crate::cli) out: Option<PathBuf>,
    /// Write what became of each member: one JSON object a line, with sizes and digests before and after.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) manifest: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) files: FileFlags,
    #[command(flatten)]
    pub(in crate::cli) policy: PolicyFlags,
    #[command(flatten)]
    pub(in crate::cli) known: KnownFlags,
}
