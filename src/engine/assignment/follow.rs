//! What follows a name: an operator, a call, a type, or the value at once.

use std::ops::Range;

use super::before::Before;
use super::limits::MAX_VALUE;
use super::reader::Reader;
use super::style::Style;
use crate::engine::boundary::is_word;

impl Reader<'_> {
    /// What follows the name: where the value is, and how it is written.
    pub(super) fn assigned(&mut self, before: &Before) -> Option<(Range<usize>, Style)> {
        if before.element && self.peek() == Some(b'>') {
            self.at += 1;
            return self.element_text();
        }
        let closed = self.close_name(before);
        if self.eat(b"]") || self.eat(b")") {
            // config["password"] = …, setter("password").value(…)
        }
        let spaced = self.blanks();
        let quoted_name = before.quote.is_some() && closed;
        match self.peek()? {
            b',' if quoted_name => {
                self.at += 1;
                self.blanks_and_break();
                self.quoted().map(|(value, _)| (value, Style::Listed))
            }
            b'(' => {
                self.at += 1;
                self.quoted()
            }
            b'|' | b'?' if self.eat(b"||") || self.eat(b"??") => {
                self.blanks();
                self.eat(b"=");
                self.blanks();
                self.quoted()
            }
            b'>' if quoted_name => {
                self.at += 1;
                self.element_text()
            }
            b'v' | b'V' if quoted_name && (self.eat(b"value=") || self.eat(b"Value=")) => self.quoted(),
            b'"' | b'\'' if spaced && !quoted_name => self.quoted(),
            _ if spaced && (before.dashed || before.docker) && self.peek() != Some(b'=') => {
                self.quoted().or_else(|| self.bare(Style::Line))
            }
            _ => self.after_operator(before, spaced, quoted_name),
        }
    }

    fn close_name(&mut self, before: &Before) -> bool {
        match before.quote {
            Some(quote) => {
                self.eat(b"\\");
                self.eat(&[quote])
            }
            None => false,
        }
    }

    fn after_operator(&mut self, before: &Before, spaced: bool, quoted_name: bool) -> Option<(Range<usize>, Style)> {
        const OPERATORS: &[&[u8]] =
            &[b":=", b"=>", b"===", b"==", b"!==", b"!=", b"?=", b"||=", b"->", b"=", b":", b"%3D", b"%3d"];
        let operator: &[u8] = OPERATORS.iter().find(|operator| self.eat(operator))?;
        let compared = matches!(operator, b"===" | b"==" | b"!==" | b"!=");
        if operator == b":" {
            if before.expansion {
                return self.fallback();
            }
            self.typed();
        }
        let tight = self.at;
        self.blanks_and_break();
        let spaced = spaced || (self.at > tight && operator != b":");
        if let Some(value) = self.quoted() {
            return Some(value);
        }
        let broken = self.bytes[tight..self.at].contains(&b'\n');
        if compared || broken || quoted_name && before.quote != Some(b'`') && !matches!(operator, b":" | b"=>") {
            return None;
        }
        let style = match operator {
            b"=" if !spaced && !quoted_name => Style::Line,
            b"%3D" | b"%3d" => Style::Line,
            b":" | b"=" if before.line_start && !quoted_name => Style::Line,
            _ => Style::Code,
        };
        let style = if spaced && operator == b"=" { Style::Code } else { style };
        self.bare(style)
    }

    /// The value a shell falls back to: `${NAME:-value}`.
    fn fallback(&mut self) -> Option<(Range<usize>, Style)> {
        if !self.eat(b"-") {
            return None;
        }
        let length = self.bytes[self.at..].iter().take(MAX_VALUE).position(|byte| matches!(byte, b'}' | b'\n'))?;
        (self.bytes[self.at + length] == b'}').then_some((self.at..self.at + length, Style::Line))
    }

    /// Skips a type between `:` and `=`: `password: &str = "…"`.
    fn typed(&mut self) {
        let rest = &self.bytes[self.at..];
        let within = &rest[..rest.len().min(48)];
        let is_type = |byte: &u8| {
            is_word(*byte) || matches!(byte, b' ' | b'&' | b'\'' | b'<' | b'>' | b'[' | b']' | b'?' | b'.' | b'*')
        };
        let length = within.iter().take_while(|byte| is_type(byte)).count();
        let opens =
            |at: usize| rest[at..].iter().find(|byte| **byte != b' ').is_some_and(|b| matches!(b, b'"' | b'\'' | b'`'));
        if length > 0 && within.get(length) == Some(&b'=') && opens(length + 1) {
            self.at += length + 1;
        }
    }
}
