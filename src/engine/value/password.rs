//! Values chosen by people.

use super::nothing::is_nothing;
use super::placeholder::{holds_in_one_case, is_dummy};
use super::shape::{is_wordy, looks_typed};
use super::words::{WEAK, is_one_of};
use crate::engine::assignment::Style;
use crate::model::Confidence;

/// Judges a value chosen by people. There is no floor under its entropy: real passwords are short and simple.
pub(in crate::engine) fn password(value: &[u8], name: &[u8], style: Style) -> Option<Confidence> {
    const MIN: usize = 4;
    const MAX: usize = 128;
    if value.len() < MIN || value.len() > MAX || is_nothing(value, name, style) || is_dummy(value) {
        return None;
    }
    let wordy = is_wordy(value);
    let names_a_secret = ["pass", "secret", "token", "pwd", "key"].iter().any(|w| holds_in_one_case(value, w));
    match style {
        Style::Quoted if wordy && names_a_secret => None,
        Style::Listed if wordy => None,
        Style::Code if wordy || !looks_typed(value) => None,
        Style::Line if wordy && value.iter().all(u8::is_ascii_digit) => None,
        _ if is_one_of(value, WEAK) => Some(Confidence::Review),
        _ if wordy || value.len() < 6 => Some(Confidence::Review),
        _ => Some(Confidence::Likely),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_need_no_entropy_and_labels_are_none() {
        let likely = |v: &str| password(v.as_bytes(), b"password", Style::Quoted) == Some(Confidence::Likely);
        assert!(["s3cr3t!x", "Tr0ub4dor&3", "blue42fish", "a1b2c3"].into_iter().all(likely));
        let none = |v: &str| password(v.as_bytes(), b"password", Style::Quoted).is_none();
        assert!(
            ["Password", "Enter your password", "user_password", "***", "string", "", "${X}", "xxxxxxxx"]
                .into_iter()
                .all(none)
        );
    }
}
