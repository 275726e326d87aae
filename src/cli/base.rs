//! The policy that a change starts from: its files, laid out in a folder for the time of the run, and what the change
//! would make of them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::error::CliError;
use crate::config::{BASELINE_FILE, ConfigChoice, FILE_NAME, brought, files_named};
use crate::model::{Note, Shown};
use crate::sources::{Repository, Snapshot};

/// The policy of a revision.
pub(super) struct Base {
    folder: TempDir,
    name: String,
    /// What the change brings to the policy, and does not obtain.
    pub(super) notes: Vec<Note>,
}

impl Base {
    /// No policy: nothing was there before.
    pub(super) fn none() -> Result<Self, CliError> {
        Ok(Self { folder: folder()?, name: FILE_NAME.to_owned(), notes: Vec::new() })
    }

    /// The policy as `base` has it, and what it is like in `ends`.
    pub(super) fn new(repository: &Repository, base: &Snapshot, ends: &[Snapshot]) -> Result<Self, CliError> {
        let config = repository.files_at(base, FILE_NAME)?.pop().map(|(_, text)| text);
        let mut names = files_named(config.as_deref().unwrap_or_default());
        names.extend([FILE_NAME.to_owned(), BASELINE_FILE.to_owned()]);
        // An absolute path leads out of the repository, to a file of this machine that no change brings.
        let names: BTreeSet<String> = names.into_iter().filter(|name| !Path::new(name).is_absolute()).collect();
        let made = Self { folder: folder()?, name: format!("{FILE_NAME} at {}", base.name()), notes: Vec::new() };
        let mut before = Vec::new();
        for name in &names {
            before.extend(repository.files_at(base, name)?);
        }
        before.iter().try_for_each(|(path, content)| made.lay(path, content))?;
        let mut notes = BTreeSet::new();
        for end in ends {
            for name in &names {
                notes.extend(match repository.files_at(end, name) {
                    Ok(after) => changed(&before, name, &after, base),
                    Err(error) => vec![note(name, &format!("the change's own version is not looked at: {error}"))],
                });
            }
        }
        Ok(Self { notes: notes.into_iter().collect(), ..made })
    }

    /// The configuration to be read.
    pub(super) fn choice(&self) -> ConfigChoice {
        ConfigChoice::Revision { folder: self.folder.path().to_owned(), name: self.name.clone() }
    }

    fn lay(&self, path: &str, content: &[u8]) -> Result<(), CliError> {
        let path = Path::new(path);
        // Names in a tree can be anything; what leads out of the folder is no file of a policy.
        if !path.components().all(|part| matches!(part, std::path::Component::Normal(_))) {
            return Ok(());
        }
        let full = self.folder.path().join(path);
        let laid = full.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&full, content));
        laid.map_err(failed)
    }
}

fn folder() -> Result<TempDir, CliError> {
    tempfile::Builder::new().prefix("tightlip-").tempdir().map_err(failed)
}

fn failed(error: std::io::Error) -> CliError {
    CliError::Output { name: "a folder for temporary files".into(), error }
}

fn note(path: &str, text: &str) -> Note {
    Note { place: Shown::from_bytes(path.as_bytes()), text: Shown::from_bytes(text.as_bytes()) }
}

/// What the change makes of a policy's file or folder.
fn changed(before: &[(String, Vec<u8>)], name: &str, after: &[(String, Vec<u8>)], base: &Snapshot) -> Vec<Note> {
    let held = format!("not obeyed; the change is judged by {}", base.name());
    let old = |path: &str| before.iter().find(|(own, _)| own == path).map(|(_, content)| content.as_slice());
    if name == FILE_NAME {
        let new = after.first().map(|(_, content)| content.as_slice());
        let told = brought(old(FILE_NAME), new).into_iter();
        return told.map(|entry| note(FILE_NAME, &format!("the change {entry}: {held}"))).collect();
    }
    let other = after.iter().filter(|(path, content)| old(path) != Some(content));
    let mut notes: Vec<Note> =
        other.map(|(path, _)| note(path, &format!("the change brings another version of this file: {held}"))).collect();
    let gone = before.iter().map(|(path, _)| path).filter(|path| {
        let named = *path == name || path.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'));
        named && after.iter().all(|(other, _)| other != *path)
    });
    notes.extend(gone.map(|path| note(path, &format!("the change takes this file away: {held}"))));
    notes
}
