//! From the source's rules to ours, and what is to be told of each.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::allow::Allowed;
use super::source::{Required, Source, SourceRule};
use super::written::{Written, WrittenRule};
use super::{keywords, pattern, sample};
use crate::rules::Companion;

/// Bytes that a line is taken to have, where the source counts lines.
const LINE: u64 = 120;

/// Something that changed, was left out, or would drop secrets in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The rule's id in the source; none for what holds of all.
    pub rule: Option<String>,
    /// What to know.
    pub message: String,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.rule {
            Some(rule) => write!(f, "{rule}: {}", self.message),
            None => write!(f, "all rules: {}", self.message),
        }
    }
}

/// A source that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportError(String);

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ImportError {}

/// What became of a source.
#[derive(Debug)]
pub struct Imported {
    /// The pack, as text.
    pub pack: String,
    /// How many rules it holds, and how many the source had.
    pub rules: (usize, usize),
    /// What changed, in the order of the rules.
    pub notes: Vec<Note>,
}

/// Converts a configuration in the form of gitleaks or betterleaks. `taken` are ids that the pack may not use.
///
/// # Errors
/// If the text is no such configuration.
pub fn import(text: &str, taken: &BTreeSet<String>) -> Result<Imported, ImportError> {
    let source: Source = toml::from_str(text).map_err(|error| ImportError(error.message().to_owned()))?;
    if source.rules.is_empty() {
        return Err(ImportError("it holds no [[rules]]; is it a configuration in the form of gitleaks?".to_owned()));
    }
    let mut import = Import { ids: names(&source.rules, taken), notes: Vec::new() };
    let rules: Vec<WrittenRule> = source.rules.iter().filter_map(|rule| import.rule(rule)).collect();
    import.globals(&source);
    let rules = with_companions_beside(import.without_lost_companions(rules));
    let counts = (rules.len(), source.rules.len());
    let pack = toml::to_string(&Written { rule: rules }).map_err(|error| ImportError(error.to_string()))?;
    Ok(Imported { pack, rules: counts, notes: import.notes })
}

/// Gives each example the example of what must stand near.
fn with_companions_beside(mut rules: Vec<WrittenRule>) -> Vec<WrittenRule> {
    let own: BTreeMap<String, String> = rules.iter().map(|rule| (rule.id.clone(), rule.examples.concat())).collect();
    for rule in &mut rules {
        for beside in rule.companions.iter().filter_map(|companion| own.get(&companion.rule)) {
            rule.examples.iter_mut().for_each(|example| *example += &["\n", beside].concat());
        }
    }
    rules
}

/// The new id of each rule, by its old one.
fn names(rules: &[SourceRule], taken: &BTreeSet<String>) -> BTreeMap<String, String> {
    let mut used = taken.clone();
    let mut names = BTreeMap::new();
    for rule in rules {
        let plain: String = rule
            .id
            .bytes()
            .map(|b| if b.is_ascii_alphanumeric() { b.to_ascii_lowercase() as char } else { '-' })
            .collect();
        let mut id = plain.trim_matches('-').to_owned();
        while id.is_empty() || used.contains(&id) {
            id = format!("imported-{id}");
        }
        used.insert(id.clone());
        names.insert(rule.id.clone(), id);
    }
    names
}

struct Import {
    ids: BTreeMap<String, String>,
    notes: Vec<Note>,
}

impl Import {
    fn note(&mut self, rule: &SourceRule, message: impl Into<String>) {
        self.notes.push(Note { rule: Some(rule.id.clone()), message: message.into() });
    }

    fn rule(&mut self, rule: &SourceRule) -> Option<WrittenRule> {
        let Some(regex) = &rule.regex else {
            self.note(rule, "left out: it has no pattern, only a path");
            return None;
        };
        let bounded = match pattern::bounded(regex, rule.secret_group) {
            Ok(bounded) => bounded,
            Err(reason) => {
                // The parser draws the place on lines of its own; its last line says what is wrong.
                let reason = reason.lines().last().unwrap_or_default();
                self.note(rule, format!("left out: {}", reason.trim_start_matches("error: ")));
                return None;
            }
        };
        let Some(keywords) = keywords::of(&bounded.hir, &rule.keywords) else {
            self.note(
                rule,
                "left out: its matches hold no literal of three bytes and more, by which they could be found",
            );
            return None;
        };
        if let Some(bound) = bounded.bound {
            self.note(rule, format!("repetitions without an end now end after {bound}"));
        }
        if keywords.derived {
            self.note(rule, format!("its keywords are now {}: every match holds one", keywords.words.join(", ")));
        }
        let id = self.ids.get(&rule.id).cloned()?;
        if id != rule.id {
            self.note(rule, format!("its id is now {id}"));
        }
        let allowed = self.allowed(rule);
        let text = pattern::text(&bounded.hir);
        Some(WrittenRule {
            id,
            name: if rule.description.is_empty() { rule.id.clone() } else { rule.description.clone() },
            severity: "high",
            confidence: "likely",
            counterexamples: vec![keywords.words[0].clone()],
            ignore_case: keywords.ignore_case,
            keywords: keywords.words,
            boundary: "none",
            entropy: rule.entropy,
            paths: self.paths(rule),
            placeholders: allowed,
            risk: "Whoever reads it can use what it was issued for.",
            revoke: "Revoke it at its issuer and issue a new one.",
            examples: vec![sample::of(&bounded.hir)],
            companions: self.companions(rule),
            pattern: text,
        })
    }

    fn allowed(&mut self, rule: &SourceRule) -> Vec<String> {
        let mut allowed = Allowed::default();
        rule.allowlist.iter().chain(&rule.allowlists).for_each(|list| allowed.add(list));
        allowed.notes.into_iter().for_each(|note| self.note(rule, note));
        for field in rule.others.keys() {
            self.note(rule, format!("the field `{field}` is not supported and left out"));
        }
        allowed.placeholders
    }

    /// Globs, where the pattern of the path is nothing but an ending.
    fn paths(&mut self, rule: &SourceRule) -> Vec<String> {
        let Some(path) = &rule.path else { return Vec::new() };
        let ending = path.trim_start_matches("(?i)").strip_prefix(r"\.").and_then(|rest| rest.strip_suffix('$'));
        match ending.filter(|ending| ending.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
            Some(ending) => vec![format!("**/*.{ending}")],
            None => {
                self.note(
                    rule,
                    format!("it looks in all files now; the path pattern `{path}` has no glob of the same meaning"),
                );
                Vec::new()
            }
        }
    }

    fn companions(&mut self, rule: &SourceRule) -> Vec<Companion> {
        let mut companions = Vec::new();
        for Required { id, within_lines, within_columns } in &rule.required {
            let within =
                within_lines.map_or(1 << 20, |lines| (lines + 1) * LINE).min(within_columns.unwrap_or(u64::MAX));
            let Some(new) = self.ids.get(id).cloned() else {
                self.note(rule, format!("the rule `{id}` that it requires is not in this file; it does without"));
                continue;
            };
            self.note(rule, format!("`{id}` must stand within {within} bytes; the source counts lines and columns"));
            companions.push(Companion { rule: new, within, required: true });
        }
        companions
    }

    /// A rule that was left out can be nobody's companion.
    fn without_lost_companions(&mut self, mut rules: Vec<WrittenRule>) -> Vec<WrittenRule> {
        let there: BTreeSet<String> = rules.iter().map(|rule| rule.id.clone()).collect();
        for rule in &mut rules {
            let before = rule.companions.len();
            rule.companions.retain(|companion| there.contains(&companion.rule));
            if rule.companions.len() < before {
                let message = "a rule that it requires was left out; it does without".to_owned();
                self.notes.push(Note { rule: Some(rule.id.clone()), message });
            }
        }
        rules
    }

    fn globals(&mut self, source: &Source) {
        let mut messages = Vec::new();
        if source.extend.is_some() {
            messages.push("[extend] is not followed; import the other file as well".to_owned());
        }
        for list in source.allowlist.iter().chain(&source.allowlists) {
            let mut allowed = Allowed::default();
            allowed.add(list);
            messages.extend(allowed.placeholders.iter().map(|value| {
                format!("the allowed value `{value}` is left out; give it to the rules it belongs to, as a placeholder")
            }));
            let of = if list.target_rules.is_empty() {
                String::new()
            } else {
                format!(" (of {})", list.target_rules.join(", "))
            };
            messages.extend(allowed.notes.into_iter().map(|note| note + &of));
        }
        self.notes.extend(messages.into_iter().map(|message| Note { rule: None, message }));
    }
}
