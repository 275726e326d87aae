//! What stands for a secret: its mask, in the encoding that the secret stood in, with the lines it stood on.

use std::ops::Range;

use data_encoding::{BASE64, HEXLOWER};

use crate::decoders::{end_of_dumped, joint, joint_of_literals, line_continuation, spelled_like};
use crate::model::Match;

/// Replaces `span` of `bytes`, in which `found` is the best match; `own` says that the span is the match's own. The
/// result is the stretch to replace, which may be a little longer, and what to write.
pub(super) fn replacement(
    bytes: &[u8],
    span: Range<usize>,
    found: &Match,
    own: bool,
    mask: &str,
) -> (Range<usize>, Vec<u8>) {
    let text = &bytes[span.clone()];
    match found.via.first().copied().filter(|_| own) {
        Some("hex") if text.len().is_multiple_of(2) && text.iter().all(u8::is_ascii_hexdigit) => {
            (span, HEXLOWER.encode(mask.as_bytes()).into_bytes())
        }
        Some("base64") if found.via.len() == 1 => match groups(bytes, &span, found.secret.expose()) {
            Some(groups) => (groups, base64(mask)),
            None => (span.clone(), plain(bytes, span, mask)),
        },
        Some("utf16le") => (span, wide(mask, 2, false)),
        Some("utf16be") => (whole_units(bytes, span), wide(mask, 2, true)),
        Some("utf32le") => (span, wide(mask, 4, false)),
        Some("utf32be") => (span, wide(mask, 4, true)),
        Some("joined") => (span.clone(), first_of(bytes, span, mask, joint_of_literals)),
        Some("continued") => (span.clone(), first_of(bytes, span, mask, line_continuation)),
        Some("dump") => {
            let shown = span.start..end_of_dumped(bytes, span.end);
            (shown.clone(), plain(bytes, shown, mask))
        }
        Some("bytes") => (span.clone(), listed(text, mask)),
        _ => (span.clone(), plain(bytes, span, mask)),
    }
}

/// The mask in place of the first part of a value, the others empty: what joins them stays, and with it the syntax.
fn first_of(bytes: &[u8], span: Range<usize>, mask: &str, length: fn(&[u8], usize) -> Option<usize>) -> Vec<u8> {
    let mut out = mask.as_bytes().to_vec();
    let mut at = span.start;
    while at < span.end {
        let joint = length(bytes, at).unwrap_or(0);
        out.extend_from_slice(&bytes[at..span.end.min(at + joint)]);
        at += joint.max(1);
    }
    out
}

/// The mask as a list of bytes, with as many lines.
fn listed(text: &[u8], mask: &str) -> Vec<u8> {
    let mut out = spelled_like(text, mask.as_bytes());
    out.extend(text.iter().filter(|byte| **byte == b'\n'));
    out
}

/// The mask, and of the lines after the first what a log puts before them: a line stays a line, and JSON stays JSON.
pub(super) fn plain(bytes: &[u8], span: Range<usize>, mask: &str) -> Vec<u8> {
    let mut out = mask.as_bytes().to_vec();
    let mut at = span.start;
    while at < span.end {
        match joint(bytes, at).filter(|next| bytes[at..*next].contains(&b'\n')) {
            Some(next) => {
                out.extend_from_slice(&bytes[at..next.min(span.end)]);
                at = next;
            }
            None => at += 1,
        }
    }
    out
}

/// The mask as whole groups, which need no padding.
fn base64(mask: &str) -> Vec<u8> {
    let mut text = mask.to_owned();
    while !text.len().is_multiple_of(3) {
        text.push(' ');
    }
    BASE64.encode(text.as_bytes()).into_bytes()
}

/// The groups of four characters that hold the secret, when its alignment can be told from its own characters.
fn groups(bytes: &[u8], span: &Range<usize>, secret: &[u8]) -> Option<Range<usize>> {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
    let text = &bytes[span.clone()];
    if !text.iter().all(is_base64) {
        return None;
    }
    let plain: Vec<u8> = text
        .iter()
        .map(|byte| {
            if *byte == b'-' {
                b'+'
            } else if *byte == b'_' {
                b'/'
            } else {
                *byte
            }
        })
        .collect();
    let before = (0..3).find_map(|phase| before(&plain, secret, phase))?;
    let start = span.start.checked_sub(before).filter(|start| bytes[*start..span.start].iter().all(is_base64))?;
    let wanted = start + (span.end - start).next_multiple_of(4);
    let run = span.end + bytes[span.end..].iter().take(3).take_while(|byte| is_base64(byte)).count();
    let end = wanted.min(run);
    let padding = bytes[end..].iter().take(wanted - end).take_while(|byte| **byte == b'=').count();
    Some(start..end + padding)
}

/// How many characters of the secret's first group stand before `text`, if the secret stands there after `phase` bytes of
/// a group: with the characters that it shares with its neighbours, as a decoder leads back, or without, as the form of
/// a known secret is.
fn before(text: &[u8], secret: &[u8], phase: usize) -> Option<usize> {
    let padded = [&vec![0; phase], secret, &[0, 0]].concat();
    let encoded = BASE64.encode(&padded[..padded.len() / 3 * 3]);
    let bits = 8 * (phase + secret.len());
    let own = (8 * phase).div_ceil(6)..bits / 6;
    let forms = [(8 * phase / 6, bits.div_ceil(6)), (own.start, own.end)];
    let stands = |(first, last): &(usize, usize)| {
        let here = text.get(own.start - first..own.start - first + own.len());
        last - first == text.len() && here == encoded.as_bytes().get(own.clone())
    };
    forms.iter().find(|form| stands(form)).map(|(first, _)| *first)
}

fn wide(mask: &str, width: usize, big_endian: bool) -> Vec<u8> {
    let unit = |byte: u8| {
        let mut unit = vec![0; width];
        unit[if big_endian { width - 1 } else { 0 }] = byte;
        unit
    };
    mask.bytes().flat_map(unit).collect()
}

/// A form of a known secret in UTF-16 has no NUL at its ends; in big endian one stands before it.
fn whole_units(bytes: &[u8], span: Range<usize>) -> Range<usize> {
    let before = span.start.checked_sub(1).is_some_and(|at| bytes[at] == 0);
    if span.len() % 2 == 1 && before { span.start - 1..span.end } else { span }
}
