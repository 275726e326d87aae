//! Pages for shells and readers: `tightlip completions`, `tightlip man`.

use clap::Args as ClapArgs;
use clap_complete::Shell;

#[derive(ClapArgs, Debug)]
pub(in crate::cli) struct CompletionsArgs {
    /// The shell.
    pub(in crate::cli) shell: Shell,
}

#[derive(ClapArgs, Debug)]
pub(in crate::cli) struct ManArgs {
    /// The command whose page is wanted, as in `man rules show`; without one, the page of tightlip itself.
    #[arg(value_name = "COMMAND")]
    pub(in crate::cli) command: Vec<String>,
}
