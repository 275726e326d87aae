//! Packs of other scanners, read and written anew as packs of our own, with a report of all that changed.
//!
//! The form that is read is that of gitleaks' configuration (`[[rules]]`, `[[allowlists]]`), which betterleaks shares.

mod allow;
mod convert;
mod keywords;
mod pattern;
mod sample;
mod source;
#[cfg(test)]
mod tests;
mod written;

pub use convert::{ImportError, Imported, Note, import};
