//! Names followed by words: a type, as in `password string = "x"`, or a sentence, as in `the password is x`.

use std::ops::Range;

use super::before::Before;
use super::limits::MAX_GAP;
use super::reader::Reader;
use super::style::Style;

/// Types that stand between a name and its operator without a colon.
const TYPES: &[&[u8]] = &[b"As String", b"as string", b"string", b"String", b"*string", b"TEXT", b"text"];

/// What a sentence says before a value.
const VERBS: &[&[u8]] = &[b"is now", b"is", b"was", b"to", b"lautet", b"ist", b"est", b"es"];

/// How a sentence goes on before its verb: `the password for the admin account is x`.
const PREPOSITIONS: &[&[u8]] = &[b"for", b"of", b"on", b"is generated for"];

/// What tells the value behind a preposition.
const TELLS: &[&[u8]] = &[b" is: ", b" is ", b" was ", b": "];

/// How a sentence says that a value was given: `the password has been set to x`.
#[rustfmt::skip]
const CHANGES: &[&[u8]] = &[
    b"set to", b"has been set to", b"has been changed to", b"has been reset to", b"was set to", b"was changed to",
    b"was reset to", b"is set to", b"changed to",
];

impl Reader<'_> {
    /// A value behind words.
    pub(super) fn words(&mut self, before: &Before<'_>) -> Option<(Range<usize>, Style)> {
        if self.eat_word(TYPES) {
            self.blanks();
            (self.eat(b":=") || self.eat(b"=")).then_some(())?;
            self.blanks();
            return self.quoted();
        }
        let mut told = self.eat_word(CHANGES);
        if !told && self.eat_word(PREPOSITIONS) {
            told = !before.short && self.reaches_tell();
            told.then_some(())?;
        }
        // `pass to x`, but `set password to x`
        if told || !(before.short && self.bytes[self.at..].starts_with(b"to ")) && self.eat_word(VERBS) {
            self.at += usize::from(self.peek() == Some(b':'));
            self.blanks();
            return self.quoted().or_else(|| self.spoken());
        }
        self.told(before)
    }

    /// A bare value that comes at once: `password x` in a configuration, behind a user or in a note.
    pub(super) fn told(&mut self, before: &Before<'_>) -> Option<(Range<usize>, Style)> {
        let unsure = !before.line_start() && !before.login();
        if unsure && before.path() {
            return None;
        }
        // A name and a value far apart are cells of a table.
        if unsure && !(before.brief() && self.bytes[..self.at].ends_with(b" ") && self.at == before.name().end + 1) {
            return None;
        }
        let _ = self.eat(b"0 ");
        let value = self.directive()?;
        let last = |end: usize| self.bytes.get(end).is_none_or(|byte| matches!(byte, b'\n' | b'\r' | b')'));
        (!unsure || last(value.0.end)).then_some(value)
    }

    /// A bare value that a sentence names; its full stop is not part of it.
    fn spoken(&mut self) -> Option<(Range<usize>, Style)> {
        let (value, _) = self.bare(Style::Code)?;
        let end = value.end - usize::from(value.len() > 1 && matches!(self.bytes[value.end - 1], b'.' | b'?' | b'!'));
        Some((value.start..end, Style::Prose))
    }

    /// A bare value that is the rest of the line: `password x`, as configurations of many programs have it.
    pub(super) fn directive(&mut self) -> Option<(Range<usize>, Style)> {
        let value = self.quoted().or_else(|| self.bare(Style::Prose))?;
        let rest = &self.bytes[value.0.end..self.bytes.len().min(value.0.end + MAX_GAP)];
        let ends = rest.first().is_none_or(|byte| matches!(byte, b'\n' | b'\r' | b' ' | b'"' | b'\''));
        ends.then_some(value)
    }

    fn eat_word(&mut self, words: &[&[u8]]) -> bool {
        let start = self.at;
        let found = words.iter().any(|word| {
            self.at = start;
            self.eat(word) && self.peek().is_some_and(|byte| matches!(byte, b' ' | b'=' | b':'))
        });
        if found {
            self.blanks();
        } else {
            self.at = start;
        }
        found
    }

    /// Goes on to where the sentence tells the value.
    fn reaches_tell(&mut self) -> bool {
        // The blank before the first word was gone past.
        let rest = &self.bytes[self.at - 1..];
        let within = &rest[..rest.len().min(MAX_GAP)];
        let sentence = within.split(|byte| matches!(byte, b'\n' | b';' | b'=')).next().unwrap_or(within);
        let ends = TELLS.iter().filter_map(|tell| Some(memchr::memmem::find(sentence, tell)? + tell.len()));
        let end = ends.min();
        self.at += end.map_or(0, |end| end - 1);
        end.is_some()
    }
}
