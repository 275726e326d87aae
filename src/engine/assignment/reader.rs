//! A place in the bytes, and the small steps from it.

use super::limits::MAX_GAP;

pub(super) struct Reader<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
}

impl Reader<'_> {
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(super) fn eat(&mut self, text: &[u8]) -> bool {
        let rest = &self.bytes[self.at.min(self.bytes.len())..];
        // Most differ in their first byte.
        let stands = rest.first() == text.first() && rest.starts_with(text);
        if stands {
            self.at += text.len();
        }
        stands
    }

    /// Skips blanks, and what colours a terminal's text; whether there were any blanks.
    pub(super) fn blanks(&mut self) -> bool {
        let rest = &self.bytes[self.at..];
        let count = rest.iter().take(MAX_GAP).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        self.at += count;
        self.colour();
        count > 0
    }

    /// Skips one escape sequence that sets colours: `ESC [ … m` (ECMA-48 §8.3.117).
    pub(super) fn colour(&mut self) {
        let rest = &self.bytes[self.at.min(self.bytes.len())..];
        let Some(codes) = rest.strip_prefix(b"\x1b[") else { return };
        let count = codes.iter().take(16).take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
        if codes.get(count) == Some(&b'm') {
            self.at += count + 3;
        }
    }

    /// Skips blanks and at most one line break.
    pub(super) fn blanks_and_break(&mut self) {
        self.blanks();
        if self.eat(b"\r\n") || self.eat(b"\n") || self.eat(b"\\\n") {
            self.blanks();
        }
    }
}
