//! The password in `scheme://user:password@host` (RFC 3986 §3.2.1).

use std::ops::Range;

use super::reason::{Reason, Verdict};
use super::value::{dummy, is_reference};
use crate::model::Confidence;

/// The longest user information.
const MAX_USERINFO: usize = 320;

/// How far from its `://` an address is read.
pub(super) const LOOK: usize = MAX_USERINFO + 64;

/// Words that stand for a user or password in documentation.
const WORDS: &[&str] = &[
    "user",
    "username",
    "usr",
    "pass",
    "password",
    "passwd",
    "pwd",
    "pw",
    "secret",
    "token",
    "name",
    "login",
    "foo",
    "bar",
    "baz",
    "test",
    "admin",
    "root",
    "u",
    "p",
    "x",
    "example",
    "guest",
    "a",
    "b",
    "me",
    "usr",
    "key",
    "apikey",
    "abc",
    "xyz",
    "user1",
    "pass1",
    "password1",
    "postgres",
    "mysql",
    "redis",
    "rabbitmq",
    "mongo",
    "hunter2",
    "changeme",
    "pw1",
    "pa55",
    "somepass",
    "somepassword",
    "mypassword",
    "mypass",
    "git",
    "oauth2",
    "alice",
    "bob",
    "joe",
];

/// Reads the address whose `://` stands at `at`: where its password is, and how sure that it is one.
pub(super) fn read(bytes: &[u8], at: usize) -> Result<(Range<usize>, Confidence), Reason> {
    let scheme = bytes[at.saturating_sub(24)..at]
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
        .count();
    let start = at + 3;
    let found = (scheme >= 2).then(|| parts(&bytes[start..bytes.len().min(start + MAX_USERINFO)])).flatten();
    let (colon, userinfo, host) = found.ok_or(Reason::NoCredentials)?;
    let (user, password) = (&bytes[start..start + colon], &bytes[start + colon + 1..start + userinfo]);
    Ok((start + colon + 1..start + userinfo, judge(user, password, host)?))
}

/// Where user information is split and where it ends, and the host behind it.
fn parts(rest: &[u8]) -> Option<(usize, usize, &[u8])> {
    let length = rest.iter().position(|byte| ends_authority(*byte)).unwrap_or(rest.len());
    let userinfo = memchr::memrchr(b'@', &rest[..length])?;
    let colon = memchr::memchr(b':', &rest[..userinfo])?;
    let host = &rest[userinfo + 1..];
    host.first().filter(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'[' | b'$' | b'{' | b'%' | b'_'))?;
    Some((colon, userinfo, host))
}

fn ends_authority(byte: u8) -> bool {
    byte.is_ascii_whitespace()
        || matches!(byte, b'/' | b'"' | b'\'' | b'<' | b'>' | b'`' | b'\\' | b'|' | b'^')
        || byte < 0x20
}

fn judge(user: &[u8], password: &[u8], host: &[u8]) -> Verdict {
    if password.len() < 3 {
        return Err(Reason::Short);
    }
    if is_reference(password) || is_template(password) {
        return Err(Reason::Reference);
    }
    if let Some(reason) = dummy(password) {
        return Err(reason);
    }
    let words = |value: &[u8]| WORDS.iter().any(|word| value.eq_ignore_ascii_case(word.as_bytes()));
    // Of `cvs://:pserver:anoncvs@host`, what the method of access is followed by.
    let last = password.rsplit(|byte| *byte == b':').next().unwrap_or(password);
    if words(password) || password.eq_ignore_ascii_case(user) || user.is_empty() && last.starts_with(b"anon") {
        return Err(Reason::NoCredentials);
    }
    let local = [&b"localhost"[..], b"127.0.0.1", b"0.0.0.0", b"[::1]", b"example.", b"host:", b"hostname", b"host/"];
    // Pages of manuals write a dot as `\&.`.
    let is_example = |eight: &[u8]| eight == b"example." || eight == b"example\\";
    let at_home = local.iter().any(|name| host.starts_with(name)) || host.windows(8).take(64).any(is_example);
    Ok(if at_home { Confidence::Review } else { Confidence::Likely })
}

/// Whether the text is to be filled in: `:password`, `$password`, `%s`, `{password}`, `[password]`.
fn is_template(value: &[u8]) -> bool {
    value.contains(&b'{')
        || value.contains(&b'}')
        || value.contains(&b'$') && value.len() > 1 && value[0] == b'$'
        || value.iter().all(|b| matches!(b, b'*' | b'.' | b'-' | b'_' | b'#' | b'x' | b'X'))
        || value.starts_with(b"[")
        || value.starts_with(b"(")
        || value.starts_with(b"%") && value.len() <= 3
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;

    #[test]
    fn passwords_are_found_and_placeholders_are_not() {
        let cases: &[(&str, Option<(&str, Confidence)>)] = &[
            ("postgres://app:s3cr3t-9x@db.internal:5432/app?sslmode=disable", Some(("s3cr3t-9x", Confidence::Likely))),
            ("redis://:kq82hdPP@cache:6379/0", Some(("kq82hdPP", Confidence::Likely))),
            (
                "mongodb+srv://svc:Zx9!kk2@cluster0.mongodb.net/?retryWrites=false",
                Some(("Zx9!kk2", Confidence::Likely)),
            ),
            ("https://deploy:p%40ss9w@git.internal/x.git", Some(("p%40ss9w", Confidence::Likely))),
            ("postgres://app:s3cr3t-9x@localhost/app", Some(("s3cr3t-9x", Confidence::Review))),
            ("https://apt:s3cr3t-9x@example\\&.org/debian", Some(("s3cr3t-9x", Confidence::Review))),
            ("https://user:password@host/", None),
            ("https://user:${TOKEN}@host/", None),
            ("https://user:<token>@host/", None),
            ("https://user:***@host/", None),
            ("https://example.org:8080/path@x", None),
            ("https://user@host/", None),
            ("cvs://:pserver:anoncvs@cvs.acme.org:/cvs/src", None),
            ("git://host/a:b@c", None),
        ];
        for (text, expected) in cases {
            let found = read(text.as_bytes(), text.find("://").unwrap());
            assert_eq!(found.ok().map(|(range, confidence)| (&text[range], confidence)), *expected, "{text}");
        }
    }
}
