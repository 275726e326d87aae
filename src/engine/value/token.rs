//! Values made by machines.

use super::digest::is_uuid;
use super::nothing::is_nothing;
use super::placeholder::is_dummy;
use super::shape::{counts_up, is_wordy};
use crate::engine::assignment::Style;
use crate::engine::entropy::shannon;
use crate::model::Confidence;

/// Judges a value made by machines.
pub(in crate::engine) fn token(value: &[u8], name: &[u8], style: Style) -> Option<Confidence> {
    const MIN: usize = 14;
    const MAX: usize = 512;
    if value.len() < MIN || value.len() > MAX || is_nothing(value, name, style) || is_dummy(value) {
        return None;
    }
    let plain = value.iter().all(|b| {
        b.is_ascii_alphanumeric()
            || matches!(
                b,
                b'+' | b'/' | b'=' | b'_' | b'-' | b'.' | b'~' | b'!' | b'#' | b'$' | b'%' | b'*' | b':' | b'@'
            )
    });
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    if !plain || digits < 2 || letters < 2 || is_wordy(value) || counts_up(value) {
        return None;
    }
    let entropy = shannon(value);
    if is_uuid(value) {
        return (entropy > 3.0).then_some(Confidence::Review);
    }
    let hex = value.iter().all(u8::is_ascii_hexdigit);
    let floor = if hex { 3.0 } else { 3.2 };
    if entropy < floor {
        return None;
    }
    // Parts of letters alone make it a name with a number in it: `us-east-1-service-token-2`.
    let wordy_share =
        value.split(|b| !b.is_ascii_alphanumeric()).filter(|p| is_wordy(p)).map(<[u8]>::len).sum::<usize>();
    if wordy_share * 10 >= value.len() * 6 && value.len() < 40 {
        return None;
    }
    Some(if value.len() >= 16 { Confidence::Likely } else { Confidence::Review })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_mixed_and_words_are_none() {
        let found = |v: &str| token(v.as_bytes(), b"api_key", Style::Quoted) == Some(Confidence::Likely);
        assert!(
            ["9f86d081884c7d659a2feaa0c55ad015", "sQ2x-9Lk_0PqZv7Yw3Rt", "Zm9vYmFyMTIzNDU2Nzg5"].into_iter().all(found)
        );
        let none = |v: &str| token(v.as_bytes(), b"api_key", Style::Quoted).is_none();
        assert!(
            [
                "my-service-token-name",
                "abcdefghijklmnopqrstuvwxyz",
                "11111111111111111111",
                "short1",
                "cancellationToken2"
            ]
            .into_iter()
            .all(none)
        );
    }
}
