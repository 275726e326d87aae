//! Text inside SARIF: addresses as URI references, words inside messages and Markdown.

use crate::reporters::words::tidy;

/// Raw bytes of a path as a relative URI reference (RFC 3986 §2.1, §4.2). Every byte but the unreserved characters and
/// `/` is percent-encoded, so bytes that are not UTF-8 survive and no name can begin a scheme, a query or a fragment.
/// Leading slashes go: `//host` would name another machine, and no report speaks of absolute paths.
pub(super) fn relative_uri(path: &[u8]) -> String {
    let start = path.iter().position(|b| *b != b'/').unwrap_or(path.len());
    let mut uri = String::with_capacity(path.len());
    for &byte in path.iter().skip(start) {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    if uri.is_empty() { ".".to_owned() } else { uri }
}

/// Words for a message's text. In SARIF braces mark placeholders and brackets links (§3.11.5, §3.11.6); a scanned name
/// may be neither.
pub(super) fn message(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in tidy(text).chars() {
        match c {
            '{' => escaped.push_str("{{"),
            '}' => escaped.push_str("}}"),
            '[' | ']' => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn decode(uri: &str) -> Vec<u8> {
        let mut bytes = uri.bytes();
        let mut out = Vec::new();
        while let Some(byte) = bytes.next() {
            match byte {
                b'%' => {
                    let hex = [bytes.next().unwrap(), bytes.next().unwrap()];
                    out.push(u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap());
                }
                _ => out.push(byte),
            }
        }
        out
    }

    #[test]
    fn uris_name_the_path_and_nothing_else() {
        let cases: &[(&[u8], &str)] = &[
            (b"src/main.rs", "src/main.rs"),
            (b"a b/c%20d#e?f", "a%20b/c%2520d%23e%3Ff"),
            (b"//evil.example/x", "evil.example/x"),
            (b"javascript:x", "javascript%3Ax"),
            (b"\xff\x1b\n", "%FF%1B%0A"),
            ("caf\u{e9}".as_bytes(), "caf%C3%A9"),
            (b"", "."),
            (b"///", "."),
        ];
        for (path, uri) in cases {
            assert_eq!(relative_uri(path), *uri);
        }
    }

    proptest! {
        #[test]
        fn any_relative_path_comes_back_from_its_uri(path in proptest::collection::vec(any::<u8>(), 1..40)) {
            prop_assume!(path[0] != b'/');
            prop_assert_eq!(decode(&relative_uri(&path)), path);
        }
    }

    #[test]
    fn names_are_neither_placeholders_nor_links() {
        assert_eq!(message("{0} [click](https://evil.example)"), "{{0}} \\[click\\](https://evil.example)");
    }
}
