//! The memory of one scanning thread, reused from blob to blob.

use super::embedded::Embedded;
use super::hits::Hit;
use crate::decoders::{Signs, SpanMap};
use crate::rules::Memory;

/// Working memory for [`Engine::scan`](super::Engine::scan): one for each thread, never shared.
#[derive(Default)]
pub struct Scratch {
    /// By rule: its pattern's memory.
    pub(super) patterns: Vec<RuleMemory>,
    /// Decoded bytes, one for each depth.
    pub(super) maps: Vec<SpanMap>,
    /// Signs of encodings, for each depth.
    pub(super) signs: Vec<Signs>,
    /// Candidates of the level that is being scanned.
    pub(super) hits: Vec<Hit>,
    /// The words of a name.
    pub(super) words: Vec<u8>,
    /// The keywords of the chunk that is being looked at: their starts, lengths and tags.
    pub(super) keywords: Vec<(usize, usize, u32)>,
    /// Whether decoded bytes begin a file that the holder opens.
    pub(super) opens: Option<fn(&[u8]) -> bool>,
    /// The runs that do, of the last scan.
    pub(super) embedded: Vec<Embedded>,
}

impl Scratch {
    /// Memory for scans that also tell which encoded runs begin a file, by what `opens` says of their first bytes.
    pub fn opening(opens: fn(&[u8]) -> bool) -> Self {
        Self { opens: Some(opens), ..Self::default() }
    }

    /// The encoded runs of the last scan that begin a file.
    pub fn embedded(&mut self) -> Vec<Embedded> {
        std::mem::take(&mut self.embedded)
    }

    /// Notes the run that begins at `at` if a file begins with `decoded`.
    pub(super) fn note(&mut self, decoded: &[u8], at: usize, via: &[&'static str], name: &'static str) {
        let head = decoded.get(..HEAD).unwrap_or(decoded);
        if self.opens.is_some_and(|opens| opens(head)) {
            let (run, at, via) = (Some(at as u64), at as u64, [via, &[name]].concat());
            self.embedded.push(Embedded { run, at, via });
        }
    }
}

/// Decoded bytes that are shown to [`Scratch::opens`].
const HEAD: usize = 512;

/// What the patterns of one rule need to run. Few of them ever do.
#[derive(Default)]
pub(super) struct RuleMemory {
    pub(super) pattern: Option<Box<Memory>>,
    pub(super) name: Option<Box<Memory>>,
    pub(super) value: Option<Box<Memory>>,
    pub(super) placeholders: Vec<Option<Box<Memory>>>,
}
