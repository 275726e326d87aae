//! Stand-in.

use std::path::PathBuf;

use super::source::{Source, SourceError, Visitor};

/// Options.
#[derive(Clone, Debug, Default)]
pub struct DirOptions {
    /// Ignore files.
    pub ignore_files: bool,
    /// Threads.
    pub threads: usize,
}

/// A working tree.
pub struct Dir(Vec<PathBuf>);

impl Dir {
    /// New.
    pub fn new(paths: Vec<PathBuf>, _: DirOptions) -> Self {
        Self(paths)
    }
}

impl Source for Dir {
    fn walk(&self, _: &dyn Visitor) -> Result<(), SourceError> {
        let _ = &self.0;
        Ok(())
    }
}
