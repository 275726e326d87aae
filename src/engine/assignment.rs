//! A name, an assignment, a value: read in the syntax of whatever language the bytes happen to be.
//!
//! Nothing here looks farther than [`LOOK`] bytes from the keyword, so that a window's context always holds it all.

use std::ops::Range;

use super::boundary::is_word;

/// The longest name to one side of the keyword.
const MAX_NAME: usize = 80;

/// The longest value.
pub(super) const MAX_VALUE: usize = 1024;

/// Blanks between a name and its value.
const MAX_GAP: usize = 64;

/// How far from a keyword an assignment may reach.
pub(super) const LOOK: usize = 2 * MAX_NAME + MAX_VALUE + 8 * MAX_GAP;

/// An assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Assigned {
    pub(super) name: Range<usize>,
    pub(super) value: Range<usize>,
    pub(super) style: Style,
}

/// How sure the syntax is that the value is a literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// In quotes, or the text of an element.
    Quoted,
    /// In quotes, as the argument after a quoted name: `define("NAME", "value")`, or the next word of a list.
    Listed,
    /// Bare, where bare text is a literal: `KEY=value`, `key: value` on a line of its own, `--flag value`.
    Line,
    /// Bare, where it may as well be code.
    Code,
}

/// Reads the assignment whose name holds `keyword`.
pub(super) fn read(bytes: &[u8], keyword: Range<usize>) -> Option<Assigned> {
    let name = name_around(bytes, keyword)?;
    let mut reader = Reader { bytes, at: name.end };
    // Most names are not assigned to: decided by the next byte alone.
    if !matches!(
        reader.peek()?,
        b' ' | b'\t'
            | b'"'
            | b'\''
            | b'`'
            | b']'
            | b')'
            | b'='
            | b':'
            | b'>'
            | b'<'
            | b','
            | b'\\'
            | b'?'
            | b'!'
            | b'('
            | b'|'
            | b'%'
            | b'&'
            | 0x1b
    ) {
        return None;
    }
    let before = Before::of(bytes, name.start);
    let (value, style) = reader.assigned(&before)?;
    Some(Assigned { name, value, style })
}

/// The identifier around the keyword; `.` and `-` count inside of it.
fn name_around(bytes: &[u8], keyword: Range<usize>) -> Option<Range<usize>> {
    let part = |byte: &u8| is_word(*byte) || matches!(byte, b'-' | b'.');
    let before =
        bytes[keyword.start.saturating_sub(MAX_NAME)..keyword.start].iter().rev().take_while(|b| part(b)).count();
    let after = bytes[keyword.end..].iter().take(MAX_NAME).take_while(|b| part(b)).count();
    if before == MAX_NAME || after == MAX_NAME {
        return None;
    }
    let (mut start, mut end) = (keyword.start - before, keyword.end + after);
    while start < keyword.start && matches!(bytes[start], b'-' | b'.') {
        start += 1;
    }
    while end > keyword.end && matches!(bytes[end - 1], b'-' | b'.') {
        end -= 1;
    }
    // The `n` of an escaped line break is not part of the name.
    if start > 0 && bytes[start - 1] == b'\\' && matches!(bytes[start], b'n' | b't' | b'r') && start < keyword.start {
        start += 1;
    }
    if let Some(colour) = after_colour(bytes, keyword.start) {
        start = start.max(colour);
    }
    Some(start..end)
}

/// Where text begins that an escape sequence before `at` colours: the sequence ends with a letter.
fn after_colour(bytes: &[u8], at: usize) -> Option<usize> {
    let head = &bytes[at.saturating_sub(MAX_NAME)..at];
    let escape = memchr::memrchr(0x1b, head)?;
    let codes = head[escape..].strip_prefix(b"\x1b[")?;
    let count = codes.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
    (codes.get(count) == Some(&b'm')).then(|| at - codes.len() + count + 1)
}

/// What stands before a name.
struct Before {
    /// The quote the name stands in.
    quote: Option<u8>,
    /// `--name`, `-name`
    dashed: bool,
    /// `<name`
    element: bool,
    /// Nothing but blanks, a list's dash, or `export` and its kin since the line's start.
    line_start: bool,
    /// `ENV name`, `ARG name`
    docker: bool,
    /// `${name`
    expansion: bool,
}

impl Before {
    fn of(bytes: &[u8], start: usize) -> Self {
        let head = &bytes[start.saturating_sub(MAX_GAP)..start];
        let line = head.iter().rposition(|byte| *byte == b'\n').map_or(head, |at| &head[at + 1..]);
        let whole = line.len() < head.len() || head.len() == start;
        let word = line.trim_ascii();
        let last = head.last().copied();
        Self {
            quote: last.filter(|byte| matches!(byte, b'"' | b'\'' | b'`')),
            dashed: last == Some(b'-'),
            element: last == Some(b'<') || (last == Some(b':') && line.contains(&b'<') && !line.contains(&b'>')),
            line_start: whole
                && (matches!(
                    word,
                    b"" | b"-"
                        | b"export"
                        | b"set"
                        | b"setx"
                        | b"declare -x"
                        | b"+"
                        | b";"
                        | b"#"
                        | b"//"
                        | b"$"
                        | b"SET"
                ) || word.ends_with(b"]")),
            docker: whole && (word == b"ENV" || word == b"ARG"),
            expansion: head.ends_with(b"${"),
        }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn eat(&mut self, text: &[u8]) -> bool {
        let stands = self.bytes[self.at.min(self.bytes.len())..].starts_with(text);
        if stands {
            self.at += text.len();
        }
        stands
    }

    /// Skips blanks, and what colours a terminal's text; whether there were any blanks.
    fn blanks(&mut self) -> bool {
        let rest = &self.bytes[self.at..];
        let count = rest.iter().take(MAX_GAP).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        self.at += count;
        self.colour();
        count > 0
    }

    /// Skips one escape sequence that sets colours: `ESC [ … m` (ECMA-48 §8.3.117).
    fn colour(&mut self) {
        let rest = &self.bytes[self.at.min(self.bytes.len())..];
        let Some(codes) = rest.strip_prefix(b"\x1b[") else { return };
        let count = codes.iter().take(16).take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
        if codes.get(count) == Some(&b'm') {
            self.at += count + 3;
        }
    }

    /// Skips blanks and at most one line break.
    fn blanks_and_break(&mut self) {
        self.blanks();
        if self.eat(b"\r\n") || self.eat(b"\n") || self.eat(b"\\\n") {
            self.blanks();
        }
    }

    /// What follows the name: where the value is, and how it is written.
    fn assigned(&mut self, before: &Before) -> Option<(Range<usize>, Style)> {
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

    /// A value in quotes, with what may stand before them.
    fn quoted(&mut self) -> Option<(Range<usize>, Style)> {
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
            b"(",
            b"[",
        ];
        WRAPPERS.iter().find(|wrapper| self.eat(wrapper));
        self.blanks();
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
        let value = self.until_quote(quote, escaped)?;
        Some((value, Style::Quoted))
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
    fn bare(&mut self, style: Style) -> Option<(Range<usize>, Style)> {
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
        // In key=value lists, of addresses and connection strings, the next separator ends the value.
        if let Some(at) = rest[..length].iter().position(|byte| matches!(byte, b';' | b'&')) {
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
            Style::Line if line.is_empty() || line.starts_with(b"#") || self.bytes[self.at - 1] == b'=' => Style::Line,
            _ => Style::Code,
        };
        Some((self.at..self.at + length, style))
    }

    /// The text of an XML element, up to the next tag.
    fn element_text(&mut self) -> Option<(Range<usize>, Style)> {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().take(MAX_VALUE).position(|byte| matches!(byte, b'<' | b'\n' | b'\r'))?;
        let text = &rest[..length];
        let (start, end) = (length - text.trim_ascii_start().len(), text.trim_ascii_end().len());
        (rest[length] == b'<' && start < end).then_some((self.at + start..self.at + end, Style::Quoted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value_of(text: &str) -> Option<(&str, Style)> {
        let at = text.to_lowercase().find("password")?;
        let assigned = read(text.as_bytes(), at..at + 8)?;
        Some((&text[assigned.value], assigned.style))
    }

    #[test]
    fn values_are_found_in_the_syntax_of_many_languages() {
        use Style::*;
        let cases: &[(&str, Option<(&str, Style)>)] = &[
            (r#"password = "s3cr3t!x""#, Some(("s3cr3t!x", Quoted))),
            (r#"let password: &str = "s3cr3t!x";"#, Some(("s3cr3t!x", Quoted))),
            (r#"{"password": "s3cr3t!x"}"#, Some(("s3cr3t!x", Quoted))),
            (r#"{\"password\":\"s3cr3t!x\"}"#, Some(("s3cr3t!x", Quoted))),
            (r#"'password' => 's3cr3t!x',"#, Some(("s3cr3t!x", Quoted))),
            (r#"define('DB_PASSWORD', 's3cr3t!x');"#, Some(("s3cr3t!x", Listed))),
            (r#"os.environ.get("PASSWORD", "s3cr3t!x")"#, Some(("s3cr3t!x", Listed))),
            (r#"config["password"] = 's3cr3t!x'"#, Some(("s3cr3t!x", Quoted))),
            (r#"user.setPassword("s3cr3t!x")"#, Some(("s3cr3t!x", Quoted))),
            (r#"<password>s3cr3t!x</password>"#, Some(("s3cr3t!x", Quoted))),
            (r#"<add key="Password" value="s3cr3t!x"/>"#, Some(("s3cr3t!x", Quoted))),
            (r#"password := "s3cr3t!x""#, Some(("s3cr3t!x", Quoted))),
            (r#"password = String::from("s3cr3t!x")"#, Some(("s3cr3t!x", Quoted))),
            (r#"ALTER USER a WITH PASSWORD 's3cr3t!x';"#, Some(("s3cr3t!x", Quoted))),
            ("DB_PASSWORD=s3cr3t!x\n", Some(("s3cr3t!x", Line))),
            ("export DB_PASSWORD=s3cr3t!x", Some(("s3cr3t!x", Line))),
            ("  password: s3cr3t!x\n", Some(("s3cr3t!x", Line))),
            ("  password: s3cr3t!x # the database\n", Some(("s3cr3t!x", Line))),
            ("curl --password s3cr3t!x https://x", Some(("s3cr3t!x", Code))),
            ("ENV PASSWORD s3cr3t!x", Some(("s3cr3t!x", Line))),
            ("Server=db;Password=s3cr3t!x;Timeout=3", Some(("s3cr3t!x", Line))),
            ("password = s3cr3t!x", Some(("s3cr3t!x", Code))),
            ("x=${PASSWORD:-s3cr3t!x}", Some(("s3cr3t!x", Line))),
            ("x=${PASSWORD:+s3cr3t!x}", None),
            ("def f(a, password=None):", Some(("None", Line))),
            ("the password is wrong", None),
            ("password", None),
            ("passwordless login", None),
            ("if password == other {", None),
        ];
        for (text, expected) in cases {
            assert_eq!(value_of(text), *expected, "{text}");
        }
    }
}
