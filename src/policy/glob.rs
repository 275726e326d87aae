//! Patterns over paths, with the habits of ignore files.
//!
//! - `*`, `?` and `[a-z]` stay within a name; `**` crosses names; `{a,b}` is either; a backslash takes a sign as it is.
//! - A pattern without a `/` (but at its end) fits a name at any depth; any other is anchored at the scanned root.
//! - What fits a directory covers all that is below it; a `/` at the end says that only a directory is meant.
//! - Capital and small letters differ on every system, and there is no negation.

use std::fmt;

use globset::{Candidate, Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use super::address;
use crate::model::Provenance;

/// A pattern that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlobError {
    /// The pattern as it was written.
    pub pattern: String,
    /// What is wrong, and what to do.
    pub problem: String,
}

impl fmt::Display for GlobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the pattern {:?} {}", self.pattern, self.problem)
    }
}

impl std::error::Error for GlobError {}

/// One pattern over paths.
#[derive(Clone, Debug)]
pub struct PathGlob {
    text: String,
    globs: Vec<Glob>,
}

impl PathGlob {
    /// Reads a pattern.
    ///
    /// # Errors
    /// If it is empty, a negation, or no valid pattern.
    pub fn parse(text: &str) -> Result<Self, GlobError> {
        let refuse = |problem: String| GlobError { pattern: text.to_owned(), problem };
        if text.starts_with('!') {
            return Err(refuse("is a negation, which is not supported; name what is meant instead".into()));
        }
        let body = text.trim_end_matches('/');
        let anchored = body.contains('/');
        let body = body.strip_prefix("./").unwrap_or(body).trim_start_matches('/');
        if body.is_empty() {
            return Err(refuse("names no path; write for instance \"vendor/**\"".into()));
        }
        let body = if anchored { body.to_owned() } else { format!("**/{body}") };
        let mut forms = vec![format!("{body}/**")];
        if !text.ends_with('/') {
            forms.push(body);
        }
        let globs = forms.iter().map(|form| build(form)).collect::<Result<_, _>>();
        let globs = globs.map_err(|e| refuse(format!("is not valid: {}", e.kind())))?;
        Ok(Self { text: text.to_owned(), globs })
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

fn build(form: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(form).literal_separator(true).backslash_escape(true).build()
}

/// Many patterns, each belonging to an owner, asked all at once.
pub(super) struct PathIndex {
    set: GlobSet,
    owners: Vec<usize>,
}

impl PathIndex {
    /// Joins the patterns, each with the number of its owner.
    pub(super) fn new<'a>(patterns: impl Iterator<Item = (usize, &'a PathGlob)>) -> Result<Self, GlobError> {
        let (mut set, mut owners, mut last) = (GlobSetBuilder::new(), Vec::new(), String::new());
        for (owner, pattern) in patterns {
            for glob in &pattern.globs {
                set.add(glob.clone());
                owners.push(owner);
            }
            last.clone_from(&pattern.text);
        }
        let too_large = |_| GlobError { pattern: last, problem: "makes the patterns too large together".into() };
        Ok(Self { set: set.build().map_err(too_large)?, owners })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.owners.is_empty()
    }

    /// The owners whose patterns fit `path`, in ascending order.
    pub(super) fn owners(&self, path: &[u8]) -> Vec<usize> {
        let mut hits = self.set.matches_candidate(&Candidate::from_bytes(path));
        for hit in &mut hits {
            *hit = self.owners.get(*hit).copied().unwrap_or(usize::MAX);
        }
        hits.sort_unstable();
        hits.dedup();
        hits
    }

    fn fits(&self, path: &[u8]) -> bool {
        self.set.is_match_candidate(&Candidate::from_bytes(path))
    }
}

/// Where a rule wants to be heard: in some paths only, or not in some.
pub struct PathCondition {
    only: PathIndex,
    not: PathIndex,
}

impl PathCondition {
    /// A condition; with both lists empty it always holds.
    ///
    /// # Errors
    /// If a pattern cannot be used.
    pub fn new(only: &[String], not: &[String]) -> Result<Self, GlobError> {
        Ok(Self { only: index(only)?, not: index(not)? })
    }

    /// Whether the rule applies at `place`. Every name in the address is asked, so that a file counts as the same
    /// whether it lies in a tree or in an archive in that tree.
    pub fn applies(&self, place: &Provenance) -> bool {
        let fits = |index: &PathIndex| !index.is_empty() && address::names(place).any(|name| index.fits(name));
        (self.only.is_empty() || fits(&self.only)) && !fits(&self.not)
    }
}

fn index(patterns: &[String]) -> Result<PathIndex, GlobError> {
    let patterns = patterns.iter().map(|p| PathGlob::parse(p)).collect::<Result<Vec<_>, _>>()?;
    PathIndex::new(patterns.iter().map(|pattern| (0, pattern)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::model::BlobKind;

    fn fits(pattern: &str, path: &str) -> bool {
        let pattern = PathGlob::parse(pattern).unwrap();
        PathIndex::new([(0, &pattern)].into_iter()).unwrap().fits(path.as_bytes())
    }

    #[test]
    fn patterns_have_the_habits_of_ignore_files() {
        let cases: &[(&str, &[&str], &[&str])] = &[
            ("vendor", &["vendor", "vendor/a/b.c", "x/vendor", "x/vendor/y"], &["vendored", "xvendor/y"]),
            ("vendor/", &["vendor/a", "x/vendor/a"], &["vendor", "x/vendor"]),
            ("/vendor", &["vendor", "vendor/a"], &["x/vendor", "x/vendor/a"]),
            ("./vendor/lib", &["vendor/lib", "vendor/lib/a"], &["x/vendor/lib"]),
            ("vendor/**", &["vendor/a", "vendor/a/b"], &["vendor", "x/vendor/a"]),
            ("*.snap", &["a.snap", "x/y/a.snap", "a.snap/b"], &["a.snapx"]),
            ("src/*.rs", &["src/a.rs"], &["src/a/b.rs", "x/src/a.rs"]),
            ("src/**/gen", &["src/gen", "src/a/b/gen", "src/a/gen/x"], &["gen", "src/general"]),
            ("a?c", &["abc", "x/abc"], &["a/c", "abbc"]),
            ("{a,b}.txt", &["a.txt", "x/b.txt"], &["c.txt"]),
            ("[ab].txt", &["a.txt"], &["c.txt"]),
            ("\\*.txt", &["*.txt"], &["a.txt"]),
            ("Docs", &["Docs/x"], &["docs/x"]),
        ];
        for (pattern, yes, no) in cases {
            for path in *yes {
                assert!(fits(pattern, path), "{pattern} should fit {path}");
            }
            for path in *no {
                assert!(!fits(pattern, path), "{pattern} should not fit {path}");
            }
        }
    }

    #[test]
    fn bad_patterns_are_refused_with_a_cure() {
        for (pattern, cure) in [
            ("", "names no path"),
            ("/", "names no path"),
            ("!a", "not supported"),
            ("a[", "not valid"),
            ("{a", "not valid"),
        ] {
            let error = PathGlob::parse(pattern).unwrap_err().to_string();
            assert!(error.contains(cure), "{pattern}: {error}");
        }
    }

    #[test]
    fn a_path_condition_sees_through_containers() {
        let strings = |list: &[&str]| list.iter().map(|s| (*s).to_string()).collect::<Vec<_>>();
        let condition = PathCondition::new(&strings(&[".npmrc", "*.env"]), &strings(&["examples/"])).unwrap();
        let at = |path: &str, kind| Provenance::new(path, kind);
        assert!(condition.applies(&at("home/.npmrc", BlobKind::File)));
        assert!(condition.applies(&at("b.tar!home/.npmrc", BlobKind::Member)));
        assert!(!condition.applies(&at("examples/.npmrc", BlobKind::File)));
        assert!(!condition.applies(&at("b.tar!examples/.npmrc", BlobKind::Member)));
        assert!(!condition.applies(&at("home/main.rs", BlobKind::File)));
        assert!(PathCondition::new(&[], &[]).unwrap().applies(&at("x", BlobKind::File)));
    }
}
