//! From all matches of a blob to those that are reported: companions looked for, doubles and overlaps settled.
//!
//! A pure function of the blob's matches, run once they are all there, so that it does not matter how the blob was cut.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::model::{Confidence, Match, RuleId, Span};
use crate::rules::{How, RuleSet, ValueKind};

/// Settles the matches of one blob, each with what the caller keeps beside it, and sorts them.
pub fn resolve<T>(rules: &RuleSet, mut matches: Vec<(Match, T)>) -> Vec<(Match, T)> {
    weigh_companions(rules, &mut matches);
    weigh_issuers(rules, &mut matches);
    matches.sort_by_key(|(m, _)| (Reverse(rank(rules, m)), m.span, m.rule, m.anchor));
    let mut kept: BTreeMap<u64, (Match, T)> = BTreeMap::new();
    for found in matches {
        if !overlaps(&kept, found.0.span) {
            kept.insert(found.0.span.start, found);
        }
    }
    kept.into_values().collect()
}

/// Every stretch that matches cover, in order, none touching another, and the match of each that outranks the others.
/// Nothing that a rule found is left out, but what lacks a companion that it must have.
pub fn united(rules: &RuleSet, matches: Vec<Match>) -> Vec<(Match, Span)> {
    let mut matches: Vec<(Match, ())> = matches.into_iter().map(|found| (found, ())).collect();
    weigh_companions(rules, &mut matches);
    matches.sort_by_key(|(found, ())| (found.span, found.rule, found.anchor));
    let mut stretches: Vec<(Match, Span)> = Vec::new();
    for (found, ()) in matches {
        match stretches.last_mut() {
            Some((best, span)) if found.span.start < span.end => {
                span.end = span.end.max(found.span.end);
                if rank(rules, &found) > rank(rules, best) {
                    *best = found;
                }
            }
            _ => {
                let span = found.span;
                stretches.push((found, span));
            }
        }
    }
    stretches
}

/// Which of two overlapping matches stays: the surer, then the more specific, then the one less decoded, the longer, and
/// of assignments the one whose keyword stands nearer.
fn rank(rules: &RuleSet, found: &Match) -> (Confidence, bool, u8, Reverse<usize>, u64, Reverse<u64>) {
    let rule = rules.get(found.rule);
    let specific = match &rule.how {
        How::Assignment { kind: ValueKind::Password | ValueKind::Token, .. } => 0,
        How::Reader(crate::rules::Reader::Url) => 1,
        How::Assignment { kind: ValueKind::Exact, .. } => 2,
        How::Pattern(_) => 3,
        How::Reader(_) => 4,
        How::Known => 5,
    };
    let distance = match &rule.how {
        How::Assignment { .. } => found.span.distance(&Span { start: found.anchor, end: found.anchor }),
        How::Pattern(_) | How::Reader(_) | How::Known => 0,
    };
    (found.confidence, !rule.generic, specific, Reverse(found.via.len()), found.span.len(), Reverse(distance))
}

/// A rule that names the issuer says more of a value than one that does not, so it is made as sure of it as that.
fn weigh_issuers<T>(rules: &RuleSet, matches: &mut [(Match, T)]) {
    let mut surest: BTreeMap<Span, Confidence> = BTreeMap::new();
    for (found, _) in matches.iter().filter(|(found, _)| rules.get(found.rule).generic) {
        let known = surest.entry(found.span).or_insert(found.confidence);
        *known = found.confidence.max(*known);
    }
    for (found, _) in matches.iter_mut().filter(|(found, _)| !rules.get(found.rule).generic) {
        found.confidence = surest.get(&found.span).map_or(found.confidence, |generic| found.confidence.max(*generic));
    }
}

fn overlaps<T>(kept: &BTreeMap<u64, (Match, T)>, span: Span) -> bool {
    let before = kept.range(..=span.start).next_back();
    let after = kept.range(span.start..).next();
    before.into_iter().chain(after).any(|(_, (other, _))| other.span.overlaps(&span) || other.span == span)
}

/// Raises matches that stand beside their companion, and drops those that must and do not.
fn weigh_companions<T>(rules: &RuleSet, matches: &mut Vec<(Match, T)>) {
    let mut spans: BTreeMap<RuleId, Vec<Span>> = BTreeMap::new();
    if matches.iter().all(|(found, _)| rules.get(found.rule).companions.is_empty()) {
        return;
    }
    for (found, _) in matches.iter() {
        spans.entry(found.rule).or_default().push(found.span);
    }
    matches.retain_mut(|(found, _)| {
        rules.get(found.rule).companions.iter().all(|companion| {
            let others = rules.by_name(&companion.rule).and_then(|(id, _)| spans.get(&id));
            let near =
                others.is_some_and(|spans| spans.iter().any(|span| span.distance(&found.span) <= companion.within));
            if near {
                found.confidence = Confidence::Confirmed;
            }
            near || !companion.required
        })
    });
}
