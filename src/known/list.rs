//! Lists of secrets: one for each line, with or without a name.

use super::{Entry, weak};

/// The longest name. A longer word before `=` is no name.
const MAX_NAME: usize = 64;

/// Reads a list: `value` or `NAME=value` on each line. Blank lines, and lines that begin with `# `, say nothing.
///
/// A secret without a name is called by its place in the list: `known.txt:3`.
pub fn from_lines(place: &str, text: &[u8]) -> Vec<Entry> {
    let lines = text.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    (1..).zip(lines).flat_map(|(number, line)| entries(&format!("{place}:{number}"), line.trim_ascii())).collect()
}

/// A variable of the environment. Of a value of several lines each line counts that is long enough to prove something.
pub fn from_variable(name: &str, value: &[u8]) -> Vec<Entry> {
    let value = value.trim_ascii_end();
    if !value.contains(&b'\n') {
        return if value.is_empty() { Vec::new() } else { vec![Entry::new(name, value)] };
    }
    let lines = value.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines.filter(|line| line.len() >= LONG_LINE && !is_armour(line)).map(|line| Entry::new(name, line)).collect()
}

/// Lines of a key or certificate have 64 characters and more, all but the last.
const LONG_LINE: usize = 20;

fn entries(place: &str, line: &[u8]) -> Vec<Entry> {
    if line.is_empty() || line.starts_with(b"# ") || line == b"#" || is_armour(line) {
        return Vec::new();
    }
    let Some((name, value)) = named(line) else { return vec![Entry::new(place, line)] };
    let value = unquoted(value.trim_ascii());
    match name {
        Some(_) if value.is_empty() => Vec::new(),
        Some(name) => vec![Entry::new(name, value)],
        // Nobody knows: both are searched, if the shorter one proves anything.
        None if weak::why(value).is_some() => vec![Entry::new(place, line)],
        None => vec![Entry::new(place, line), Entry::new(place, value)],
    }
}

/// `-----BEGIN …-----`: everybody's, and no secret.
fn is_armour(line: &[u8]) -> bool {
    line.starts_with(b"-----") && line.ends_with(b"-----")
}

/// Name and value of `NAME=value`; without the name where it could as well be a piece of a value, for names are shown: one
/// that mixes capitals, small letters and digits. Whatever has nothing but padding after the `=` is a value.
fn named(line: &[u8]) -> Option<(Option<&str>, &[u8])> {
    let at = memchr::memchr(b'=', line)?;
    let (name, value) = (line[..at].trim_ascii(), &line[at + 1..]);
    let name = name.strip_prefix(b"export ").unwrap_or(name).trim_ascii();
    let begins = name.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    let fits = name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    let has = |kind: fn(&u8) -> bool| name.iter().any(kind);
    let mixed = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit);
    let padding = !value.is_empty() && value.iter().all(|byte| *byte == b'=');
    if !begins || !fits || padding || name.len() > MAX_NAME {
        return None;
    }
    Some((std::str::from_utf8(name).ok().filter(|_| !mixed), value))
}

/// The value without the quotes that a file of variables has about it.
fn unquoted(value: &[u8]) -> &[u8] {
    match value {
        [b'"', inner @ .., b'"'] | [b'\'', inner @ .., b'\''] if !inner.is_empty() => inner,
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_values() {
        let cases: &[(&str, &[(&str, &str)])] = &[
            ("", &[]),
            ("hunter2hunter2\r\n\nsecond", &[("f:1", "hunter2hunter2"), ("f:3", "second")]),
            ("DB_PASSWORD=a=b\n", &[("DB_PASSWORD", "a=b")]),
            ("export API_KEY=\"quoted\"\nx.y-z='q'", &[("API_KEY", "quoted"), ("x.y-z", "q")]),
            ("EMPTY=\n# a remark\n#no-remark\n#", &[("f:3", "#no-remark")]),
            // Padding of base64, and a value that holds a sign of equality, are no name and value.
            ("c2VjcmV0dmFsdWU==\nc2Vjcm0=", &[("f:1", "c2VjcmV0dmFsdWU=="), ("f:2", "c2Vjcm0=")]),
            ("aB3dE5=fgh\n=x\n1a=b", &[("f:1", "aB3dE5=fgh"), ("f:2", "=x"), ("f:3", "1a=b")]),
            // What may be a name or the beginning of a value is both.
            ("awsKey2=q7-Zx-90-ka", &[("f:1", "awsKey2=q7-Zx-90-ka"), ("f:1", "q7-Zx-90-ka")]),
            ("KEY = spaced out \n  bare value ", &[("KEY", "spaced out"), ("f:2", "bare value")]),
        ];
        for (text, expected) in cases {
            let entries = from_lines("f", text.as_bytes());
            let entries: Vec<_> =
                entries.iter().map(|e| (e.name.as_str(), std::str::from_utf8(&e.value).unwrap_or(""))).collect();
            assert_eq!(entries, *expected, "{text:?}");
        }
    }

    #[test]
    fn a_variable_of_many_lines_is_many_secrets() {
        let edge = |word: &str| format!("-----{word} KEY-----");
        let text = [&edge("BEGIN"), &"a1".repeat(32), &"b2".repeat(32), "short=", &edge("END"), ""].join("\n");
        assert_eq!(from_variable("KEY", text.as_bytes()).len(), 2);
        assert_eq!(from_variable("PLAIN", b"one line\n").len(), 1);
        assert_eq!(from_variable("UNSET", b"").len(), 0);
    }
}
