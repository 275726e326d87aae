//! Names followed by words: a type, as in `password string = "x"`, or a sentence, as in `the password is x`.

use std::ops::Range;

use super::before::Before;
use super::limits::MAX_GAP;
use super::reader::Reader;
use super::style::Style;

/// Types that stand between a name and its operator without a colon.
const TYPES: &[&[u8]] = &[b"As String", b"as string", b"string", b"String", b"*string", b"TEXT", b"text"];

/// What a sentence says before a value.
const VERBS: &[&[u8]] = &[b"is", b"was"];

/// How a sentence goes on before its verb: `the password for the admin account is x`.
const PREPOSITIONS: &[&[u8]] = &[b"for", b"of", b"on"];

impl Reader<'_> {
    /// A value behind words.
    pub(super) fn words(&mut self, before: &Before<'_>) -> Option<(Range<usize>, Style)> {
        if self.eat_word(TYPES) {
            self.blanks();
            (self.eat(b":=") || self.eat(b"=")).then_some(())?;
            self.blanks();
            return self.quoted();
        }
        if self.eat_word(PREPOSITIONS) {
            self.reach_verb()?;
        }
        if self.eat_word(VERBS) {
            self.at += usize::from(self.peek() == Some(b':'));
            self.blanks();
            return self.quoted().or_else(|| self.spoken());
        }
        if before.line_start() || before.login() { self.directive() } else { None }
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

    /// Goes on to the sentence's verb.
    fn reach_verb(&mut self) -> Option<()> {
        let rest = &self.bytes[self.at..];
        let within = &rest[..rest.len().min(MAX_GAP)];
        let sentence = within.split(|byte| matches!(byte, b'\n' | b';' | b'=')).next()?;
        let verbs: [&[u8]; 2] = [b" is ", b" was "];
        self.at += verbs.iter().find_map(|verb| memchr::memmem::find(sentence, verb))? + 1;
        Some(())
    }
}
