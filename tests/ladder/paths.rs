//! Reads the paths that a Rust source writes, without parsing Rust: comments and literals are blanked, what is left is
//! cut into words, and `use` trees are spread out.

/// A path as written, with what stands around it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Written {
    /// Line number, from 1.
    pub(crate) line: usize,
    /// The segments; the last is `*` for a glob.
    pub(crate) segments: Vec<String>,
    /// The name that a `use` brings into the file; `None` for a path in the code.
    pub(crate) name: Option<String>,
    /// Whether the `use` is a re-export.
    pub(crate) public: bool,
    /// Whether it stands under `#[cfg(test)]`.
    pub(crate) test: bool,
    /// The inline modules around it.
    pub(crate) inside: Vec<String>,
}

/// What a source says of modules.
#[derive(Debug, Default)]
pub(crate) struct Source {
    pub(crate) paths: Vec<Written>,
    /// Child modules that exist for tests alone.
    pub(crate) test_children: Vec<String>,
}

type Word<'a> = (usize, &'a str);

/// A brace that is open: the module it belongs to, if it does, and whether it is a test's.
type Open = (Option<String>, bool);

/// Reads a source.
pub(crate) fn read(text: &str) -> Source {
    let blanked = blank(text);
    let words = words(&blanked);
    let (mut source, mut open, mut at) = (Source::default(), Vec::<Open>::new(), 0);
    let (mut test, mut public) = (false, false);
    while let Some((line, word)) = words.get(at).copied() {
        let next = words.get(at + 1).map_or("", |(_, word)| *word);
        let after = words.get(at + 2).map_or("", |(_, word)| *word);
        let under_test = test || open.iter().any(|(_, test)| *test);
        let inside = || open.iter().filter_map(|(module, _)| module.clone()).collect::<Vec<_>>();
        let joined = at > 0 && words[at - 1].1 == "::";
        match word {
            "cfg" if next == "(" && after == "test" => test = true,
            "pub" => {
                public = true;
                if next == "(" {
                    at += words[at..].iter().position(|(_, word)| *word == ")").unwrap_or(0);
                }
            }
            "mod" if after == ";" && under_test => source.test_children.push(next.to_owned()),
            "mod" if after == "{" => {
                open.push((Some(next.to_owned()), under_test));
                (test, public, at) = (false, false, at + 2);
            }
            "use" => {
                let end = at + words[at..].iter().position(|(_, word)| *word == ";").unwrap_or(words.len() - at);
                let place =
                    Written { line, segments: Vec::new(), name: None, public, test: under_test, inside: inside() };
                spread(&words[at + 1..end], &place, &mut source.paths);
                (test, public, at) = (false, false, end);
            }
            "{" => {
                open.push((None, under_test));
                (test, public) = (false, false);
            }
            "}" => {
                open.pop();
                (test, public) = (false, false);
            }
            ";" => (test, public) = (false, false),
            _ if next == "::" && !joined && is_name(word) => {
                let segments = path(&words[at..]);
                source.paths.push(Written {
                    line,
                    segments,
                    name: None,
                    public: false,
                    test: under_test,
                    inside: inside(),
                });
            }
            _ => {}
        }
        at += 1;
    }
    source
}

/// The path that begins with the first word.
fn path(words: &[Word<'_>]) -> Vec<String> {
    let names = words.chunks(2).take_while(|pair| is_name(pair[0].1));
    let mut segments = Vec::new();
    for pair in names {
        segments.push(pair[0].1.to_owned());
        if pair.get(1).is_none_or(|(_, word)| *word != "::") {
            break;
        }
    }
    segments
}

/// Spreads `a::{b, c as d}` into `a::b` and `a::c`.
fn spread(words: &[Word<'_>], place: &Written, paths: &mut Vec<Written>) {
    let mut segments = place.segments.clone();
    let mut line = place.line;
    let mut alias = None;
    for (at, (on, word)) in words.iter().enumerate() {
        match *word {
            "{" => {
                return branches(
                    &words[at + 1..],
                    &Written { segments, name: None, inside: place.inside.clone(), ..*place },
                    paths,
                );
            }
            "as" => {
                alias = words.get(at + 1).map(|(_, word)| (*word).to_owned());
                break;
            }
            "::" => {}
            word => {
                line = *on;
                segments.push(word.to_owned());
            }
        }
    }
    if segments.len() > 1 && segments.last().is_some_and(|last| last == "self") {
        segments.pop();
    }
    let name = alias.or_else(|| segments.last().cloned());
    paths.push(Written { line, segments, name, inside: place.inside.clone(), ..*place });
}

fn branches(words: &[Word<'_>], place: &Written, paths: &mut Vec<Written>) {
    let (mut depth, mut from) = (0usize, 0);
    for (at, (_, word)) in words.iter().enumerate() {
        match *word {
            "{" => depth += 1,
            "}" if depth > 0 => depth -= 1,
            "," | "}" if depth == 0 => {
                if from < at {
                    spread(&words[from..at], place, paths);
                }
                from = at + 1;
            }
            _ => {}
        }
    }
}

fn is_name(word: &str) -> bool {
    word.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// Names, `::`, and every other character by itself.
fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    for (line, mut rest) in text.lines().enumerate() {
        loop {
            rest = rest.trim_start();
            let Some(first) = rest.chars().next() else { break };
            let name = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            let length = if name > 0 {
                name
            } else if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            words.push((line + 1, &rest[..length]));
            rest = &rest[length..];
        }
    }
    words
}

/// The text with comments, strings and character literals made blank; lines stay where they are.
fn blank(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let skipped = literal(rest, out.chars().last());
        if skipped == 0 {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            out.extend(rest[..skipped].chars().map(|c| if c == '\n' { c } else { ' ' }));
            rest = &rest[skipped..];
        }
    }
    out
}

/// Bytes of the comment or literal that the text begins with.
fn literal(text: &str, before: Option<char>) -> usize {
    let until = |end: &str, from: usize| text[from..].find(end).map_or(text.len(), |at| from + at + end.len());
    if text.starts_with("//") {
        return text.find('\n').unwrap_or(text.len());
    }
    if text.starts_with("/*") {
        return until("*/", 2);
    }
    if text.starts_with('"') {
        return quoted(text, '"');
    }
    // 'x' and '\n' are literals, 'a in `&'a str` is a lifetime.
    if text.starts_with("'\\") || (text.starts_with('\'') && text.chars().nth(2) == Some('\'')) {
        return quoted(text, '\'');
    }
    if text.starts_with('r') && !before.is_some_and(|c| c.is_alphanumeric() && c != 'b' || c == '_') {
        let hashes = text[1..].bytes().take_while(|byte| *byte == b'#').count();
        if text[1 + hashes..].starts_with('"') {
            return until(&format!("\"{}", "#".repeat(hashes)), hashes + 2);
        }
    }
    0
}

fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}
