//! The crate and its command as their users meet them, on real trees, repositories, images and registries. One program:
//! each program of tests holds the whole crate once more, and takes as long to link.
#![allow(clippy::unwrap_used, clippy::panic, unreachable_pub)]

mod baseline;
mod canaries;
mod cli;
mod common;
mod embedded;
mod explain;
#[cfg(unix)]
mod git;
#[cfg(target_os = "linux")]
mod hostile_archives;
#[cfg(target_os = "linux")]
mod hostile_tree;
mod image;
mod known;
#[cfg(unix)]
mod log;
mod peers_failures;
mod promises;
mod real_files;
mod redact;
#[cfg(unix)]
mod registry;
