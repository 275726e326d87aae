//! A working tree.

use super::source::{Source, SourceError, Visitor};

/// Options.
#[derive(Clone, Debug, Default)]
pub struct DirOptions {}

/// A working tree.
pub struct Dir {}

impl Source for Dir {
    fn walk(&self, _: &dyn Visitor) -> Result<(), SourceError> {
        Ok(())
    }
}
