//! Mail: single messages and mbox files (RFC 5322, 2045, 2047, 4155).
//!
//! A message is text and scanned as it stands, where base64 is seen through like in any text and files in it are opened.
//! What is left is quoted-printable, which cuts lines anywhere, and the encoded words of headers: the lines that these
//! change come once more, decoded, as one member.

use std::collections::HashSet;

use super::held;
use super::visit::Visit;
use super::{Body, Budget, Container, Members};
use crate::model::GapKind;

/// Mail.
pub(super) struct Mail;

const DECODED: &[u8] = b"(decoded text)";

/// Bytes of an encoded word.
const WORD: usize = 4096;

/// Boundaries that are remembered of one file.
const BOUNDARIES: usize = 100_000;

/// Bytes of one header field.
const FIELD: usize = 1 << 20;

/// Header fields that messages begin with.
const FIELDS: [&[u8]; 16] = [
    b"return-path",
    b"received",
    b"delivered-to",
    b"from",
    b"to",
    b"cc",
    b"subject",
    b"date",
    b"message-id",
    b"mime-version",
    b"content-type",
    b"content-transfer-encoding",
    b"reply-to",
    b"sender",
    b"dkim-signature",
    b"x-mailer",
];

impl Container for Mail {
    fn name(&self) -> &'static str {
        "mail"
    }

    /// An mbox separator, or a known field, and three known fields in all before the first thing that is none.
    fn embeds(&self, _: &[u8]) -> bool {
        false
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        let separated = head.starts_with(b"From ");
        if !separated && field(head).is_none_or(|name| !is_known(name)) {
            return false;
        }
        let mut lines = head.split(|byte| *byte == b'\n').skip(usize::from(separated)).peekable();
        let mut known = 0;
        while let Some(line) = lines.next().filter(|line| !line.trim_ascii().is_empty()) {
            match field(line) {
                Some(name) => known += usize::from(is_known(name)),
                // A folded line, or one that the head's end cuts off.
                None if line.starts_with(b" ") || line.starts_with(b"\t") || lines.peek().is_none() => {}
                None => return false,
            }
        }
        known >= 3
    }

    fn open(&self, body: Body<'_>, budget: &mut Budget, members: &mut dyn Members) {
        held::beside("mail", body, budget, members, read);
    }
}

/// The name of the field that a line begins.
fn field(line: &[u8]) -> Option<&[u8]> {
    let end = line.iter().take(64).position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-')?;
    (end > 0 && line[end] == b':').then(|| &line[..end])
}

fn is_known(name: &[u8]) -> bool {
    FIELDS.iter().any(|known| name.eq_ignore_ascii_case(known))
}

fn read(bytes: &[u8], visit: &mut Visit<'_>) {
    let mut reader = Reader { in_header: true, ..Reader::default() };
    bytes.split(|byte| *byte == b'\n').for_each(|line| reader.line(line.strip_suffix(b"\r").unwrap_or(line)));
    reader.end_field();
    reader.flush();
    let decoded = reader.out.is_empty() || visit.count(DECODED) && visit.give(DECODED, &mut reader.out.as_slice());
    if !decoded {
        return;
    }
    if reader.over {
        let detail = format!("mail: limit reached: {BOUNDARIES} boundaries, {FIELD} bytes of one header field");
        visit.lost(DECODED, GapKind::LimitReached, 0, &detail);
    }
}

/// Goes through messages line by line.
#[derive(Default)]
struct Reader {
    out: Vec<u8>,
    in_header: bool,
    /// The field that is being unfolded.
    field: Vec<u8>,
    /// Whether the body is quoted-printable.
    quoted: bool,
    /// The line that is being put together, and whether decoding changed it.
    line: Vec<u8>,
    changed: bool,
    boundaries: HashSet<Vec<u8>>,
    /// Something was more than is remembered.
    over: bool,
    /// The line before was empty.
    blank: bool,
}

impl Reader {
    fn line(&mut self, line: &[u8]) {
        let delimiter = line.strip_prefix(b"--").is_some_and(|rest| self.is_boundary(rest));
        if delimiter || (self.blank && !self.in_header && line.starts_with(b"From ")) {
            self.end_field();
            self.flush();
            (self.in_header, self.quoted, self.blank) = (true, false, false);
            return;
        }
        if !self.in_header {
            if self.quoted {
                self.quoted_line(line);
            }
        } else if line.is_empty() {
            self.end_field();
            self.in_header = false;
        } else {
            if !(line.starts_with(b" ") || line.starts_with(b"\t")) {
                self.end_field();
            }
            if self.field.len() < FIELD {
                self.field.extend_from_slice(line);
            } else {
                self.over = true;
            }
        }
        self.blank = line.is_empty();
    }

    fn is_boundary(&self, rest: &[u8]) -> bool {
        let rest = rest.trim_ascii_end();
        let known = |boundary: &[u8]| self.boundaries.contains(boundary);
        known(rest) || rest.strip_suffix(b"--").is_some_and(known)
    }

    /// A field in full: what it says of the body, and its encoded words.
    fn end_field(&mut self) {
        let text = std::mem::take(&mut self.field);
        let Some(name) = field(&text) else { return };
        if name.eq_ignore_ascii_case(b"content-transfer-encoding") {
            let value = text[name.len() + 1..].trim_ascii();
            self.quoted = value.eq_ignore_ascii_case(b"quoted-printable");
        } else if name.eq_ignore_ascii_case(b"content-type") {
            self.remember(boundary(&text));
        }
        if let Some(decoded) = words(&text) {
            self.out.extend_from_slice(&decoded);
            self.out.push(b'\n');
        }
    }

    fn remember(&mut self, boundary: Option<Vec<u8>>) {
        let full = self.boundaries.len() >= BOUNDARIES;
        self.over |= full && boundary.is_some();
        self.boundaries.extend(boundary.filter(|_| !full));
    }

    /// A line of a quoted-printable body (RFC 2045, section 6.7).
    fn quoted_line(&mut self, line: &[u8]) {
        let line = line.trim_ascii_end();
        let (line, soft) = line.strip_suffix(b"=").map_or((line, false), |line| (line, true));
        self.changed |= unquote(line, b'=', &mut self.line) || soft;
        if !soft {
            self.flush();
        }
    }

    fn flush(&mut self) {
        if self.changed {
            self.out.append(&mut self.line);
            self.out.push(b'\n');
        }
        self.line.clear();
        self.changed = false;
    }
}

/// Appends `text` with what follows each `mark` taken for two digits; whether there was one.
fn unquote(text: &[u8], mark: u8, out: &mut Vec<u8>) -> bool {
    let (mut at, mut any) = (0, false);
    while let Some(byte) = text.get(at) {
        let digits = text.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|_| *byte == mark) {
            Some(decoded) => {
                out.push(decoded);
                (at, any) = (at + 3, true);
            }
            None => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    any
}

/// The boundary that a content type names.
fn boundary(text: &[u8]) -> Option<Vec<u8>> {
    let lower = text.to_ascii_lowercase();
    let at = memchr::memmem::find(&lower, b"boundary=")? + 9;
    let value = text.get(at..)?;
    let value = match value.strip_prefix(b"\"") {
        Some(quoted) => quoted.split(|byte| *byte == b'"').next()?,
        None => value.split(|byte| *byte == b';' || byte.is_ascii_whitespace()).next()?,
    };
    (!value.is_empty()).then(|| value.to_vec())
}

/// A field with its encoded words decoded (RFC 2047): `=?utf-8?Q?a_b?=`; `None` when it has none.
fn words(text: &[u8]) -> Option<Vec<u8>> {
    let mut rest = text;
    let (mut out, mut any) = (Vec::new(), false);
    while let Some(at) = memchr::memmem::find(rest, b"=?") {
        let Some((decoded, length)) = word(&rest[at..]) else {
            out.extend_from_slice(&rest[..at + 2]);
            rest = &rest[at + 2..];
            continue;
        };
        // Blanks between two encoded words are no part of the text.
        if !(any && rest[..at].trim_ascii().is_empty()) {
            out.extend_from_slice(&rest[..at]);
        }
        out.extend_from_slice(&decoded);
        (rest, any) = (&rest[at + length..], true);
    }
    out.extend_from_slice(rest);
    any.then_some(out)
}

/// One encoded word, and how long it is. It should have 75 characters at most.
fn word(text: &[u8]) -> Option<(Vec<u8>, usize)> {
    let text = text.get(..WORD).unwrap_or(text);
    let mut parts = text.get(2..)?.splitn(3, |byte| *byte == b'?');
    let (charset, encoding, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let end = memchr::memmem::find(rest, b"?=")?;
    let content = &rest[..end];
    let decoded = match encoding {
        b"Q" | b"q" => {
            let blanks: Vec<u8> = content.iter().map(|byte| if *byte == b'_' { b' ' } else { *byte }).collect();
            let mut out = Vec::new();
            unquote(&blanks, b'=', &mut out);
            out
        }
        b"B" | b"b" => {
            let bare = content.split(|byte| *byte == b'=').next().unwrap_or_default();
            data_encoding::BASE64_NOPAD.decode(bare).ok()?
        }
        _ => return None,
    };
    Some((decoded, 2 + charset.len() + 1 + encoding.len() + 1 + end + 2))
}
