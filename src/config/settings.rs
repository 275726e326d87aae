//! The configuration in force: every layer merged, every value with its origin.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use toml::Spanned;

use super::file::ConfigFile;
use super::layer::Layer;
use super::source_text::SourceText;
use super::{ConfigError, Disabled, Effective, Origin, Request, nearest};
use crate::containers::Limits;
use crate::model::{Confidence, Key};
use crate::policy::{Allow, Baseline, Exclude, Inline, Policy, PolicyOptions};
use crate::rules::{self, RuleSet};

/// The most threads that can be asked for.
const MAX_THREADS: usize = 1024;

/// The rules in force, and the names of all.
pub struct LoadedRules {
    /// Those that are not disabled.
    pub set: RuleSet,
    /// The ids of all rules, disabled ones too.
    pub ids: BTreeSet<String>,
}

/// The configuration in force.
pub struct Settings {
    /// The file that was read, as it is shown.
    pub file: Option<String>,
    /// The least confidence that blocks.
    pub block: Effective<Confidence>,
    /// The baseline in force.
    pub baseline: Option<Effective<PathBuf>>,
    /// Where a baseline stands that nobody named.
    pub(super) root: PathBuf,
    /// Whether ignore files are respected.
    pub ignore_files: Effective<bool>,
    /// How many threads; 0 means as many as there are processors.
    pub threads: Effective<usize>,
    /// Containers inside containers.
    pub depth: Effective<u32>,
    /// Members of containers in all.
    pub members: Effective<u64>,
    /// Decoded bytes in all.
    pub bytes: Effective<u64>,
    /// Decoded bytes for each encoded byte.
    pub ratio: Effective<u64>,
    /// Time in all, in seconds.
    pub time_seconds: Effective<u64>,
    /// Rule packs beside the built-in ones.
    pub packs: Vec<Effective<PathBuf>>,
    /// Rules that are switched off.
    pub disable: Vec<Effective<Disabled>>,
    /// What is not looked at.
    pub exclude: Vec<Exclude>,
    /// What is accepted.
    pub allow: Vec<Allow>,
    /// Whether inline marks are obeyed.
    pub inline: Effective<bool>,
    /// Other tools' marks that are obeyed.
    pub also: Vec<Effective<String>>,
    /// The key for fingerprints.
    pub key: Option<Effective<Key>>,
    /// A folder that is another one in every run, and is left out of the names of packs.
    unnamed_folder: Option<PathBuf>,
    /// Where the rule ids of allow entries stand, for the check against the rules.
    allowed_rules: Vec<Effective<String>>,
}

impl Settings {
    /// Reads the file, the environment's value and the flags, and merges them.
    ///
    /// # Errors
    /// The first thing that is not understood, with its place and a cure.
    pub fn load(request: &Request) -> Result<Self, ConfigError> {
        let source = request.choice.read()?;
        let file = source.as_ref().map(ConfigFile::parse).transpose()?.unwrap_or_default();
        Self::merge(request, source.as_ref(), file)
    }

    fn merge(request: &Request, source: Option<&SourceText>, file: ConfigFile) -> Result<Self, ConfigError> {
        let (flags, layer, limits) = (&request.flags, Layer { source }, Limits::default());
        let allowed_rules = file.allow.iter().filter_map(|entry| entry.get_ref().rule.as_ref());
        let allowed_rules = allowed_rules.map(|rule| layer.of_file(rule.clone())).collect();
        let settings = Self {
            file: source.map(|source| source.name.to_string()),
            block: layer.pick(Confidence::Likely, file.gate.block, flags.block.map(|block| (block, "--block"))),
            baseline: layer.baseline(file.gate.baseline, flags),
            root: request.choice.root(),
            ignore_files: layer.pick(true, file.scan.ignore_files, flags.no_ignore.then_some((false, "--no-ignore"))),
            threads: layer.pick(0, file.scan.threads, flags.threads.map(|threads| (threads, "--threads"))),
            depth: layer.pick(limits.depth, file.limits.depth, None),
            members: layer.pick(limits.members, file.limits.members, None),
            bytes: layer.pick(
                limits.bytes,
                file.limits.bytes.map(|size| Spanned::new(size.span(), size.into_inner().0)),
                None,
            ),
            ratio: layer.pick(limits.ratio, file.limits.ratio, None),
            time_seconds: layer.pick(limits.time.as_secs(), file.limits.time_seconds, None),
            packs: layer.packs(file.rules.packs, flags),
            disable: file.rules.disable.into_iter().map(|entry| layer.disabled(entry)).collect::<Result<_, _>>()?,
            allow: layer.allow(file.allow)?,
            exclude: layer.exclude(file.exclude)?,
            inline: layer.pick(true, file.inline.enabled, flags.no_inline.then_some((false, "--no-inline"))),
            also: file.inline.also.into_iter().map(|mark| layer.mark(mark)).collect::<Result<_, _>>()?,
            key: layer.key(request, file.fingerprint)?,
            unnamed_folder: request.choice.unnamed_folder().map(Path::to_owned),
            allowed_rules,
        };
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), ConfigError> {
        if self.threads.value > MAX_THREADS {
            return Err(ConfigError::at(
                &self.threads.origin,
                format!("at most {MAX_THREADS} threads; 0 takes one for each processor"),
            ));
        }
        for (name, limit) in [
            ("members", &self.members),
            ("bytes", &self.bytes),
            ("ratio", &self.ratio),
            ("time-seconds", &self.time_seconds),
        ] {
            if limit.value == 0 {
                return Err(ConfigError::at(
                    &limit.origin,
                    format!("a limit of 0 for `{name}` would let nothing be opened; give at least 1"),
                ));
            }
        }
        match self.allow.iter().find(|entry| entry.fingerprint.is_some()) {
            Some(entry) if self.key.is_none() => Err(ConfigError::at(
                &entry.origin,
                "an allow entry by fingerprint needs the key the fingerprint was made with; give it with --key-file or \
                 TIGHTLIP_KEY, or as `salt` under [fingerprint]",
            )),
            _ => Ok(()),
        }
    }

    /// The limits on containers.
    pub fn limits(&self) -> Limits {
        Limits {
            depth: self.depth.value,
            members: self.members.value,
            bytes: self.bytes.value,
            ratio: self.ratio.value,
            time: Duration::from_secs(self.time_seconds.value),
        }
    }

    /// Loads the rules and takes out the disabled ones.
    ///
    /// # Errors
    /// If a pack is faulty, or an entry names a rule that no pack holds.
    pub fn rules(&self) -> Result<LoadedRules, ConfigError> {
        let packs: Vec<PathBuf> = self.packs.iter().map(|pack| pack.value.clone()).collect();
        let mut set = rules::load_named(&packs, self.unnamed_folder.as_deref())?;
        let mut ids: BTreeSet<String> = set.rules().iter().map(|rule| rule.info.id.clone()).collect();
        for entry in &self.disable {
            known(&entry.value.id, &entry.origin, &ids)?;
        }
        // It can be accepted somewhere, but not switched off: whoever gives a secret wants it searched.
        ids.insert(rules::KNOWN.to_owned());
        for rule in &self.allowed_rules {
            known(&rule.value, &rule.origin, &ids)?;
        }
        if !self.disable.is_empty() {
            set.retain(|rule| self.disable.iter().all(|entry| entry.value.id != rule.info.id));
        }
        Ok(LoadedRules { set, ids })
    }

    /// The policy of this run.
    ///
    /// # Errors
    /// If an exclusion or allow entry says too little.
    pub fn policy(&self, rule_ids: BTreeSet<String>, baseline: Option<Baseline>) -> Result<Policy, ConfigError> {
        let expires = self.allow.iter().any(|entry| entry.expires.is_some());
        Ok(Policy::new(PolicyOptions {
            threshold: self.block.value,
            exclusions: self.exclude.clone(),
            allow: self.allow.clone(),
            baseline,
            inline: Inline {
                enabled: self.inline.value,
                also: self.also.iter().map(|mark| mark.value.clone()).collect(),
            },
            rule_ids,
            today: expires.then(today),
        })?)
    }
}

/// The day in UTC: an entry expires everywhere at the same moment.
pub(super) fn today() -> Date {
    jiff::Timestamp::now().to_zoned(TimeZone::UTC).date()
}

fn known(id: &str, origin: &Origin, ids: &BTreeSet<String>) -> Result<(), ConfigError> {
    if ids.contains(id) {
        return Ok(());
    }
    let cure = match nearest(id, ids.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`tightlip rules list` names all rules".to_owned(),
    };
    Err(ConfigError::at(origin, format!("no rule has the id `{id}`; {cure}")))
}
