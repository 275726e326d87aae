//! `tightlip init`: a configuration, hooks, and the proof that they refuse.

mod canary;
mod folder;
mod hook;

use std::path::{Path, PathBuf};

use super::args::InitArgs;
use super::error::CliError;
use super::{Exit, output};
use crate::config::FILE_NAME;
use crate::model::Shown;
use crate::sources::{GitEnvironment, Repository};
use hook::{Hook, Installed};

/// What a new configuration holds: comments, and no more than the defaults.
const STARTER: &str = include_str!("init/starter.toml");

/// Sets a repository up, or takes the hooks away.
pub(super) fn run(args: &InitArgs) -> Result<Exit, CliError> {
    let repository = Repository::find(args.repository.as_deref(), &GitEnvironment::default())?;
    let hooks = wanted(args, &repository);
    let folder = folder::of_hooks(&repository)?;
    let mut told = Vec::new();
    if args.uninstall {
        for hook in hooks {
            let what = if hook.uninstall(&folder)? { "taken away" } else { "not ours, or not there" };
            told.push(format!("{}: {what}", Shown::from_path(&folder.join(hook.name()))));
        }
        say(&told)?;
        return Ok(Exit::Clean);
    }
    if let Some(top) = repository.work_dir() {
        told.push(starter(top)?);
    }
    for hook in &hooks {
        let path = Shown::from_path(&folder.join(hook.name()));
        told.push(match hook.install(&folder)? {
            Installed::New => format!("{path}: installed"),
            Installed::Again => format!("{path}: was installed already, and is up to date"),
            Installed::Before(kept) => {
                format!("{path}: installed; the hook that was there is now {}", Shown::from_path(&kept))
            }
        });
    }
    say(&told)?;
    for hook in hooks {
        canary::prove(hook, &folder)?;
        say(&[format!("proved: {} refuses a commit with a made-up secret and lets one without pass", hook.name())])?;
    }
    Ok(Exit::Clean)
}

fn wanted(args: &InitArgs, repository: &Repository) -> Vec<Hook> {
    match repository.work_dir() {
        None => vec![Hook::Receive],
        Some(_) if args.pre_push || args.uninstall => vec![Hook::Commit, Hook::Push],
        Some(_) => vec![Hook::Commit],
    }
}

/// Writes the first configuration; one that is there stays as it is.
fn starter(top: &Path) -> Result<String, CliError> {
    let path: PathBuf = top.join(FILE_NAME);
    if path.symlink_metadata().is_ok() {
        return Ok(format!("{}: is there already, and stays as it is", Shown::from_path(&path)));
    }
    output::to_file(&path, STARTER.as_bytes())?;
    Ok(format!("{}: written; commit it", Shown::from_path(&path)))
}

fn say(lines: &[String]) -> Result<(), CliError> {
    let text: String = lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
    output::to_stdout(text.as_bytes())
}
