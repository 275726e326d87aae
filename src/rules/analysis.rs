//! What can be told of a pattern by its text alone: how long a match can be, and where in it the keywords stand.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, ClassBytes, Hir, HirKind};

/// The longest match a pattern may make, in bytes. It bounds how far windows of a large file overlap.
pub const MAX_MATCH: usize = 4096;

/// How far the possible starts of a match may lie apart, seen from a keyword, in bytes. Each is tried.
const MAX_SPREAD: usize = 256;

/// How many strings a part of a pattern may spell out to be looked through for keywords.
const MAX_STRINGS: usize = 256;

pub(super) struct Analysis {
    pub(super) max_len: usize,
    pub(super) offsets: Vec<Option<(usize, usize)>>,
}

/// Parses a pattern over bytes with ASCII classes.
pub(super) fn parse(text: &str) -> Result<Hir, String> {
    ParserBuilder::new()
        .unicode(false)
        .utf8(false)
        .build()
        .parse(text)
        .map_err(|e| format!("the pattern is not a regular expression: {e}"))
}

/// Checks that every match is bounded and holds a keyword, and finds where.
pub(super) fn analyse(hir: &Hir, keywords: &[String]) -> Result<Analysis, String> {
    let max_len = match hir.properties().maximum_len() {
        Some(length) if length <= MAX_MATCH => length,
        Some(length) => return Err(format!("a match may be {length} bytes long; the most is {MAX_MATCH}")),
        None => return Err("a match may be of any length; give every repetition an upper bound, as in {8,64}".into()),
    };
    let mut offsets = vec![None; keywords.len()];
    if !keywords.is_empty() {
        let mut search = Search { keywords, offsets: &mut offsets };
        if !search.certify(hir, 0, 0) {
            return Err(
                "the pattern has matches that hold none of the rule's keywords; every match must hold one".into()
            );
        }
        for (keyword, offset) in keywords.iter().zip(&offsets) {
            match offset {
                None => return Err(format!("the pattern never needs the keyword {keyword:?}; leave it out")),
                Some((least, most)) if most - least > MAX_SPREAD => {
                    return Err(format!(
                        "the keyword {keyword:?} stands between {least} and {most} bytes from the start of a match; the two may differ by {MAX_SPREAD}"
                    ));
                }
                Some(_) => {}
            }
        }
    }
    Ok(Analysis { max_len, offsets })
}

struct Search<'a> {
    keywords: &'a [String],
    offsets: &'a mut [Option<(usize, usize)>],
}

impl Search<'_> {
    /// Whether every match of `hir` holds a keyword, when it begins between `least` and `most` bytes into the match of
    /// the whole pattern; notes where.
    fn certify(&mut self, hir: &Hir, least: usize, most: usize) -> bool {
        match hir.kind() {
            HirKind::Capture(capture) => self.certify(&capture.sub, least, most),
            HirKind::Repetition(repetition) if repetition.min > 0 && strings(hir).is_none() => {
                self.certify(&repetition.sub, least, most)
            }
            HirKind::Alternation(branches) if strings(hir).is_none() => {
                branches.iter().all(|branch| self.certify(branch, least, most))
            }
            HirKind::Concat(parts) => self.certify_concat(parts, least, most),
            _ => strings(hir).is_some_and(|set| self.note(&set, least, most)),
        }
    }

    fn certify_concat(&mut self, parts: &[Hir], least: usize, most: usize) -> bool {
        let (mut least, mut most, mut i) = (least, most, 0);
        while i < parts.len() {
            let (set, taken) = spelled(&parts[i..]);
            if taken == 0 {
                if self.certify(&parts[i], least, most) {
                    return true;
                }
            } else if self.note(&set, least, most) {
                return true;
            }
            for part in &parts[i..i + taken.max(1)] {
                let properties = part.properties();
                least += properties.minimum_len().unwrap_or(0);
                most += properties.maximum_len().unwrap_or(MAX_MATCH);
            }
            i += taken.max(1);
        }
        false
    }

    /// Whether each string of `set` holds a keyword; notes where the first one stands.
    fn note(&mut self, set: &[Vec<u8>], least: usize, most: usize) -> bool {
        let mut found = Vec::with_capacity(set.len());
        for string in set {
            let hits = self.keywords.iter().enumerate().filter_map(|(k, keyword)| Some((k, find(string, keyword)?)));
            let Some(hit) = hits.min_by_key(|(_, at)| *at) else { return false };
            found.push(hit);
        }
        for (keyword, at) in found {
            let (low, high) = self.offsets[keyword].unwrap_or((usize::MAX, 0));
            self.offsets[keyword] = Some((low.min(least + at), high.max(most + at)));
        }
        true
    }
}

/// Sets of literals of three bytes and more of which every match of `hir` holds one, the best set first: few and long.
pub(super) fn literals(hir: &Hir) -> Vec<Vec<String>> {
    let mut sets = Vec::new();
    gather(hir, &mut sets);
    sets.sort_by_key(|set: &Vec<String>| {
        (set.len() > 8, std::cmp::Reverse(set.iter().map(String::len).min()), set.len())
    });
    sets
}

fn gather(hir: &Hir, sets: &mut Vec<Vec<String>>) {
    match hir.kind() {
        HirKind::Capture(capture) => gather(&capture.sub, sets),
        HirKind::Repetition(repetition) if repetition.min > 0 => gather(&repetition.sub, sets),
        HirKind::Concat(parts) => {
            for at in 0..parts.len() {
                sets.extend(usable(&spelled(&parts[at..]).0));
                gather(&parts[at], sets);
            }
        }
        HirKind::Alternation(branches) => {
            let each: Vec<Vec<Vec<String>>> = branches.iter().map(literals).collect();
            let best: Option<Vec<String>> =
                each.iter().map(|sets| sets.first()).collect::<Option<Vec<_>>>().map(|all| {
                    let mut all: Vec<String> = all.into_iter().flatten().cloned().collect();
                    all.sort();
                    all.dedup();
                    all
                });
            sets.extend(best);
        }
        _ => sets.extend(strings(hir).and_then(|set| usable(&set))),
    }
}

/// A set of strings as keywords: as they are if they are few, otherwise what they all begin with.
fn usable(set: &[Vec<u8>]) -> Option<Vec<String>> {
    let common = set.iter().skip(1).fold(set.first()?.len(), |length, string| {
        length.min(string.iter().zip(&set[0]).take_while(|(a, b)| a == b).count())
    });
    let strings: Vec<&[u8]> =
        if common >= 3 { vec![&set[0][..common]] } else { set.iter().map(Vec::as_slice).collect() };
    let fit = strings.len() <= 32 && strings.iter().all(|string| string.len() >= 3 && string.is_ascii());
    fit.then(|| strings.iter().map(|string| String::from_utf8_lossy(string).into_owned()).collect())
}

fn find(string: &[u8], keyword: &str) -> Option<usize> {
    string.windows(keyword.len()).position(|window| window == keyword.as_bytes())
}

/// The strings that the longest possible beginning of `parts` spells out, and how many parts that is.
fn spelled(parts: &[Hir]) -> (Vec<Vec<u8>>, usize) {
    let mut set = vec![Vec::new()];
    for (taken, part) in parts.iter().enumerate() {
        match strings(part) {
            Some(next) if set.len() * next.len() <= MAX_STRINGS => set = product(&set, &next),
            _ => return (set, taken),
        }
    }
    (set, parts.len())
}

fn product(left: &[Vec<u8>], right: &[Vec<u8>]) -> Vec<Vec<u8>> {
    left.iter().flat_map(|l| right.iter().map(move |r| [l.as_slice(), r.as_slice()].concat())).collect()
}

/// All strings that `hir` matches, if they are few. A letter in both its cases counts as the small one.
fn strings(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(vec![Vec::new()]),
        HirKind::Literal(literal) => Some(vec![literal.0.to_vec()]),
        HirKind::Class(class) => class_strings(class),
        HirKind::Capture(capture) => strings(&capture.sub),
        HirKind::Concat(parts) => {
            let (set, taken) = spelled(parts);
            (taken == parts.len()).then_some(set)
        }
        HirKind::Alternation(branches) => {
            let sets: Option<Vec<_>> = branches.iter().map(strings).collect();
            let set: Vec<_> = sets?.concat();
            (set.len() <= MAX_STRINGS).then_some(set)
        }
        HirKind::Repetition(repetition) => repeated(repetition.min, repetition.max?, &strings(&repetition.sub)?),
    }
}

fn repeated(min: u32, max: u32, unit: &[Vec<u8>]) -> Option<Vec<Vec<u8>>> {
    if max > 4 {
        return None;
    }
    let (mut all, mut power) = (Vec::new(), vec![Vec::new()]);
    for count in 0..=max {
        if count >= min {
            all.extend(power.iter().cloned());
        }
        power = product(&power, unit);
        if all.len() + power.len() > MAX_STRINGS {
            return None;
        }
    }
    Some(all)
}

/// A class as bytes. Alternations of single ASCII characters become classes of characters when a pattern is parsed.
pub(super) fn byte_class(class: &Class) -> Option<ClassBytes> {
    match class {
        Class::Bytes(class) => Some(class.clone()),
        Class::Unicode(class) => class.to_byte_class(),
    }
}

fn class_strings(class: &Class) -> Option<Vec<Vec<u8>>> {
    let class = byte_class(class)?;
    let bytes: Vec<u8> = class.iter().flat_map(|range| range.start()..=range.end()).collect();
    match bytes.as_slice() {
        [upper, lower] if upper.to_ascii_lowercase() == *lower => Some(vec![vec![*lower]]),
        few if few.len() <= 40 => Some(few.iter().map(|byte| vec![*byte]).collect()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offsets(pattern: &str, keywords: &[&str]) -> Result<Vec<(usize, usize)>, String> {
        let keywords: Vec<String> = keywords.iter().map(|k| k.to_string()).collect();
        let analysis = analyse(&parse(pattern)?, &keywords)?;
        Ok(analysis.offsets.into_iter().flatten().collect())
    }

    #[test]
    fn keywords_are_found_where_every_match_holds_them() {
        type Case<'a> = (&'a str, &'a [&'a str], &'a [(usize, usize)]);
        let cases: &[Case<'_>] = &[
            ("ghp_[0-9A-Za-z]{36}", &["ghp_"], &[(0, 0)]),
            ("gh[pousr]_[0-9A-Za-z]{36}", &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], &[(0, 0); 5]),
            ("[0-9]{8,10}:AA[A-Za-z0-9_-]{33}", &[":AA"], &[(8, 10)]),
            ("[0-9a-f]{32}-us[0-9]{1,2}", &["-us"], &[(32, 32)]),
            ("(?:live|test)_(?P<secret>[a-z]{30})", &["live_", "test_"], &[(0, 0), (0, 0)]),
            ("(?i)api[_-]?key", &["api"], &[(0, 0)]),
            ("(?:export )?KEY1=[a-z]{3}", &["KEY1"], &[(0, 7)]),
            (r"(?:a{3,9}hook|b[0-9]{2}hook)s", &["hook"], &[(3, 9)]),
            (r"to(?:k|c)en", &["token", "tocen"], &[(0, 0), (0, 0)]),
        ];
        for (pattern, keywords, expected) in cases {
            assert_eq!(offsets(pattern, keywords).as_deref(), Ok(*expected), "{pattern}");
        }
    }

    #[test]
    fn what_could_be_missed_or_never_end_is_refused() {
        let cases: &[(&str, &[&str], &str)] = &[
            ("ghp_[0-9]+", &["ghp_"], "upper bound"),
            ("ghp_[0-9]{5000}", &["ghp_"], "most is 4096"),
            ("gh[po]_[0-9]{36}", &["ghp_"], "hold none"),
            ("(?:ghp_|[0-9]{4})[0-9]{36}", &["ghp_"], "hold none"),
            ("ghp_[0-9]{36}", &["ghp_", "gho_"], "never needs"),
            ("[a-z]{0,300}ghp_", &["ghp_"], "may differ by 256"),
            ("gh(p_", &["ghp_"], "not a regular expression"),
        ];
        for (pattern, keywords, message) in cases {
            let error = offsets(pattern, keywords).expect_err(pattern);
            assert!(error.contains(message), "{pattern}: {error}");
        }
    }
}
