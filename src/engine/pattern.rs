//! Confirms a candidate by its rule's pattern.

use std::ops::Range;

use regex_automata::meta::Cache;
use regex_automata::util::captures::Captures;
use regex_automata::{Anchored, Input};

use super::boundary;
use crate::rules::{Boundary, Compiled, LazyPattern};

/// A compiled pattern's memory, one for each thread.
pub(super) struct Memory {
    cache: Cache,
    captures: Captures,
}

impl Memory {
    fn new(compiled: &Compiled) -> Self {
        Self { cache: compiled.regex.create_cache(), captures: compiled.regex.create_captures() }
    }
}

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
    let memory = memory.get_or_insert_with(|| Box::new(Memory::new(compiled)));
    starts.filter(|start| boundary::left(bytes, *start, boundary)).find_map(|start| {
        let (whole, secret) = matched(compiled, memory, bytes, start)?;
        (whole.end > at && boundary::right(bytes, whole.end, boundary)).then_some(secret)
    })
}

fn matched(
    compiled: &Compiled,
    memory: &mut Memory,
    bytes: &[u8],
    start: usize,
) -> Option<(Range<usize>, Range<usize>)> {
    let end = (start + compiled.max_len).min(bytes.len());
    let input = Input::new(bytes).range(start..end).anchored(Anchored::Yes);
    let Some(group) = compiled.secret_group else {
        let whole = compiled.regex.search_with(&mut memory.cache, &input)?.range();
        return Some((whole.clone(), whole));
    };
    // Most candidates fail, and to fail is cheaper without groups.
    compiled.regex.search_half_with(&mut memory.cache, &input)?;
    compiled.regex.search_captures_with(&mut memory.cache, &input, &mut memory.captures);
    let whole = memory.captures.get_match()?.range();
    let secret = memory.captures.get_group(group)?;
    Some((whole, secret.range()))
}

/// Whether the whole of `value` fits the pattern.
pub(super) fn fits(pattern: &LazyPattern, memory: &mut Option<Box<Cache>>, value: &[u8]) -> bool {
    let compiled = pattern.get();
    let cache = memory.get_or_insert_with(|| Box::new(compiled.regex.create_cache()));
    compiled.regex.search_half_with(cache, &Input::new(value)).is_some()
}
