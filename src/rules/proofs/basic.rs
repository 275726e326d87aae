//! `user:password` in base64: RFC 7617, and the `auth` entries of container registries' configuration.

use data_encoding::{BASE64, BASE64_NOPAD};

use super::super::random::Random;
use super::proven::Proven;

/// Passwords that stand for one in documentation.
const DUMMIES: &[&str] =
    &["pass", "password", "passwd", "passwort", "pwd", "secret", "token", "test", "bar", "xxx", "***"];

/// Both halves must be there, text, and the password of at least three bytes and none that documentation uses.
pub(super) fn check(value: &[u8]) -> Proven {
    let decoded = BASE64.decode(value).or_else(|_| BASE64_NOPAD.decode(value));
    let Ok(decoded) = decoded.map(String::from_utf8) else { return Proven::No };
    let Ok(text) = decoded else { return Proven::No };
    let Some((user, password)) = text.split_once(':') else { return Proven::No };
    let stands_in =
        DUMMIES.iter().any(|dummy| password.eq_ignore_ascii_case(dummy)) || password.starts_with(['<', '$', '{']);
    (!text.contains(|c: char| c.is_control()) && !user.is_empty() && password.len() >= 3 && !stands_in).into()
}

pub(super) fn mint(random: &mut Random) -> String {
    BASE64.encode(format!("{}:{}", random.text("lower", 6), random.text("b62", 14)).as_bytes())
}
