//! What no assigned value may be, whoever chose it.

use super::digest::is_hash;
use super::reference::{is_code, is_number_or_variable, is_path, is_reference};
use super::shape::{is_prose, repeats_name};
use super::words::{NOT_VALUES, is_one_of};
use crate::engine::assignment::Style;

/// What all assigned values must pass.
pub(super) fn is_nothing(value: &[u8], name: &[u8], style: Style) -> bool {
    value.is_empty()
        || is_reference(value)
        || is_prose(value)
        || is_one_of(value, NOT_VALUES)
        || repeats_name(value, name)
        || is_path(value)
        || is_hash(value)
        || (matches!(style, Style::Line | Style::Code) && (is_code(value) || is_number_or_variable(value)))
}
