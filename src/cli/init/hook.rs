//! The hooks: what they say, and putting them where git runs them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::cli::error::CliError;
use crate::cli::output;
use crate::model::Shown;

/// What our hooks are known by.
const MARK: &str = "# Written by `tightlip init`; `tightlip init --uninstall` takes it away.";

/// What a hook that was there before is called now.
const KEPT: &str = "before-tightlip";

/// A hook of git (githooks(5)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hook {
    Commit,
    Push,
    Receive,
}

/// How an installation went.
pub(super) enum Installed {
    /// There was none.
    New,
    /// There was ours.
    Again,
    /// There was another, which is kept under this name.
    Before(PathBuf),
}

impl Hook {
    /// The file's name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Commit => "pre-commit",
            Self::Push => "pre-push",
            Self::Receive => "pre-receive",
        }
    }

    fn arguments(self) -> &'static str {
        match self {
            Self::Commit => "--staged",
            Self::Push => "--pre-push \"$@\"",
            Self::Receive => "--pre-receive",
        }
    }

    /// The script. What was there before runs after it, with the same standard input.
    fn script(self, program: &Path) -> String {
        let program = program.to_string_lossy().replace('\'', r"'\''");
        let (name, arguments) = (self.name(), self.arguments());
        // Both read what git writes. The x keeps the last newline, which a shell would take off.
        let (read, feed) = match self {
            Self::Commit => ("", ""),
            Self::Push | Self::Receive => ("input=$(cat; echo x)\n", "printf '%s' \"${input%x}\" | "),
        };
        format!(
            "#!/bin/sh\n{MARK}\ntightlip='{program}'\n[ -x \"$tightlip\" ] || tightlip=tightlip\n\
             if ! command -v \"$tightlip\" >/dev/null; then\n    \
             echo \"{name}: tightlip is neither where it was installed nor on the PATH; refused\" >&2\n    exit 1\nfi\n\
             {read}{feed}\"$tightlip\" git {arguments} || exit $?\n\
             before=$(dirname \"$0\")/{name}.{KEPT}\nif [ -x \"$before\" ]; then\n    \
             {feed}\"$before\" \"$@\" || exit $?\nfi\n"
        )
    }

    /// Installs the hook.
    ///
    /// # Errors
    /// If another tool manages the hook, or the folder cannot be written.
    pub(super) fn install(self, folder: &Path) -> Result<Installed, CliError> {
        let (path, kept) = self.paths(folder);
        let program = std::env::current_exe().map_err(|error| failed(&path, error))?;
        let installed = match fs::read(&path) {
            Ok(text) if is_ours(&text) => Installed::Again,
            Ok(text) => {
                refuse(&path, &kept, &text)?;
                fs::rename(&path, &kept).map_err(|error| failed(&kept, error))?;
                Installed::Before(kept)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Installed::New,
            Err(error) => return Err(failed(&path, error)),
        };
        fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
        output::to_file(&path, self.script(&program).as_bytes())?;
        make_executable(&path).map_err(|error| failed(&path, error))?;
        Ok(installed)
    }

    /// Takes the hook away if it is ours, and puts back what was there before.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub(super) fn uninstall(self, folder: &Path) -> Result<bool, CliError> {
        let (path, kept) = self.paths(folder);
        if !fs::read(&path).is_ok_and(|text| is_ours(&text)) {
            return Ok(false);
        }
        let done = if kept.exists() { fs::rename(&kept, &path) } else { fs::remove_file(&path) };
        done.map(|()| true).map_err(|error| failed(&path, error))
    }

    fn paths(self, folder: &Path) -> (PathBuf, PathBuf) {
        (folder.join(self.name()), folder.join(format!("{}.{KEPT}", self.name())))
    }
}

/// Refuses to move a hook that its own tool would write again.
fn refuse(path: &Path, kept: &Path, text: &[u8]) -> Result<(), CliError> {
    let text = String::from_utf8_lossy(text);
    if text.contains("pre-commit.com") {
        return Err(CliError::Usage(format!(
            "{}: the pre-commit program manages this hook; add tightlip to .pre-commit-config.yaml instead",
            Shown::from_path(path)
        )));
    }
    if path.is_symlink() {
        return Err(CliError::Usage(format!(
            "{}: is a symbolic link, so another tool manages it; add `tightlip git --staged` to what it leads to",
            Shown::from_path(path)
        )));
    }
    if kept.exists() {
        return Err(CliError::Usage(format!("{}: is in the way; look at it and remove it", Shown::from_path(kept))));
    }
    Ok(())
}

fn is_ours(text: &[u8]) -> bool {
    String::from_utf8_lossy(text).lines().any(|line| line == MARK)
}

#[cfg(unix)]
fn make_executable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> io::Result<()> {
    Ok(())
}

fn failed(path: &Path, error: io::Error) -> CliError {
    CliError::Output { name: Shown::from_path(path).into_string(), error }
}
