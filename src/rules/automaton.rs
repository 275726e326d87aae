//! A pattern as an automaton, which takes the same time for every byte whatever they are.
//!
//! A search knows where its match begins, so nothing is ever searched backwards, and there are no literals to skip to.
//! `regex_automata::meta::Regex` builds both, which takes twice as long.

use std::ops::Range;

use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::backtrack::BoundedBacktracker;
use regex_automata::nfa::thompson::pikevm::PikeVM;
use regex_automata::nfa::thompson::{Compiler, Config, WhichCaptures, backtrack, pikevm};
use regex_automata::util::primitives::NonMaxUsize;
use regex_automata::{Anchored, Input, PatternID};
use regex_syntax::hir::{Hir, HirKind};

use super::program::SECRET;

/// Bytes of states that one thread keeps of one pattern. Larger ones begin anew when it is full.
const STATES: usize = 256 << 10;

/// An automaton.
pub(super) struct Automaton {
    dfa: DFA,
    /// Two engines on the same automaton that know where groups stand: for short matches, and for all.
    short: BoundedBacktracker,
    any: PikeVM,
    /// The group named `secret`, if there is one.
    secret: Option<usize>,
}

/// What one thread needs to run an [`Automaton`].
pub(super) struct Memory {
    states: Cache,
    /// Needed only where a pattern with a group matches.
    groups: Option<Box<Groups>>,
}

struct Groups {
    short: backtrack::Cache,
    any: pikevm::Cache,
    slots: Vec<Option<NonMaxUsize>>,
}

impl Automaton {
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
    pub(super) fn memory(&self) -> Memory {
        Memory { states: self.dfa.create_cache(), groups: None }
    }

    /// Whether it matches anywhere in `bytes`.
    pub(super) fn is_in(&self, memory: &mut Memory, bytes: &[u8]) -> bool {
        let found = self.dfa.try_search_fwd(&mut memory.states, &Input::new(bytes));
        found.map_or_else(|_| self.slowly(memory, &Input::new(bytes)).is_some(), |end| end.is_some())
    }

    /// The match that begins where `span` does and ends within it, and the group named `secret` of it: the match itself
    /// where there is no such group. The bytes around the span are looked at where the pattern speaks of them.
    pub(super) fn at(
        &self,
        memory: &mut Memory,
        bytes: &[u8],
        span: Range<usize>,
    ) -> Option<(Range<usize>, Range<usize>)> {
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

/// Whether a pattern says which part of a match is the secret.
pub(super) fn has_secret(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Capture(group) => group.name.as_deref() == Some(SECRET) || has_secret(&group.sub),
        HirKind::Repetition(repeated) => has_secret(&repeated.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(has_secret),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => false,
    }
}
