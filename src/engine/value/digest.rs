//! Whether a value is an identifier or what is kept of a secret instead of it.

use super::words::begins_with_any;

pub(in crate::engine) fn is_uuid(value: &[u8]) -> bool {
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
    [value, bare].into_iter().any(|value| begins_with_any(value, MARKS) || names_a_hash(value))
}

/// Whether the value begins with the name of a hash, as LDAP (RFC 3112), Dovecot and Spring Security store it: `{SSHA}`,
/// `{BLF-CRYPT}`, `{bcrypt}`. `{PLAIN}` and `{noop}` say that what follows is the password.
fn names_a_hash(value: &[u8]) -> bool {
    const NAMES: &[&[u8]] = &[b"crypt", b"argon2", b"pbkdf2", b"sha", b"md4", b"md5"];
    let rest = value.strip_prefix(b"{").unwrap_or_default();
    let end = rest.iter().take(40).position(|byte| *byte == b'}').unwrap_or(0);
    let name = rest[..end].to_ascii_lowercase();
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'@' | b'.');
    name.iter().all(is_of_name) && NAMES.iter().any(|part| memchr::memmem::find(&name, part).is_some())
}

/// Whether the value is the digest of a file, as lock files and integrity attributes have it.
pub(super) fn is_digest(value: &[u8]) -> bool {
    const MARKS: &[&[u8]] = &[
        b"sha1-",
        b"sha256-",
        b"sha384-",
        b"sha512-",
        b"sha1:",
        b"sha256:",
        b"sha512:",
        b"md5:",
        b"hmac-sha256:",
        b"h1:",
    ];
    begins_with_any(value, MARKS)
}

/// Whether the value is told to everybody: an OpenSSH public key with its kind before it, an account, what pages hold.
pub(super) fn is_public(value: &[u8]) -> bool {
    const KINDS: &[&[u8]] = &[b"ssh-rsa ", b"ssh-ed25519 ", b"ecdsa-sha2-", b"sk-ssh-", b"sk-ecdsa-"];
    begins_with_any(value, KINDS) || is_account(value) || is_for_browsers(value)
}

/// What is written into pages for everybody to see: Mapbox's public tokens, the payload of a web token without a header;
/// Paddle's client-side tokens, `live_` or `test_` and 27 hexadecimal digits; Datadog's, `pub` and 32 of them;
/// Adyen's client keys, `live_` or `test_` and 32 capitals.
fn is_for_browsers(value: &[u8]) -> bool {
    /// What stands before the body, the body's length, and what it is made of.
    type Form = (&'static [u8], usize, fn(&u8) -> bool);
    const TOKENS: [Form; 5] = [
        (b"live_", 27, u8::is_ascii_hexdigit),
        (b"test_", 27, u8::is_ascii_hexdigit),
        (b"pub", 32, u8::is_ascii_hexdigit),
        (b"live_", 32, u8::is_ascii_uppercase),
        (b"test_", 32, u8::is_ascii_uppercase),
    ];
    let is_of = |(mark, length, is): &Form| {
        value.strip_prefix(*mark).is_some_and(|rest| rest.len() == *length && rest.iter().all(is))
    };
    value.len() > 40 && value.starts_with(b"pk.eyJ") || TOKENS.iter().any(is_of)
}

/// The address of an Ethereum account or contract: twenty bytes behind `0x` (EIP-55).
fn is_account(value: &[u8]) -> bool {
    value.strip_prefix(b"0x").is_some_and(|it| it.len() == 40 && it.iter().all(u8::is_ascii_hexdigit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_public_is_told_by_its_form() {
        let hex = "0123456789abcdef0123456789abcdef01234567";
        for text in [
            format!("0x{hex}"),
            format!("pk.eyJ{}", "x7".repeat(24)),
            format!("test_{}c0ffee9", &hex[..20]),
            format!("pub{}", &hex[..32]),
            format!("live_{}", "QXZT".repeat(8)),
        ] {
            assert!(is_public(text.as_bytes()), "{text}");
        }
        for text in [format!("0x{hex}0"), hex.into(), "pk.eyJx7".into()] {
            assert!(!is_public(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn hashes_are_told_by_their_mark_or_by_their_name() {
        for hash in
            ["$2a$10$x", "user:$apr1$x", "{SSHA}x", "user:{SHA512-CRYPT}$6$x", "{bcrypt}$2a$10$x", "{pbkdf2@v5_8}x"]
        {
            assert!(is_hash(hash.as_bytes()), "{hash}");
        }
        for other in ["{noop}secret", "{PLAIN}secret", "{sha", "${SHA_KEY}", "{{ md5 }}", "{a crypt}x", "{}"] {
            assert!(!is_hash(other.as_bytes()), "{other}");
        }
    }
}
