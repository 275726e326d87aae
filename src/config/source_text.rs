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
    /// Where each line begins.
    starts: Vec<usize>,
}

impl SourceText {
    pub(super) fn new(path: &Path, bytes: Vec<u8>) -> Result<Self, ConfigError> {
        let (base, name) = (path.parent().unwrap_or(Path::new("")).to_owned(), Arc::from(shown(path).as_str()));
        let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', &bytes).map(|at| at + 1)).collect();
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self { base, name, text, starts }),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes().get(..valid).unwrap_or_default()).into_owned();
                let valid_part = Self { base, name, text, starts };
                Err(valid_part.error(Some(valid..valid), "is not UTF-8; save the file as UTF-8 text"))
            }
        }
    }

    /// The same text under another name.
    pub(super) fn called(self, name: &str) -> Self {
        Self { name: Arc::from(Shown::from_bytes(name.as_bytes()).as_str()), ..self }
    }

    /// The origin of what stands at `span`.
    pub(super) fn origin(&self, span: &Range<usize>) -> Origin {
        Origin::File { file: Arc::clone(&self.name), line: self.position(span.start).0 }
    }

    /// An error about what stands at `span`.
    pub(super) fn error(&self, span: Option<Range<usize>>, problem: impl Into<String>) -> ConfigError {
        let Some(span) = span else { return ConfigError::at(&self.name, problem) };
        let (line, column) = self.position(span.start);
        ConfigError::at(format!("{}:{line}:{column}", self.name), problem)
    }

    /// Line and column of an offset, from 1; columns count characters.
    fn position(&self, offset: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        (line, self.text.get(start..offset).map_or(0, |before| before.chars().count()) + 1)
    }
}

/// A path as it is shown.
pub(super) fn shown(path: &Path) -> Shown {
    Shown::from_bytes(path.as_os_str().as_encoded_bytes())
}
