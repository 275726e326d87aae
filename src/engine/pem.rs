//! Armoured private keys (RFC 7468, RFC 4880, OpenSSH): in lines, on one line with escapes, quoted, commented, or with a
//! log's time stamp before each line.

use std::ops::Range;

use data_encoding::Specification;

use super::structure;
use crate::decoders::joint;
use crate::model::Confidence;

/// The longest block, in the form it stands in. A PGP key ring or an RSA key of 16,384 bits fits.
pub(super) const MAX_BLOCK: usize = 32 << 10;

/// Decoded bytes below which a block is a sample with its middle cut out. (An Ed25519 key has 48.)
const MIN_BODY: usize = 40;

/// A block: where it stands, its key in bytes, and how sure it is.
pub(super) struct Block {
    pub(super) span: Range<usize>,
    pub(super) body: Vec<u8>,
    pub(super) confidence: Confidence,
}

/// Reads the block whose label holds the `PRIVATE KEY` at `at`. Hollow and cut blocks are none.
pub(super) fn read(bytes: &[u8], at: usize) -> Option<Block> {
    let (start, label) = opening(bytes, at)?;
    let mut begin = at + b"PRIVATE KEY".len();
    begin += usize::from(bytes[begin..].starts_with(b" BLOCK")) * b" BLOCK".len();
    bytes[begin..].starts_with(b"-----").then_some(())?;
    begin += 5;
    let rest = &bytes[begin..bytes.len().min(begin + MAX_BLOCK)];
    let end = memchr::memmem::find(rest, b"-----END ")?;
    let (text, encrypted) = body_text(&rest[..end]);
    let body = decode(&text)?;
    let confidence = judge(&body, label, encrypted)?;
    let tail = &rest[end + 9..];
    let close = tail.iter().take(64).position(|byte| *byte == b'\n').unwrap_or(tail.len().min(64));
    let dashes = memchr::memmem::find(&tail[..close], b"-----").map_or(0, |i| i + 5);
    Some(Block { span: start..begin + end + 9 + dashes, body, confidence })
}

/// Where the block begins, and the label's words before `PRIVATE KEY`.
fn opening(bytes: &[u8], at: usize) -> Option<(usize, &[u8])> {
    let head = &bytes[at.saturating_sub(32)..at];
    let begin = memchr::memmem::rfind(head, b"-----BEGIN ")?;
    let label = &head[begin + 11..];
    label
        .iter()
        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b' ')
        .then_some((at - head.len() + begin, label))
}

/// The base64 text of a block, and whether its headers say that it is encrypted.
///
/// Each line, real or escaped, gives its last stretch of base64 characters, so that quotes, comment marks and a log's
/// prefix fall away. Headers and the armour's checksum line give nothing.
fn body_text(block: &[u8]) -> (Vec<u8>, bool) {
    let encrypted = memchr::memmem::find(block, b"ENCRYPTED").is_some();
    let mut all: Vec<&[u8]> = lines(block).collect();
    if all.len() == 1 {
        // Line breaks that became blanks.
        return (block.iter().copied().filter(|byte| is_base64(*byte)).collect(), encrypted);
    }
    // What stands before `-----END` on its own line is a log's prefix.
    all.pop();
    let mut text = Vec::with_capacity(block.len());
    for line in all {
        let line = line.trim_ascii_end();
        let mut end = line.len();
        while end > 0 && !is_base64(line[end - 1]) {
            end -= 1;
        }
        // String concatenation leaves a plus between the quote and the line's end.
        while end > 1 && line[end - 1] == b'+' && matches!(line[end - 2], b' ' | b'"' | b'\'' | b'\t') {
            end -= 1;
            while end > 0 && !is_base64(line[end - 1]) {
                end -= 1;
            }
        }
        let start = line[..end].iter().rposition(|byte| !is_base64(*byte)).map_or(0, |i| i + 1);
        let is_header = line[..start].windows(2).any(|pair| pair == b": ") && !looks_stamped(&line[..start]);
        let is_checksum = start > 0 && line[start - 1] == b'=' && end - start == 4;
        if !is_header && !is_checksum {
            text.extend_from_slice(&line[start..end]);
        }
    }
    (text, encrypted)
}

/// Splits at line breaks, with what a log puts before the next line: real ones and `\n`, `\r\n`, `\\n` in any number of backslashes.
fn lines(block: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(block);
    std::iter::from_fn(move || {
        let block = rest?;
        let breaks =
            |i: &usize| block[*i] == b'\n' || (block[*i] == b'\\' && matches!(block.get(i + 1), Some(b'n' | b'r')));
        let at = (0..block.len()).find(breaks);
        let line = &block[..at.unwrap_or(block.len())];
        rest = at.map(|i| &block[joint(block, i).unwrap_or(i + 2).min(block.len())..]);
        Some(line)
    })
}

/// Whether text before a key's line begins with a year, as time stamps do, or holds a log's brackets.
fn looks_stamped(prefix: &[u8]) -> bool {
    prefix.iter().filter(|byte| byte.is_ascii_digit()).count() >= 4 || prefix.contains(&b'[') || prefix.contains(&b'|')
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut specification = Specification::new();
    specification.symbols.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    specification.check_trailing_bits = false;
    let encoding = specification.encoding().ok()?;
    let whole = text.len() - usize::from(text.len() % 4 == 1);
    encoding.decode(&text[..whole]).ok().filter(|body| body.len() >= MIN_BODY)
}

/// What the decoded bytes prove.
fn judge(body: &[u8], label: &[u8], encrypted: bool) -> Option<Confidence> {
    if label.starts_with(b"OPENSSH") {
        return structure::openssh(body);
    }
    if label.starts_with(b"PGP") {
        return structure::has_secret_packet(body).then_some(Confidence::Confirmed);
    }
    if encrypted || label.starts_with(b"ENCRYPTED") {
        return Some(Confidence::Review);
    }
    structure::is_der(body).then_some(Confidence::Confirmed)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use data_encoding::BASE64;

    use super::*;

    /// Bytes with the outer form of a PKCS#1 key: a sequence, a version, and filler.
    fn key() -> Vec<u8> {
        let filler = (0..597u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8);
        [0x30, 0x82, 0x02, 0x58, 0x02, 0x01, 0x00].into_iter().chain(filler).collect()
    }

    fn armour(line: impl Fn(&str) -> String) -> String {
        let text = BASE64.encode(&key());
        let label = ["RSA PRIVATE", " KEY"].concat();
        let mut out = line(&format!("-----BEGIN {label}-----"));
        for at in (0..text.len()).step_by(64) {
            out += &line(&text[at..text.len().min(at + 64)]);
        }
        out + &line(&format!("-----END {label}-----"))
    }

    #[test]
    fn a_key_is_the_same_key_in_every_dress() {
        let dresses = [
            armour(|line| format!("{line}\n")),
            armour(|line| format!("    {line}\r\n")),
            armour(|line| format!("{line}\\n")),
            armour(|line| format!("{line}\\\\n")),
            armour(|line| format!("\"{line}\\n\" +\n")),
            armour(|line| format!("# {line}\n")),
            armour(|line| format!("2026-09-01T10:00:00.0000000Z {line}\n")),
            armour(|line| format!("[build 12:30:01] {line}\n")),
            armour(|line| {
                format!("{{\"log\":\"{line}\\n\",\"stream\":\"stdout\",\"time\":\"2026-09-01T10:00:00.1Z\"}}\n")
            }),
            armour(|line| format!("    '{line}',\n")),
            armour(|line| format!("{line} ")),
        ];
        for text in dresses {
            let block = read(text.as_bytes(), text.find("PRIVATE KEY").unwrap());
            let block = block.unwrap_or_else(|| panic!("not found in\n{text}"));
            assert_eq!((block.body, block.confidence), (key(), Confidence::Confirmed), "{text}");
        }
    }

    #[test]
    fn hollow_and_cut_blocks_are_none() {
        let whole = armour(|line| format!("{line}\n"));
        let lines: Vec<_> = whole.lines().collect();
        let cut = [&lines[..4], &lines[lines.len() - 2..]].concat().join("\n");
        let endless = lines[..lines.len() - 1].join("\n");
        let hollow = [lines[0], "...", lines[lines.len() - 1]].join("\n");
        for text in [cut, endless, hollow, lines[0].to_owned()] {
            assert!(read(text.as_bytes(), text.find("PRIVATE KEY").unwrap()).is_none(), "{text}");
        }
    }
}
