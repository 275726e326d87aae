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
    MARKS.iter().any(|mark| value.starts_with(mark))
}
