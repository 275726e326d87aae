//! Values of names that end in `secret`: made by machines, or chosen by people to sign with.

use super::password::password;
use super::shape::looks_typed;
use super::token::token;
use crate::engine::assignment::Style;
use crate::engine::reason::{Reason, Verdict};
use crate::model::Confidence;

/// Judges the value as that of a machine, and where it is too short for one, as a person's.
pub(in crate::engine) fn secret(value: &[u8], name: &[u8], style: Style) -> Verdict {
    const MIN: usize = 8;
    match token(value, name, style) {
        Err(Reason::Short) if value.len() >= MIN && looks_typed(value) && value.iter().any(u8::is_ascii_digit) => {
            password(value, name, style)
        }
        Err(Reason::Words) if holds_number(value) => password(value, name, style).map(|it| it.min(Confidence::Review)),
        judged => judged,
    }
}

/// Whether words have a number of three digits among them, which names of things seldom have.
fn holds_number(value: &[u8]) -> bool {
    value.windows(3).any(|three| three.iter().all(u8::is_ascii_digit))
}
