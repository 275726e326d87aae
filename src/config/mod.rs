//! From the file, the environment and the flags to the options that each room owns.
//!
//! Layers, each outranking the one before: defaults, `tightlip.toml`, the environment (`TIGHTLIP_KEY` alone), flags.
//! Every value knows where it came from. Anything that is not understood is an error: a gate whose configuration was
//! half read would be open without telling.

mod baseline;
mod brought;
mod disabled;
mod error;
mod file;
mod find;
mod flags;
mod key;
mod layer;
mod nearest;
mod origin;
mod settings;
mod show;
mod source_text;
#[cfg(test)]
mod tests;
mod values;

pub use baseline::BASELINE_FILE;
pub use brought::{brought, files_named};
pub use disabled::Disabled;
pub use error::ConfigError;
pub use find::{ConfigChoice, FILE_NAME};
pub use flags::{Flags, Request};
pub use key::KEY_VARIABLE;
pub use nearest::nearest;
pub use origin::{Effective, Origin};
pub use settings::{LoadedRules, Settings};
