//! Values of names that end in `secret`: made by machines, or chosen by people to sign with.

use super::password::password;
use super::shape::{is_wordy, looks_typed};
use super::token::token;
use crate::engine::assignment::Style;
use crate::engine::reason::{Reason, Verdict};
use crate::model::Confidence;

/// Judges the value as that of a machine, and where it is too short for one, as a person's.
pub(in crate::engine) fn secret(value: &[u8], name: &[u8], style: Style) -> Verdict {
    const MIN: usize = 8;
    if names_a_secret(value) {
        return Err(Reason::Words);
    }
    match token(value, name, style) {
        Err(Reason::Short)
            if style != Style::Listed
                && value.len() >= MIN
                && looks_typed(value)
                && value.iter().any(u8::is_ascii_digit) =>
        {
            password(value, name, style)
        }
        Err(Reason::Words) if holds_number(value) => password(value, name, style).map(|it| it.min(Confidence::Review)),
        // In a file of settings a person wrote it, whose words hold a digit: `wLanC0ntroller`, `ext101x`.
        Err(Reason::Words | Reason::Short) if style == Style::Line && is_spelt(value) => {
            password(value, name, style).map(|it| it.min(Confidence::Review))
        }
        judged => judged,
    }
}

/// Whether the value is what a secret is called in a store, `e2e-token`, and no secret.
fn names_a_secret(value: &[u8]) -> bool {
    let kinds: [&[u8]; 6] = [b"token", b"key", b"secret", b"password", b"credentials", b"creds"];
    let mut words = value.rsplit(|byte| matches!(byte, b'-' | b'_' | b'.'));
    words.next().is_some_and(|last| kinds.contains(&last)) && words.all(|word| word.len() <= 12) && value.len() <= 40
}

/// Whether this is one word with a digit inside.
fn is_spelt(value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    value.len() >= 6 && value.iter().all(u8::is_ascii_alphanumeric) && digits > 0 && !is_wordy(value)
}

/// Whether words have a number of three digits among them, which names of things seldom have.
fn holds_number(value: &[u8]) -> bool {
    value.windows(3).any(|three| three.iter().all(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_none() {
        for name in ["e2e-token", "prod_api_key2.key", "db1.password"] {
            assert_eq!(secret(name.as_bytes(), b"secret", Style::Quoted), Err(Reason::Words), "{name}");
        }
        assert!(secret(b"x7Kp2-q9Lm-token4", b"client_secret", Style::Quoted).is_ok());
    }

    #[test]
    fn words_with_a_digit_inside_are_for_review_in_settings() {
        for value in ["wLanC0ntroller", "ext101x"] {
            assert_eq!(secret(value.as_bytes(), b"secret", Style::Line), Ok(Confidence::Review), "{value}");
            assert!(secret(value.as_bytes(), b"secret", Style::Code).is_err(), "{value}");
        }
    }
}
