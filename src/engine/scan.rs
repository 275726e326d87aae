//! One window of a blob, looked at in full: its bytes as they stand, then every encoded run in them, to a stated depth.

use std::ops::Range;

use super::assignment::{self, Assigned, Style};
use super::hits::Hit;
use super::prefilter::Prefilter;
use super::scratch::Scratch;
use super::{demands, name, pattern, pem, url, value};
use crate::decoders::{self, Decoder, Input, SpanMap};
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

/// Encoded bytes that are decoded at once; a longer run is taken in chunks.
const CHUNK: usize = 256 << 10;

/// Encoded bytes of context to each side of a chunk: a keyword's reach, in the widest of the encodings.
const CHUNK_CONTEXT: usize = 6 * REACH;

/// A piece of a blob, or all of it.
#[derive(Clone, Debug)]
pub struct Window<'a> {
    /// The bytes, with context on both sides.
    pub input: Input<'a>,
    /// The part whose keywords are looked at; the rest is context.
    pub core: Range<usize>,
}

impl<'a> Window<'a> {
    /// A whole blob.
    pub fn whole(bytes: &'a [u8]) -> Self {
        Self { input: Input::whole(bytes), core: 0..bytes.len() }
    }
}

/// A rule set, ready to scan.
pub struct Engine {
    rules: RuleSet,
    prefilter: Prefilter,
    /// By the prefilter's tag: the rule, and the number of the keyword among the rule's.
    tags: Vec<(RuleId, usize)>,
    /// The operator's secrets, and the rule of the first of them.
    known: Option<(Known, RuleId)>,
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
        let prefilter = Prefilter::new(literals);
        Self { rules, prefilter, tags, known: None }
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
        self.level(scratch, &window.input, window.core.clone(), &mut Vec::new(), &mut sink);
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
        for decoder in decoders::ALL {
            self.decoded(scratch, *decoder, input, core.clone(), via, sink);
        }
    }

    /// Undoes one encoding wherever it touches the core, and scans the result.
    fn decoded(
        &self,
        scratch: &mut Scratch,
        decoder: &dyn Decoder,
        input: &Input<'_>,
        core: Range<usize>,
        via: &mut Vec<&'static str>,
        sink: &mut dyn FnMut(Hit, &[&'static str]),
    ) {
        // A run that the core's start cuts is needed from further left: its groups and names begin there.
        let begin = core.start.saturating_sub(CHUNK_CONTEXT);
        let mut from = begin;
        while let Some(run) = decoder.next_run(input, from) {
            if run.span.start >= core.end {
                return;
            }
            let (first, last) = (run.span.start.max(core.start), run.span.end.min(core.end));
            let mut at = first;
            while at < last {
                let chunk = at..last.min(at + CHUNK);
                let want = chunk.start.saturating_sub(CHUNK_CONTEXT).max(run.span.start)
                    ..(chunk.end + CHUNK_CONTEXT).min(run.span.end);
                let mut map = scratch.maps.pop().unwrap_or_default();
                map.clear();
                let cut = want.start > run.span.start || run.span.start == begin;
                decoder.decode(input, &run, want, &mut map);
                self.inner(scratch, decoder.name(), (&map, cut), chunk.clone(), via, sink);
                scratch.maps.push(map);
                at = chunk.end;
            }
            from = run.span.end.max(from + 1);
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
    fn known(
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

    /// Fills `scratch.hits` with what stands in the bytes as they are.
    fn candidates(&self, scratch: &mut Scratch, bytes: &[u8], core: Range<usize>) {
        let mut reading = Reading { bytes, scratch, rules: &self.rules, unassigned: 0..0, assigned: None };
        self.prefilter.find(bytes, core, |at, length, tag| {
            let (id, keyword) = self.tags[tag as usize];
            reading.candidate(id, keyword, at..at + length);
        });
    }
}

/// The candidates of one level, one after the other.
struct Reading<'a> {
    bytes: &'a [u8],
    scratch: &'a mut Scratch,
    rules: &'a RuleSet,
    /// The last assignment that was read: many rules' keywords stand in one name.
    assigned: Option<Assigned>,
    /// The last stretch of a name that is not assigned to.
    unassigned: Range<usize>,
}

impl Reading<'_> {
    fn candidate(&mut self, id: RuleId, keyword: usize, at: Range<usize>) {
        let rule = self.rules.get(id);
        let found = match &rule.how {
            How::Pattern(pattern) => self.pattern(id, rule, pattern, keyword, at.start),
            How::Assignment { .. } => self.assignment(id, rule, at.clone()),
            How::Reader(Reader::Url) => url::read(self.bytes, at.start)
                .and_then(|(span, confidence)| self.judged(id, rule, span, confidence.min(rule.info.confidence))),
            // It has no keyword: it is searched by `Engine::known`.
            How::Known => None,
            How::Reader(Reader::Pem) => {
                pem::read(self.bytes, at.start).map(|block| (block.span, Secret::new(block.body), block.confidence))
            }
        };
        if let Some((span, secret, confidence)) = found {
            self.scratch.hits.push(Hit { rule: id, confidence, secret, span, anchor: at.start });
        }
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
        let confidence = demands::judge(&rule.demands, &mut memory.placeholders, found, base)?;
        Some((span, Secret::new(found.to_vec()), confidence))
    }

    fn assignment(
        &mut self,
        id: RuleId,
        rule: &Rule,
        keyword: Range<usize>,
    ) -> Option<(Range<usize>, Secret, Confidence)> {
        let How::Assignment { name: must, value: whole, kind } = &rule.how else { return None };
        let assigned = self.read_assignment(keyword)?;
        let (written, found) = (&self.bytes[assigned.name.clone()], &self.bytes[assigned.value.clone()]);
        let memory = memory(self.scratch, id, self.rules);
        if must.as_ref().is_some_and(|pattern| !pattern::fits(pattern, &mut memory.name, written)) {
            return None;
        }
        if whole.as_ref().is_some_and(|pattern| !pattern::fits(pattern, &mut memory.value, found)) {
            return None;
        }
        let judged = self.weigh(*kind, must.is_some(), written, found, &assigned)?;
        self.judged(id, rule, assigned.value, judged.min(rule.info.confidence))
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
        if kind == ValueKind::Exact {
            return (!value::is_reference(found)).then_some(Confidence::Confirmed);
        }
        name::words(written, &mut self.scratch.words);
        let names = if named {
            kind
        } else {
            match name::judge(&self.scratch.words) {
                name::Names::Password => ValueKind::Password,
                name::Names::Token => ValueKind::Token,
                name::Names::Nothing => return None,
            }
        };
        if names != kind {
            return None;
        }
        if kind == ValueKind::Password && name::is_short(&self.scratch.words) && !fits_short_name(written, assigned) {
            return None;
        }
        match kind {
            ValueKind::Password => value::password(found, written, assigned.style),
            ValueKind::Token | ValueKind::Exact => value::token(found, written, assigned.style),
        }
    }
}

/// Whether a name that is nothing but `pass` or `pwd` names a password here: test results say `PASS:`, and a shell keeps
/// its folder in `PWD`.
fn fits_short_name(written: &[u8], assigned: &Assigned) -> bool {
    matches!(assigned.style, Style::Quoted | Style::Line) && !written.iter().any(u8::is_ascii_uppercase)
}

fn memory<'a>(scratch: &'a mut Scratch, id: RuleId, rules: &RuleSet) -> &'a mut super::scratch::RuleMemory {
    if scratch.patterns.len() < rules.rules().len() {
        scratch.patterns.resize_with(rules.rules().len(), Default::default);
    }
    &mut scratch.patterns[id.0 as usize]
}
