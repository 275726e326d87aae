//! Text that came from scanned content, made safe to print.

use std::fmt;

use serde::{Serialize, Serializer};

/// Text from scanned content (a name, a line) in which nothing can move a terminal's cursor or hide its neighbour.
///
/// Control characters, bytes that are not UTF-8, and characters that reorder or hide text are written as `\n`, `\t`,
/// `\x1b`, `\u{202e}`. A backslash stays one backslash: the text is for reading, not for parsing back.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shown(String);

impl Shown {
    /// Escapes `bytes`.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let mut text = String::with_capacity(bytes.len());
        for chunk in bytes.utf8_chunks() {
            for c in chunk.valid().chars() {
                push_escaped(&mut text, c);
            }
            for byte in chunk.invalid() {
                text.push_str(&format!("\\x{byte:02x}"));
            }
        }
        Self(text)
    }

    /// Escapes a path.
    pub fn from_path(path: &std::path::Path) -> Self {
        Self::from_bytes(path.as_os_str().as_encoded_bytes())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Takes the text out.
    pub fn into_string(self) -> String {
        self.0
    }
}

fn push_escaped(text: &mut String, c: char) {
    match c {
        '\n' => text.push_str("\\n"),
        '\t' => text.push_str("\\t"),
        '\r' => text.push_str("\\r"),
        c if (c as u32) < 0x20 || (0x7f..0xa0).contains(&(c as u32)) => {
            text.push_str(&format!("\\x{:02x}", c as u32));
        }
        c if misleads(c) => text.push_str(&format!("\\u{{{:x}}}", c as u32)),
        c => text.push(c),
    }
}

/// Characters that reorder, join or hide the text around them (Unicode TR36: bidirectional controls, zero-width
/// characters, line separators, tags).
fn misleads(c: char) -> bool {
    matches!(c as u32,
        0xad | 0x61c | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff | 0xfff9..=0xfffb | 0xe0000..=0xe007f)
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_moves_a_cursor_is_left() {
        let cases: &[(&[u8], &str)] = &[
            (b"plain/path.rs", "plain/path.rs"),
            (b"a\nb\tc\r", "a\\nb\\tc\\r"),
            (b"\x1b[31mred", "\\x1b[31mred"),
            (b"\xff\xfe", "\\xff\\xfe"),
            ("\u{202e}evil\u{200b}".as_bytes(), "\\u{202e}evil\\u{200b}"),
            ("caf\u{e9}".as_bytes(), "caf\u{e9}"),
            ("\u{9b}31m".as_bytes(), "\\x9b31m"),
        ];
        for (raw, shown) in cases {
            assert_eq!(Shown::from_bytes(raw).as_str(), *shown);
        }
    }
}
