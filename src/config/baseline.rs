//! The baseline in force, read from the file that the configuration or a flag names.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use super::settings::today;
use super::source_text::shown;
use super::{ConfigError, Effective, Origin, Settings};
use crate::policy::Baseline;

/// The file of a baseline that nobody named.
pub const BASELINE_FILE: &str = ".tightlip-baseline";

/// The most a baseline may hold, in bytes: some hundred thousand entries.
const MAX_BYTES: u64 = 64 << 20;

impl Settings {
    /// The file that `tightlip baseline` speaks of: the one that is named, and else `.tightlip-baseline` at the root of
    /// the scan. The latter is in force only once it is named.
    pub fn baseline_file(&self) -> PathBuf {
        self.baseline.as_ref().map_or_else(|| self.root.join(BASELINE_FILE), |named| named.value.clone())
    }

    /// The baseline in force, if one is named.
    ///
    /// # Errors
    /// If it cannot be read, or is not as `tightlip baseline` writes it.
    pub fn baseline(&self) -> Result<Option<Baseline>, ConfigError> {
        self.baseline.as_ref().map(read).transpose()
    }

    /// The baseline in [`Settings::baseline_file`].
    ///
    /// # Errors
    /// Like those of [`Settings::baseline`].
    pub fn existing_baseline(&self) -> Result<Baseline, ConfigError> {
        match &self.baseline {
            Some(named) => read(named),
            None => read(&Effective::new(self.baseline_file(), Origin::Default)),
        }
    }

    /// One that accepts nothing yet, for [`Settings::baseline_file`].
    pub fn new_baseline(&self, salt: [u8; 32]) -> Baseline {
        Baseline::new(shown(&self.baseline_file()).as_str(), salt, today())
    }
}

fn read(named: &Effective<PathBuf>) -> Result<Baseline, ConfigError> {
    let path = named.value.as_path();
    // A flag may name a pipe. A file that came with the tree may not: opening it could wait for ever.
    let given = matches!(named.origin, Origin::Flag(_));
    if !given && std::fs::metadata(path).is_ok_and(|meta| !meta.is_file()) {
        return Err(ConfigError::at(shown(path), "is not a regular file; name the baseline with --baseline"));
    }
    let failed = |error: std::io::Error| {
        let cure = "name a readable file, or make one with `tightlip baseline create`";
        ConfigError::at(shown(path), format!("the baseline cannot be read ({error}); {cure}"))
    };
    let mut bytes = Vec::new();
    File::open(path).map_err(failed)?.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ConfigError::at(shown(path), "is larger than 64 MiB; is it the baseline you meant?"));
    }
    Ok(Baseline::parse(shown(path).as_str(), &bytes, today())?)
}
