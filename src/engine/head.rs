//! Blobs that are a secret themselves: stores of keys, known by their first bytes, and files that hold one value and
//! nothing else. They have no keyword; only the beginning of a blob, or of what a decoder made, is looked at.

use std::ops::Range;

use crate::rules::Reader;

/// The most that is looked at.
pub(super) const LOOK: usize = 4096;

/// What `bytes`, the beginning of a blob, are to a reader.
pub(super) fn read(reader: Reader, bytes: &[u8]) -> Option<Range<usize>> {
    let head = &bytes[..bytes.len().min(LOOK)];
    match reader {
        Reader::Pem | Reader::Url => None,
        Reader::Whole => whole(bytes),
        Reader::Jks => holds_key(head)?.then_some(0..head.len()),
        Reader::Pkcs12 => is_pkcs12(head).then_some(0..head.len()),
        Reader::Keytab => is_keytab(head)?.then_some(0..head.len()),
        Reader::Kdbx => {
            const MAGICS: [&[u8]; 2] = [b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5", b"\x03\xd9\xa2\x9a\x65\xfb\x4b\xb5"];
            MAGICS.iter().any(|magic| head.starts_with(magic)).then_some(0..head.len())
        }
    }
}

/// The one word of a short file, without the blanks around it.
fn whole(bytes: &[u8]) -> Option<Range<usize>> {
    const LONGEST: usize = 512;
    if bytes.len() > LONGEST {
        return None;
    }
    let (word, start) = (bytes.trim_ascii(), bytes.len() - bytes.trim_ascii_start().len());
    let is_word = !word.is_empty() && word.iter().all(|byte| *byte > b' ' && *byte != 0x7f);
    is_word.then_some(start..start + word.len())
}

/// Whether a JKS or JCEKS store holds a private or secret key among the entries seen; others hold certificates alone.
/// (The form is that of `java.security.KeyStore`'s JKS provider, in OpenJDK's `JavaKeyStore.java`.)
fn holds_key(bytes: &[u8]) -> Option<bool> {
    let mut rest = Fields(bytes);
    if !matches!(rest.number(4)?, 0xfeed_feed | 0xcece_cece) || !matches!(rest.number(4)?, 1 | 2) {
        return Some(false);
    }
    for _ in 0..rest.number(4)?.min(64) {
        if rest.number(4)? != 2 {
            return Some(true);
        }
        for (width, beyond) in [(2, 8), (2, 0), (4, 0)] {
            let length = rest.number(width)? as usize;
            rest.take(length + beyond)?;
        }
    }
    Some(false)
}

/// Whether the bytes begin as a PFX does: a SEQUENCE of version 3 and an authenticated SEQUENCE (RFC 7292 §4).
fn is_pkcs12(bytes: &[u8]) -> bool {
    let body = match bytes {
        [0x30, 0x82, _, _, body @ ..] => body,
        [0x30, 0x83, _, _, _, body @ ..] => body,
        [0x30, 0x80, body @ ..] => body,
        _ => return false,
    };
    body.starts_with(&[2, 1, 3, 0x30])
        && memchr::memmem::find(body, b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07").is_some()
}

/// Whether the bytes begin as an MIT keytab of version 2 does: an entry of a realm and one to eight names.
fn is_keytab(bytes: &[u8]) -> Option<bool> {
    let mut rest = Fields(bytes);
    if rest.number(2)? != 0x0502 || !(16..4096).contains(&rest.number(4)?) || !(1..=8).contains(&rest.number(2)?) {
        return Some(false);
    }
    let length = rest.number(2)? as usize;
    let realm = rest.take(length)?;
    Some(!realm.is_empty() && realm.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_')))
}

/// Fields of a binary form, one after the other.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (field, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(field)
    }

    /// A number of `width` bytes, the most significant first.
    fn number(&mut self, width: usize) -> Option<u32> {
        Some(self.take(width)?.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stores_with_keys_are_told_from_what_looks_like_them() {
        let entry =
            |tag: u8| [&[0, 0, 0, tag, 0, 1, b'k'][..], &[0; 8], &[0, 5], b"X.509", &[0, 0, 0, 2, 1, 2]].concat();
        let store = |entries: &[Vec<u8>]| {
            [&[0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2, 0, 0, 0, entries.len() as u8][..], &entries.concat()].concat()
        };
        let pfx = |kind: u8| {
            [&[0x30, 0x82, 9, 9, 2, 1, 3, 0x30, 0x80, 6, 9][..], b"\x2a\x86\x48\x86\xf7\x0d\x01", &[kind, 1]].concat()
        };
        let keytab = |realm: &[u8]| [&[5, 2, 0, 0, 0, 60, 0, 1, 0, realm.len() as u8][..], realm, &[0; 60]].concat();
        let cases: &[(Reader, Vec<u8>, bool)] = &[
            (Reader::Jks, store(&[entry(1)]), true),
            (Reader::Jks, store(&[entry(2), entry(1)]), true),
            (Reader::Jks, store(&[entry(2), entry(2)]), false),
            (Reader::Jks, store(&[]), false),
            (Reader::Jks, vec![0xfe, 0xed], false),
            (Reader::Pkcs12, pfx(7), true),
            (Reader::Pkcs12, pfx(9), false),
            (Reader::Pkcs12, b"\x30\x82\x01\x00\x02\x01\x00\x30".to_vec(), false),
            (Reader::Keytab, keytab(b"ACME.ORG"), true),
            (Reader::Keytab, keytab(b"\0\0"), false),
            (Reader::Keytab, b"\x05\x02".to_vec(), false),
            (Reader::Kdbx, b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5\0".to_vec(), true),
            (Reader::Kdbx, b"\x03\xd9".to_vec(), false),
        ];
        for (reader, bytes, expected) in cases {
            assert_eq!(read(*reader, bytes).is_some(), *expected, "{reader:?} {bytes:?}");
        }
        assert_eq!(read(Reader::Whole, b" value\n"), Some(1..6));
        assert_eq!(read(Reader::Whole, b" \n"), None);
        assert_eq!(read(Reader::Whole, b"two words"), None);
        assert_eq!(read(Reader::Whole, b"not\0text"), None);
        assert_eq!(read(Reader::Whole, &[b'a'; LOOK + 1]), None);
    }
}
