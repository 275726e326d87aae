//! Registries: real ones on this machine, and one that does what no real one would. What is read, what is refused and
//! on which plane, and that no credential is ever told.
#![allow(clippy::unwrap_used, clippy::panic, unreachable_pub)]
#![cfg(unix)]

#[path = "../common/mod.rs"]
mod common;
mod http;
mod image;
mod kept;
mod origin;
mod planes;
mod preflight;
mod real;
mod referrers;
mod scan;
mod tokens;
mod trial;
mod unruly;
