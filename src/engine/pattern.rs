//! Confirms a candidate by its rule's pattern.

use std::ops::Range;

use super::boundary;
use crate::rules::{Boundary, LazyPattern, Memory};

/// The secret of the match that holds keyword number `keyword` at `at`, and the match.
///
/// Every start that the pattern allows for that keyword is tried, from the left.
pub(super) fn confirm(
    pattern: &LazyPattern,
    memory: &mut Option<Box<Memory>>,
    boundary: Boundary,
    bytes: &[u8],
    keyword: usize,
    at: usize,
) -> Option<Range<usize>> {
    let compiled = pattern.get();
    let (least, most) = compiled.offsets.get(keyword).copied().flatten()?;
    let starts = at.saturating_sub(most)..=at.checked_sub(least)?;
    let memory = memory.get_or_insert_with(|| Box::new(compiled.matcher.memory()));
    starts.filter(|start| boundary::left(bytes, *start, boundary)).find_map(|start| {
        let end = (start + compiled.max_len).min(bytes.len());
        let (whole, secret) = compiled.matcher.at(memory, bytes, start..end)?;
        (whole.end > at && boundary::right(bytes, whole.end, boundary)).then_some(secret)
    })
}

/// Whether the whole of `value` fits the pattern.
pub(super) fn fits(pattern: &LazyPattern, memory: &mut Option<Box<Memory>>, value: &[u8]) -> bool {
    let compiled = pattern.get();
    let memory = memory.get_or_insert_with(|| Box::new(compiled.matcher.memory()));
    compiled.matcher.is_in(memory, value)
}
