//! What a value in base64 holds: pictures, fonts, programs, certificates, public keys and ciphertexts say so with their
//! first bytes, whatever the name is that they are given.

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD};

use super::words::begins_with_any;
use crate::engine::reason::Reason;

/// Shorter values hold too little behind their first bytes.
const SHORTEST: usize = 40;

/// How many characters are decoded, and the bytes that they are.
const HEAD: usize = 32;
const BYTES: usize = HEAD / 4 * 3;

/// Files that nobody keeps a secret in under its own name.
const FILES: &[&[u8]] = &[
    b"\x89PNG\r\n\x1A\n",
    b"\xFF\xD8\xFF",
    b"GIF87a",
    b"GIF89a",
    b"RIFF",
    b"\0\0\x01\0\x01\0",
    b"<svg",
    b"<?xml",
    b"<!DOCTYPE",
    b"wOFF",
    b"wOF2",
    b"OTTO\0",
    b"\0\x01\0\0\0",
    b"\0asm\x01\0\0\0",
    b"OggS\0",
    b"ID3\x03",
    b"ID3\x04",
    b"\x7FELF",
    b"%PDF-",
];

/// What encrypts and says so: the first bytes of its output.
const CIPHERTEXTS: &[&[u8]] = &[
    // `openssl enc`, and what is compatible with it.
    b"Salted__",
    b"age-encryption.org/",
    // The output of AWS KMS: what it encrypts itself, and the keys of data that it generates.
    b"\x01\x02\x02\0",
    b"\x01\x02\x03\0",
    b"\x01\x01\x02\0",
    b"\x01\x01\x03\0",
    // That of Google's KMS: a message of protocol buffers whose first field is the key's 36 bytes.
    b"\x0A\x24\0",
    // Windows' data protection: its version and its provider.
    b"\x01\0\0\0\xD0\x8C\x9D\xDF\x01\x15\xD1\x11",
    // ASP.NET Core's data protection.
    b"\x09\xF0\xC9\xF0",
    // Fernet's version and the upper bytes of its time.
    b"\x80\0\0\0\0",
];

/// Why the bytes that the value encodes are no secret, if their beginning says what they are.
pub(super) fn content(value: &[u8]) -> Option<Reason> {
    if value.len() < SHORTEST {
        return None;
    }
    let mut bytes = [0; BYTES];
    let bytes = decoded(value, &mut bytes)?;
    if begins_with_any(bytes, FILES) {
        Some(Reason::File)
    } else if begins_with_any(bytes, CIPHERTEXTS) || is_sealed(value, bytes) {
        Some(Reason::Ciphertext)
    } else if is_public_key(bytes) || is_certificate(bytes) {
        Some(Reason::Public)
    } else {
        None
    }
}

/// The first bytes that the value encodes.
fn decoded<'a>(value: &[u8], bytes: &'a mut [u8; BYTES]) -> Option<&'a [u8]> {
    let head = &value[..HEAD];
    let encoding = if head.iter().any(|byte| matches!(byte, b'-' | b'_')) { BASE64URL_NOPAD } else { BASE64_NOPAD };
    encoding.decode_mut(head, bytes).ok()?;
    Some(bytes)
}

/// A public key: SubjectPublicKeyInfo (RFC 5280 §4.1), whose first member is the algorithm, where a private key has its
/// version (RFC 5208 §5); or an OpenSSH one (RFC 4253 §6.6), the length and the name of its kind.
fn is_public_key(bytes: &[u8]) -> bool {
    const KINDS: &[&[u8]] = &[b"ssh-", b"ecdsa-sha2-", b"sk-ssh-", b"sk-ecdsa-"];
    // What a private key is encrypted with (RFC 5958 §3) is of PKCS #5 or #12.
    const ENCRYPTS: [&[u8]; 2] = [b"\x2A\x86\x48\x86\xF7\x0D\x01\x05", b"\x2A\x86\x48\x86\xF7\x0D\x01\x0C"];
    let object = sequence(bytes).and_then(sequence).and_then(|it| it.strip_prefix(b"\x06"));
    let algorithm = object.is_some_and(|it| it.len() > 8 && !begins_with_any(&it[1..], &ENCRYPTS));
    algorithm || bytes.starts_with(b"\0\0\0") && begins_with_any(&bytes[4..], KINDS)
}

/// A certificate (RFC 5280 §4.1): its first member is a sequence whose first member says that the version is 3. A request
/// for one (RFC 2986 §4) has version 0 and a name there.
fn is_certificate(bytes: &[u8]) -> bool {
    let version = |it: &[u8]| it.starts_with(b"\xA0\x03\x02\x01\x02") || it.starts_with(b"\x02\x01\0\x30");
    sequence(bytes).and_then(sequence).is_some_and(version)
}

/// What stands in the sequence that the bytes begin with (X.690 §8.9), however long it is.
fn sequence(bytes: &[u8]) -> Option<&[u8]> {
    let rest = bytes.strip_prefix(b"\x30")?;
    match rest {
        [0..=0x7F, inner @ ..] | [0x81, _, inner @ ..] | [0x82, _, _, inner @ ..] => Some(inner),
        _ => None,
    }
}

/// What Bitnami's Sealed Secrets made: the length of a key of 2048 or 4096 bits that is encrypted for the cluster, the key,
/// and what it encrypts.
fn is_sealed(value: &[u8], bytes: &[u8]) -> bool {
    let key = usize::from(u16::from_be_bytes([bytes[0], bytes[1]]));
    matches!(key, 256 | 512) && value.len() > (2 + key) * 4 / 3
}

#[cfg(test)]
mod tests {
    use data_encoding::{BASE64, BASE64URL};

    use super::*;

    /// The value that holds these bytes and others behind them.
    fn value(head: &[u8], length: usize) -> String {
        let rest = (0..length).map(|i| (i * 167 % 251) as u8);
        BASE64.encode(&head.iter().copied().chain(rest).collect::<Vec<_>>())
    }

    #[test]
    fn what_says_what_it_is_is_no_secret() {
        let cases: &[(&[u8], usize, Reason)] = &[
            (b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR", 40, Reason::File),
            (b"\0asm\x01\0\0\0", 40, Reason::File),
            (b"\x01\x02\x02\0x", 150, Reason::Ciphertext),
            (b"Salted__", 32, Reason::Ciphertext),
            (b"\x80\0\0\0\0\x65", 60, Reason::Ciphertext),
            (b"\x02\0", 600, Reason::Ciphertext),
            (b"\x30\x82\x01\x22\x30\x0D\x06\x09", 200, Reason::Public),
            (b"\x30\x59\x30\x13\x06\x07", 80, Reason::Public),
            (b"\x30\x2A\x30\x05\x06\x03\x2B\x65\x70", 32, Reason::Public),
            (b"\x30\x82\x03\x22\x30\x82\x02\x0D\xA0\x03\x02\x01\x02", 200, Reason::Public),
            (b"\0\0\0\x0Bssh-ed25519", 36, Reason::Public),
        ];
        for (head, length, reason) in cases {
            assert_eq!(content(value(head, *length).as_bytes()), Some(*reason), "{head:x?}");
        }
    }

    #[test]
    fn private_keys_and_random_bytes_say_nothing() {
        let heads: [&[u8]; 6] = [
            b"\x30\x82\x06\x22\x30\x0D\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x05\x0D",
            b"\x30\x82\x04\xBE\x02\x01\0\x30",
            b"\x30\x2E\x02\x01\0\x30",
            b"\x30\x77\x02\x01\x01\x04",
            b"\x02\0",
            b"\x9C",
        ];
        for head in heads {
            assert_eq!(content(value(head, 48).as_bytes()), None, "{head:x?}");
        }
        for text in ["x7Kp2q-9LmZ4rT8vW!x7Kp2q9LmZ4rT8vWx7Kp2q9L", "iVBORw0KGgo"] {
            assert_eq!(content(text.as_bytes()), None);
        }
        let safe = BASE64URL.encode(b"\xFF\xD8\xFF\xFB\xEF\xBE\xFF\xD8\xFF\xFB\xEF\xBE\xFF\xD8\xFF\xFB\xEF\xBE\xFF\xD8\xFF\xFB\xEF\xBE\xFF\xD8\xFF\xFB\xEF\xBE");
        assert_eq!(content(safe.as_bytes()), Some(Reason::File));
    }
}
