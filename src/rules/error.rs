//! What is wrong with a pack.

use std::fmt;

/// One fault of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackFault {
    /// The pack's file.
    pub file: String,
    /// Line in the file, from 1, where known.
    pub line: Option<usize>,
    /// The rule's id, where known.
    pub rule: Option<String>,
    /// What is wrong, and what to do.
    pub message: String,
}

impl fmt::Display for PackFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(rule) = &self.rule {
            write!(f, ": rule `{rule}`")?;
        }
        write!(f, ": {}", self.message)
    }
}

/// Every fault of the packs that were to be loaded. Nothing is loaded when there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// In the order of files and lines; never empty.
    pub faults: Vec<PackFault>,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.faults.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for LoadError {}
