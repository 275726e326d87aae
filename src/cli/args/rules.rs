//! `tightlip rules`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use super::flags::FileFlags;

/// List, show and check rules.
#[derive(ClapArgs, Debug)]
#[command(arg_required_else_help = true)]
pub(in crate::cli) struct RulesArgs {
    #[command(subcommand)]
    pub(in crate::cli) command: RulesCommand,
}

#[derive(Subcommand, Debug)]
pub(in crate::cli) enum RulesCommand {
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
pub(in crate::cli) struct RulesListArgs {
    /// How to print the list.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = ListFormat::Text)]
    pub(in crate::cli) format: ListFormat,
    #[command(flatten)]
    pub(in crate::cli) files: FileFlags,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum ListFormat {
    /// A table.
    Text,
    /// A JSON array.
    Json,
}

#[derive(ClapArgs, Debug)]
pub(in crate::cli) struct RulesShowArgs {
    /// The rule's id, as `tightlip rules list` gives it.
    pub(in crate::cli) id: String,
    #[command(flatten)]
    pub(in crate::cli) files: FileFlags,
}

#[derive(ClapArgs, Debug)]
pub(in crate::cli) struct RulesCheckArgs {
    #[command(flatten)]
    pub(in crate::cli) files: FileFlags,
}

#[derive(ClapArgs, Debug)]
pub(in crate::cli) struct RulesImportArgs {
    /// The configuration: TOML with [[rules]].
    #[arg(value_name = "FILE")]
    pub(in crate::cli) file: PathBuf,
    /// Write the pack to this file instead of standard output. The report goes to standard error.
    #[arg(short, long, value_name = "FILE")]
    pub(in crate::cli) output: Option<PathBuf>,
}
