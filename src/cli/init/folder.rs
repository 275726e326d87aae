//! Where git looks for a repository's hooks. The setting is read here and never obeyed: nothing in the folder is run.

use std::path::{Path, PathBuf};

use crate::cli::error::CliError;
use crate::model::Shown;
use crate::sources::Repository;

/// The folder that hooks are installed in.
///
/// # Errors
/// If it serves other repositories too, or cannot hold hooks.
pub(super) fn of_hooks(repository: &Repository) -> Result<PathBuf, CliError> {
    let Some(named) = repository.hooks_path() else { return Ok(repository.common_dir().join("hooks")) };
    let named = expand(&named);
    let top = repository.work_dir().unwrap_or(repository.git_dir());
    let folder = top.join(named);
    let inside = |of: &Path| match (folder.canonicalize(), of.canonicalize()) {
        (Ok(folder), Ok(of)) => folder.starts_with(of),
        _ => folder.starts_with(of),
    };
    if folder.exists() && !folder.is_dir() {
        return Err(CliError::Usage(format!(
            "core.hooksPath names {}, which is no folder: git runs no hooks here; change the setting first",
            Shown::from_path(&folder)
        )));
    }
    if inside(top) || inside(repository.common_dir()) {
        return Ok(folder);
    }
    Err(CliError::Usage(format!(
        "core.hooksPath names {}, which serves other repositories too; add `tightlip git --staged` to its pre-commit \
         hook by hand, or unset core.hooksPath for this repository",
        Shown::from_path(&folder)
    )))
}

/// A path as git writes it, with `~/` for the user's own folder.
fn expand(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), std::env::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}
