//! Whether a value is an identifier or what is kept of a secret instead of it.

pub(super) fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value
            .iter()
            .enumerate()
            .all(|(i, byte)| if matches!(i, 8 | 13 | 18 | 23) { *byte == b'-' } else { byte.is_ascii_hexdigit() })
}

/// Whether the value is what is kept of a password instead of it: a hash in the forms of crypt(5), LDAP and PHP.
pub(super) fn is_hash(value: &[u8]) -> bool {
    const MARKS: &[&[u8]] = &[
        b"$1$",
        b"$2a$",
        b"$2b$",
        b"$2y$",
        b"$5$",
        b"$6$",
        b"$7$",
        b"$y$",
        b"$apr1$",
        b"$argon2",
        b"$pbkdf2",
        b"$scrypt$",
        b"$krb5",
        b"{SSHA",
        b"{SHA",
        b"{CRYPT}",
        b"pbkdf2_sha",
        b"pbkdf2:",
        b"scrypt:",
        b"sha256$",
        b"sha512$",
        b"md5$",
        b"SCRAM-SHA-",
    ];
    // With its user before it, as `.htpasswd` has it, too.
    let bare = value.iter().position(|byte| *byte == b':').map_or(value, |at| &value[at + 1..]);
    MARKS.iter().any(|mark| value.starts_with(mark) || bare.starts_with(mark))
}

/// Whether the value is the digest of a file, as lock files and integrity attributes have it.
pub(super) fn is_digest(value: &[u8]) -> bool {
    const MARKS: &[&[u8]] =
        &[b"sha1-", b"sha256-", b"sha384-", b"sha512-", b"sha1:", b"sha256:", b"sha512:", b"md5:", b"h1:"];
    MARKS.iter().any(|mark| value.starts_with(mark))
}

/// Whether the value is the public half of a pair: SubjectPublicKeyInfo in base64 (RFC 5280 §4.1) or an OpenSSH public
/// key (RFC 4253 §6.6).
pub(super) fn is_public(value: &[u8]) -> bool {
    const MARKS: &[&[u8]] = &[
        b"MIIBIjANBgkqhkiG",
        b"MIICIjANBgkqhkiG",
        b"MIGfMA0GCSqGSIb3",
        b"MFkwEwYHKoZIzj0C",
        b"MCowBQYDK2VwAyEA",
        b"AAAAB3NzaC1yc2",
        b"AAAAC3NzaC1lZDI1",
        b"AAAAE2VjZHNhLX",
        b"ssh-rsa",
        b"ssh-ed25519",
    ];
    value.len() > 60 && MARKS.iter().any(|mark| value.starts_with(mark))
}
