//! What no assigned value may be, whoever chose it.

use super::content::content;
use super::digest::{is_digest, is_hash, is_public};
use super::placeholder::{dummy, is_template};
use super::reference::{is_address, is_code, is_number_or_variable, is_path, is_reference};
use super::shape::{is_foreign, is_prose, repeats_name};
use super::words::{NOT_VALUES, is_label};
use crate::engine::assignment::Style;
use crate::engine::reason::Reason;

/// Why the value cannot be a secret, if it cannot.
pub(super) fn nothing(value: &[u8], name: &[u8], style: Style) -> Option<Reason> {
    let bare = matches!(style, Style::Line | Style::Prose | Style::Code);
    if value.is_empty() {
        return Some(Reason::Empty);
    }
    if let Some(word) = NOT_VALUES.word(value) {
        return Some(Reason::NoValue(word));
    }
    if let Some(word) = first_rule(value) {
        return Some(Reason::NoValue(word));
    }
    let checks: [(bool, Reason); 4] = [
        (is_template(value), Reason::Template),
        (is_reference(value), Reason::Reference),
        (is_prose(value), Reason::Prose),
        (is_label(value) || is_foreign(value) || value.ends_with(b":"), Reason::Label),
    ];
    if let Some((_, reason)) = checks.into_iter().find(|(is, _)| *is) {
        return Some(reason);
    }
    if repeats_name(value, name) {
        return Some(Reason::RepeatsName);
    }
    if is_path(value) {
        return Some(Reason::Path);
    }
    if is_hash(value) {
        return Some(Reason::Hash);
    }
    if is_digest(value) {
        return Some(Reason::Digest);
    }
    if is_public(value) {
        return Some(Reason::Public);
    }
    if let Some(reason) = content(value) {
        return Some(reason);
    }
    if is_address(value) {
        return Some(Reason::Address);
    }
    if is_between(value) {
        return Some(Reason::Code);
    }
    if bare && is_code(value) {
        return Some(Reason::Code);
    }
    if bare && is_number_or_variable(value) {
        return Some(Reason::Number);
    }
    dummy(value)
}

/// What stands between two literals of a line, `"Password: ").context("…"`.
fn is_between(value: &[u8]) -> bool {
    matches!(value, [b')', b'.' | b',' | b';' | b')' | b'?' | b' ' | b'}', ..] | [b',' | b';', b' ', ..])
}

/// The first of a list of rules for a form's field: `required|string|min:8`.
fn first_rule(value: &[u8]) -> Option<&'static str> {
    let bar = value.iter().position(|byte| *byte == b'|')?;
    NOT_VALUES.word(&value[..bar])
}
