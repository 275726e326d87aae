//! Where reports go: standard output, and files that appear whole or not at all.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::error::CliError;
use crate::model::Shown;

/// Writes to standard output. A reader that has seen enough is no error: the verdict stands without it.
pub(super) fn to_stdout(bytes: &[u8]) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if !is_closed_pipe(&error) => Err(CliError::Output { name: "standard output".into(), error }),
        _ => Ok(()),
    }
}

/// Whether the reader went away.
pub(super) fn is_closed_pipe(error: &io::Error) -> bool {
    error.kind() == ErrorKind::BrokenPipe
}

/// Finds out before a long scan that a report will have no place to go.
pub(super) fn check_file(path: &Path) -> Result<(), CliError> {
    let checked = target(path).and_then(|target| {
        let folder = folder(&target);
        match fs::metadata(&target) {
            Ok(meta) if meta.is_dir() => Err(ErrorKind::IsADirectory.into()),
            _ if !fs::metadata(folder)?.is_dir() => Err(ErrorKind::NotADirectory.into()),
            _ => Ok(()),
        }
    });
    checked.map_err(|error| failed(path, error))
}

/// Writes a file. What stood there before stays as it was unless all of the new is in place.
pub(super) fn to_file(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let written = target(path).and_then(|target| match fs::metadata(&target) {
        // A device or a pipe is written to; replacing it would break the system for others.
        Ok(meta) if !meta.is_file() => {
            File::options().write(true).open(&target).and_then(|mut file| file.write_all(bytes))
        }
        Ok(meta) => replace(&target, bytes, Some(meta.permissions())),
        Err(error) if error.kind() == ErrorKind::NotFound => replace(&target, bytes, None),
        Err(error) => Err(error),
    });
    written.map_err(|error| failed(path, error))
}

/// The file behind a symbolic link, so that the link stays.
fn target(path: &Path) -> io::Result<PathBuf> {
    match fs::symlink_metadata(path) {
        Ok(meta) if meta.is_symlink() => fs::canonicalize(path),
        _ => Ok(path.to_owned()),
    }
}

fn replace(target: &Path, bytes: &[u8], permissions: Option<fs::Permissions>) -> io::Result<()> {
    let mut file = new_file(folder(target))?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    file.write_all(bytes)?;
    // Some file systems tell of a full disk only here.
    file.as_file().sync_all()?;
    file.persist(target)?;
    Ok(())
}

/// A new file with the permissions any new file has; the default would shut out a CI system's other users.
#[cfg(unix)]
fn new_file(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;
    tempfile::Builder::new().prefix(".tightlip-").permissions(fs::Permissions::from_mode(0o666)).tempfile_in(folder)
}

#[cfg(not(unix))]
fn new_file(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    tempfile::Builder::new().prefix(".tightlip-").tempfile_in(folder)
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn failed(path: &Path, error: io::Error) -> CliError {
    CliError::Output { name: Shown::from_bytes(path.as_os_str().as_encoded_bytes()).into_string(), error }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report");
        for text in ["first", "second"] {
            to_file(&path, text.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn places_that_cannot_hold_a_file_are_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        for name in ["", "gone/report", "file/report"] {
            let path = folder.path().join(name);
            for result in [check_file(&path), to_file(&path, b"x")] {
                let told = result.unwrap_err().to_string();
                assert!(told.starts_with(&format!("{}: ", path.display())), "{told}");
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_permissions_and_devices_stay_what_they_are() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("file", &link).unwrap();
        to_file(&link, b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);

        to_file(Path::new("/dev/null"), b"x").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
        let dangling = folder.path().join("dangling");
        symlink("gone", &dangling).unwrap();
        assert!(check_file(&dangling).is_err() && to_file(&dangling, b"x").is_err());
    }
}
