//! What a pattern is compiled to: one automaton, which runs forward.
//!
//! A search knows where its match begins, so nothing is ever searched backwards, and there are no literals to skip to.
//! `regex_automata::meta::Regex` builds both, which takes twice as long; and a scan compiles hundreds of patterns. It is
//! the reference in the test below.

use std::ops::Range;

use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::backtrack::BoundedBacktracker;
use regex_automata::nfa::thompson::pikevm::PikeVM;
use regex_automata::nfa::thompson::{Compiler, Config, WhichCaptures, backtrack, pikevm};
use regex_automata::util::primitives::NonMaxUsize;
use regex_automata::{Anchored, Input, PatternID};
use regex_syntax::hir::{Hir, HirKind};

/// The group that holds the secret of a match.
const SECRET: &str = "secret";

/// Bytes of states that one thread keeps of one pattern. Larger ones begin anew when it is full.
const STATES: usize = 256 << 10;

/// A compiled pattern.
pub struct Matcher {
    dfa: DFA,
    /// Two engines on the same automaton that know where groups stand: for short matches, and for all.
    short: BoundedBacktracker,
    any: PikeVM,
    /// The group named `secret`, if there is one.
    secret: Option<usize>,
}

/// What one thread needs to run a [`Matcher`].
pub struct Memory {
    states: Cache,
    /// Needed only where a pattern with a group matches.
    groups: Option<Box<Groups>>,
}

struct Groups {
    short: backtrack::Cache,
    any: pikevm::Cache,
    slots: Vec<Option<NonMaxUsize>>,
}

impl Matcher {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn new(hir: &Hir) -> Result<Self, String> {
        let captures = if has_secret(hir) { WhichCaptures::All } else { WhichCaptures::Implicit };
        let config = Config::new().utf8(false).which_captures(captures);
        let nfa = Compiler::new().configure(config).build_from_hir(hir).map_err(told)?;
        let config = DFA::config().cache_capacity(STATES).skip_cache_capacity_check(true);
        let dfa = DFA::builder().configure(config).build_from_nfa(nfa.clone()).map_err(told)?;
        let short = BoundedBacktracker::new_from_nfa(nfa.clone()).map_err(told)?;
        let secret = nfa.group_info().to_index(PatternID::ZERO, SECRET);
        Ok(Self { dfa, short, any: PikeVM::new_from_nfa(nfa).map_err(told)?, secret })
    }

    /// Memory for one thread.
    pub fn memory(&self) -> Memory {
        Memory { states: self.dfa.create_cache(), groups: None }
    }

    /// Whether it matches anywhere in `bytes`.
    pub fn is_in(&self, memory: &mut Memory, bytes: &[u8]) -> bool {
        let found = self.dfa.try_search_fwd(&mut memory.states, &Input::new(bytes));
        found.map_or_else(|_| self.slowly(memory, &Input::new(bytes)).is_some(), |end| end.is_some())
    }

    /// The match that begins where `span` does and ends within it, and the group named `secret` of it: the match itself
    /// where there is no such group. The bytes around the span are looked at where the pattern speaks of them.
    pub fn at(&self, memory: &mut Memory, bytes: &[u8], span: Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
        let input = Input::new(bytes).range(span.clone()).anchored(Anchored::Yes);
        // Most candidates fail, and to fail is cheaper without groups.
        let found = self.dfa.try_search_fwd(&mut memory.states, &input);
        match (found, self.secret) {
            (Ok(None), _) => None,
            (Ok(Some(end)), None) => Some((span.start..end.offset(), span.start..end.offset())),
            (Ok(Some(end)), Some(_)) => self.slowly(memory, &input.range(span.start..end.offset())),
            (Err(_), _) => self.slowly(memory, &input),
        }
    }

    /// The match and its group, by engines that keep track of groups and never give up.
    fn slowly(&self, memory: &mut Memory, input: &Input<'_>) -> Option<(Range<usize>, Range<usize>)> {
        let groups = memory.groups.get_or_insert_with(|| Box::new(self.groups()));
        let Groups { short, any, slots } = &mut **groups;
        let fits = input.get_range().len() <= self.short.max_haystack_len();
        match fits.then(|| self.short.try_search_slots(short, input, slots)) {
            Some(Ok(found)) => found?,
            Some(Err(_)) | None => self.any.search_slots(any, input, slots)?,
        };
        let stretch = |group: usize| {
            let at = |slot: usize| slots.get(slot).copied().flatten().map(|at| at.get());
            Some(at(2 * group)?..at(2 * group + 1)?)
        };
        let whole = stretch(0)?;
        let secret = self.secret.map_or(Some(whole.clone()), stretch)?;
        Some((whole, secret))
    }

    fn groups(&self) -> Groups {
        let slots = vec![None; self.any.get_nfa().group_info().slot_len()];
        Groups { short: self.short.create_cache(), any: self.any.create_cache(), slots }
    }
}

fn told(error: impl std::fmt::Display) -> String {
    format!("the pattern does not compile: {error}")
}

fn has_secret(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Capture(group) => group.name.as_deref() == Some(SECRET) || has_secret(&group.sub),
        HirKind::Repetition(repeated) => has_secret(&repeated.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(has_secret),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use proptest::prelude::*;
    use regex_automata::meta::Regex;
    use regex_automata::util::syntax;

    use super::*;
    use crate::rules::analysis;

    const PATTERNS: &[&str] = &[
        r"ab[0-9]{2,4}",
        r"key[ =]{1,3}(?P<secret>[a-c0-9]{1,6})(?:x|$)",
        r"(?i)\bkey\b.{0,5}?(?P<secret>[0-9]{1,3}|[a-c]{2})",
        r"^a{0,3}$",
        r"(?m:^)(?:ab|a)(?P<secret>b?c{0,9})",
        r"(?s-u:^(?:[a-c]{1,3}|key)$)",
        r"(?:a|ab)(?:c|bcd){0,2}(?P<secret>\xff?)",
        r"(?:[a-c0-9 ]{0,40}){0,9}k",
    ];

    proptest! {
        #[test]
        fn it_matches_as_the_library_does(bytes in "[abckeyKEY019 =x\n\u{ff}]{0,40}", start in 0usize..40, end in 0usize..44) {
            let bytes: Vec<u8> = bytes.chars().map(|c| c as u8).collect();
            let end = end.min(bytes.len());
            let start = start.min(end);
            for pattern in PATTERNS {
                let hir = analysis::parse(pattern).unwrap();
                let matcher = Matcher::new(&hir).unwrap();
                let mut memory = matcher.memory();
                let syntax = syntax::Config::new().unicode(false).utf8(false);
                let regex = Regex::builder().configure(Regex::config().utf8_empty(false)).syntax(syntax).build(pattern).unwrap();
                let input = Input::new(&bytes).range(start..end).anchored(Anchored::Yes);
                let mut captures = regex.create_captures();
                regex.search_captures(&input, &mut captures);
                let expected = captures.get_match().map(|whole| {
                    let group = captures.get_group_by_name(SECRET);
                    let has_group = regex.group_info().to_index(PatternID::ZERO, SECRET).is_some();
                    (whole.range(), if has_group { group.unwrap().range() } else { whole.range() })
                });
                prop_assert_eq!(matcher.at(&mut memory, &bytes, start..end), expected.clone(), "{}", pattern);
                prop_assert_eq!(matcher.slowly(&mut memory, &input), expected, "{}", pattern);
                prop_assert_eq!(matcher.is_in(&mut memory, &bytes), regex.is_match(&bytes), "{}", pattern);
            }
        }
    }
}
