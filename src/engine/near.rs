//! Assignments whose name does not say whose secret they hold, beside a word that does: `# Datadog` above `api_key = …`.

use std::ops::Range;

use super::assignment::{self, Assigned, Style};
use super::boundary::is_word;
use super::name;
use super::prefilter::Prefilter;
use crate::rules::{How, Rule};

/// How many lines from the keyword's own an assignment may stand, above and below.
const LINES: usize = 3;

/// Bytes looked at to each side, however long the lines are.
pub(super) const LOOK: usize = 400;

/// Words of names that say nothing of an issuer. A name of any other word belongs to somebody else.
const PLAIN: &[&str] = &[
    "access",
    "accesskey",
    "accesstoken",
    "account",
    "admin",
    "api",
    "apikey",
    "apisecret",
    "apitoken",
    "app",
    "appid",
    "application",
    "appkey",
    "appsecret",
    "auth",
    "authentication",
    "authkey",
    "authorization",
    "authtoken",
    "base",
    "bearer",
    "client",
    "clientsecret",
    "conf",
    "config",
    "consumer",
    "cred",
    "credential",
    "credentials",
    "default",
    "dev",
    "development",
    "env",
    "header",
    "headers",
    "http",
    "https",
    "integration",
    "key",
    "keys",
    "live",
    "master",
    "my",
    "oauth",
    "options",
    "our",
    "params",
    "pass",
    "passwd",
    "password",
    "pat",
    "personal",
    "private",
    "privatekey",
    "prod",
    "production",
    "project",
    "rest",
    "sandbox",
    "secret",
    "secretkey",
    "secrets",
    "self",
    "server",
    "service",
    "session",
    "settings",
    "staging",
    "test",
    "testing",
    "the",
    "this",
    "token",
    "tokens",
    "user",
    "val",
    "value",
    "web",
    "write",
    "x",
    "your",
];

/// What the prefilter calls the words that names near keywords end with.
pub(super) const ENDING: u32 = u32::MAX;

/// The words that names near the keywords of any rule end with, and the scheme of a header. The prefilter finds them on
/// its way, so that what stands around a keyword is not read for its sake.
pub(super) fn endings(rules: &[Rule]) -> Vec<&str> {
    let near = rules.iter().filter_map(|rule| match &rule.how {
        How::Assignment { near, .. } => Some(near),
        How::Pattern(_) | How::Reader(_) | How::Known => None,
    });
    let mut words: Vec<&str> = near.flatten().map(String::as_str).collect();
    if !words.is_empty() {
        words.push(SCHEME);
    }
    words.sort_unstable();
    words.dedup();
    words
}

/// Where such words end a name, in the stretch that was looked at last.
#[derive(Default)]
pub(super) struct Ends {
    covered: Range<usize>,
    places: Vec<usize>,
}

impl Ends {
    /// Looks at what stands around the keywords that begin in `core`, and calls `keyword` with the start, the length and
    /// the tag of each.
    pub(super) fn around(
        &mut self,
        prefilter: &Prefilter,
        bytes: &[u8],
        core: &Range<usize>,
        mut keyword: impl FnMut(usize, usize, u32),
    ) {
        self.places.clear();
        self.covered = core.start.saturating_sub(LOOK)..bytes.len().min(core.end + prefilter.longest() + LOOK);
        self.find(prefilter, bytes, self.covered.clone(), |at, length, tag| {
            if core.contains(&at) {
                keyword(at, length, tag);
            }
        });
    }

    /// Whether there are any as near as is looked; they are known then.
    pub(super) fn are_near(&mut self, prefilter: &Prefilter, bytes: &[u8], keyword: &Range<usize>) -> bool {
        let reach = keyword.start.saturating_sub(LOOK)..bytes.len().min(keyword.end + LOOK);
        self.cover(prefilter, bytes, &reach);
        !self.within(&reach).is_empty()
    }

    /// Looks at `range` as far as it was not looked at.
    fn cover(&mut self, prefilter: &Prefilter, bytes: &[u8], range: &Range<usize>) {
        if !(self.covered.start..=self.covered.end).contains(&range.start) {
            self.covered = range.start..range.start;
            self.places.clear();
        }
        let fresh = self.covered.end..range.end.max(self.covered.end);
        self.covered.end = fresh.end;
        if !fresh.is_empty() {
            self.find(prefilter, bytes, fresh, |_, _, _| {});
        }
    }

    fn find(
        &mut self,
        prefilter: &Prefilter,
        bytes: &[u8],
        range: Range<usize>,
        mut keyword: impl FnMut(usize, usize, u32),
    ) {
        let (first, places) = (self.places.len(), &mut self.places);
        prefilter.find(bytes, range, |at, length, tag| {
            if tag != ENDING {
                keyword(at, length, tag);
            } else if ends_at(bytes, at + length) {
                places.push(at);
            }
        });
        self.places[first..].sort_unstable();
    }

    fn within(&self, range: &Range<usize>) -> &[usize] {
        let first = self.places.partition_point(|at| *at < range.start);
        let last = self.places.partition_point(|at| *at < range.end);
        self.places.get(first..last).unwrap_or_default()
    }
}

/// Where the assignments around a keyword are looked for: above it, and below.
pub(super) fn around(bytes: &[u8], keyword: &Range<usize>) -> [Range<usize>; 2] {
    if is_host_of_path(bytes, keyword) {
        return [keyword.start..keyword.start, keyword.end..keyword.end];
    }
    [above(bytes, keyword.start), below(bytes, keyword.end)]
}

/// The assignments around a keyword that say nothing of an issuer and whose names end with one of the rule's words. Those
/// below the keyword come first: what a comment, a section or an import names stands under it. `ends` covers both.
pub(super) fn assignments<'a>(
    bytes: &'a [u8],
    [above, below]: &[Range<usize>; 2],
    ends: &'a Ends,
    endings: &'a [String],
) -> impl Iterator<Item = Assigned> + 'a {
    let places = ends.within(below).iter().chain(ends.within(above).iter().rev());
    places.filter_map(move |at| {
        let Some(ending) = endings.iter().find(|ending| stands_at(bytes, *at, ending)) else {
            return bearer(bytes, *at);
        };
        let assigned = assignment::read(bytes, *at..*at + ending.len())?;
        is_plain(&bytes[assigned.name.clone()], ending).then_some(assigned)
    })
}

/// Whether the keyword is the host in the path of a package, `"acme.com/tools/log"`: every file imports those.
fn is_host_of_path(bytes: &[u8], keyword: &Range<usize>) -> bool {
    let quoted = keyword.start.checked_sub(1).is_some_and(|at| bytes[at] == b'"');
    let rest = &bytes[keyword.end..];
    quoted && [&b".com/"[..], b".org/", b".io/"].iter().any(|end| rest.starts_with(end))
}

/// The scheme of a header with a token (RFC 6750).
const SCHEME: &str = "bearer";

/// The token of an `Authorization: Bearer …` header, wherever it is written.
fn bearer(bytes: &[u8], at: usize) -> Option<Assigned> {
    let start = at + SCHEME.len() + 1;
    (stands_at(bytes, at, SCHEME) && bytes.get(start - 1) == Some(&b' ')).then_some(())?;
    let rest = &bytes[start..bytes.len().min(start + LOOK)];
    let is_token = |byte: &u8| is_word(*byte) || matches!(byte, b'.' | b'~' | b'+' | b'/' | b'=' | b'-' | b':');
    let length = rest.iter().take_while(|byte| is_token(byte)).count();
    Some(Assigned { name: at..start - 1, value: start..start + length, style: Style::Quoted })
}

/// Whether a name is the keyword itself, once or twice (`Acme(…)`, `acme.Acme(…)`), or the keyword and one word that
/// says nothing else.
pub(super) fn is_keyword(written: &[u8], keyword: &[u8]) -> bool {
    let letters = |text: &[u8]| {
        text.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(|byte| byte.to_ascii_lowercase() as char).collect()
    };
    let (name, keyword): (String, String) = (letters(written), letters(keyword));
    let Some(at) = name.find(&keyword) else { return false };
    let (before, after) = (&name[..at], &name[at + keyword.len()..]);
    let is_plain = |word: &str| matches!(word, "" | "my" | "api" | "auth" | "client" | "creds" | "credentials");
    (before.is_empty() || after.is_empty()) && is_plain(before) && (is_plain(after) || after == keyword)
}

fn above(bytes: &[u8], start: usize) -> Range<usize> {
    let floor = start.saturating_sub(LOOK);
    let mut breaks = memchr::memrchr_iter(b'\n', &bytes[floor..start]);
    breaks.nth(LINES).map_or(floor, |at| floor + at + 1)..start
}

fn below(bytes: &[u8], end: usize) -> Range<usize> {
    let rest = &bytes[end..bytes.len().min(end + LOOK)];
    end..end + memchr::memchr_iter(b'\n', rest).nth(LINES).unwrap_or(rest.len())
}

/// Whether `word` ends a name at `at`: what follows it is no letter.
fn stands_at(bytes: &[u8], at: usize, word: &str) -> bool {
    let end = at + word.len();
    bytes.get(at..end).is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes())) && ends_at(bytes, end)
}

/// Whether a name can end before `at`.
fn ends_at(bytes: &[u8], at: usize) -> bool {
    !bytes.get(at).is_some_and(|byte| is_word(*byte))
}

fn is_plain(written: &[u8], ending: &str) -> bool {
    let mut words = Vec::with_capacity(written.len() + 8);
    name::words(written, &mut words);
    let words: Vec<&str> =
        words.split(|byte| *byte == b' ').filter_map(|word| std::str::from_utf8(word).ok()).collect();
    words.last().is_some_and(|last| last.ends_with(ending))
        && words.iter().all(|word| word.is_empty() || PLAIN.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values<'a>(text: &'a str, keyword: &str) -> Vec<&'a str> {
        let endings = ["key".to_owned(), "token".to_owned()];
        let at = text.to_lowercase().find(keyword).unwrap_or(text.len());
        let words = Prefilter::new(["key", "token", "bearer"].map(|word| (word, true, ENDING)));
        let (bytes, around) = (text.as_bytes(), around(text.as_bytes(), &(at..at + keyword.len())));
        let mut ends = Ends::default();
        ends.are_near(&words, bytes, &(at..at + keyword.len()));
        assignments(bytes, &around, &ends, &endings).map(|found| &text[found.value]).collect()
    }

    #[test]
    fn plain_names_within_three_lines_are_near_and_others_are_not() {
        let cases: &[(&str, &[&str])] = &[
            ("# Acme\napi_key = 'one'\n", &["one"]),
            ("{\"acme\": {\"apiKey\": \"one\"}}", &["one"]),
            ("apiKey: \"one\"\nurl: https://acme.example\n", &["one"]),
            ("import acme\n\n\ntoken = 'one'\n", &["one"]),
            ("import \"acme.com/tools/log\"\ntoken = 'one'\n", &[]),
            ("import acme\n\n\n\ntoken = 'one'\n", &[]),
            ("token = 'one'\n\n\n\nacme\n", &[]),
            ("# acme\nother_key = 'one'\n", &[]),
            ("# acme\nprimaryKey = 'one'\n", &[]),
            ("# acme\nkeyboard = 'one'\n", &[]),
            ("# acme\nsecret = 'one'\n", &[]),
            ("# acme\nX-Api-Key: one\nACCESS_TOKEN=two\n", &["one", "two"]),
            ("curl https://api.acme.example -H 'Authorization: Bearer one'", &["one"]),
        ];
        for (text, expected) in cases {
            assert_eq!(values(text, "acme"), *expected, "{text}");
        }
    }

    #[test]
    fn a_name_may_be_the_keyword_and_a_plain_word() {
        let cases: &[(&str, bool)] = &[
            ("acme", true),
            ("ACME", true),
            ("acmeApi", true),
            ("my_acme", true),
            ("acme.Acme", true),
            ("acme_app", false),
            ("acme_version", false),
            ("acme_api_url", false),
            ("my_acme_api", false),
            ("other", false),
        ];
        for (name, expected) in cases {
            assert_eq!(is_keyword(name.as_bytes(), b"acme"), *expected, "{name}");
        }
    }
}
