//! The memory of one scanning thread, reused from blob to blob.

use regex_automata::meta::Cache;

use super::hits::Hit;
use super::pattern::Memory;
use crate::decoders::SpanMap;

/// Working memory for [`Engine::scan`](super::Engine::scan): one for each thread, never shared.
#[derive(Default)]
pub struct Scratch {
    /// By rule: its pattern's memory.
    pub(super) patterns: Vec<RuleMemory>,
    /// Decoded bytes, one for each depth.
    pub(super) maps: Vec<SpanMap>,
    /// Candidates of the level that is being scanned.
    pub(super) hits: Vec<Hit>,
    /// The words of a name.
    pub(super) words: Vec<u8>,
}

/// What the patterns of one rule need to run.
#[derive(Default)]
pub(super) struct RuleMemory {
    pub(super) pattern: Option<Memory>,
    pub(super) name: Option<Cache>,
    pub(super) value: Option<Cache>,
    pub(super) placeholders: Vec<Option<Cache>>,
}
