//! The operator's secrets, read once: from files, from the environment, from a descriptor that another program opened.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

use super::args::KnownFlags;
use super::error::CliError;
use crate::known::{self, Entry, Known};
use crate::model::Shown;

/// More than this is no list of secrets.
const LONGEST: u64 = 64 << 20;

/// What the flags name, ready to be searched; nothing when no flag was given.
pub(super) fn read(flags: &KnownFlags) -> Result<Option<Known>, CliError> {
    if flags.known.is_empty() && flags.known_env.is_empty() && flags.known_fd.is_empty() {
        return Ok(None);
    }
    let mut entries = Vec::new();
    for path in &flags.known {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        entries.extend(list(path, &name, &path.display().to_string())?);
    }
    for number in &flags.known_fd {
        let path = format!("/dev/fd/{number}");
        entries.extend(list(Path::new(&path), &format!("fd {number}"), &format!("descriptor {number}"))?);
    }
    for prefix in &flags.known_env {
        entries.extend(variables(prefix)?);
    }
    if entries.is_empty() {
        return Err(CliError::Usage(
            "the lists of known secrets hold none; a check against nothing proves nothing".into(),
        ));
    }
    Known::new(entries).map(Some).map_err(|refused| CliError::Usage(refused.to_string()))
}

fn list(path: &Path, name: &str, shown: &str) -> Result<Vec<Entry>, CliError> {
    let wrong = |problem: String| CliError::Usage(format!("{}: {problem}", Shown::from_bytes(shown.as_bytes())));
    // Room for all of it from the start: a buffer that grows leaves copies behind.
    let mut text = Zeroizing::new(Vec::new());
    let read = File::open(path).and_then(|file| {
        text.reserve(file.metadata()?.len().clamp(64 << 10, LONGEST) as usize + 1);
        file.take(LONGEST + 1).read_to_end(&mut text)
    });
    read.map_err(|error| wrong(format!("the known secrets cannot be read ({error})")))?;
    if text.len() as u64 > LONGEST {
        return Err(wrong("it is too long for a list of known secrets; give one value on each line".into()));
    }
    let entries = known::from_lines(name, &text);
    if entries.is_empty() {
        return Err(wrong("it holds no secret; give one value on each line, or NAME=value".into()));
    }
    Ok(entries)
}

fn variables(prefix: &str) -> Result<Vec<Entry>, CliError> {
    let mut entries = Vec::new();
    // In the order of their names: the environment's own differs from run to run.
    let mut all: Vec<_> = std::env::vars_os().collect();
    all.sort();
    for (name, value) in all {
        let value = Zeroizing::new(value.into_encoded_bytes());
        let name = name.to_string_lossy();
        if name.starts_with(prefix) {
            entries.extend(known::from_variable(&name, &value));
        }
    }
    if entries.is_empty() {
        let problem = format!("no variable whose name begins with {prefix} has a value");
        return Err(CliError::Usage(format!("--known-env: {problem}; check the prefix")));
    }
    Ok(entries)
}
