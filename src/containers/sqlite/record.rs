//! The values of a row.

use super::pages::{Encoding, varint};

/// A value, as it stands in the payload.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value<'p> {
    Null,
    Integer(i64),
    Real(f64),
    Text(&'p [u8]),
    Blob(&'p [u8]),
}

/// The values of a payload; what is cut off at its end is left out, or given as far as it goes.
pub(super) fn values(payload: &[u8]) -> Vec<Value<'_>> {
    let mut values = Vec::new();
    let Some((header, mut at)) = varint(payload) else { return values };
    let header = usize::try_from(header).unwrap_or(usize::MAX).min(payload.len());
    let mut body = payload.get(header..).unwrap_or_default();
    while at < header {
        let Some((kind, n)) = payload.get(at..header).and_then(varint) else { break };
        at += n;
        let (value, rest) = value(kind, body);
        values.push(value);
        body = rest;
    }
    values
}

/// One value (file format, section 2.1), and the bytes behind it.
fn value(kind: u64, body: &[u8]) -> (Value<'_>, &[u8]) {
    let length = match kind {
        0 | 8..=11 => 0,
        1..=4 => kind,
        5 => 6,
        6 | 7 => 8,
        _ => (kind - 12) / 2,
    };
    let length = usize::try_from(length).unwrap_or(usize::MAX).min(body.len());
    let (bytes, rest) = body.split_at(length);
    let value = match kind {
        0 | 10 | 11 => Value::Null,
        8 | 9 => Value::Integer(kind as i64 - 8),
        7 => Value::Real(f64::from_bits(integer(bytes) as u64)),
        1..=6 => Value::Integer(integer(bytes)),
        _ if kind.is_multiple_of(2) => Value::Blob(bytes),
        _ => Value::Text(bytes),
    };
    (value, rest)
}

fn integer(bytes: &[u8]) -> i64 {
    let sign = if bytes.first().is_some_and(|byte| *byte >= 0x80) { -1 } else { 0 };
    bytes.iter().fold(sign, |value, byte| value << 8 | i64::from(*byte))
}

/// Appends a text in UTF-8.
pub(super) fn push_text(out: &mut Vec<u8>, text: &[u8], encoding: Encoding) {
    let unit = match encoding {
        Encoding::Utf8 => return out.extend_from_slice(text),
        Encoding::Utf16Le => u16::from_le_bytes,
        Encoding::Utf16Be => u16::from_be_bytes,
    };
    let (pairs, _) = text.as_chunks::<2>();
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let character = decoded.unwrap_or(char::REPLACEMENT_CHARACTER);
        out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

/// Appends a value as text.
pub(super) fn push(out: &mut Vec<u8>, value: &Value<'_>, encoding: Encoding) {
    match value {
        Value::Null => {}
        Value::Integer(number) => out.extend_from_slice(number.to_string().as_bytes()),
        Value::Real(number) => out.extend_from_slice(number.to_string().as_bytes()),
        Value::Text(text) => push_text(out, text, encoding),
        Value::Blob(blob) => out.extend_from_slice(blob),
    }
}
