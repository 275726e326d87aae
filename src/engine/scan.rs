//! One window of a blob, looked at in full: its bytes as they stand, then every encoded run in them, to a stated depth.

use std::ops::Range;

use super::assignment::{self, Assigned};
use super::hits::Hit;
use super::near::{self, Ends};
use super::prefilter::Prefilter;
use super::scratch::Scratch;
use super::{demands, embedded, head, pattern, pem, url, value, weigh};
use crate::decoders::{self, Decoder, Input, LOOK, Run, Signs, SpanMap};
use crate::known::Known;
use crate::model::{Confidence, Match, RuleId, Secret, Span, in_replaced};
use crate::rules::{How, MAX_MATCH, Reader, Rule, RuleSet, ValueKind};

/// How far from its keyword anything looks that decides about a match, in bytes of the level it stands on.
pub const REACH: usize = {
    let longest = if pem::MAX_BLOCK > MAX_MATCH { pem::MAX_BLOCK } else { MAX_MATCH };
    (if longest > assignment::LOOK { longest } else { assignment::LOOK }) + 256
};

/// How many encodings inside each other are undone.
pub const MAX_DEPTH: usize = 4;

/// Bytes whose keywords are gathered at once.
const CHUNK: usize = 64 << 10;

/// Encoded bytes that are decoded at once; a longer run is taken in chunks.
const DECODED: usize = 256 << 10;

/// Encoded bytes of context to each side of a chunk: a keyword's reach, in the widest of the encodings.
const CHUNK_CONTEXT: usize = 6 * REACH;

/// A piece of a blob, or all of it.
#[derive(Clone, Debug)]
pub struct Window<'a> {
    /// The bytes, with context on both sides.
    pub input: Input<'a>,
    /// The part whose keywords are looked at; the rest is context.
    pub core: Range<usize>,
    /// Whether its first byte may be a file's: a file may be known by its beginning, or be a secret as a whole. A name is
    /// no file.
    pub begins: bool,
}

impl<'a> Window<'a> {
    /// A whole blob.
    pub fn whole(bytes: &'a [u8]) -> Self {
        Self { input: Input::whole(bytes), core: 0..bytes.len(), begins: true }
    }
}

/// How far back it is looked for a line that begins anew, in steps: one with a colour near it may be none, and few are
/// tried in a step.
const STEP: usize = 2 << 10;
const TRIES: usize = 12;

/// Where decoders begin to look.
#[derive(Clone, Copy)]
pub(super) struct Begin {
    at: usize,
    /// Whether nothing that stands before it goes on behind it.
    anew: bool,
}

impl Begin {
    /// The start of all bytes, of which some may stand elsewhere.
    pub(super) const START: Self = Self { at: 0, anew: false };

    /// For the runs of a core that begins at `core`. One that the core's start cuts is needed from further left: its groups
    /// and names begin there. Where a line begins anew shortly before, none is cut.
    fn before(bytes: &[u8], core: usize) -> Self {
        let far = core.saturating_sub(CHUNK_CONTEXT);
        let anew = |at| decoders::begins_anew(bytes, at, false);
        let mut ends = (0..TRIES).map(|step| core.saturating_sub(step * STEP)).take_while(|end| *end > far);
        match ends.find_map(|end| decoders::last_anew(bytes, far.max(end.saturating_sub(STEP))..end, anew)) {
            Some(at) => Self { at, anew: true },
            None => Self { at: far, anew: false },
        }
    }

    /// Whether a run that begins at `start`, or within so many bytes before, may have begun before this place.
    fn may_cut(self, start: usize, within: usize) -> bool {
        !self.anew && start <= self.at + within
    }
}

/// A rule set, ready to scan.
pub struct Engine {
    pub(super) rules: RuleSet,
    pub(super) prefilter: Prefilter,
    /// By the prefilter's tag: the rule, and the number of the keyword among the rule's.
    pub(super) tags: Vec<(RuleId, usize)>,
    /// Rules that look at the beginning of a blob.
    heads: Vec<(RuleId, Reader)>,
    /// The operator's secrets, and the rule of the first of them.
    pub(super) known: Option<(Known, RuleId)>,
}

impl Engine {
    /// Builds the prefilter. Patterns compile later, when their keyword is first seen.
    pub fn new(rules: RuleSet) -> Self {
        let tags: Vec<(RuleId, usize)> = (0u32..)
            .zip(rules.rules())
            .flat_map(|(id, rule)| (0..rule.keywords.len()).map(move |keyword| (RuleId(id), keyword)))
            .collect();
        let literals = (0u32..).zip(&tags).map(|(tag, (id, keyword))| {
            let rule = rules.get(*id);
            (rule.keywords[*keyword].as_str(), rule.ignore_case, tag)
        });
        let endings = near::endings(rules.rules()).into_iter().map(|word| (word, true, near::ENDING));
        let prefilter = Prefilter::new(literals.chain(endings));
        let heads = (0u32..).zip(rules.rules()).filter_map(|(id, rule)| match rule.how {
            How::Reader(reader) if reader.is_of_head() => Some((RuleId(id), reader)),
            _ => None,
        });
        let heads = heads.collect();
        Self { rules, prefilter, tags, heads, known: None }
    }

    /// The engine that searches the operator's secrets as well.
    pub fn with_known(mut self, known: Known) -> Self {
        let first = self.rules.add_known(known.names());
        Self { known: Some((known, first)), ..self }
    }

    /// The rules.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// Whether the end of `line` is the beginning of one of the operator's secrets, which may go on with the next line.
    pub fn known_begins(&self, line: &[u8]) -> bool {
        self.known.as_ref().is_some_and(|(known, _)| known.begins(line))
    }

    /// The keyword table, for measuring it alone.
    pub fn prefilter(&self) -> &Prefilter {
        &self.prefilter
    }

    /// Appends every match whose keyword stands in the window's core. They are not settled yet: see
    /// [`resolve`](super::resolve()).
    pub fn scan(&self, scratch: &mut Scratch, window: &Window<'_>, matches: &mut Vec<Match>) {
        let base = window.input.base;
        scratch.embedded.clear();
        let mut sink = |hit: Hit, via: &[&'static str]| {
            matches.push(Match {
                rule: hit.rule,
                confidence: hit.confidence,
                secret: hit.secret,
                span: Span::new(base, hit.span),
                anchor: base + hit.anchor as u64,
                via: via.to_vec(),
            });
        };
        if window.begins && base == 0 && window.core.start == 0 {
            self.head(scratch, window.input.bytes, |_| true, &mut |hit| sink(hit, &[]));
        }
        self.level(scratch, &window.input, window.core.clone(), &mut Vec::new(), &mut sink);
        for embedded in &mut scratch.embedded {
            embedded.at += base;
            embedded.run = embedded.run.map(|run| run + base);
        }
    }

    /// Looks at the beginning of what a decoder made, for a store of keys.
    fn store(
        &self,
        scratch: &mut Scratch,
        name: &'static str,
        map: &SpanMap,
        via: &mut Vec<&'static str>,
        sink: &mut dyn FnMut(Hit, &[&'static str]),
    ) {
        via.push(name);
        self.head(scratch, map.bytes(), |reader| reader != Reader::Whole, &mut |mut hit| {
            hit.span = map.source(hit.span);
            hit.anchor = hit.span.start;
            sink(hit, via);
        });
        via.pop();
    }

    /// Looks at the beginning of a blob, or of what a decoder made, with the readers that are `wanted`.
    pub(super) fn head(
        &self,
        scratch: &mut Scratch,
        bytes: &[u8],
        wanted: fn(Reader) -> bool,
        sink: &mut dyn FnMut(Hit),
    ) {
        for (id, reader) in self.heads.iter().filter(|(_, reader)| wanted(*reader)) {
            let Some(at) = head::read(*reader, bytes) else { continue };
            let rule = self.rules.get(*id);
            let judged = Reading::new(self, bytes, scratch).judged(*id, rule, at, rule.info.confidence);
            if let Some((span, secret, confidence)) = judged {
                sink(Hit { rule: *id, confidence, secret, anchor: span.start, span });
            }
        }
    }

    /// Scans one level of bytes, then what its decoders make of it.
    fn level(
        &self,
        scratch: &mut Scratch,
        input: &Input<'_>,
        core: Range<usize>,
        via: &mut Vec<&'static str>,
        sink: &mut dyn FnMut(Hit, &[&'static str]),
    ) {
        self.candidates(scratch, input.bytes, core.clone());
        for hit in scratch.hits.drain(..) {
            sink(hit, via);
        }
        self.known(input.bytes, core.clone(), via, sink);
        if via.len() == MAX_DEPTH {
            return;
        }
        let begin = Begin::before(input.bytes, core.start);
        let mut signs = scratch.signs.pop().unwrap_or_default();
        signs.read(input.bytes, begin.at..core.end.saturating_add(LOOK).min(input.bytes.len()));
        for decoder in decoders::ALL {
            self.decoded(scratch, *decoder, input, (&signs, begin), core.clone(), via, sink);
        }
        scratch.signs.push(signs);
    }

    /// Undoes one encoding wherever it touches the core, and scans the result. `signs` were read from `begin` on.
    #[expect(clippy::too_many_arguments, reason = "the engine's state, what to look at, and where to report")]
    fn decoded(
        &self,
        scratch: &mut Scratch,
        decoder: &dyn Decoder,
        input: &Input<'_>,
        (signs, begin): (&Signs, Begin),
        core: Range<usize>,
        via: &mut Vec<&'static str>,
        sink: &mut dyn FnMut(Hit, &[&'static str]),
    ) {
        let mut from = begin.at;
        while let Some(run) = decoder.next_run(input, signs, from) {
            if run.span.start >= core.end {
                return;
            }
            let part = run.span.start.max(core.start)..run.span.end.min(core.end);
            self.run(scratch, decoder, input, (&run, begin), part, via, sink);
            from = run.span.end.max(from + 1);
        }
    }

    /// Undoes one part of a run, chunk by chunk. What stands before `begin` was not looked at.
    #[expect(clippy::too_many_arguments, reason = "the engine's state, the run, and where to report")]
    pub(super) fn run(
        &self,
        scratch: &mut Scratch,
        decoder: &dyn Decoder,
        input: &Input<'_>,
        (run, begin): (&Run, Begin),
        part: Range<usize>,
        via: &mut Vec<&'static str>,
        sink: &mut dyn FnMut(Hit, &[&'static str]),
    ) {
        let mut at = part.start;
        while at < part.end {
            let chunk = at..part.end.min(at + DECODED);
            let want = chunk.start.saturating_sub(CHUNK_CONTEXT).max(run.span.start)
                ..(chunk.end + CHUNK_CONTEXT).min(run.span.end);
            let mut map = scratch.maps.pop().unwrap_or_default();
            map.clear();
            let cut = want.start > run.span.start || begin.may_cut(run.span.start, 0);
            decoder.decode(input, run, want, &mut map);
            if chunk.start == run.span.start && (!begin.may_cut(run.span.start, 0) || input.base == 0) {
                self.store(scratch, decoder.name(), &map, via, sink);
            }
            let before = scratch.embedded.len();
            self.inner(scratch, decoder.name(), (&map, cut), chunk.clone(), via, sink);
            // A run that begins near the start of what is looked at may have begun before it.
            let begins = !begin.may_cut(run.span.start, LOOK) || (begin.at == 0 && input.base == 0);
            embedded::lead_back(&mut scratch.embedded[before..], &map, begins.then_some(run.span.start));
            if chunk.start == run.span.start {
                scratch.note(map.bytes(), run.span.start, via, decoder.name());
            }
            scratch.maps.push(map);
            at = chunk.end;
        }
    }

    /// Scans decoded bytes as a level of its own, and leads what is found back through the map. Where they were `cut`
    /// from the middle of a run, the runs within them are too.
    fn inner(
        &self,
        scratch: &mut Scratch,
        name: &'static str,
        (map, cut): (&SpanMap, bool),
        chunk: Range<usize>,
        via: &mut Vec<&'static str>,
        sink: &mut dyn FnMut(Hit, &[&'static str]),
    ) {
        let is_text = map.has_text();
        if !is_text && self.known.is_none() {
            return;
        }
        let core = map.first_at(chunk.start)..map.first_at(chunk.end);
        via.push(name);
        let mut outward = |mut hit: Hit, via: &[&'static str]| {
            hit.span = map.source(hit.span);
            hit.anchor = map.source(hit.anchor..hit.anchor + 1).start;
            sink(hit, via);
        };
        if !is_text {
            // What is too short for a rule may be a known secret all the same.
            self.known(map.bytes(), core, via, &mut outward);
            via.pop();
            return;
        }
        for input in decoders::guesses(map.bytes(), if cut { core.start } else { 0 }) {
            self.level(scratch, &input, core.clone(), via, &mut outward);
        }
        via.pop();
    }

    /// The operator's secrets in the bytes as they are.
    pub(super) fn known(
        &self,
        bytes: &[u8],
        core: Range<usize>,
        via: &mut Vec<&'static str>,
        sink: &mut dyn FnMut(Hit, &[&'static str]),
    ) {
        let Some((known, first)) = &self.known else { return };
        known.find(bytes, core, |seen| {
            let (secret, anchor) = (Secret::new(known.value(seen.secret).to_vec()), seen.span.start);
            let rule = RuleId(first.0 + seen.secret as u32);
            let depth = via.len();
            via.extend(seen.via);
            sink(Hit { rule, confidence: Confidence::Confirmed, secret, span: seen.span, anchor }, via);
            via.truncate(depth);
        });
    }

    /// Fills `scratch.hits` with what stands in the bytes as they are. Keywords are confirmed chunk by chunk, when the
    /// prefilter has seen what stands around them.
    fn candidates(&self, scratch: &mut Scratch, bytes: &[u8], core: Range<usize>) {
        let mut keywords = std::mem::take(&mut scratch.keywords);
        let mut reading = Reading::new(self, bytes, scratch);
        for start in core.clone().step_by(CHUNK) {
            let chunk = start..core.end.min(start + CHUNK);
            reading.ends.around(&self.prefilter, bytes, &chunk, |at, length, tag| keywords.push((at, length, tag)));
            for (at, length, tag) in keywords.drain(..) {
                let (id, keyword) = self.tags[tag as usize];
                reading.candidate(id, keyword, at..at + length);
            }
        }
        scratch.keywords = keywords;
    }

    /// Calls `found` with the start, the length and the tag of every keyword that begins in `core`.
    pub(super) fn keywords_in(&self, bytes: &[u8], core: Range<usize>, mut found: impl FnMut(usize, usize, u32)) {
        self.prefilter.find(bytes, core, |at, length, tag| {
            if tag != near::ENDING {
                found(at, length, tag);
            }
        });
    }
}

/// The candidates of one level, one after the other.
pub(super) struct Reading<'a> {
    bytes: &'a [u8],
    pub(super) scratch: &'a mut Scratch,
    rules: &'a RuleSet,
    prefilter: &'a Prefilter,
    /// The last assignment that was read: many rules' keywords stand in one name.
    assigned: Option<Assigned>,
    /// The last stretch of a name that is not assigned to.
    unassigned: Range<usize>,
    /// Where names end that keywords nearby are looked for.
    ends: Ends,
}

impl<'a> Reading<'a> {
    pub(super) fn new(engine: &'a Engine, bytes: &'a [u8], scratch: &'a mut Scratch) -> Self {
        let (rules, prefilter) = (&engine.rules, &engine.prefilter);
        Self { bytes, scratch, rules, prefilter, unassigned: 0..0, assigned: None, ends: Ends::default() }
    }

    pub(super) fn candidate(&mut self, id: RuleId, keyword: usize, at: Range<usize>) {
        let rule = self.rules.get(id);
        let found = match &rule.how {
            How::Pattern(pattern) => self.pattern(id, rule, pattern, keyword, at.start),
            How::Assignment { .. } => self.assignment(id, rule, at.clone()),
            How::Reader(Reader::Url) => url::read(self.bytes, at.start)
                .ok()
                .and_then(|(span, confidence)| self.judged(id, rule, span, confidence.min(rule.info.confidence))),
            // It has no keyword: it is searched by `Engine::known`.
            How::Known => None,
            How::Reader(Reader::Pem) => {
                pem::read(self.bytes, at.start).map(|block| (block.span, Secret::new(block.body), block.confidence))
            }
            How::Reader(Reader::Jks | Reader::Pkcs12 | Reader::Keytab | Reader::Kdbx | Reader::Whole) => None,
        };
        if let Some((span, secret, confidence)) = found {
            self.scratch.hits.push(Hit { rule: id, confidence, secret, span, anchor: at.start });
        }
        self.further(id, rule, &at);
    }

    fn pattern(
        &mut self,
        id: RuleId,
        rule: &Rule,
        text: &crate::rules::LazyPattern,
        keyword: usize,
        at: usize,
    ) -> Option<(Range<usize>, Secret, Confidence)> {
        let memory = memory(self.scratch, id, self.rules);
        let span = pattern::confirm(text, &mut memory.pattern, rule.boundary, self.bytes, keyword, at)?;
        self.judged(id, rule, span, rule.info.confidence)
    }

    fn judged(
        &mut self,
        id: RuleId,
        rule: &Rule,
        span: Range<usize>,
        base: Confidence,
    ) -> Option<(Range<usize>, Secret, Confidence)> {
        let found = &self.bytes[span.clone()];
        let memory = memory(self.scratch, id, self.rules);
        let confidence = demands::judge(&rule.demands, &mut memory.placeholders, found, base).ok()?;
        Some((span, Secret::new(found.to_vec()), confidence))
    }

    fn assignment(
        &mut self,
        id: RuleId,
        rule: &Rule,
        keyword: Range<usize>,
    ) -> Option<(Range<usize>, Secret, Confidence)> {
        self.named(id, rule, &keyword).or_else(|| self.nearby(id, rule, &keyword))
    }

    /// The value assigned to the name that holds the keyword.
    fn named(&mut self, id: RuleId, rule: &Rule, keyword: &Range<usize>) -> Option<(Range<usize>, Secret, Confidence)> {
        let assigned = self.read_assignment(keyword.clone())?;
        self.assigned_to(id, rule, assigned)
    }

    /// Further values of the name that holds the keyword, under the rules that know no name of their own.
    fn further(&mut self, id: RuleId, rule: &Rule, keyword: &Range<usize>) {
        let How::Assignment { name: None, value: None, .. } = &rule.how else { return };
        let Some(first) = self.read_assignment(keyword.clone()) else { return };
        for value in assignment::further(self.bytes, &first) {
            if let Some((span, secret, confidence)) = self.assigned_to(id, rule, Assigned { value, ..first.clone() }) {
                self.scratch.hits.push(Hit { rule: id, confidence, secret, span, anchor: keyword.start });
            }
        }
    }

    /// The value, if it and its name are what the rule speaks of.
    fn assigned_to(
        &mut self,
        id: RuleId,
        rule: &Rule,
        assigned: Assigned,
    ) -> Option<(Range<usize>, Secret, Confidence)> {
        let How::Assignment { name: must, value: whole, kind, .. } = &rule.how else { return None };
        let (written, found) = (&self.bytes[assigned.name.clone()], &self.bytes[assigned.value.clone()]);
        let memory = memory(self.scratch, id, self.rules);
        // The value first: it is tried from its first byte alone, the name from each.
        if whole.as_ref().is_some_and(|pattern| !pattern::fits(pattern, &mut memory.value, found)) {
            return None;
        }
        if must.as_ref().is_some_and(|pattern| !pattern::fits(pattern, &mut memory.name, written)) {
            return None;
        }
        let judged = self.weigh(*kind, must.is_some(), written, found, &assigned)?;
        self.judged(id, rule, assigned.value, judged.min(rule.info.confidence))
    }

    /// The value assigned to the bare keyword, or to a plain name near it.
    pub(super) fn nearby(
        &mut self,
        id: RuleId,
        rule: &Rule,
        keyword: &Range<usize>,
    ) -> Option<(Range<usize>, Secret, Confidence)> {
        let How::Assignment { value: Some(whole), near: endings, .. } = &rule.how else { return None };
        if endings.is_empty() {
            return None;
        }
        let own = self.read_assignment(keyword.clone()).filter(|assigned| {
            assigned.style != assignment::Style::Code
                && near::is_keyword(&self.bytes[assigned.name.clone()], &self.bytes[keyword.clone()])
        });
        let some_near = self.ends.are_near(self.prefilter, self.bytes, keyword);
        if own.is_none() && !some_near {
            return None;
        }
        let around = near::around(self.bytes, keyword);
        let near = near::assignments(self.bytes, &around, &self.ends, endings);
        own.into_iter().chain(near).find_map(|assigned| {
            let found = &self.bytes[assigned.value.clone()];
            let mixed = found.iter().any(u8::is_ascii_digit) && found.iter().any(u8::is_ascii_alphabetic);
            let memory = memory(self.scratch, id, self.rules);
            let fits = mixed && pattern::fits(whole, &mut memory.value, found) && !value::is_reference(found);
            let demands = &rule.demands;
            let judged = || demands::judge(demands, &mut memory.placeholders, found, rule.info.confidence).ok();
            let confidence = fits.then(judged)??;
            Some((assigned.value, Secret::new(found.to_vec()), confidence))
        })
    }

    /// The assignment around the keyword, read once for all keywords in its name.
    fn read_assignment(&mut self, keyword: Range<usize>) -> Option<Assigned> {
        let known = self.assigned.as_ref().is_some_and(|a| a.name.start <= keyword.start && keyword.end <= a.name.end);
        if !known {
            if self.unassigned == keyword {
                return None;
            }
            let read = assignment::read(self.bytes, keyword.clone());
            self.assigned = read.filter(|assigned| !in_replaced(self.bytes, assigned.name.start));
            if self.assigned.is_none() {
                self.unassigned = keyword;
            }
        }
        self.assigned.clone()
    }

    fn weigh(
        &mut self,
        kind: ValueKind,
        named: bool,
        written: &[u8],
        found: &[u8],
        assigned: &Assigned,
    ) -> Option<Confidence> {
        weigh::weigh(&mut self.scratch.words, kind, named, (written, found), (self.bytes, assigned)).ok()
    }
}

fn memory<'a>(scratch: &'a mut Scratch, id: RuleId, rules: &RuleSet) -> &'a mut super::scratch::RuleMemory {
    if scratch.patterns.len() < rules.rules().len() {
        scratch.patterns.resize_with(rules.rules().len(), Default::default);
    }
    &mut scratch.patterns[id.0 as usize]
}
