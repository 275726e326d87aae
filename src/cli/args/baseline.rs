//! `tightlip baseline`.

use clap::{Args as ClapArgs, Subcommand};

use super::bundle::BundleArgs;
use super::dir::DirArgs;
use super::flags::{EXIT_STATUS, ScanFlags};
use super::git::GitArgs;
use super::image::ImageArgs;
use super::job::{AcceptFlags, Job};
use super::log::LogArgs;

const BASELINE_EXAMPLES: &str = "\
Examples:
  tightlip baseline create --reason \"found before the gate was set up\" dir
  tightlip dir --baseline .tightlip-baseline
  tightlip baseline check --strict dir
  tightlip baseline create --reason \"dummies of a test suite\" log build.log
  tightlip baseline update --prune dir";

/// Accept what is found today, so that only what is new blocks.
///
/// Put `baseline create`, `update` or `check` in front of the scan that you run. The file is the one that `--baseline` or
/// the configuration names, and else `.tightlip-baseline` at the root of the scan. A scan obeys it only where it is named:
/// `--baseline FILE`, or `baseline = "FILE"` under [gate] in the configuration.
#[derive(ClapArgs, Debug)]
#[command(arg_required_else_help = true)]
#[command(after_help = format!("{BASELINE_EXAMPLES}\n\n{EXIT_STATUS}"))]
pub(in crate::cli) struct BaselineArgs {
    #[command(subcommand)]
    pub(in crate::cli) command: BaselineCommand,
}

#[derive(Subcommand, Debug)]
pub(in crate::cli) enum BaselineCommand {
    /// Scan, and write a file that accepts all that blocks.
    Create(CreateArgs),
    /// Scan, and bring the file up to what was found; reasons and expiry of old lines are kept.
    Update(UpdateArgs),
    /// Scan under the file, and tell the lines that are stale and the places that are not listed.
    Check(CheckArgs),
}

#[derive(ClapArgs, Debug)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub(in crate::cli) struct CreateArgs {
    #[command(flatten)]
    accept: AcceptFlags,
    #[command(subcommand)]
    scan: ScanCommand,
}

#[derive(ClapArgs, Debug)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub(in crate::cli) struct UpdateArgs {
    #[command(flatten)]
    accept: AcceptFlags,
    /// Remove lines whose place does not hold their secret any more. Only a scan without gaps can tell.
    #[arg(long)]
    prune: bool,
    #[command(subcommand)]
    scan: ScanCommand,
}

#[derive(ClapArgs, Debug)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub(in crate::cli) struct CheckArgs {
    /// End with status 2 if `update --prune` would change the file.
    #[arg(long)]
    strict: bool,
    #[command(subcommand)]
    scan: ScanCommand,
}

/// The scans that a baseline can be made of.
#[derive(Subcommand, Debug)]
pub(in crate::cli) enum ScanCommand {
    Dir(DirArgs),
    Git(GitArgs),
    Log(LogArgs),
    Bundle(BundleArgs),
    Image(ImageArgs),
}

impl ScanCommand {
    fn flags(&mut self) -> &mut ScanFlags {
        match self {
            Self::Dir(args) => &mut args.scan,
            Self::Git(args) => &mut args.scan,
            Self::Log(args) => &mut args.scan,
            Self::Bundle(args) => &mut args.scan,
            Self::Image(args) => &mut args.scan,
        }
    }
}

impl BaselineCommand {
    /// The scan, with what is to be made of its outcome.
    pub(in crate::cli) fn scan(&mut self) -> &ScanCommand {
        let (scan, job) = match self {
            Self::Create(args) => (&mut args.scan, Job::Create(args.accept.clone())),
            Self::Update(args) => (&mut args.scan, Job::Update { accept: args.accept.clone(), prune: args.prune }),
            Self::Check(args) => (&mut args.scan, Job::Check { strict: args.strict }),
        };
        scan.flags().report.job = Some(job);
        scan
    }
}
