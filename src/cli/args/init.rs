//! `tightlip init`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

const INIT_EXAMPLES: &str = "\
Examples:
  tightlip init                 a configuration and a pre-commit hook for this repository
  tightlip init --pre-push      a pre-push hook as well
  tightlip init /srv/git/x.git  a pre-receive hook for a bare repository
  tightlip init --uninstall     take the hooks away again";

/// Set a repository up: a configuration, and hooks that refuse secrets.
///
/// Writes a commented tightlip.toml if there is none, installs the hook where git looks for it, and proves it: in a
/// repository of its own, made for the purpose, a commit with a made-up secret must be refused. A hook that was there
/// before is kept and runs after ours. Those who use the pre-commit program name this repository in its configuration
/// instead.
#[derive(ClapArgs, Debug)]
#[command(after_help = INIT_EXAMPLES)]
pub(in crate::cli) struct InitArgs {
    /// The repository, or a folder inside its working tree [default: the one around the current directory]
    #[arg(value_name = "REPO")]
    pub(in crate::cli) repository: Option<PathBuf>,
    /// Install a pre-push hook as well.
    #[arg(long)]
    pub(in crate::cli) pre_push: bool,
    /// Take our hooks away, and put back those that were there before.
    #[arg(long, conflicts_with = "pre_push")]
    pub(in crate::cli) uninstall: bool,
}
