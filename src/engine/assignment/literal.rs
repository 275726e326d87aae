//! The value itself: in quotes, bare, or the text of an element.

use std::ops::Range;

use super::limits::{MAX_GAP, MAX_VALUE};
use super::reader::Reader;
use super::style::Style;
use crate::engine::boundary::is_word;

impl Reader<'_> {
    /// A value in quotes, with what may stand before them.
    pub(super) fn quoted(&mut self) -> Option<(Range<usize>, Style)> {
        let start = self.at;
        let value = self.wrapped();
        if value.is_none() {
            self.at = start;
        }
        value
    }

    fn wrapped(&mut self) -> Option<(Range<usize>, Style)> {
        const WRAPPERS: &[&[u8]] = &[
            b"String::from(",
            b"Some(",
            b"SecretString::new(",
            b"Secret::new(",
            b"SecretString::from(",
            b"new String(",
            b"str(",
            b"bytes(",
            b"[]byte(",
            b"String(",
            b"to_string(",
            b"Buffer.from(",
            b"aws.String(",
            b"pulumi.String(",
            b"new String[] {",
            b"new String[]{",
            b"new string[] {",
            b"new[] {",
            b"[]string{",
            b"Arrays.asList(",
            b"List.of(",
            b"listOf(",
            b"vec![",
            b"&[",
            b"array(",
            b"@(",
            b"[NSString stringWithString:",
            b"QString(",
            b"QStringLiteral(",
            b"_T(",
            b"TEXT(",
            b"Encoding.UTF8.GetBytes(",
            b"Encoding.ASCII.GetBytes(",
            // What is hashed at once is there in the clear all the same.
            b"MD5(",
            b"md5(",
            b"SHA1(",
            b"sha1(",
            b"SHA2(",
            b"PASSWORD(",
            b"password(",
            b"ENCRYPT(",
            b"<<",
            b"{",
            b"(",
            b"[",
        ];
        let first = self.peek();
        let wrapped =
            WRAPPERS.iter().filter(|wrapper| wrapper.first().copied() == first).any(|wrapper| self.eat(wrapper));
        if wrapped {
            self.blanks_and_break();
        }
        for prefix in [&b"b"[..], b"r", b"f", b"u", b"L", b"@", b"rb", b"br", b"N"] {
            let quote = self.bytes.get(self.at + prefix.len());
            if quote.is_some_and(|q| matches!(q, b'"' | b'\'')) && self.eat(prefix) {
                break;
            }
        }
        let escaped = self.bytes[self.at..].starts_with(b"\\\"") || self.bytes[self.at..].starts_with(b"\\'");
        self.at += usize::from(escaped);
        let quote = self.peek().filter(|byte| matches!(byte, b'"' | b'\'' | b'`'))?;
        self.at += 1;
        let triple = self.eat(&[quote, quote]);
        if triple && self.peek() == Some(quote) {
            return None;
        }
        // A literal with quotes of its own, as code that writes code has it: `"\"x\""`.
        let escaped = escaped || quote == b'"' && self.eat(b"\\\"");
        let value = self.until_quote(quote, escaped)?;
        // Braces may hold keys of their own, of which this is the first.
        let is_key = wrapped
            && self.bytes[value.end..].iter().skip(1 + usize::from(escaped)).find(|byte| **byte != b' ') == Some(&b':');
        (!is_key).then_some((value, Style::Quoted))
    }

    fn until_quote(&self, quote: u8, escaped: bool) -> Option<Range<usize>> {
        let rest = &self.bytes[self.at..];
        let mut i = 0;
        while i < rest.len().min(MAX_VALUE) {
            match rest[i] {
                b'\\' if escaped && rest.get(i + 1) == Some(&quote) => return Some(self.at..self.at + i),
                b'\\' => i += 1,
                b'\n' | b'\r' => return None,
                byte if byte == quote => return Some(self.at..self.at + i),
                _ => {}
            }
            i += 1;
        }
        None
    }

    /// A value without quotes.
    pub(super) fn bare(&mut self, style: Style) -> Option<(Range<usize>, Style)> {
        if let Some(value) = self.parameter() {
            return Some(value);
        }
        let rest = &self.bytes[self.at..];
        let stops = |byte: &u8| *byte <= b' ' || matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b'\\' | 0x7f);
        let mut length = rest.iter().take(MAX_VALUE).take_while(|byte| !stops(byte)).count();
        if length == MAX_VALUE {
            return None;
        }
        // Punctuation of what stands around: the end of a statement, a list or a call.
        while length > 0 && matches!(rest[length - 1], b';' | b',' | b':' | b')' | b']' | b'}') {
            let opener = match rest[length - 1] {
                b')' => b'(',
                b']' => b'[',
                b'}' => b'{',
                _ => 0,
            };
            if opener != 0 && rest[..length].contains(&opener) {
                break;
            }
            length -= 1;
        }
        // The parameters of a type: `key: Seed<'_> = …`.
        if let [b'<', b'\'' | b'A'..=b'Z' | b'&' | b'(', ..] = rest[length..] {
            return None;
        }
        let listed = rest.get(length).is_some_and(|byte| matches!(byte, b')' | b','));
        // In key=value lists, of addresses and connection strings, the next separator ends the value.
        if let Some(at) = (0..length).find(|at| separates(&rest[*at..length], &rest[length..])) {
            length = at;
        }
        if let Some(at) =
            rest[..length].iter().position(|byte| *byte == b',').filter(|at| rest[*at..length].contains(&b'='))
        {
            length = at;
        }
        if length == 0 {
            return None;
        }
        let tail = &rest[length..rest.len().min(length + MAX_GAP)];
        let line = tail.split(|byte| *byte == b'\n').next().unwrap_or(tail).trim_ascii();
        // Words after a value on its line make it prose or code, unless it was glued to its name.
        let style = match style {
            // `f(password=other_password)` and its like, where words name a variable.
            Style::Line if listed => Style::Code,
            Style::Line if line.is_empty() || line.starts_with(b"#") || self.bytes[self.at - 1] == b'=' => Style::Line,
            Style::Prose => Style::Prose,
            _ => Style::Code,
        };
        Some((self.at..self.at + length, style))
    }

    /// What a shell falls back to: `${1:-x}`, `${NAME:=x}`.
    fn parameter(&self) -> Option<(Range<usize>, Style)> {
        let rest = self.bytes[self.at.min(self.bytes.len())..].strip_prefix(b"${")?;
        let name = rest.iter().take(MAX_GAP).take_while(|byte| is_word(**byte)).count();
        let value = rest[name..].strip_prefix(b":-").or_else(|| rest[name..].strip_prefix(b":="))?;
        let length = value.iter().take(MAX_GAP).take_while(|byte| !b"}${ \n\"'".contains(byte)).count();
        let start = self.at + name + 4;
        (name > 0 && length > 0 && value.get(length) == Some(&b'}')).then_some((start..start + length, Style::Line))
    }

    /// The text of the element that is entered here, or of the one inside it: `<property name="x"> <value>v</value>`.
    pub(super) fn separated_element(&mut self) -> Option<(Range<usize>, Style)> {
        self.blanks_and_break();
        let _ = [&b"<value>"[..], b"<Value>", b"<string>"].into_iter().any(|tag| self.eat(tag));
        self.element_text()
    }

    /// The text of an XML element, up to the next tag.
    pub(super) fn element_text(&mut self) -> Option<(Range<usize>, Style)> {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().take(MAX_VALUE).position(|byte| matches!(byte, b'<' | b'\n' | b'\r'))?;
        let text = &rest[..length];
        let (start, end) = (length - text.trim_ascii_start().len(), text.trim_ascii_end().len());
        (rest[length] == b'<' && start < end).then_some((self.at + start..self.at + end, Style::Quoted))
    }
}

/// Whether a value ends before `text`, of which a further line `rest` is left. An ampersand among the characters of one
/// word that is all of its line, `pass=fry&leela`, is a part of it: nothing is named behind it.
fn separates(text: &[u8], rest: &[u8]) -> bool {
    match text {
        [b';', ..] => true,
        [b'&', behind @ ..] => {
            let is_last = rest.first().is_none_or(|byte| matches!(byte, b'\n' | b'\r'));
            !is_last || !behind.first().is_some_and(|byte| is_word(*byte)) || behind.iter().any(|b| b"=&;".contains(b))
        }
        _ => false,
    }
}
