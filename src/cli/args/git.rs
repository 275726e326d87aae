//! `tightlip git`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::flags::{EXIT_STATUS, ScanFlags};

const GIT_EXAMPLES: &str = "\
Examples:
  tightlip git                               all of the history, from every object of the repository
  tightlip git --staged                      what the next commit brings; the pre-commit hook
  tightlip git --range main..HEAD            the commits of a branch
  tightlip git --range origin/main...HEAD --expect-commits 3
  tightlip git --since 2027-06-01 --branch release
  tightlip git --pre-push \"$@\"               in a pre-push hook; the refs come on standard input
  tightlip git --pre-receive                 in a server's pre-receive hook";

/// Scan a git repository, from its objects: all of its history, or what a change brings.
///
/// Without a repository, the one around the current directory is scanned, or the one that git names to a hook. No git is
/// called, and nothing that a repository names is run. A change (staged content, commits) is judged by the policy it
/// starts from: what it brings to tightlip.toml itself is listed and not obeyed.
#[derive(ClapArgs, Debug)]
#[command(after_help = format!("{GIT_EXAMPLES}\n\n{EXIT_STATUS}"))]
pub(in crate::cli) struct GitArgs {
    /// The repository, or a folder inside its working tree.
    #[arg(value_name = "REPO")]
    pub(in crate::cli) repository: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) change: ChangeFlags,
    #[command(flatten)]
    pub(in crate::cli) scan: ScanFlags,
}

/// Which part of a repository is scanned.
#[derive(ClapArgs, Debug)]
#[command(next_help_heading = "What is scanned")]
pub(in crate::cli) struct ChangeFlags {
    /// What is staged and not in HEAD. Findings on lines that the commit does not touch are suppressed.
    #[arg(long, group = "mode")]
    pub(in crate::cli) staged: bool,
    /// With --staged: findings anywhere in a changed file block.
    #[arg(long, requires = "staged")]
    pub(in crate::cli) whole_files: bool,
    /// The commits that are in B and not in A, each version of each file, with their messages. `A..B` is judged by the
    /// policy of A, `A...B` by that of the commit both come from.
    #[arg(long, value_name = "A..B", group = "mode")]
    pub(in crate::cli) range: Option<String>,
    /// The commits since this day, of --branch or HEAD.
    #[arg(long, value_name = "DATE", conflicts_with = "mode")]
    pub(in crate::cli) since: Option<String>,
    /// All commits of this branch, tag or commit.
    #[arg(long, value_name = "NAME", conflicts_with = "mode")]
    pub(in crate::cli) branch: Option<String>,
    /// The commits of a push that the remote does not have: for git's pre-push hook, with its two arguments and its
    /// standard input. It goes last on the command line.
    #[arg(long, value_name = "REMOTE URL", group = "mode", num_args = 0..=2)]
    pub(in crate::cli) pre_push: Option<Vec<String>>,
    /// The commits that a server receives: for git's pre-receive hook, with its standard input.
    #[arg(long, group = "mode")]
    pub(in crate::cli) pre_receive: bool,
    /// Let what no ref leads to block as well; without a change, all of the history is scanned.
    #[arg(long, conflicts_with_all = ["mode", "since", "branch"])]
    pub(in crate::cli) unreachable: bool,
    /// Scan the histories of submodules as well, those that are checked out or absorbed.
    #[arg(long, conflicts_with_all = ["mode", "since", "branch"])]
    pub(in crate::cli) submodules: bool,
    /// Scan every object from nothing.
    #[arg(long, hide = true, conflicts_with_all = ["mode", "since", "branch"])]
    pub(in crate::cli) plain: bool,
    /// How many commits there must be; any other number makes the scan incomplete.
    #[arg(long, value_name = "N", conflicts_with = "staged")]
    pub(in crate::cli) expect_commits: Option<u64>,
}
