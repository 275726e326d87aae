//! The command line: what was typed, handed to the rooms that do it, and the exit status. The one place that knows of
//! clap and that names every room.

mod advice;
mod ahead;
mod args;
mod base;
mod baseline;
mod bundle;
mod completions;
mod config;
mod console;
mod dir;
mod error;
mod exit;
mod explain;
mod git;
mod image;
mod init;
mod job;
mod known;
mod log;
mod man;
mod manifest;
mod mode;
mod output;
mod panics;
mod parse;
mod preflight;
mod progress;
mod redact;
mod registry;
mod report;
mod rules;
mod rules_import;
mod rules_page;
mod run;
mod scan;
#[cfg(test)]
mod tests;

pub use exit::Exit;
pub use run::main;
