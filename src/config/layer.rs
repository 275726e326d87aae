//! The layers of a configuration: what a flag says, else the file, else the default.

use std::ops::Range;
use std::path::PathBuf;

use toml::Spanned;

use super::source_text::SourceText;
use super::{ConfigError, Disabled, Effective, Flags, Origin, Request, file, key};
use crate::model::Key;
use crate::policy::{Allow, Exclude, PathGlob};

/// Turns what the file says into values with an origin.
pub(super) struct Layer<'a> {
    pub(super) source: Option<&'a SourceText>,
}

impl Layer<'_> {
    pub(super) fn pick<T>(
        &self,
        default: T,
        file: Option<Spanned<T>>,
        flag: Option<(T, &'static str)>,
    ) -> Effective<T> {
        match (flag, file) {
            (Some((value, name)), _) => Effective::new(value, Origin::Flag(name)),
            (None, Some(value)) => self.of_file(value),
            (None, None) => Effective::new(default, Origin::Default),
        }
    }

    pub(super) fn of_file<T>(&self, value: Spanned<T>) -> Effective<T> {
        self.mapped(value, |value| value)
    }

    fn mapped<T, U>(&self, value: Spanned<T>, change: impl FnOnce(T) -> U) -> Effective<U> {
        let origin = self.source.map_or(Origin::Default, |source| source.origin(&value.span()));
        Effective::new(change(value.into_inner()), origin)
    }

    /// Packs of the file start from the file's directory, those of the flags from the current one.
    pub(super) fn packs(&self, packs: Vec<Spanned<String>>, flags: &Flags) -> Vec<Effective<PathBuf>> {
        let base = self.source.map(|source| source.base.clone()).unwrap_or_default();
        let named = flags.rules.iter().map(|path| Effective::new(path.clone(), Origin::Flag("--rules")));
        packs.into_iter().map(|pack| self.mapped(pack, |pack| base.join(pack))).chain(named).collect()
    }

    /// The baseline of the file starts from the file's directory, too.
    pub(super) fn baseline(&self, file: Option<Spanned<String>>, flags: &Flags) -> Option<Effective<PathBuf>> {
        let base = self.source.map(|source| source.base.clone()).unwrap_or_default();
        let named = flags.baseline.clone().map(|path| Effective::new(path, Origin::Flag("--baseline")));
        named.or_else(|| file.map(|path| self.mapped(path, |path| base.join(path))))
    }

    pub(super) fn disabled(&self, entry: Spanned<file::Disable>) -> Result<Effective<Disabled>, ConfigError> {
        let file::Disable { id, reason } = entry.into_inner();
        if !reason.get_ref().chars().any(char::is_alphabetic) {
            return Err(self.error(reason.span(), "the `reason` is empty; say in a few words why the rule is off"));
        }
        Ok(self.mapped(id, |id| Disabled { id, reason: reason.into_inner() }))
    }

    pub(super) fn exclude(&self, entries: Vec<Spanned<file::Exclude>>) -> Result<Vec<Exclude>, ConfigError> {
        let read = |entry| {
            let Effective { value, origin } = self.of_file::<file::Exclude>(entry);
            Ok(Exclude { paths: self.globs(value.paths)?, reason: value.reason, origin: origin.to_string() })
        };
        entries.into_iter().map(read).collect()
    }

    pub(super) fn allow(&self, entries: Vec<Spanned<file::Allow>>) -> Result<Vec<Allow>, ConfigError> {
        let read = |entry| {
            let Effective { value, origin } = self.of_file::<file::Allow>(entry);
            Ok(Allow {
                fingerprint: value.fingerprint.map(|fingerprint| fingerprint.into_inner().0),
                rule: value.rule.map(Spanned::into_inner),
                paths: self.globs(value.paths)?,
                reason: value.reason,
                owner: value.owner,
                expires: value.expires.map(|day| day.0),
                origin: origin.to_string(),
            })
        };
        entries.into_iter().map(read).collect()
    }

    fn globs(&self, patterns: Vec<Spanned<String>>) -> Result<Vec<PathGlob>, ConfigError> {
        let read = |pattern: Spanned<String>| {
            PathGlob::parse(pattern.get_ref()).map_err(|error| self.error(pattern.span(), error.to_string()))
        };
        patterns.into_iter().map(read).collect()
    }

    /// Another tool's mark: long enough not to stand on every line.
    pub(super) fn mark(&self, mark: Spanned<String>) -> Result<Effective<String>, ConfigError> {
        if mark.get_ref().chars().filter(|c| c.is_alphanumeric()).count() >= 4 {
            return Ok(self.of_file(mark));
        }
        let cure = "a mark needs at least four letters or digits, or it would stand on too many lines";
        Err(self.error(mark.span(), cure))
    }

    fn error(&self, span: Range<usize>, problem: impl Into<String>) -> ConfigError {
        match self.source {
            Some(source) => source.error(Some(span), problem),
            None => ConfigError::at(Origin::Default, problem),
        }
    }

    pub(super) fn key(
        &self,
        request: &Request,
        table: file::FingerprintTable,
    ) -> Result<Option<Effective<Key>>, ConfigError> {
        if let Some(path) = &request.flags.key_file {
            return key::from_file(path).map(Some);
        }
        if let Some(key) = key::from_variable(request.key_variable.as_deref())? {
            return Ok(Some(key));
        }
        let Some(salt) = table.salt.map(|salt| self.of_file(salt)) else { return Ok(None) };
        match Key::new(salt.value.0.to_vec()) {
            Ok(key) => Ok(Some(Effective::new(key, salt.origin))),
            Err(error) => Err(ConfigError::at(salt.origin, error.to_string())),
        }
    }
}
