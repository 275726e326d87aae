//! Which configuration file is read, and reading it.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::ConfigError;
use super::source_text::{SourceText, shown};

/// The name of the configuration file.
pub const FILE_NAME: &str = "tightlip.toml";

/// The most a configuration may hold, in bytes. It keeps a device or a mistaken path from filling the memory.
const MAX_BYTES: u64 = 4 << 20;

/// Which configuration file is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigChoice {
    /// `tightlip.toml` in this directory, if it is there.
    In(PathBuf),
    /// This file; it must be there.
    Named(PathBuf),
    /// `tightlip.toml` as a revision of the scanned repository has it, if it has one.
    Revision {
        /// A folder that holds it, and the files it names, for the time of the run.
        folder: PathBuf,
        /// How it is called in messages and reports: the folder is another one in every run.
        name: String,
    },
    /// None.
    Ignored,
}

impl ConfigChoice {
    /// Where the file is looked for when none is named: at the root of the scan if that is one directory, and else in
    /// the current directory.
    pub fn for_targets(targets: &[PathBuf]) -> Self {
        match targets {
            [only] if only.is_dir() => Self::In(only.clone()),
            _ => Self::In(PathBuf::from(".")),
        }
    }

    /// The folder whose name is not to be told.
    pub(super) fn unnamed_folder(&self) -> Option<&Path> {
        match self {
            Self::Revision { folder, .. } => Some(folder),
            Self::In(_) | Self::Named(_) | Self::Ignored => None,
        }
    }

    /// The folder that files stand in which nobody named: the one the configuration is looked for in.
    pub(super) fn root(&self) -> PathBuf {
        match self {
            Self::Revision { folder, .. } => folder.clone(),
            Self::In(directory) if directory != Path::new(".") => directory.clone(),
            Self::In(_) | Self::Named(_) | Self::Ignored => PathBuf::new(),
        }
    }

    /// Reads the file, if there is one to read.
    pub(super) fn read(&self) -> Result<Option<SourceText>, ConfigError> {
        match self {
            Self::Ignored => Ok(None),
            Self::Named(path) => read(path).map(Some),
            Self::Revision { folder, name } => {
                let file = Self::In(folder.clone()).read()?;
                Ok(file.map(|file| file.called(name)))
            }
            Self::In(directory) => {
                let path = if directory == Path::new(".") { FILE_NAME.into() } else { directory.join(FILE_NAME) };
                match std::fs::symlink_metadata(&path) {
                    Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
                    Err(error) => Err(unreadable(&path, &error)),
                    Ok(_) => read_regular(&path).map(Some),
                }
            }
        }
    }
}

/// Reads a file nobody named: it must be a regular one, since opening another kind could wait for ever.
fn read_regular(path: &Path) -> Result<SourceText, ConfigError> {
    let meta = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    if meta.is_file() {
        return read(path);
    }
    Err(ConfigError::at(shown(path), "is not a regular file; rename it, or name the configuration with --config"))
}

fn read(path: &Path) -> Result<SourceText, ConfigError> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| unreadable(path, &error))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ConfigError::at(shown(path), "is larger than 4 MiB; is it the file you meant?"));
    }
    SourceText::new(path, bytes)
}

fn unreadable(path: &Path, error: &std::io::Error) -> ConfigError {
    ConfigError::at(shown(path), format!("cannot be read ({error}); name a readable file, or pass --no-config"))
}
