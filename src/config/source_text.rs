//! The text of a configuration file, and the places in it.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{ConfigError, Origin};
use crate::model::Shown;

/// A configuration file that was read.
pub(super) struct SourceText {
    /// The directory that the paths in it start from.
    pub(super) base: PathBuf,
    /// Its name as it is shown.
    pub(super) name: Arc<str>,
    /// Its text.
    pub(super) text: String,
}

impl SourceText {
    pub(super) fn new(path: &Path, bytes: Vec<u8>) -> Result<Self, ConfigError> {
        let (base, name) = (path.parent().unwrap_or(Path::new("")).to_owned(), Arc::from(shown(path).as_str()));
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self { base, name, text }),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let (line, column) = position(&error.into_bytes(), valid);
                Err(ConfigError::at(format!("{name}:{line}:{column}"), "is not UTF-8; save the file as UTF-8 text"))
            }
        }
    }

    /// The origin of what stands at `span`.
    pub(super) fn origin(&self, span: &Range<usize>) -> Origin {
        Origin::File { file: Arc::clone(&self.name), line: position(self.text.as_bytes(), span.start).0 }
    }

    /// An error about what stands at `span`.
    pub(super) fn error(&self, span: Option<Range<usize>>, problem: impl Into<String>) -> ConfigError {
        let Some(span) = span else { return ConfigError::at(&self.name, problem) };
        let (line, column) = position(self.text.as_bytes(), span.start);
        ConfigError::at(format!("{}:{line}:{column}", self.name), problem)
    }
}

/// Line and column of an offset, from 1; columns count characters.
fn position(text: &[u8], offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let column = String::from_utf8_lossy(before.get(start..).unwrap_or_default()).chars().count() + 1;
    (line, column)
}

/// A path as it is shown.
pub(super) fn shown(path: &Path) -> Shown {
    Shown::from_bytes(path.as_os_str().as_encoded_bytes())
}
