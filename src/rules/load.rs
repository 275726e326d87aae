//! Reads packs and refuses what is wrong with them, with file, line and rule.
//!
//! Built-in packs are checked in full by a test and only read here, without their evidence, so that start-up is short;
//! packs of the user are checked in full each time.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::builtin::PACKS;
use super::error::{LoadError, PackFault};
use super::pack::{Pack, RawRule};
use super::rule::{Demands, How, Rule};
use super::{Evidence, LazyPattern, Reader, RuleSet, ValueKind, evidence};
use crate::model::RuleInfo;

/// The shortest keyword: shorter ones occur everywhere.
const MIN_KEYWORD: usize = 3;

/// Loads the built-in packs and those at `extra`: files, or folders whose `*.toml` files are packs.
///
/// # Errors
/// Every fault of the packs at `extra`, and files that cannot be read.
pub fn load(extra: &[PathBuf]) -> Result<RuleSet, LoadError> {
    load_named(extra, None)
}

/// Loads as [`load`] does. The packs under `folder` are called by what follows it: it is made for one run.
///
/// # Errors
/// As [`load`].
pub fn load_named(extra: &[PathBuf], folder: Option<&Path>) -> Result<RuleSet, LoadError> {
    load_checking(extra, folder, false)
}

/// Loads, and checks the built-in packs as if they were the user's.
fn load_checking(extra: &[PathBuf], folder: Option<&Path>, builtin: bool) -> Result<RuleSet, LoadError> {
    let mut loader = Loader { unnamed: folder.map(Path::to_owned), ..Loader::default() };
    for ((name, text), parsed) in PACKS.iter().zip(parse_builtin(builtin)) {
        loader.pack(name, text, parsed, builtin);
    }
    for path in extra {
        loader.path(path);
    }
    loader.finish()
}

type Parsed = Result<Pack, toml::de::Error>;

/// Parses the built-in packs, side by side: it is most of what a scan of few files costs.
fn parse_builtin(in_full: bool) -> Vec<Parsed> {
    let half = PACKS.len() / 2;
    let pack = |text: &str| if in_full { toml::from_str(text) } else { toml::from_str(&evidence::without(text)) };
    let parse = |packs: &[(&str, &str)]| packs.iter().map(|(_, text)| pack(text)).collect::<Vec<Parsed>>();
    let (first, second) = PACKS.split_at(half);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| parse(second));
        let mut all = parse(first);
        all.extend(other.join().unwrap_or_else(|payload| std::panic::resume_unwind(payload)));
        all
    })
}

#[derive(Default)]
struct Loader {
    /// A folder that is left out of names.
    unnamed: Option<PathBuf>,
    rules: Vec<Rule>,
    seen: HashMap<String, String>,
    evidence: HashMap<String, Evidence>,
    faults: Vec<PackFault>,
}

impl Loader {
    fn path(&mut self, path: &Path) {
        let name = self.unnamed.as_deref().and_then(|folder| path.strip_prefix(folder).ok()).unwrap_or(path);
        let name = name.display().to_string();
        if !path.is_dir() {
            return match std::fs::read_to_string(path) {
                Ok(text) => self.pack(&name, &text, toml::from_str(&text), true),
                Err(error) => self.fault(&name, None, None, format!("cannot be read: {error}")),
            };
        }
        let files = match std::fs::read_dir(path) {
            Ok(entries) => entries.filter_map(|entry| Some(entry.ok()?.path())),
            Err(error) => return self.fault(&name, None, None, format!("cannot be read: {error}")),
        };
        let mut packs: Vec<_> = files.filter(|file| file.extension().is_some_and(|e| e == "toml")).collect();
        packs.sort();
        if packs.is_empty() {
            self.fault(&name, None, None, "the folder holds no *.toml file; name a pack or a folder of packs".into());
        }
        packs.iter().filter(|pack| !pack.is_dir()).for_each(|pack| self.path(pack));
    }

    fn pack(&mut self, file: &str, text: &str, parsed: Parsed, checked: bool) {
        let pack = match parsed {
            Ok(pack) => pack,
            Err(error) => {
                let (line, rule) = error
                    .span()
                    .map_or((None, None), |span| (Some(line_of(text, &span)), rule_around(text, span.start)));
                return self.fault(file, line, rule, without_value(error.message()));
            }
        };
        let (mut line, mut counted) = (1, 0);
        for raw in pack.rule {
            let start = raw.span().start.min(text.len());
            line += memchr::memchr_iter(b'\n', &text.as_bytes()[counted..start]).count();
            counted = start;
            self.rule(file, line, raw.into_inner(), checked);
        }
    }

    fn rule(&mut self, file: &str, line: usize, mut raw: RawRule, checked: bool) {
        let mut messages = Vec::new();
        let evidence = raw.evidence();
        if let Some(other) = self.seen.insert(raw.id.clone(), format!("{file}:{line}")) {
            messages.push(format!("the id is taken by {other}; ids are unique over all packs"));
        }
        if checked {
            check_fields(&raw, &mut messages);
            check_evidence(&evidence, &mut messages);
            self.evidence.insert(raw.id.clone(), evidence);
        }
        let id = raw.id.clone();
        match build(file, raw) {
            Ok(rule) => {
                if checked {
                    check_patterns(&rule, &mut messages);
                }
                self.rules.push(rule);
            }
            Err(message) => messages.push(message),
        }
        for message in messages {
            self.fault(file, Some(line), Some(id.clone()), message);
        }
    }

    fn fault(&mut self, file: &str, line: Option<usize>, rule: Option<String>, message: String) {
        self.faults.push(PackFault { file: file.to_owned(), line, rule, message });
    }

    fn finish(mut self) -> Result<RuleSet, LoadError> {
        for rule in &self.rules {
            for companion in rule.companions.iter().filter(|c| !self.seen.contains_key(&c.rule)) {
                let message = format!("its companion `{}` is not a rule of any loaded pack", companion.rule);
                let id = Some(rule.info.id.clone());
                self.faults.push(PackFault { file: rule.info.pack.clone(), line: None, rule: id, message });
            }
        }
        if self.faults.is_empty() {
            Ok(RuleSet::new(self.rules, self.evidence))
        } else {
            Err(LoadError { faults: self.faults })
        }
    }
}

/// What the parser found wrong, without the value it found: an example may hold what looks like a secret.
fn without_value(message: &str) -> String {
    let kinds = ["invalid type: ", "invalid value: ", "unknown variant "];
    let quoted = kinds.iter().any(|kind| message.starts_with(kind)).then(|| message.find(['"', '`'])).flatten();
    match (quoted, message.rfind(", expected ")) {
        (Some(from), Some(to)) if from < to => [&message[..from], "…", &message[to..]].concat(),
        _ => message.to_owned(),
    }
}

fn line_of(text: &str, span: &Range<usize>) -> usize {
    text.as_bytes()[..span.start.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1
}

/// The id of the rule that offset `at` of a pack stands in, read without parsing: the pack does not parse.
fn rule_around(text: &str, at: usize) -> Option<String> {
    let before = text.get(..at)?;
    let rule = before.rfind("[[rule]]")?;
    let id = text[rule..].lines().find_map(|line| line.trim().strip_prefix("id")?.trim().strip_prefix('='))?;
    let id = id.trim().trim_matches('"');
    let fits = id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    fits.then(|| id.to_owned())
}

fn check_fields(raw: &RawRule, messages: &mut Vec<String>) {
    let mut check = |wrong: bool, message: &str| {
        if wrong {
            messages.push(message.to_owned());
        }
    };
    let id_bytes_fit = raw.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    check(raw.id.is_empty() || !id_bytes_fit, "an id is made of lower-case letters, digits and hyphens");
    let of_head = raw.reader.is_some_and(Reader::is_of_head);
    check(raw.keywords.is_empty() && !of_head, "it has no keyword; without one its candidates cannot be found");
    check(!raw.keywords.is_empty() && of_head, "its reader looks at the beginning of a file and needs no keyword");
    let everywhere = raw.reader == Some(Reader::Whole) && raw.paths.is_empty();
    check(everywhere, "with the reader `whole` every short file would be a secret; say which, by `paths`");
    check(raw.keywords.iter().any(|k| k.len() < MIN_KEYWORD), "a keyword has fewer than three bytes");
    check(
        raw.ignore_case && raw.keywords.iter().any(|k| k.bytes().any(|b| b.is_ascii_uppercase())),
        "with ignore-case keywords are written in lower case",
    );
    check(
        raw.name.is_empty() || raw.risk.is_empty() || raw.revoke.is_empty(),
        "name, risk and revoke must say something",
    );
    check(raw.length.is_some_and(|[least, most]| least > most), "the least length is over the greatest");
    let exact_without_value = raw.assignment.as_ref().is_some_and(|a| a.kind == ValueKind::Exact && a.value.is_none());
    check(exact_without_value, "an assignment of kind `exact` needs a `value` pattern");
    let near_and_loose = raw.assignment.as_ref().is_some_and(|a| !a.near.is_empty() && a.kind != ValueKind::Exact);
    check(near_and_loose, "only an assignment of kind `exact` may look for names `near` its keyword");
    let short_near = raw.assignment.as_ref().is_some_and(|a| a.near.iter().any(|word| word.len() < 3));
    check(short_near, "the words of `near` have three bytes or more");
    messages.extend(raw.placeholders.iter().filter_map(|text| placeholder_fault(text)));
    for glob in &raw.paths {
        if let Err(error) = globset::Glob::new(glob) {
            messages.push(format!("the path glob {glob:?} is wrong: {}", error.kind()));
        }
    }
}

fn check_evidence(evidence: &Evidence, messages: &mut Vec<String>) {
    if evidence.examples.is_empty() {
        messages.push("it has no example; give at least one text in which it must find something".to_owned());
    }
    if evidence.counterexamples.is_empty() {
        messages.push("it has no counterexample; give at least one text it must leave alone".to_owned());
    }
}

/// A suppression that speaks of a part of a value drops real secrets: `^true|false$` fits every value ending in `false`.
fn placeholder_fault(text: &str) -> Option<String> {
    let hir = match super::analysis::parse(text) {
        Ok(hir) => hir,
        Err(error) => return Some(format!("in a placeholder: {error}")),
    };
    (!hir.properties().look_set().is_empty()).then(|| {
        format!(
            "the placeholder {text:?} holds an anchor or boundary; it always speaks of the whole value, leave them out"
        )
    })
}

fn check_patterns(rule: &Rule, messages: &mut Vec<String>) {
    let patterns: Vec<&LazyPattern> = match &rule.how {
        How::Pattern(pattern) => vec![pattern],
        How::Assignment { name, value, .. } => name.iter().chain(value).collect(),
        How::Reader(_) | How::Known => Vec::new(),
    };
    for pattern in patterns {
        if let Err(message) = pattern.check() {
            messages.push(message);
        }
    }
    for placeholder in &rule.demands.placeholders {
        if let Err(message) = placeholder.check() {
            messages.push(format!("in a placeholder: {message}"));
        }
    }
}

fn build(file: &str, raw: RawRule) -> Result<Rule, String> {
    let how = how(&raw)?;
    let demands = Demands {
        length: raw.length,
        entropy: raw.entropy,
        alphabet: raw.alphabet,
        require: raw.require,
        kind: raw.kind,
        proof: raw.proof,
        placeholders: raw.placeholders.iter().map(|text| LazyPattern::whole(text)).collect(),
    };
    let info = RuleInfo {
        id: raw.id,
        name: raw.name,
        severity: raw.severity,
        confidence: raw.confidence,
        risk: raw.risk,
        revoke: raw.revoke,
        references: raw.references,
        pack: file.to_owned(),
    };
    Ok(Rule {
        info: Arc::new(info),
        generic: raw.generic,
        keywords: raw.keywords,
        ignore_case: raw.ignore_case,
        how,
        boundary: raw.boundary,
        demands,
        companions: raw.companions,
        paths: raw.paths,
    })
}

fn how(raw: &RawRule) -> Result<How, String> {
    match (&raw.pattern, &raw.assignment, raw.reader) {
        (Some(pattern), None, None) => Ok(How::Pattern(LazyPattern::new(pattern.clone(), raw.keywords.clone()))),
        (None, Some(assignment), None) => Ok(How::Assignment {
            name: assignment.name.as_ref().map(|text| LazyPattern::new(text.clone(), Vec::new())),
            value: assignment.value.as_ref().map(|text| LazyPattern::whole(text)),
            kind: assignment.kind,
            near: assignment.near.clone(),
        }),
        (None, None, Some(reader)) => Ok(How::Reader(reader)),
        _ => Err("it needs exactly one of `pattern`, `assignment` and `reader`".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_packs_are_sound() {
        let loaded = load_checking(&[], None, true);
        assert!(loaded.is_ok(), "{}", loaded.err().map_or_else(String::new, |error| error.to_string()));
    }

    /// A sound rule, to be broken one line at a time.
    const RULE: &str = r#"
[[rule]]
id = "some-token"
name = "Some token"
severity = "high"
confidence = "likely"
keywords = ["some_"]
pattern = 'some_[0-9a-z]{20}'
risk = "It opens doors."
revoke = "Change the lock."
examples = ["${b36:3}"]
counterexamples = ["nothing"]
"#;

    fn faults(text: &str) -> String {
        let mut loader = Loader::default();
        loader.pack("pack.toml", text, toml::from_str(text), true);
        loader.finish().err().map_or_else(String::new, |error| error.to_string())
    }

    #[test]
    fn every_fault_is_told_with_rule_and_line() {
        assert_eq!(faults(RULE), "");
        let cases: &[(&str, &str, &str)] = &[
            ("severity = \"high\"", "severity = \"awful\"", "unknown variant"),
            ("risk =", "danger =", "unknown field `danger`"),
            ("{20}", "+", "upper bound"),
            ("[\"some_\"]", "[\"other_\"]", "none of the rule's keywords"),
            ("[\"some_\"]", "[\"so\"]", "fewer than three bytes"),
            ("[\"some_\"]", "[]", "no keyword"),
            ("some-token\"", "Some Token\"", "lower-case letters"),
            ("counterexamples = [\"nothing\"]", "counterexamples = []", "no counterexample"),
            ("risk =", "placeholders = ['^true|false$']\nrisk =", "always speaks of the whole value"),
            ("risk =", "reader = \"pem\"\nrisk =", "exactly one of"),
            ("risk =", "paths = ['a[']\nrisk =", "glob"),
            ("pattern = 'some_[0-9a-z]{20}'", "reader = \"kdbx\"", "needs no keyword"),
            ("risk =", "companions = [{ rule = \"nobody\", within = 9 }]\nrisk =", "`nobody` is not a rule"),
            ("pattern = 'some_[0-9a-z]{20}'", "pattern = 'some_(['", "not a regular expression"),
        ];
        for (sound, broken, message) in cases {
            let told = faults(&RULE.replacen(sound, broken, 1));
            assert!(told.contains(message) && told.contains("pack.toml:"), "{broken}: {told}");
        }
        let twice = [RULE, RULE].concat();
        assert!(
            faults(&twice).starts_with("pack.toml:14: rule `some-token`: the id is taken by pack.toml:2"),
            "{}",
            faults(&twice)
        );
    }
}
