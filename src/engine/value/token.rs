//! Values made by machines.

use super::digest::is_uuid;
use super::encoded::encoded;
use super::keyboard::is_walk;
use super::letters::are_random;
use super::nothing::nothing;
use super::shape::{counts_up, is_wordy, longest_repeat};
use crate::engine::assignment::Style;
use crate::engine::entropy::shannon;
use crate::engine::reason::{Reason, Verdict};
use crate::model::Confidence;

const MIN: usize = 14;
const MAX: usize = 512;

/// From this length on the shape alone is enough.
const SURE: usize = 16;

/// Digits in a row that are one: one drawn value in a million has as many.
const FILLED: usize = 8;

/// Judges a value made by machines.
pub(in crate::engine) fn token(value: &[u8], name: &[u8], style: Style) -> Verdict {
    if let Some(reason) = nothing(value, name, style).or_else(|| encoded(value, name)) {
        return Err(reason);
    }
    match value.len() {
        ..MIN => return Err(Reason::Short),
        MIN..=MAX => {}
        _ => return Err(Reason::Long),
    }
    if let Some(reason) = not_random(value) {
        return Err(reason);
    }
    // Numbers that were filled up to their length, `0100000000000000000000001ffb6ced…`.
    let hex = value.iter().all(u8::is_ascii_hexdigit);
    if hex && longest_repeat(value) >= FILLED {
        return Err(Reason::Repeated);
    }
    let entropy = shannon(value);
    if is_uuid(value) {
        return if entropy > 3.0 { Ok(Confidence::Review) } else { Err(Reason::Repeated) };
    }
    let floor = if hex { 3.0 } else { 3.2 };
    if entropy < floor {
        return Err(Reason::Entropy);
    }
    Ok(if value.len() >= SURE { Confidence::Likely } else { Confidence::Review })
}

/// What tells the value from text that a machine drew.
fn not_random(value: &[u8]) -> Option<Reason> {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    if !value.iter().all(is_token_byte) {
        Some(Reason::Alphabet)
    } else if is_described(value) {
        Some(Reason::Number)
    } else if is_type(value) || value.windows(3).any(|three| three == b"%20") {
        Some(Reason::Words)
    } else if letters < 2 {
        Some(Reason::Number)
    } else if counts_up(value) || is_walk(value) {
        Some(Reason::Keyboard)
    } else if (digits < 2 || is_wordy(value)) && !(are_random(value) && is_one_run(value))
        || mostly_words(value)
        || is_snake(value)
    {
        Some(Reason::Words)
    } else {
        None
    }
}

/// What `git describe` says of a build: `2024-09-11-g6af0a38-dirty`.
fn is_described(value: &[u8]) -> bool {
    let value = value.strip_suffix(b"-dirty").unwrap_or(value);
    let Some(at) = value.iter().rposition(|byte| *byte == b'-') else { return false };
    let commit = value[at + 1..].strip_prefix(b"g").unwrap_or_default();
    (7..=12).contains(&commit.len()) && commit.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_token_byte(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=_-.~!#$%*:@^&?".contains(byte)
}

/// Whether it is one run of letters and digits, which words of a sentence or an identifier seldom are.
fn is_one_run(value: &[u8]) -> bool {
    value.iter().filter(|byte| !byte.is_ascii_alphanumeric()).count() <= 2
}

/// Whether it is what code calls a kind of key: `MLKEM768X25519PublicKey`, `x25519.X25519PrivateKey`.
fn is_type(value: &[u8]) -> bool {
    let kinds: [&[u8]; 4] = [b"Key", b"Token", b"Secret", b"Credentials"];
    let Some(dot) = value.iter().rposition(|byte| matches!(byte, b'.' | b':')) else {
        return value.ends_with(b"PublicKey");
    };
    let (module, name) = (&value[..dot], &value[dot + 1..]);
    name.first().is_some_and(u8::is_ascii_uppercase)
        && name.iter().all(u8::is_ascii_alphanumeric)
        && kinds.iter().any(|kind| name.ends_with(kind))
        && module.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._:".contains(byte))
}

/// Whether it is an identifier of many parts in small letters: `crypto_pwhash_salsa208sha256_verify`.
fn is_snake(value: &[u8]) -> bool {
    let small = |part: &[u8]| {
        part.first().is_some_and(u8::is_ascii_lowercase)
            && part.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    value.iter().filter(|byte| **byte == b'_').count() >= 3 && value.split(|byte| *byte == b'_').all(small)
}

/// Whether its parts are letters alone, with a number in it: `us-east-1-service-token-2`.
fn mostly_words(value: &[u8]) -> bool {
    let words = value.split(|byte| !byte.is_ascii_alphanumeric()).filter(|part| is_wordy(part) && !are_random(part));
    words.map(<[u8]>::len).sum::<usize>() * 10 >= value.len() * 6
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(value: &str) -> Verdict {
        token(value.as_bytes(), b"api_key", Style::Quoted)
    }

    #[test]
    fn tokens_are_mixed() {
        let values = [
            "9f86d081884c7d659a2feaa0c55ad015",
            "sQ2x-9Lk_0PqZv7Yw3Rt",
            "Zm9vYmF6cXV1eDk4NzY1",
            "qGxzKwPvTjRbWnHcVdMq",
        ];
        assert!(values.into_iter().all(|value| judged(value) == Ok(Confidence::Likely)));
    }

    #[test]
    fn words_and_digests_are_none_and_say_why() {
        let cases: &[(&str, Reason)] = &[
            ("my-service-account-name", Reason::Words),
            ("abcdefgijklmnopqrstuvwxyz", Reason::Keyboard),
            ("11111111111111111111", Reason::Repeated),
            ("short1", Reason::Short),
            ("2024-09-11-g6af0a38-dirty", Reason::Number),
            ("cancellationHandle2", Reason::Words),
            ("us-east-1-service-part-2", Reason::Words),
            ("sha256:9f86d081884c7d659a2feaa0c55ad015", Reason::Digest),
            ("20240131120000000", Reason::Number),
            ("01000000000000000000000019c4e2ab77d35f0816e3", Reason::Repeated),
            ("MLKEM768X25519PublicKey", Reason::Words),
            ("x25519.X25519PrivateKey", Reason::Words),
            ("crypto::x448::X448Signing2Key", Reason::Words),
            ("Root%20CA%20Certificates", Reason::Words),
        ];
        for (value, reason) in cases {
            assert_eq!(judged(value), Err(*reason), "{value}");
        }
    }
}
