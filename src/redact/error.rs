//! What keeps a text from being redacted.

use std::fmt;
use std::io;

use crate::pipeline::MAX_RUN;

/// Why nothing more was written.
#[derive(Debug)]
pub enum RedactError {
    /// The input cannot be read, or is no sound archive.
    Read(io::Error),
    /// The output cannot be written.
    Write(io::Error),
    /// Something was left after all replacements. What holds it was not written.
    Left {
        /// The rule that finds it.
        rule: String,
        /// Where it stands in the input, in bytes from its start.
        at: u64,
    },
    /// An archive in encoded text is too long to be looked at in a stream.
    TooLong {
        /// Where it begins in the input, in bytes from its start.
        at: u64,
    },
    /// The scan failed: a defect of tightlip.
    Failed,
}

impl fmt::Display for RedactError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(error) => write!(f, "it cannot be read ({error})"),
            Self::Write(error) => write!(f, "the redacted text cannot be written ({error})"),
            Self::Left { rule, at } => {
                write!(
                    f,
                    "something that rule `{rule}` finds near byte {at} is left after redaction; it was not written"
                )
            }
            Self::TooLong { at } => write!(
                f,
                "an archive in encoded text begins near byte {at} and is longer than {MAX_RUN} bytes; decode it and redact \
                 it by itself"
            ),
            Self::Failed => f.write_str("the scan failed on it: a defect in tightlip, please report it"),
        }
    }
}

impl std::error::Error for RedactError {}
