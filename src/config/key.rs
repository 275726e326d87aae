//! The key for fingerprints: from a file, the environment, or the configuration's salt.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

use super::source_text::shown;
use super::{ConfigError, Effective, Origin};
use crate::model::Key;

/// The variable that holds a key.
pub const KEY_VARIABLE: &str = "TIGHTLIP_KEY";

/// The most a key file may hold, in bytes.
const MAX_BYTES: usize = 64 << 10;

/// Reads a key file: its bytes without one newline at the end.
pub(super) fn from_file(path: &Path) -> Result<Effective<Key>, ConfigError> {
    let failed = |error: std::io::Error| {
        ConfigError::at(
            shown(path),
            format!("the key file cannot be read ({error}); name a readable file with --key-file"),
        )
    };
    // The whole room at once: a buffer that grows leaves copies of the key behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_BYTES + 1));
    File::open(path).map_err(failed)?.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() > MAX_BYTES {
        return Err(ConfigError::at(shown(path), "the key file is larger than 64 KiB; is it the file you meant?"));
    }
    let key = Key::new(without_newline(&bytes).to_vec()).map_err(|error| {
        ConfigError::at(shown(path), format!("{error}; make one with `openssl rand -hex 32 > FILE`"))
    })?;
    Ok(Effective::new(key, Origin::Flag("--key-file")))
}

/// Reads the variable. An empty one counts as not set: that is what CI systems make of a secret that is withheld.
pub(super) fn from_variable(value: Option<&OsStr>) -> Result<Option<Effective<Key>>, ConfigError> {
    let bytes = without_newline(value.map_or(&[], OsStr::as_encoded_bytes));
    if bytes.is_empty() {
        return Ok(None);
    }
    let key = Key::new(bytes.to_vec())
        .map_err(|error| ConfigError::at(KEY_VARIABLE, format!("{error}; make one with `openssl rand -hex 32`")))?;
    Ok(Some(Effective::new(key, Origin::Env(KEY_VARIABLE))))
}

fn without_newline(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}
