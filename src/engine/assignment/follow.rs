//! What follows a name: an operator, a call, a type, or the value at once.

use std::ops::Range;

use super::before::Before;
use super::limits::{MAX_APART, MAX_GAP, MAX_VALUE};
use super::reader::Reader;
use super::style::Style;
use crate::engine::boundary::is_word;

impl Reader<'_> {
    /// What follows the name: where the value is, and how it is written.
    pub(super) fn assigned(&mut self, before: &Before<'_>) -> Option<(Range<usize>, Style)> {
        if self.peek() == Some(b'>') && before.element() {
            self.at += 1;
            return self.element_text().or_else(|| self.separated_element());
        }
        let quoted_name = self.close_name(before);
        let _ = self.eat(before.emphasis());
        let column = match self.peek() {
            Some(b',' | b')' | b'\n' | b'\r') => before.column(),
            Some(b' ') => before.declared(),
            _ => false,
        };
        if let Some(value) = column.then(|| self.column(&before.name())).flatten() {
            return Some(value);
        }
        self.close_index(before);
        let spaced = self.blanks();
        match self.peek()? {
            b',' | b'\n' | b'\r' | b'<' | b'}' if before.pair() => self.apart().or_else(|| self.ahead(before.start())),
            b'\n' | b'\r' => None,
            b',' if quoted_name || before.symbol() || before.paired() => self.listed(before),
            b'.' if spaced && self.eat(b". ") => self.quoted(),
            b'.' | b')' | b']' | b'\'' | b'"' if !spaced && self.enters_text() => self.quoted(),
            b'|' if before.cell() => {
                self.at += 1;
                self.blanks();
                self.quoted().or_else(|| self.bare(Style::Prose))
            }
            b'-' if spaced && self.goes_past_option() => self.quoted().or_else(|| self.bare(Style::Line)),
            b'(' if spaced => self.parenthesis(before),
            b'{' if spaced && self.goes_past_accessors() => self.quoted(),
            b'(' | b'{' if !spaced => {
                self.at += 1;
                self.blanks_and_break();
                self.only_argument()
            }
            b'{' if quoted_name => {
                self.at += 1;
                self.apart()
            }
            b'|' | b'?' | b'o' if self.falls_back() => {
                self.blanks();
                self.eat(b"=");
                self.blanks();
                self.quoted()
            }
            b'>' if quoted_name => {
                self.at += 1;
                self.separated_element()
            }
            b'"' | b'\'' if spaced && !quoted_name => (!before.short || before.line_start()).then(|| self.quoted())?,
            b'`' if spaced && !quoted_name => self.quoted().map(|(value, _)| (value, Style::Prose)),
            b'a'..=b'z' | b'A'..=b'Z' if spaced && quoted_name => self.attribute(),
            _ if spaced && self.peek() != Some(b'=') && (before.dashed || before.docker()) => {
                self.quoted().or_else(|| self.argument(before))
            }
            b'a'..=b'z' | b'A'..=b'Z' if spaced => self.words(before),
            _ if spaced && !self.at_operator() => self.told(before),
            _ => self.after_operator(before, spaced, quoted_name),
        }
    }

    /// Goes past an operator that gives another value where there is none: `||`, `??`, `?:`, and `or` behind a call.
    fn falls_back(&mut self) -> bool {
        let before = self.bytes[..self.at].trim_ascii_end().last();
        let called = matches!(before, Some(b')' | b']'));
        self.eat(b"||") || self.eat(b"??") || self.eat(b"?:") || called && self.eat(b"or ")
    }

    /// The argument of a call, `setPassword("x")`. The first of several may be a user.
    fn only_argument(&mut self) -> Option<(Range<usize>, Style)> {
        let (value, style) = self.quoted()?;
        let more = self.bytes.get(value.end + 1) == Some(&b',');
        Some((value, if more { Style::Listed } else { style }))
    }

    /// The next of a list or of a call's arguments.
    fn listed(&mut self, before: &Before<'_>) -> Option<(Range<usize>, Style)> {
        self.at += 1;
        self.blanks_and_break();
        // Names in backticks are a list in a text.
        (before.quote != Some(b'`') || before.call()).then_some(())?;
        const DEFAULTS: [&[u8]; 4] = [b"default=", b"default:", b"fallback=", b"with: "];
        let named = DEFAULTS.into_iter().any(|word| self.eat(word)) || before.dashed && self.reaches_default();
        let (value, _) = self.quoted()?;
        let ends = self.bytes[value.end..].get(1).is_some_and(|byte| matches!(byte, b')' | b'.' | b'}' | b'>'));
        let sure = named || before.symbol() || (before.call() || before.paired()) && ends;
        Some((value, if sure { Style::Quoted } else { Style::Listed }))
    }

    /// What follows an option of a command. Words behind it make it part of a sentence, unless they are options.
    fn argument(&mut self, before: &Before<'_>) -> Option<(Range<usize>, Style)> {
        let (value, style) = self.bare(Style::Line).filter(|(value, _)| self.bytes[value.start] != b'-')?;
        let next = self.bytes[value.end..].iter().take(8).find(|byte| **byte != b' ');
        let option = before.dashed && next.is_some_and(|byte| matches!(byte, b'-' | b'|' | b'&' | b'>' | b';' | b'\\'));
        Some((value, if option { Style::Line } else { style }))
    }

    /// Goes on to the default among the arguments that declare an option: `"--name", help="…", default="x"`.
    fn reaches_default(&mut self) -> bool {
        let rest = &self.bytes[self.at.min(self.bytes.len())..];
        let within = &rest[..rest.len().min(MAX_APART)];
        let call = within.split(|byte| matches!(byte, b')' | b'\n')).next().unwrap_or(within);
        let at = memchr::memmem::find(call, b"default=");
        self.at += at.map_or(0, |at| at + 8);
        at.is_some()
    }

    /// Goes past the call that types a text into the field that was named: `.type(`, `.sendKeys(`.
    fn enters_text(&mut self) -> bool {
        const CALLS: [&[u8]; 6] = [b".type(", b".sendKeys(", b".send_keys(", b".fill(", b".setValue(", b".val("];
        let start = self.at;
        while self.eat(b")") || self.eat(b"]") || self.eat(b"'") || self.eat(b"\"") {}
        let entered = CALLS.into_iter().any(|call| self.eat(call));
        self.at = if entered { self.at } else { start };
        entered
    }

    /// Goes past the option of a command that gives the value of what was named: `gh secret set NAME --body x`.
    fn goes_past_option(&mut self) -> bool {
        const OPTIONS: [&[u8]; 5] = [b"--body ", b"--body=", b"-b ", b"--value ", b"--value="];
        OPTIONS.into_iter().any(|option| self.eat(option))
    }

    /// Goes past the accessors of a property: `{ get; set; } = `.
    fn goes_past_accessors(&mut self) -> bool {
        const ACCESSORS: [&[u8]; 3] = [b"{ get; set; } = ", b"{ get; } = ", b"{ get; private set; } = "];
        ACCESSORS.into_iter().any(|accessors| self.eat(accessors))
    }

    /// What follows a remark between a name and its colon: `Password (temporary): x`.
    fn parenthesis(&mut self, before: &Before<'_>) -> Option<(Range<usize>, Style)> {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().take(MAX_GAP).position(|byte| matches!(byte, b')' | b'\n'))?;
        self.at += length;
        (before.brief() && self.eat(b"):")).then_some(())?;
        self.blanks();
        self.quoted().or_else(|| self.bare(Style::Prose))
    }

    /// Goes past what closes an index or a call, or gives an array its size: `config["password"]`, `password[32]`.
    fn close_index(&mut self, before: &Before<'_>) {
        if before.element_of_hash() && self.eat(b"}") {
            return;
        }
        if self.eat(b"]") || self.eat(b")") || !self.eat(b"[") {
            return;
        }
        let rest = &self.bytes[self.at..];
        let digits = rest.iter().take(8).take_while(|byte| byte.is_ascii_digit()).count();
        if rest.get(digits) == Some(&b']') {
            self.at += digits + 1;
        }
    }

    fn at_operator(&self) -> bool {
        self.peek().is_some_and(|byte| b":=<-?!|&>+,.;)]}([{*".contains(&byte))
    }

    fn close_name(&mut self, before: &Before<'_>) -> bool {
        match before.quote {
            Some(quote) => {
                self.eat(b"\\");
                self.eat(&[quote])
            }
            None => before.quote_of_path().is_some_and(|quote| self.eat(&[quote])),
        }
    }

    fn after_operator(
        &mut self,
        before: &Before<'_>,
        spaced: bool,
        quoted_name: bool,
    ) -> Option<(Range<usize>, Style)> {
        #[rustfmt::skip]
        const OPERATORS: &[&[u8]] = &[
            b":=", b"=>", b"<-", b"===", b"==", b"!==", b"!=", b"?=", b"||=", b"->", b"=", b":", b"%3D", b"%3d",
            "：".as_bytes(),
        ];
        let operator: &[u8] = OPERATORS.iter().find(|operator| self.eat(operator))?;
        let _ = self.eat(before.emphasis());
        let compared = matches!(operator, b"===" | b"==" | b"!==" | b"!=");
        if operator == b":" {
            let tag =
                before.last_of_path() && !quoted_name && self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric());
            if tag || self.peek() == Some(b':') {
                return None;
            }
            if before.expansion() {
                return self.fallback();
            }
            self.typed();
            self.tag()?;
        }
        let tight = self.at;
        self.blanks_and_break();
        let spaced = spaced || (self.at > tight && operator != b":");
        if let Some(value) = self.quoted() {
            return Some(value);
        }
        let broken = self.bytes[tight..self.at].contains(&b'\n');
        if operator == b":" && (broken || self.eat(b"{")) {
            return self.apart();
        }
        if operator == b":" && self.block_scalar() {
            return self.bare(Style::Line);
        }
        if compared || broken || quoted_name && before.quote != Some(b'`') && !matches!(operator, b":" | b"=>") {
            return None;
        }
        let style = match operator {
            b"=" if !spaced && !quoted_name => Style::Line,
            b"%3D" | b"%3d" => Style::Line,
            b":" | b"=" if before.line_start() && !quoted_name => Style::Line,
            b":" if !quoted_name => return self.bare(Style::Code).map(|value| self.last_of_line(value)),
            _ => Style::Code,
        };
        let style = if spaced && operator == b"=" { before.config().unwrap_or(Style::Code) } else { style };
        self.bare(style)
    }

    /// Nothing behind a value on its line, not even what would end a statement, makes it that of a sentence.
    fn last_of_line(&self, (value, style): (Range<usize>, Style)) -> (Range<usize>, Style) {
        let ends = self.bytes.get(value.end).is_none_or(|byte| matches!(byte, b'\n' | b'\r'));
        (value, if ends { Style::Prose } else { style })
    }

    /// What is fallen back to: `${NAME:-value}` in a shell, `${name:value}` in a property.
    fn fallback(&mut self) -> Option<(Range<usize>, Style)> {
        if !self.eat(b"-") && !self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        let length = self.bytes[self.at..].iter().take(MAX_VALUE).position(|byte| matches!(byte, b'}' | b'\n'))?;
        (self.bytes[self.at + length] == b'}').then_some((self.at..self.at + length, Style::Line))
    }

    /// Goes past YAML's mark for text on the next line: `>-`, `|`.
    fn block_scalar(&mut self) -> bool {
        let start = self.at;
        let marked = self.eat(b"|") || self.eat(b">");
        let _ = marked && (self.eat(b"-") || self.eat(b"+"));
        self.blanks();
        let broken = marked && (self.eat(b"\n") || self.eat(b"\r\n"));
        if broken {
            self.blanks();
        } else {
            self.at = start;
        }
        broken
    }

    /// Goes past the tag of a YAML value that says which of the language's own types it has, `!!str`; any other names
    /// where the value is taken from: `!secret wifi_password`, `!Ref Password`.
    fn tag(&mut self) -> Option<()> {
        let rest = &self.bytes[self.at..];
        let tag = rest.strip_prefix(b" !").unwrap_or_default();
        let length = tag.iter().take(MAX_GAP).take_while(|byte| is_word(**byte) || **byte == b'!').count();
        let is_tag = tag.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'!')
            && matches!(tag.get(length..), Some([b' ', next, ..]) if *next > b' ');
        if is_tag {
            tag.starts_with(b"!").then_some(())?;
            self.at += 2 + length;
        }
        Some(())
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
