//! Where the name around a keyword begins and ends.

use std::ops::Range;

use super::limits::MAX_NAME;
use crate::engine::boundary::is_word;

/// The identifier around the keyword; `.` and `-` count inside of it. What the keyword holds of its surroundings, as `pw: `
/// does, is no part of it.
pub(super) fn name_around(bytes: &[u8], keyword: Range<usize>) -> Option<Range<usize>> {
    let part = |byte: &u8| is_word(*byte) || matches!(byte, b'-' | b'.');
    let inner = |byte: &u8| part(byte) || !byte.is_ascii();
    let literal = &bytes[keyword.clone()];
    let keyword = keyword.start + literal.iter().position(inner)?..keyword.start + literal.iter().rposition(inner)? + 1;
    let before =
        bytes[keyword.start.saturating_sub(MAX_NAME)..keyword.start].iter().rev().take_while(|b| part(b)).count();
    let after = bytes[keyword.end..].iter().take(MAX_NAME).take_while(|b| part(b)).count();
    if before == MAX_NAME || after == MAX_NAME {
        return None;
    }
    let (mut start, mut end) = (keyword.start - before, keyword.end + after);
    while start < keyword.start && matches!(bytes[start], b'-' | b'.') {
        start += 1;
    }
    while end > keyword.end && matches!(bytes[end - 1], b'-' | b'.') {
        end -= 1;
    }
    // The `n` of an escaped line break is not part of the name.
    if start > 0 && bytes[start - 1] == b'\\' && matches!(bytes[start], b'n' | b't' | b'r') && start < keyword.start {
        start += 1;
    }
    if let Some(colour) = after_colour(bytes, keyword.start) {
        start = start.max(colour);
    }
    Some(start..end)
}

/// Where text begins that an escape sequence before `at` colours: the sequence ends with a letter.
fn after_colour(bytes: &[u8], at: usize) -> Option<usize> {
    let head = &bytes[at.saturating_sub(MAX_NAME)..at];
    let escape = memchr::memrchr(0x1b, head)?;
    let codes = head[escape..].strip_prefix(b"\x1b[")?;
    let count = codes.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
    (codes.get(count) == Some(&b'm')).then(|| at - codes.len() + count + 1)
}
