//! Allowlists: the few that speak of whole values are taken over, the others are told with what they would drop.

use super::super::analysis;
use super::source::Allowlist;

/// What an allowlist becomes.
#[derive(Default)]
pub(super) struct Allowed {
    /// Patterns for whole values.
    pub(super) placeholders: Vec<String>,
    /// What is left out, and what it would have dropped.
    pub(super) notes: Vec<String>,
}

impl Allowed {
    /// Adds an allowlist of a rule.
    pub(super) fn add(&mut self, list: &Allowlist) {
        if list.condition.eq_ignore_ascii_case("and") {
            self.note(
                "an allowlist whose conditions must all hold is left out; say it as an allow entry with a reason",
            );
            return;
        }
        let of_secret = matches!(list.regex_target.as_str(), "" | "secret");
        for regex in &list.regexes {
            match whole(regex).filter(|_| of_secret) {
                Some(value) => self.placeholders.push(value),
                None => self.note(&refused(regex, &list.regex_target)),
            }
        }
        if !list.stopwords.is_empty() {
            let shortest = list.stopwords.iter().map(String::len).min().unwrap_or(0);
            self.note(&format!(
                "{} stopwords are left out: a secret that holds one by chance (the shortest has {shortest} letters) would be dropped",
                list.stopwords.len()
            ));
        }
        self.note_places(list);
    }

    /// Tells of paths and commits.
    pub(super) fn note_places(&mut self, list: &Allowlist) {
        for path in &list.paths {
            self.note(&format!(
                "files whose path fits `{path}` would be passed over; if that is meant, exclude them in tightlip.toml, with a reason"
            ));
        }
        if !list.commits.is_empty() {
            self.note(&format!(
                "{} allowed commits are left out; they hide whatever else is in them",
                list.commits.len()
            ));
        }
    }

    fn note(&mut self, text: &str) {
        self.notes.push(text.to_owned());
    }
}

fn refused(regex: &str, target: &str) -> String {
    match target {
        "" | "secret" => format!(
            "the allowed pattern `{regex}` is left out: it fits a part of a value, and every secret that holds such a part would be dropped"
        ),
        _ => format!(
            "the allowed pattern `{regex}` is left out: it speaks of the {target}, and would drop any secret that stands in such a one"
        ),
    }
}

/// The pattern between `^` and `$`, if both bind all of it: `^a|b$` does not.
fn whole(regex: &str) -> Option<String> {
    let (flags, rest) = match regex.strip_prefix("(?i)") {
        Some(rest) => ("(?i)", rest),
        None => ("", regex),
    };
    let inner = rest.strip_prefix('^').or_else(|| rest.strip_prefix(r"\A"))?;
    let inner = inner.strip_suffix('$').or_else(|| inner.strip_suffix(r"\z"))?;
    let hir = analysis::parse(&[flags, inner].concat()).ok()?;
    let branches =
        matches!(analysis::parse(&[flags, rest].concat()).ok()?.kind(), regex_syntax::hir::HirKind::Alternation(_));
    let closed = !branches && hir.properties().look_set().is_empty() && !inner.ends_with('\\');
    closed.then(|| [flags, inner].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_patterns_of_whole_values_are_taken_over() {
        let cases = [
            (r"^EXAMPLE[0-9]{4}$", Some(r"EXAMPLE[0-9]{4}")),
            (r"(?i)^test_(?:a|b)$", Some(r"(?i)test_(?:a|b)")),
            (r"^true|false$", None),
            ("EXAMPLE$", None),
            ("example", None),
            (r"^a\$", None),
        ];
        for (regex, expected) in cases {
            assert_eq!(whole(regex).as_deref(), expected, "{regex}");
        }
    }
}
