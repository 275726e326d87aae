//! What the command line asked for, in plain values.

use std::ffi::OsString;
use std::path::PathBuf;

use super::ConfigChoice;
use crate::model::Confidence;

/// The flags that outrank the file.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--block`.
    pub block: Option<Confidence>,
    /// `--baseline`.
    pub baseline: Option<PathBuf>,
    /// `--no-inline`.
    pub no_inline: bool,
    /// `--no-ignore`.
    pub no_ignore: bool,
    /// `--threads`.
    pub threads: Option<usize>,
    /// `--rules`, in the order given.
    pub rules: Vec<PathBuf>,
    /// `--key-file`.
    pub key_file: Option<PathBuf>,
}

/// Everything a configuration is made from.
#[derive(Clone, Debug)]
pub struct Request {
    /// Which file is read.
    pub choice: ConfigChoice,
    /// The flags.
    pub flags: Flags,
    /// The value of `TIGHTLIP_KEY`.
    pub key_variable: Option<OsString>,
}
