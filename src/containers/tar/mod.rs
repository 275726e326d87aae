//! tar: old, ustar, PAX and GNU (POSIX.1-2017 `pax`, GNU tar manual "Basic Tar Format").
//!
//! Our own walk instead of a crate's: long names and PAX headers are bounded in memory, what breaks is told with its
//! offset, and a broken header ends one entry and not the archive: bytes that no entry covers are given as they are.

mod header;
mod pax;
mod sparse;
mod stray;
mod walk;

pub(super) use walk::Tar;
