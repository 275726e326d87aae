//! A name and a value that stand apart: `- name: DB_PASSWORD`, then `value: x`; `<key>token</key><string>x</string>`;
//! `variable "db_password" { default = "x" }`.

use std::ops::Range;

use super::limits::{MAX_APART, MAX_GAP};
use super::reader::Reader;
use super::style::Style;

/// What the key of a name is called, where name and value have a key each.
const NAMES: &[&[u8]] = &[
    b"name",
    b"key",
    b"id",
    b"field",
    b"variable",
    b"parametername",
    b"parameterkey",
    b"option",
    b"property",
    b"setting",
    b"env",
];

/// What the key of a value is called.
const VALUES: &[&[u8]] = &[b"value", b"val", b"default", b"parametervalue", b"stringvalue", b"string", b"defaultvalue"];

/// Entries between a name and its value.
const ENTRIES: usize = 4;

fn is_one_of(word: &[u8], words: &[&[u8]]) -> bool {
    words.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Whether what stands before a name says that it is the name of a pair: `name: `, `"key": "`, `<key>`.
pub(super) fn names_a_pair(head: &[u8]) -> bool {
    let is_quote = |byte: &u8| matches!(byte, b'"' | b'\'' | b'\\' | b' ');
    let trim = |text: &[u8]| text.iter().rposition(|byte| !is_quote(byte)).map_or(0, |at| at + 1);
    let head = &head[..trim(head)];
    let Some((b':' | b'=' | b'>', key)) = head.split_last() else { return false };
    let key = &key[..trim(key)];
    is_one_of(last_word(key), NAMES)
}

fn last_word(text: &[u8]) -> &[u8] {
    let start = text.iter().rposition(|byte| !byte.is_ascii_alphabetic()).map_or(0, |at| at + 1);
    &text[start..]
}

/// Whether a tag says that its element is a value: `value`, `param-value`, `Value ProtectInMemory="True"`,
/// `stringProp name="Argument.value"`.
fn names_a_value(tag: &[u8]) -> bool {
    let ends_so = |text: &[u8]| is_one_of(last_word(text), VALUES);
    let name = tag.iter().position(|byte| *byte == b' ').map_or(tag, |at| &tag[..at]);
    ends_so(name) || tag.strip_suffix(b"\"").is_some_and(ends_so)
}

impl Reader<'_> {
    /// The value of the pair whose name ends here, or of the block that is entered here.
    pub(super) fn apart(&mut self) -> Option<(Range<usize>, Style)> {
        let end = self.at + MAX_APART;
        for _ in 0..ENTRIES {
            self.separators();
            if self.peek()? == b'<' {
                return self.next_element();
            }
            if self.at > end {
                return None;
            }
            if self.value_key()? {
                self.blanks();
                return self.quoted().or_else(|| self.bare(Style::Line));
            }
            self.skip_entry();
        }
        None
    }

    /// The value of the pair whose name comes last: `"value": "x", "name": "`. It stands in the same braces or list item.
    pub(super) fn ahead(&self, name: usize) -> Option<(Range<usize>, Style)> {
        let head = &self.bytes[name.saturating_sub(MAX_APART)..name];
        let opens = |at: &usize| head[*at] == b'{' || head[*at..].starts_with(b"- ");
        let item = (0..head.len()).rev().find(opens)? + 1;
        let is_key = |at: &usize| {
            let rest = &head[*at..];
            rest.len() > 5
                && rest[..5].eq_ignore_ascii_case(b"value")
                && matches!(rest[5], b'"' | b'\'' | b':' | b' ' | b'=')
        };
        let key = (item..head.len()).find(is_key)?;
        let key = key - usize::from(key > 0 && matches!(head[key - 1], b'"' | b'\''));
        let mut reader = Reader { bytes: self.bytes, at: name - head.len() + key };
        reader.value_key()?.then_some(())?;
        reader.blanks();
        let found = reader.quoted().or_else(|| reader.bare(Style::Line))?;
        (found.0.end < name).then_some(found)
    }

    fn separators(&mut self) {
        let rest = &self.bytes[self.at.min(self.bytes.len())..];
        self.at +=
            rest.iter().take(MAX_GAP).take_while(|b| b.is_ascii_whitespace() || matches!(b, b',' | b';')).count();
    }

    /// Goes past `key:` or `key =`; whether it is that of a value. None at what is no key: the next item, the end of a block.
    fn value_key(&mut self) -> Option<bool> {
        let quoted = self.eat(b"\\\"") || self.eat(b"\"") || self.eat(b"'");
        let rest = &self.bytes[self.at.min(self.bytes.len())..];
        let length =
            rest.iter().take(MAX_GAP).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        if length == 0 {
            return None;
        }
        self.at += length;
        if quoted {
            let _ = self.eat(b"\\\"") || self.eat(b"\"") || self.eat(b"'");
        }
        self.blanks();
        let assigned = self.eat(b"=>") || self.eat(b":") || self.eat(b"=");
        Some(assigned && is_one_of(&rest[..length], VALUES))
    }

    fn skip_entry(&mut self) {
        let rest = &self.bytes[self.at.min(self.bytes.len())..];
        let within = &rest[..rest.len().min(MAX_APART)];
        self.at += within.iter().position(|byte| matches!(byte, b',' | b'\n' | b';')).unwrap_or(within.len());
    }

    /// The text of the element after the one that ends here: `</key> <string>x</string>`.
    fn next_element(&mut self) -> Option<(Range<usize>, Style)> {
        if self.eat(b"</") {
            self.tag_name();
            self.eat(b">").then_some(())?;
            self.separators();
        }
        self.eat(b"<").then_some(())?;
        let rest = &self.bytes[self.at.min(self.bytes.len())..];
        let tag = &rest[..rest.iter().take(MAX_GAP).position(|byte| matches!(byte, b'>' | b'<' | b'\n'))?];
        names_a_value(tag).then_some(())?;
        self.at += tag.len();
        self.eat(b">").then_some(())?;
        self.element_text()
    }

    fn tag_name(&mut self) -> Range<usize> {
        let rest = &self.bytes[self.at.min(self.bytes.len())..];
        let length = rest
            .iter()
            .take(MAX_GAP)
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-'))
            .count();
        self.at += length;
        self.at - length..self.at
    }

    /// The value of a later attribute of the tag that the name stands in: `name="password" class="a" value="x"`; or the
    /// text of its element.
    pub(super) fn attribute(&mut self) -> Option<(Range<usize>, Style)> {
        let rest = &self.bytes[self.at.min(self.bytes.len())..];
        let within = &rest[..rest.len().min(MAX_APART)];
        let tag = &within[..within.iter().position(|byte| matches!(byte, b'>' | b'<' | b'\n')).unwrap_or(within.len())];
        let is_value = |at: &usize| {
            tag[*at..].len() > 6
                && tag[*at..*at + 5].eq_ignore_ascii_case(b"value")
                && tag[*at + 5] == b'='
                && at.checked_sub(1).is_none_or(|before| tag[before].is_ascii_whitespace())
        };
        if let Some(at) = (0..tag.len()).find(is_value) {
            self.at += at + 6;
            return self.quoted();
        }
        self.at += tag.len();
        self.eat(b">").then_some(())?;
        self.separated_element()
    }
}
