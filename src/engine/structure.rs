//! Whether decoded bytes are a private key from end to end, so that a block with its middle cut out is none.

use crate::model::Confidence;

/// Whether the bytes are one DER SEQUENCE that begins with a version INTEGER and ends where the bytes end, but for what
/// padding may add (RFC 8017, 5915, 5958).
pub(super) fn is_der(body: &[u8]) -> bool {
    let (length, header) = match body {
        [0x30, 0x81, a, ..] => (usize::from(*a), 3),
        [0x30, 0x82, a, b, ..] => (usize::from(*a) << 8 | usize::from(*b), 4),
        [0x30, a, ..] if *a < 0x80 => (usize::from(*a), 2),
        _ => return false,
    };
    let total = header + length;
    body.get(header) == Some(&0x02) && body.len() >= total && body.len() <= total + 2
}

/// How sure an OpenSSH key is: a passphrase's for review, none if a field does not fit (OpenSSH, PROTOCOL.key).
pub(super) fn openssh(body: &[u8]) -> Option<Confidence> {
    let rest = body.strip_prefix(b"openssh-key-v1\0")?;
    let (cipher, rest) = field(rest)?;
    let (_, rest) = field(rest)?;
    let (_, rest) = field(rest)?;
    let (count, mut rest) = rest.split_first_chunk::<4>()?;
    for _ in 0..u32::from_be_bytes(*count).min(16) {
        (_, rest) = field(rest)?;
    }
    field(rest)?;
    Some(if cipher == b"none" { Confidence::Confirmed } else { Confidence::Review })
}

/// A length of four bytes, so many bytes, and what follows.
fn field(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_be_bytes(*length) as usize)
}

/// Whether the bytes begin with a secret key's packet that is there in full (RFC 4880 §4.2, §4.3: tags 5 and 7).
pub(super) fn has_secret_packet(body: &[u8]) -> bool {
    let (tag, length, header) = match body {
        [first, short, ..] if first & 0xc0 == 0xc0 && *short < 192 => (first & 0x3f, usize::from(*short), 2),
        [first, a, b, ..] if first & 0xc0 == 0xc0 && *a < 224 => {
            (first & 0x3f, ((usize::from(*a) - 192) << 8) + usize::from(*b) + 192, 3)
        }
        [first, 255, a, b, c, d, ..] if first & 0xc0 == 0xc0 => {
            (first & 0x3f, u32::from_be_bytes([*a, *b, *c, *d]) as usize, 6)
        }
        [first, short, ..] if first & 0xc3 == 0x80 => (first >> 2 & 0xf, usize::from(*short), 2),
        [first, a, b, ..] if first & 0xc3 == 0x81 => (first >> 2 & 0xf, usize::from(u16::from_be_bytes([*a, *b])), 3),
        [first, a, b, c, d, ..] if first & 0xc3 == 0x82 => {
            (first >> 2 & 0xf, u32::from_be_bytes([*a, *b, *c, *d]) as usize, 5)
        }
        _ => return false,
    };
    matches!(tag, 5 | 7) && length > 40 && body.len() - header >= length
}

#[cfg(test)]
mod tests {
    use super::*;

    fn openssh_key(cipher: &[u8]) -> Vec<u8> {
        let field = |bytes: &[u8]| [&(bytes.len() as u32).to_be_bytes(), bytes].concat();
        let fields = [field(cipher), field(b"none"), field(b""), 1u32.to_be_bytes().to_vec(), field(&[7; 51])];
        [b"openssh-key-v1\0".to_vec(), fields.concat(), field(&[9; 136])].concat()
    }

    #[test]
    fn an_openssh_key_is_there_in_full_or_not_at_all() {
        assert_eq!(openssh(&openssh_key(b"none")), Some(Confidence::Confirmed));
        assert_eq!(openssh(&openssh_key(b"aes256-ctr")), Some(Confidence::Review));
        let whole = openssh_key(b"none");
        for length in 0..whole.len() {
            assert_eq!(openssh(&whole[..length]), None, "{length}");
        }
    }

    #[test]
    fn a_secret_packet_is_there_in_full_or_not_at_all() {
        for header in
            [&[0x94, 200][..], &[0x95, 0, 200], &[0x96, 0, 0, 0, 200], &[0xc5, 192, 8], &[0xc5, 255, 0, 0, 0, 200]]
        {
            let whole = [header, &[3; 200]].concat();
            assert!(has_secret_packet(&whole) && has_secret_packet(&[&whole[..], &[1, 2, 3]].concat()), "{header:?}");
            assert!((0..whole.len()).all(|length| !has_secret_packet(&whole[..length])), "{header:?}");
        }
        // A public key's.
        assert!(!has_secret_packet(&[&[0x99, 0, 200][..], &[3; 200]].concat()));
    }
}
