//! The schema of `tightlip.toml`. What it does not know it refuses, by file, line and column, with a cure.

use serde::Deserialize;
use toml::Spanned;

use super::source_text::SourceText;
use super::values::{Day, Fingerprint, Salt, Size};
use super::{ConfigError, nearest};
use crate::model::{Confidence, Shown};

/// The version of the schema that this file describes.
const VERSION: i64 = 1;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct ConfigFile {
    version: Option<Spanned<i64>>,
    pub(super) gate: Gate,
    pub(super) scan: Scan,
    pub(super) limits: Limits,
    pub(super) rules: Rules,
    pub(super) exclude: Vec<Spanned<Exclude>>,
    pub(super) allow: Vec<Spanned<Allow>>,
    pub(super) inline: Inline,
    pub(super) fingerprint: FingerprintTable,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Gate {
    pub(super) block: Option<Spanned<Confidence>>,
    pub(super) baseline: Option<Spanned<String>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Scan {
    pub(super) ignore_files: Option<Spanned<bool>>,
    pub(super) threads: Option<Spanned<usize>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Limits {
    pub(super) depth: Option<Spanned<u32>>,
    pub(super) members: Option<Spanned<u64>>,
    pub(super) bytes: Option<Spanned<Size>>,
    pub(super) ratio: Option<Spanned<u64>>,
    pub(super) time_seconds: Option<Spanned<u64>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Rules {
    pub(super) packs: Vec<Spanned<String>>,
    pub(super) disable: Vec<Spanned<Disable>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Disable {
    pub(super) id: Spanned<String>,
    pub(super) reason: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Exclude {
    pub(super) paths: Vec<Spanned<String>>,
    pub(super) reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Allow {
    pub(super) fingerprint: Option<Spanned<Fingerprint>>,
    pub(super) rule: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) paths: Vec<Spanned<String>>,
    pub(super) reason: String,
    pub(super) owner: Option<String>,
    pub(super) expires: Option<Day>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Inline {
    pub(super) enabled: Option<Spanned<bool>>,
    pub(super) also: Vec<Spanned<String>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct FingerprintTable {
    pub(super) salt: Option<Spanned<Salt>>,
}

impl ConfigFile {
    /// Reads the text against the schema.
    pub(super) fn parse(source: &SourceText) -> Result<Self, ConfigError> {
        let syntax = |error: toml::de::Error| {
            source.error(error.span(), format!("is not valid TOML: {}", one_line(error.message())))
        };
        let schema = |error: toml::de::Error| source.error(error.span(), reword(error.message()));
        let deserializer = toml::Deserializer::parse(&source.text).map_err(syntax)?;
        let file = Self::deserialize(deserializer).map_err(schema)?;
        match &file.version {
            Some(version) if *version.get_ref() != VERSION => Err(source.error(
                Some(version.span()),
                format!("this tightlip reads version {VERSION} of the configuration; write `version = {VERSION}` or update tightlip"),
            )),
            _ => Ok(file),
        }
    }
}

/// Says what the deserializer found in the words of the file's author, without repeating a value: it could be a salt.
fn reword(message: &str) -> String {
    let message = one_line(message);
    if let Some((name, expected)) = split(&message, "unknown field `") {
        let named = if is_plain(name) { format!("unknown key `{name}`") } else { "unknown key".to_owned() };
        return format!("{named}; {}", guess(name, expected));
    }
    if let Some((name, expected)) = split(&message, "unknown variant `") {
        let named = if is_plain(name) { format!("`{name}` is") } else { "this value is".to_owned() };
        return format!("{named} not known here; {}", guess(name, expected));
    }
    if let Some(name) = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        return format!("the key `{name}` is missing; add it to this table");
    }
    if let Some((found, expected)) =
        message.strip_prefix("invalid type: ").and_then(|rest| rest.rsplit_once(", expected "))
    {
        let found = found.split(['`', '"']).next().unwrap_or(found).trim();
        return format!("expected {}, not {found}", wanted(expected));
    }
    if let Some((_, expected)) =
        message.strip_prefix("invalid value: ").and_then(|rest| rest.rsplit_once(", expected "))
    {
        return format!("the value is out of range; expected {}", wanted(expected));
    }
    message
}

/// Whether a word is one that a schema could have, and not a secret that was pasted in its place.
fn is_plain(name: &str) -> bool {
    name.len() <= 24 && name.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'-' | b'_'))
}

/// The name in a message that begins with `prefix`, and what was expected instead.
fn split<'a>(message: &'a str, prefix: &str) -> Option<(&'a str, &'a str)> {
    message.strip_prefix(prefix)?.split_once("`, expected ")
}

fn guess(name: &str, expected: &str) -> String {
    let known: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known here: {}", known.join(", ")),
    }
}

fn wanted(expected: &str) -> &str {
    match expected {
        "u32" | "u64" | "usize" | "i64" => "a whole number, 0 or more",
        "a sequence" => "a list in [ ]",
        "a boolean" => "true or false",
        other if other.starts_with("struct ") => "a table",
        other => other,
    }
}

fn one_line(message: &str) -> String {
    Shown::from_bytes(message.trim_end().replace('\n', "; ").as_bytes()).into_string()
}
