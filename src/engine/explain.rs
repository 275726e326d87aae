//! Why each rule whose keyword stands in a line was kept or dropped.
//!
//! The same functions judge here as in a scan; only what a scan throws away, the reason, is kept. A property test holds
//! the two equal.

use std::ops::Range;

use super::assignment::Assigned;
use super::reason::Reason;
use super::scan::{Engine, Reading};
use super::scratch::{RuleMemory, Scratch};
use super::{assignment, demands, pattern, pem, url, weigh};
use crate::model::{Confidence, RuleId};
use crate::rules::{How, LazyPattern, Reader, Rule};

/// A rule that was considered: its keyword stood there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Considered {
    /// The rule.
    pub rule: RuleId,
    /// Which of its keywords.
    pub keyword: usize,
    /// Where the keyword stands.
    pub at: usize,
    /// Where the value stands, if one was made out.
    pub span: Option<Range<usize>>,
    /// How sure it is, or why it was dropped.
    pub verdict: Result<Confidence, Reason>,
}

/// A value that was made out, and what was made of it.
type Judged = (Option<Range<usize>>, Result<Confidence, Reason>);

impl Engine {
    /// Judges every candidate whose keyword stands in `core`, in the bytes as they are; what is encoded is not undone.
    pub fn explain(&self, scratch: &mut Scratch, bytes: &[u8], core: Range<usize>) -> Vec<Considered> {
        let mut all = Vec::new();
        self.keywords_in(bytes, core, |at, length, tag| {
            let (rule, keyword) = self.tags[tag as usize];
            let (span, verdict) = self.judge(scratch, bytes, rule, keyword, at..at + length);
            all.push(Considered { rule, keyword, at, span, verdict });
            let further = self.judge_further(scratch, bytes, rule, at..at + length);
            all.extend(further.into_iter().map(|(span, verdict)| Considered { rule, keyword, at, span, verdict }));
        });
        all
    }

    /// What is kept of the further values of a name.
    fn judge_further(&self, scratch: &mut Scratch, bytes: &[u8], id: RuleId, at: Range<usize>) -> Vec<Judged> {
        let rule = self.rules().get(id);
        let How::Assignment { name: None, value: None, .. } = &rule.how else { return Vec::new() };
        let Some(first) = assignment::read(bytes, at) else { return Vec::new() };
        let mut memory = RuleMemory::default();
        let values = assignment::further(bytes, &first);
        let all = values.map(|value| by_value(rule, scratch, &mut memory, bytes, Assigned { value, ..first.clone() }));
        all.filter(|(_, verdict)| verdict.is_ok()).collect()
    }

    fn judge(&self, scratch: &mut Scratch, bytes: &[u8], id: RuleId, keyword: usize, at: Range<usize>) -> Judged {
        let rule = self.rules().get(id);
        let mut memory = RuleMemory::default();
        match &rule.how {
            How::Pattern(pattern) => by_pattern(rule, pattern, &mut memory, bytes, keyword, at.start),
            How::Assignment { .. } => match by_assignment(rule, scratch, &mut memory, bytes, at.clone()) {
                (span, Err(reason)) => {
                    let nearby = Reading::new(self, bytes, scratch).nearby(id, rule, &at);
                    nearby.map_or((span, Err(reason)), |(span, _, confidence)| (Some(span), Ok(confidence)))
                }
                kept => kept,
            },
            How::Reader(Reader::Url) => match url::read(bytes, at.start) {
                Ok((span, confidence)) => {
                    demanded(rule, &mut memory, bytes, span, confidence.min(rule.info.confidence))
                }
                Err(reason) => (None, Err(reason)),
            },
            How::Reader(Reader::Pem) => match pem::read(bytes, at.start) {
                Some(block) => (Some(block.span), Ok(block.confidence)),
                None => (None, Err(Reason::Block)),
            },
            // They have no keyword.
            How::Known | How::Reader(Reader::Jks | Reader::Pkcs12 | Reader::Keytab | Reader::Kdbx | Reader::Whole) => {
                (None, Err(Reason::Pattern))
            }
        }
    }
}

fn by_pattern(
    rule: &Rule,
    pattern: &LazyPattern,
    memory: &mut RuleMemory,
    bytes: &[u8],
    keyword: usize,
    at: usize,
) -> Judged {
    match pattern::confirm(pattern, &mut memory.pattern, rule.boundary, bytes, keyword, at) {
        Some(span) => demanded(rule, memory, bytes, span, rule.info.confidence),
        None => (None, Err(Reason::Pattern)),
    }
}

fn by_assignment(
    rule: &Rule,
    scratch: &mut Scratch,
    memory: &mut RuleMemory,
    bytes: &[u8],
    keyword: Range<usize>,
) -> Judged {
    let Some(assigned) = assignment::read(bytes, keyword) else { return (None, Err(Reason::Unassigned)) };
    by_value(rule, scratch, memory, bytes, assigned)
}

fn by_value(rule: &Rule, scratch: &mut Scratch, memory: &mut RuleMemory, bytes: &[u8], assigned: Assigned) -> Judged {
    let How::Assignment { name, value, kind, .. } = &rule.how else { return (None, Err(Reason::Pattern)) };
    let (written, found) = (&bytes[assigned.name.clone()], &bytes[assigned.value.clone()]);
    let span = Some(assigned.value.clone());
    if name.as_ref().is_some_and(|pattern| !pattern::fits(pattern, &mut memory.name, written)) {
        return (span, Err(Reason::OtherName));
    }
    if value.as_ref().is_some_and(|pattern| !pattern::fits(pattern, &mut memory.value, found)) {
        return (span, Err(Reason::OtherForm));
    }
    match weigh::weigh(&mut scratch.words, *kind, name.is_some(), (written, found), (bytes, &assigned)) {
        Ok(judged) => demanded(rule, memory, bytes, assigned.value, judged.min(rule.info.confidence)),
        Err(reason) => (span, Err(reason)),
    }
}

fn demanded(rule: &Rule, memory: &mut RuleMemory, bytes: &[u8], span: Range<usize>, base: Confidence) -> Judged {
    let verdict = demands::judge(&rule.demands, &mut memory.placeholders, &bytes[span.clone()], base);
    (Some(span), verdict)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;
    use crate::engine::Window;
    use crate::model::Match;

    #[test]
    fn explains_what_a_scan_finds() {
        let engine = Engine::new(crate::rules::load(&[]).unwrap_or_else(|error| panic!("{error}")));
        let mut scratch = Scratch::default();
        let texts = engine.rules().rules().iter().flat_map(|rule| {
            let (id, evidence) = (&rule.info.id, engine.rules().evidence(rule));
            [evidence.filled_examples(id), evidence.filled_counterexamples(id)].concat()
        });
        for text in texts {
            let mut matches: Vec<Match> = Vec::new();
            engine.scan(&mut scratch, &Window::whole(text.as_bytes()), &mut matches);
            let of_head = |found: &&Match| matches!(engine.rules().get(found.rule).how, How::Reader(reader) if reader.is_of_head());
            let plain = matches.iter().filter(|found| found.via.is_empty() && !of_head(found));
            let scanned: Vec<_> =
                plain.map(|found| (found.rule, found.span.start as usize, found.confidence)).collect();
            let considered = engine.explain(&mut scratch, text.as_bytes(), 0..text.len());
            let kept: Vec<_> =
                considered.into_iter().filter_map(|it| Some((it.rule, it.span?.start, it.verdict.ok()?))).collect();
            assert_eq!(kept, scanned, "{text}");
        }
    }
}
