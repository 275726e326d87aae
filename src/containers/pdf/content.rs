//! The text of a page's content: its strings, joined as they stand on a line.

use super::fonts::{Fonts, Map};
use super::token::{Token, Tokens};

/// How far a string moves the next one back, in thousandths of the font's size, for it to be a blank.
const BLANK: f64 = -180.0;

/// Operands that are kept.
const OPERANDS: usize = 4096;

/// Whether a decoded stream is a page's content.
pub(super) fn is_content(bytes: &[u8]) -> bool {
    let shows = |operator: &[u8]| memchr::memmem::find(bytes, operator).is_some();
    shows(b"BT") && (shows(b"Tj") || shows(b"TJ") || shows(b"'") || shows(b"\""))
}

/// The text. Where fonts share a name, `which` of them is meant.
pub(super) fn text(bytes: &[u8], fonts: &Fonts, which: usize) -> Vec<u8> {
    let mut page = Page { fonts, which, map: None, size: 12.0, shown: 0, y: 0.0, x: 0.0, out: Vec::new() };
    let mut tokens = Tokens::new(bytes, 0);
    let mut operands: Vec<Token<'_>> = Vec::new();
    while let Some(token) = tokens.next() {
        match token {
            Token::Word(word) if !word.first().is_some_and(|byte| byte.is_ascii_digit() || b"+-.".contains(byte)) => {
                page.operator(word, &operands);
                operands.clear();
                if word == b"ID" {
                    tokens.at = after_picture(bytes, tokens.at);
                }
            }
            token if operands.len() < OPERANDS => operands.push(token),
            _ => {}
        }
    }
    page.out
}

/// Behind a picture in the content: after its `EI`.
fn after_picture(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    memchr::memmem::find(rest, b"\nEI").or(memchr::memmem::find(rest, b" EI")).map_or(bytes.len(), |end| at + end + 3)
}

struct Page<'f> {
    fonts: &'f Fonts,
    which: usize,
    map: Option<&'f Map>,
    size: f64,
    /// Characters of the last string.
    shown: usize,
    x: f64,
    y: f64,
    out: Vec<u8>,
}

impl Page<'_> {
    fn operator(&mut self, word: &[u8], operands: &[Token<'_>]) {
        let number = |back: usize| operands.len().checked_sub(back).and_then(|at| number(&operands[at])).unwrap_or(0.0);
        match word {
            b"Tf" => {
                if let [.., Token::Name(name), _] = operands {
                    self.map = self.fonts.get(name, self.which);
                    self.size = number(1);
                }
            }
            b"Td" | b"TD" => self.to(self.x + number(2), self.y + number(1)),
            b"Tm" => self.to(number(2), number(1)),
            b"T*" | b"ET" => self.line(),
            b"Tj" | b"TJ" => self.show(operands),
            b"'" | b"\"" => {
                self.line();
                self.show(operands);
            }
            // Strings anywhere else, as the alternative texts of marked content.
            _ if operands.iter().any(|token| matches!(token, Token::Text(_) | Token::Hex(_))) => {
                self.line();
                self.show(operands);
                self.line();
            }
            _ => {}
        }
    }

    fn line(&mut self) {
        if self.out.last().is_some_and(|last| *last != b'\n') {
            self.out.push(b'\n');
        }
    }

    /// Moves to where the next string begins. How wide the last one was is only guessed.
    fn to(&mut self, x: f64, y: f64) {
        if (y - self.y).abs() > 0.5 {
            self.line();
        } else if x - self.x > (self.shown as f64 * 0.6 + 0.3) * self.size.abs() && !self.out.ends_with(b"\n") {
            self.out.push(b' ');
        }
        (self.x, self.y, self.shown) = (x, y, 0);
    }

    fn show(&mut self, operands: &[Token<'_>]) {
        for token in operands {
            match token {
                Token::Text(text) | Token::Hex(text) => {
                    let before = self.out.len();
                    match self.map {
                        Some(map) => map.push(text, &mut self.out),
                        None => plain(text, &mut self.out),
                    }
                    self.shown += self.out.len() - before;
                }
                token if number(token).is_some_and(|moved| moved < BLANK) => self.out.push(b' '),
                _ => {}
            }
        }
    }
}

fn number(token: &Token<'_>) -> Option<f64> {
    match token {
        Token::Word(word) => std::str::from_utf8(word).ok()?.parse().ok(),
        _ => None,
    }
}

/// A string of a font without a map: bytes, or UTF-16 by its mark.
fn plain(text: &[u8], out: &mut Vec<u8>) {
    match text.strip_prefix(b"\xFE\xFF") {
        Some(wide) => {
            let (pairs, _) = wide.as_chunks::<2>();
            let units: Vec<u16> = pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
            out.extend_from_slice(String::from_utf16_lossy(&units).as_bytes());
        }
        None => out.extend_from_slice(text),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_joined() {
        let cases = [
            ("BT /F1 12 Tf 72 700 Td (pass) Tj (word) Tj ET", "password\n"),
            ("BT [(hun) -20 (ter) -300 (two)] TJ 0 -14 Td (next) Tj ET", "hunter two\nnext\n"),
            ("BT (a\\(b\\)\\061) Tj T* <6263> Tj ET", "a(b)1\nbc\n"),
            ("BT 1 0 0 1 10 20 Tm (ab) Tj 1 0 0 1 22 20 Tm (cd) Tj 1 0 0 1 90 20 Tm (ef) Tj ET", "abcd ef\n"),
            ("/Span << /ActualText (alt) >> BDC BT (x) Tj ET EMC", "alt\nx\n"),
            ("BT (one) ' (two) ' ET", "one\ntwo\n"),
        ];
        for (content, expected) in cases {
            let found = text(content.as_bytes(), &Fonts::default(), 0);
            assert_eq!(String::from_utf8(found).unwrap(), expected, "{content}");
        }
    }
}
