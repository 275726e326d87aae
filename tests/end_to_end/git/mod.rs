//! Repositories: histories, ranges, what is staged, what is pushed, and hooks.

mod history;
mod init;
mod push;
mod range;
mod shapes;
mod staged;
mod submodules;
