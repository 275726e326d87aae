//! Flags about standard error and colour.

use clap::{Args as ClapArgs, ValueEnum};

/// Flags about standard error and colour.
#[derive(ClapArgs, Debug)]
pub(in crate::cli) struct ConsoleFlags {
    /// When to use colour. `auto` looks for a terminal and heeds NO_COLOR and CLICOLOR_FORCE.
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = ColourWhen::Auto)]
    pub(in crate::cli) color: ColourWhen,
    /// Only errors on standard error: no progress bar, no notes.
    #[arg(short, long, global = true)]
    pub(in crate::cli) quiet: bool,
    /// Say on standard error how the verdict came about.
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub(in crate::cli) verbose: bool,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum ColourWhen {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}
