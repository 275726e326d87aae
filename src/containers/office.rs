//! The parts of office documents (docx, xlsx, pptx, odt and their kin): their text, joined over the runs that formatting
//! cuts it into.
//!
//! A part is XML and scanned as it stands. Beside that, every paragraph of more than one run is given as one line, where
//! a secret that changes its colour in the middle is whole again.

use std::io::{self, Read};

use memchr::memmem;

use super::input::Input;
use super::visit::Visit;
use super::{Body, Budget, Container, Members};
use crate::model::GapKind;

/// A part of an office document.
pub(super) struct Office;

/// Bytes of joined text that are kept of one part.
const TEXT: usize = 16 << 20;

const JOINED: &[u8] = b"(joined text)";

impl Container for Office {
    fn name(&self) -> &'static str {
        "office"
    }

    /// XML, with a declaration or without, that names one of the formats in its first element.
    fn embeds(&self, _: &[u8]) -> bool {
        false
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
        let spaces: [&[u8]; 3] = [b"openxmlformats.org/", b"schemas.microsoft.com/office/", b"opendocument:xmlns:"];
        head.starts_with(b"<") && spaces.iter().any(|space| memmem::find(head, space).is_some())
    }

    fn open(&self, body: Body<'_>, budget: &mut Budget, members: &mut dyn Members) {
        let mut tee = Tee { input: Input::new(body), text: Joined::default() };
        members.plain(&mut tee);
        // What was not wanted of it is read all the same.
        let _ = io::copy(&mut tee, &mut io::sink());
        let text = tee.text;
        let Some(mut visit) = Visit::enter(budget, members) else { return };
        if !text.out.is_empty() && visit.count(JOINED) {
            visit.give(JOINED, &mut text.out.as_slice());
        }
        if text.full {
            let detail = format!("office: limit on joined text reached: {TEXT} bytes");
            visit.lost(JOINED, GapKind::LimitReached, 0, &detail);
        }
    }
}

/// Reads on, and hears what is read.
struct Tee<'a> {
    input: Input<'a>,
    text: Joined,
}

impl Read for Tee<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(buf)?;
        self.text.take(buf.get(..n).unwrap_or_default());
        Ok(n)
    }
}

/// Paragraphs out of XML that comes in pieces.
#[derive(Default)]
struct Joined {
    out: Vec<u8>,
    full: bool,
    /// The tag or text that is being read.
    token: Vec<u8>,
    in_tag: bool,
    paragraph: Vec<u8>,
    runs: usize,
}

impl Joined {
    fn take(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let stop = if self.in_tag { b'>' } else { b'<' };
            let at = memchr::memchr(stop, bytes);
            self.keep(&bytes[..at.unwrap_or(bytes.len())]);
            let Some(at) = at else { return };
            bytes = &bytes[at + 1..];
            let token = std::mem::take(&mut self.token);
            if self.in_tag {
                self.tag(&token)
            } else {
                self.text(&token)
            }
            self.in_tag = !self.in_tag;
        }
    }

    fn keep(&mut self, part: &[u8]) {
        if self.token.len() + part.len() <= TEXT {
            self.token.extend_from_slice(part);
        } else {
            self.full = true;
        }
    }

    fn text(&mut self, text: &[u8]) {
        if text.is_empty() || (text.trim_ascii().is_empty() && text.contains(&b'\n')) {
            return;
        }
        self.runs += 1;
        unescape(text, &mut self.paragraph);
    }

    fn tag(&mut self, tag: &[u8]) {
        let closes = tag.starts_with(b"/");
        let name = tag.strip_prefix(b"/").unwrap_or(tag);
        let end = name.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'/').unwrap_or(name.len());
        match &name[..end] {
            b"w:p" | b"a:p" | b"si" | b"is" | b"comment" | b"text:p" | b"text:h" if closes => self.end(),
            b"w:tab" | b"text:tab" | b"text:s" => self.paragraph.push(b' '),
            b"w:br" | b"a:br" | b"text:line-break" | b"w:cr" => self.paragraph.push(b'\n'),
            _ => {}
        }
    }

    /// The end of a paragraph. One of a single run says nothing that the part as it stands does not.
    fn end(&mut self) {
        if self.runs > 1 && self.out.len() + self.paragraph.len() < TEXT {
            self.out.append(&mut self.paragraph);
            self.out.push(b'\n');
        } else {
            self.full |= self.runs > 1;
        }
        self.paragraph.clear();
        self.runs = 0;
    }
}

/// Appends text with its character references undone.
fn unescape(text: &[u8], out: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let end = rest.iter().take(12).position(|byte| *byte == b';');
        match end.and_then(|end| Some((character(&rest[1..end])?, end))) {
            Some((character, end)) => {
                out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                rest = &rest[end + 1..];
            }
            None => {
                out.push(b'&');
                rest = &rest[1..];
            }
        }
    }
    out.extend_from_slice(rest);
}

fn character(name: &[u8]) -> Option<char> {
    Some(match name {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        _ => {
            let digits = std::str::from_utf8(name.strip_prefix(b"#")?).ok()?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => digits.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    })
}
