//! `tightlip git`.

use std::io::{BufRead, IsTerminal, stdin};
use std::path::PathBuf;

use super::args::{ChangeFlags, GitArgs};
use super::base::Base;
use super::console::{self, Talk};
use super::error::CliError;
use super::mode::Mode;
use super::scan::{Scan, target};
use super::{Exit, advice};
use crate::sources::{
    GitEnvironment, GitHistories, GitHistory, HistoryOptions, Range, RangeOptions, Remote, Repository, Scope, Snapshot,
    Source, Staged, StagedOptions, Update,
};

/// The most lines that a hook reads: one for each ref of a push.
const MAX_UPDATES: usize = 1_000_000;

/// Scans a repository, or a change in it, and reports.
pub(super) fn run(args: &GitArgs, talk: Talk) -> Result<Exit, CliError> {
    let (mode, flags) = (Mode::of(&args.change), &args.change);
    let repository = Repository::find(args.repository.as_deref(), &environment())?;
    if mode == Mode::History {
        return history(args, repository, talk);
    }
    let scope = match mode {
        Mode::Staged | Mode::History => None,
        Mode::Range => Some(ranged(&repository, flags)?),
        Mode::Push => Some(pushed(&repository, flags)?),
        Mode::Receive => Some(repository.received(&updates(Update::of_receive)?)?),
    };
    let exit = scan(args, repository, scope, talk)?;
    if exit == Exit::Findings {
        advice::lines(mode).iter().for_each(|line| console::advice(line));
    }
    Ok(exit)
}

/// Looks at all of a repository.
fn history(args: &GitArgs, repository: Repository, talk: Talk) -> Result<Exit, CliError> {
    let targets = [args.repository.clone().unwrap_or_else(|| PathBuf::from("."))];
    let scan = Scan::prepare(&args.scan.files.request(&args.scan.policy, &targets), &args.scan, talk)?;
    let options = HistoryOptions {
        threads: scan.settings.threads.value,
        unreachable: args.change.unreachable,
        expect_commits: args.change.expect_commits,
        plain: args.change.plain,
        submodules: None,
    };
    let source: Box<dyn Source> = if args.change.submodules {
        Box::new(GitHistories::new(repository, options))
    } else {
        Box::new(GitHistory::new(repository, options))
    };
    scan.run(target("git", &targets), &*source)
}

/// Judges the change by the policy it starts from.
fn scan(args: &GitArgs, repository: Repository, scope: Option<Scope>, talk: Talk) -> Result<Exit, CliError> {
    let targets: Vec<PathBuf> = vec![args.repository.clone().unwrap_or_else(|| PathBuf::from("."))];
    let mut request = args.scan.files.request(&args.scan.policy, &targets);
    let own = args.scan.files.config.is_none() && !args.scan.files.no_config;
    let base = if own { Some(base(&repository, scope.as_ref())?) } else { None };
    if let Some(base) = &base {
        request.choice = base.choice();
    }
    let notes = base.as_ref().map(|base| base.notes.clone()).unwrap_or_default();
    let scan = Scan::prepare(&request, &args.scan, talk)?;
    let threads = scan.settings.threads.value;
    let source: Box<dyn Source> = match scope {
        None => {
            let options = StagedOptions { whole_files: args.change.whole_files, threads, notes };
            Box::new(Staged::new(repository, options))
        }
        Some(scope) => {
            let options = RangeOptions { threads, expect_commits: args.change.expect_commits, notes };
            Box::new(Range::new(repository, scope, options))
        }
    };
    scan.run(target("git", &targets), &*source)
}

/// The policy in force: that of HEAD for what is staged, and for commits that of the revision they start from. Where
/// nothing was ever committed there is nothing else than the index itself.
fn base(repository: &Repository, scope: Option<&Scope>) -> Result<Base, CliError> {
    let (base, ends) = match scope {
        None => (repository.head()?.map_or(Snapshot::Staged, Snapshot::At), vec![Snapshot::Staged]),
        Some(scope) => {
            let Some(base) = scope.base.clone() else { return Base::none() };
            (Snapshot::At(base), scope.ends().iter().cloned().map(Snapshot::At).collect())
        }
    };
    Base::new(repository, &base, &ends)
}

fn ranged(repository: &Repository, flags: &ChangeFlags) -> Result<Scope, CliError> {
    Ok(match &flags.range {
        Some(range) => repository.range(range)?,
        None => repository.branch(flags.branch.as_deref(), flags.since.as_deref())?,
    })
}

/// What git tells its hook, or what the `pre-commit` program tells in git's place: it reads standard input itself.
fn pushed(repository: &Repository, flags: &ChangeFlags) -> Result<Scope, CliError> {
    let told = |name: &str| std::env::var(format!("PRE_COMMIT_{name}")).ok();
    let named = flags.pre_push.iter().flatten().next().cloned();
    let remote = Remote { name: named.or_else(|| told("REMOTE_NAME")) };
    let name = told("REMOTE_BRANCH").unwrap_or_else(|| "refs/heads/?".into());
    let updates = match (told("FROM_REF"), told("TO_REF"), told("LOCAL_BRANCH")) {
        (Some(old), Some(new), _) => {
            let update = Update::between(&old, &new, &name);
            vec![update.ok_or_else(|| usage("PRE_COMMIT_FROM_REF and PRE_COMMIT_TO_REF are not whole commit ids"))?]
        }
        // Where a root commit is among what is pushed, it names no revisions.
        (_, _, Some(local)) => vec![repository.created(&local, &name)?],
        _ if std::env::var_os("PRE_COMMIT").is_some() => {
            return Err(usage(
                "pre-commit tells of no push; `git push` runs this hook, and `--range` scans without one",
            ));
        }
        _ => updates(Update::of_push)?,
    };
    Ok(repository.pushed(&updates, &remote)?)
}

/// The lines that git writes to the hook.
fn updates(parse: fn(&[u8]) -> Option<Update>) -> Result<Vec<Update>, CliError> {
    if stdin().is_terminal() {
        return Err(usage("this is for git's hooks, which write the refs of a push to standard input"));
    }
    let mut updates = Vec::new();
    for line in stdin().lock().split(b'\n').take(MAX_UPDATES) {
        let line = line.map_err(|error| usage(&format!("standard input cannot be read ({error})")))?;
        let told = "a line of standard input is none that git writes to this hook; call it from the hook";
        updates.push(parse(&line).ok_or_else(|| usage(told))?);
    }
    Ok(updates)
}

fn usage(text: &str) -> CliError {
    CliError::Usage(text.into())
}

/// What git's hooks are told by variables.
fn environment() -> GitEnvironment {
    let path = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let alternates = std::env::var_os("GIT_ALTERNATE_OBJECT_DIRECTORIES");
    GitEnvironment {
        git_dir: path("GIT_DIR"),
        index: path("GIT_INDEX_FILE"),
        objects: path("GIT_OBJECT_DIRECTORY").or_else(|| path("GIT_QUARANTINE_PATH")),
        alternates: alternates.map(|all| std::env::split_paths(&all).collect()).unwrap_or_default(),
    }
}
