//! What can be typed, and the help for it: the root here, one file for each command, the flags that several share.

mod baseline;
mod bundle;
mod config;
mod console;
mod dir;
mod explain;
mod flags;
mod git;
mod image;
mod init;
mod job;
mod log;
mod pages;
mod preflight;
mod redact;
mod registry;
mod rules;

use clap::{Parser, Subcommand};

pub(super) use baseline::{BaselineArgs, ScanCommand};
pub(super) use bundle::BundleArgs;
pub(super) use config::ConfigArgs;
pub(super) use console::{ColourWhen, ConsoleFlags};
pub(super) use dir::DirArgs;
pub(super) use explain::ExplainArgs;
pub(super) use flags::{FileFlags, KnownFlags, ReportFlags, ScanFlags};
pub(super) use git::{ChangeFlags, GitArgs};
pub(super) use image::ImageArgs;
pub(super) use init::InitArgs;
pub(super) use job::{AcceptFlags, Job};
pub(super) use log::LogArgs;
pub(super) use pages::{CompletionsArgs, ManArgs};
pub(super) use preflight::{PreflightArgs, PreflightFormat};
pub(super) use redact::RedactArgs;
pub(super) use registry::RegistryFlags;
pub(super) use rules::{ListFormat, RulesArgs, RulesCommand, RulesImportArgs};

use flags::EXIT_STATUS;

const EXAMPLES: &str = "\
Examples:
  tightlip dir                                scan the current directory
  tightlip dir --output sarif=out.sarif src   scan `src`, and write a SARIF report beside the text
  tightlip dir --block confirmed .            fail only on what is proven to be a secret
  tightlip git --staged                       scan what the next commit brings
  tightlip git --range main..HEAD             scan the commits of a branch
  tightlip image oci-archive:build.tar        scan a container image before it is pushed
  tightlip init                               set a repository up, with a hook that refuses secrets
  tightlip explain settings.py:12             say why a line is reported, or why not
  tightlip rules show private-key             read what a rule is about
  tightlip config                             print the configuration in force";

/// Finds secrets before they leave: in a working tree or a git change, with every byte accounted for.
///
/// tightlip reads every file of a tree, looks for credentials of known kinds and for values that look like secrets, and
/// fails when it finds one or when there is something it could not look at. What it finds it never prints: reports show
/// the rule, the place and a mask.
#[derive(Parser, Debug)]
#[command(name = "tightlip", version, propagate_version = true, arg_required_else_help = true)]
#[command(after_help = format!("{EXAMPLES}\n\n{EXIT_STATUS}"))]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
    #[command(flatten)]
    pub(super) console: ConsoleFlags,
}

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    Dir(DirArgs),
    Git(GitArgs),
    Image(ImageArgs),
    Log(LogArgs),
    Bundle(BundleArgs),
    Redact(RedactArgs),
    Init(InitArgs),
    Baseline(BaselineArgs),
    Explain(ExplainArgs),
    Preflight(PreflightArgs),
    Rules(RulesArgs),
    Config(ConfigArgs),
    /// Print completions for a shell.
    Completions(CompletionsArgs),
    /// Print the manual page, in roff.
    Man(ManArgs),
}
