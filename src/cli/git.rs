//! `tightlip git`.

use std::path::PathBuf;

use super::Exit;
use super::args::GitArgs;
use super::console::Talk;
use super::error::CliError;
use super::scan::{Scan, target};
use crate::sources::{GitEnvironment, GitHistory, HistoryOptions, Repository};

/// Scans a repository and reports.
pub(super) fn run(args: &GitArgs, talk: Talk) -> Result<Exit, CliError> {
    let repository = Repository::find(args.repository.as_deref(), &GitEnvironment::default())?;
    let targets = [args.repository.clone().unwrap_or_else(|| PathBuf::from("."))];
    let scan = Scan::prepare(&args.scan.files.request(&args.scan.policy, &targets), &args.scan.report, talk)?;
    let options = HistoryOptions {
        threads: scan.settings.threads.value,
        unreachable: args.unreachable,
        expect_commits: args.expect_commits,
        plain: args.plain,
    };
    scan.run(target("git", &targets), &GitHistory::new(repository, options))
}
