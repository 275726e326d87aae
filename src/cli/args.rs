//! What can be typed, and the help for it.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::parse::{self, FileReport};
use crate::config::{ConfigChoice, Flags, KEY_VARIABLE, Request};
use crate::model::Confidence;
use crate::reporters::Format;

const EXIT_STATUS: &str = "\
Exit status:
  0  clean: everything was looked at, and nothing blocks
  1  findings at or above the blocking confidence
  2  usage, configuration or rule error, or a report that could not be written; not a verdict
  3  incomplete: nothing blocks, but something could not be looked at";

const EXAMPLES: &str = "\
Examples:
  tightlip dir                                scan the current directory
  tightlip dir --output sarif=out.sarif src   scan `src`, and write a SARIF report beside the text
  tightlip dir --block confirmed .            fail only on what is proven to be a secret
  tightlip rules show private-key             read what a rule is about
  tightlip config                             print the configuration in force";

const DIR_EXAMPLES: &str = "\
Examples:
  tightlip dir
  tightlip dir --format json src tests > report.json
  tightlip dir --output sarif=out.sarif --output json=out.json
  tightlip dir --config gate.toml --no-inline --key-file ../key .";

/// Finds secrets before they leave: in a working tree, with every byte accounted for.
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
    Rules(RulesArgs),
    Config(ConfigArgs),
    /// Print completions for a shell.
    Completions(CompletionsArgs),
    /// Print the manual page, in roff.
    Man(ManArgs),
}

/// Flags about standard error and colour.
#[derive(ClapArgs, Debug)]
pub(super) struct ConsoleFlags {
    /// When to use colour. `auto` looks for a terminal and heeds NO_COLOR and CLICOLOR_FORCE.
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = ColourWhen::Auto)]
    pub(super) color: ColourWhen,
    /// Only errors on standard error: no progress bar, no notes.
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
    /// Say on standard error how the verdict came about.
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub(super) verbose: bool,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ColourWhen {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Scan a working tree.
///
/// Every file is looked at, hidden ones too, except what ignore files name (tracked files are scanned all the same) and
/// what the configuration excludes. Both are listed in the report. Symbolic links are not followed; their targets are
/// read as text. The directory `.git` is not entered.
#[derive(ClapArgs, Debug)]
#[command(after_help = format!("{DIR_EXAMPLES}\n\n{EXIT_STATUS}"))]
pub(super) struct DirArgs {
    /// Directories and files to scan.
    #[arg(value_name = "PATH", default_value = ".")]
    pub(super) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) report: ReportFlags,
    #[command(flatten)]
    pub(super) files: FileFlags,
    #[command(flatten)]
    pub(super) policy: PolicyFlags,
}

/// Flags about reports.
#[derive(ClapArgs, Debug)]
#[command(next_help_heading = "Reports")]
pub(super) struct ReportFlags {
    /// Format of the report on standard output.
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = parse::format())]
    pub(super) format: Format,
    /// Write a report to a file as well, as in `sarif=out.sarif`. May be given several times. The file appears whole or
    /// not at all.
    #[arg(long, value_name = "FORMAT=FILE", value_parser = parse::file_report)]
    pub(super) output: Vec<FileReport>,
}

/// Flags about the configuration file and rule packs.
#[derive(ClapArgs, Debug)]
#[command(next_help_heading = "Configuration and rules")]
pub(super) struct FileFlags {
    /// Read this configuration instead of the `tightlip.toml` at the root of the scan.
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(super) config: Option<PathBuf>,
    /// Read no configuration file.
    #[arg(long)]
    pub(super) no_config: bool,
    /// Load rules from this pack, or from every *.toml in this folder, beside the built-in ones. May be given several
    /// times.
    #[arg(long, value_name = "FILE-or-DIR")]
    pub(super) rules: Vec<PathBuf>,
}

/// Flags that outrank the configuration file.
#[derive(ClapArgs, Debug)]
#[command(next_help_heading = "Policy")]
pub(super) struct PolicyFlags {
    /// The least confidence that fails the scan [default: likely]
    #[arg(long, value_name = "CONFIDENCE", value_parser = parse::confidence())]
    pub(super) block: Option<Confidence>,
    /// Obey no inline marks.
    #[arg(long)]
    pub(super) no_inline: bool,
    /// Scan what ignore files name, too.
    #[arg(long)]
    pub(super) no_ignore: bool,
    /// How many threads to use; 0 takes one for each processor [default: 0]
    #[arg(long, value_name = "N")]
    pub(super) threads: Option<usize>,
    /// Read the key for fingerprints from this file (at least 16 bytes). It outranks the variable TIGHTLIP_KEY, which
    /// outranks the configuration's salt.
    #[arg(long, value_name = "FILE")]
    pub(super) key_file: Option<PathBuf>,
}

/// List, show and check rules.
#[derive(ClapArgs, Debug)]
#[command(arg_required_else_help = true)]
pub(super) struct RulesArgs {
    #[command(subcommand)]
    pub(super) command: RulesCommand,
}

#[derive(Subcommand, Debug)]
pub(super) enum RulesCommand {
    /// List all rules in force.
    List(RulesListArgs),
    /// Show what a rule is about, how it finds, and what to do about a finding.
    Show(RulesShowArgs),
    /// Load all rules and run their examples, counterexamples and near misses through the engine.
    Check(RulesCheckArgs),
    /// Convert a configuration of gitleaks or betterleaks into a pack, and tell what changed.
    Import(RulesImportArgs),
}

#[derive(ClapArgs, Debug)]
pub(super) struct RulesListArgs {
    /// How to print the list.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = ListFormat::Text)]
    pub(super) format: ListFormat,
    #[command(flatten)]
    pub(super) files: FileFlags,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListFormat {
    /// A table.
    Text,
    /// A JSON array.
    Json,
}

#[derive(ClapArgs, Debug)]
pub(super) struct RulesShowArgs {
    /// The rule's id, as `tightlip rules list` gives it.
    pub(super) id: String,
    #[command(flatten)]
    pub(super) files: FileFlags,
}

#[derive(ClapArgs, Debug)]
pub(super) struct RulesCheckArgs {
    #[command(flatten)]
    pub(super) files: FileFlags,
}

#[derive(ClapArgs, Debug)]
pub(super) struct RulesImportArgs {
    /// The configuration: TOML with [[rules]].
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// Write the pack to this file instead of standard output. The report goes to standard error.
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

/// Print the configuration in force, and where each value comes from.
///
/// The output is a valid `tightlip.toml`. Keys and salts are not printed.
#[derive(ClapArgs, Debug)]
pub(super) struct ConfigArgs {
    /// What would be scanned; it decides which file is read.
    #[arg(value_name = "PATH", default_value = ".")]
    pub(super) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) files: FileFlags,
    #[command(flatten)]
    pub(super) policy: PolicyFlags,
}

#[derive(ClapArgs, Debug)]
pub(super) struct CompletionsArgs {
    /// The shell.
    pub(super) shell: Shell,
}

#[derive(ClapArgs, Debug)]
pub(super) struct ManArgs {
    /// The command whose page is wanted, as in `man rules show`; without one, the page of tightlip itself.
    #[arg(value_name = "COMMAND")]
    pub(super) command: Vec<String>,
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
    pub(super) fn rules_request(&self) -> Request {
        let flags = Flags { rules: self.rules.clone(), ..Flags::default() };
        request(self.choice(&[PathBuf::from(".")]), flags)
    }

    /// What a scan asks of the configuration.
    pub(super) fn request(&self, policy: &PolicyFlags, targets: &[PathBuf]) -> Request {
        let flags = Flags {
            block: policy.block,
            no_inline: policy.no_inline,
            no_ignore: policy.no_ignore,
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
