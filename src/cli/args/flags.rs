//! Flags that several commands share.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::job::Job;
use crate::cli::parse::{self, FileReport};
use crate::config::{ConfigChoice, Flags, KEY_VARIABLE, Request};
use crate::model::Confidence;
use crate::reporters::Format;

pub(super) const EXIT_STATUS: &str = "\
Exit status:
  0  clean: everything was looked at, and nothing blocks
  1  findings at or above the blocking confidence
  2  usage, configuration or rule error, or a report that could not be written; not a verdict
  3  incomplete: nothing blocks, but something could not be looked at";

/// What every command that scans takes.
#[derive(ClapArgs, Debug)]
pub(in crate::cli) struct ScanFlags {
    #[command(flatten)]
    pub(in crate::cli) report: ReportFlags,
    #[command(flatten)]
    pub(in crate::cli) files: FileFlags,
    #[command(flatten)]
    pub(in crate::cli) policy: PolicyFlags,
    #[command(flatten)]
    pub(in crate::cli) known: KnownFlags,
}

/// Flags about the operator's own secrets.
#[derive(ClapArgs, Debug)]
#[command(next_help_heading = "Own secrets")]
pub(in crate::cli) struct KnownFlags {
    /// Search the secrets in this file exactly, in every form they take in a log: one value on each line, or
    /// NAME=value. Findings show the name, never the value. May be given several times.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) known: Vec<PathBuf>,
    /// Search the values of all variables whose name begins with this.
    #[arg(long, value_name = "PREFIX", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(in crate::cli) known_env: Vec<String>,
    /// Search the secrets that can be read from this file descriptor, in the form of --known.
    #[arg(long, value_name = "N")]
    pub(in crate::cli) known_fd: Vec<u32>,
}

/// Flags about reports.
#[derive(ClapArgs, Debug)]
#[command(next_help_heading = "Reports")]
pub(in crate::cli) struct ReportFlags {
    /// Format of the report on standard output.
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = parse::format())]
    pub(in crate::cli) format: Format,
    /// Write a report to a file as well, as in `sarif=out.sarif`. May be given several times. The file appears whole or
    /// not at all.
    #[arg(long, value_name = "FORMAT=FILE", value_parser = parse::file_report)]
    pub(in crate::cli) output: Vec<FileReport>,
    /// What else is made of the outcome; set by `tightlip baseline`, never by a flag.
    #[arg(skip)]
    pub(in crate::cli) job: Option<Job>,
}

/// Flags about the configuration file and rule packs.
#[derive(ClapArgs, Debug)]
#[command(next_help_heading = "Configuration and rules")]
pub(in crate::cli) struct FileFlags {
    /// Read this configuration instead of the `tightlip.toml` at the root of the scan.
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(in crate::cli) config: Option<PathBuf>,
    /// Read no configuration file.
    #[arg(long)]
    pub(in crate::cli) no_config: bool,
    /// Load rules from this pack, or from every *.toml in this folder, beside the built-in ones. May be given several
    /// times.
    #[arg(long, value_name = "FILE-or-DIR")]
    pub(in crate::cli) rules: Vec<PathBuf>,
}

/// Flags that outrank the configuration file.
#[derive(ClapArgs, Debug)]
#[command(next_help_heading = "Policy")]
pub(in crate::cli) struct PolicyFlags {
    /// The least confidence that fails the scan [default: likely]
    #[arg(long, value_name = "CONFIDENCE", value_parser = parse::confidence())]
    pub(in crate::cli) block: Option<Confidence>,
    /// Accept the findings that this file lists (`tightlip baseline create` makes one).
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) baseline: Option<PathBuf>,
    /// Obey no inline marks.
    #[arg(long)]
    pub(in crate::cli) no_inline: bool,
    /// How many threads to use; 0 takes one for each processor [default: 0]
    #[arg(long, value_name = "N")]
    pub(in crate::cli) threads: Option<usize>,
    /// Read the key for fingerprints from this file (at least 16 bytes). It outranks the variable TIGHTLIP_KEY, which
    /// outranks the configuration's salt.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) key_file: Option<PathBuf>,
}

impl FileFlags {
    fn choice(&self, targets: &[PathBuf]) -> ConfigChoice {
        match &self.config {
            Some(file) => ConfigChoice::Named(file.clone()),
            None if self.no_config => ConfigChoice::Ignored,
            None => ConfigChoice::for_targets(targets),
        }
    }

    /// What a command that only speaks of rules asks of the configuration.
    pub(in crate::cli) fn rules_request(&self) -> Request {
        let flags = Flags { rules: self.rules.clone(), ..Flags::default() };
        request(self.choice(&[PathBuf::from(".")]), flags)
    }

    /// What the scan of something that is no tree of the user's asks: a configuration that stands in it is part of what is
    /// judged, so only one that is named counts.
    pub(in crate::cli) fn request_named(&self, policy: &PolicyFlags) -> Request {
        let request = self.request(policy, &[]);
        if self.config.is_some() { request } else { Request { choice: ConfigChoice::Ignored, ..request } }
    }

    /// What a scan asks of the configuration.
    pub(in crate::cli) fn request(&self, policy: &PolicyFlags, targets: &[PathBuf]) -> Request {
        let flags = Flags {
            block: policy.block,
            baseline: policy.baseline.clone(),
            no_inline: policy.no_inline,
            no_ignore: false,
            threads: policy.threads,
            rules: self.rules.clone(),
            key_file: policy.key_file.clone(),
        };
        request(self.choice(targets), flags)
    }
}

fn request(choice: ConfigChoice, flags: Flags) -> Request {
    Request { choice, flags, key_variable: std::env::var_os(KEY_VARIABLE) }
}
