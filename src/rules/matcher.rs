//! What a pattern is compiled to: steps that are taken, and where that takes too long, an automaton.

use std::ops::Range;
use std::sync::OnceLock;

use regex_syntax::hir::Hir;

use super::automaton::{self, Automaton};
use super::program::{Found, GaveUp, Program, Retry};

/// How many steps may be taken back for each byte that is looked at, and besides. An automaton that is built takes as
/// long as some ten thousand.
const PATIENCE: (usize, usize) = (8, 1024);

/// A compiled pattern.
pub struct Matcher {
    hir: Hir,
    has_secret: bool,
    program: Option<Program>,
    automaton: OnceLock<Automaton>,
}

/// What one thread needs to run a [`Matcher`].
#[derive(Default)]
pub struct Memory {
    stack: Vec<Retry>,
    /// Of the automaton, once it was needed. It is taken from then on: bytes that are laid out to take long come again.
    automaton: Option<automaton::Memory>,
}

impl Matcher {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn new(hir: Hir) -> Result<Self, String> {
        let (program, automaton) = (Program::new(&hir), OnceLock::new());
        if program.is_none() {
            let _ = automaton.set(Automaton::new(&hir)?);
        }
        Ok(Self { has_secret: automaton::has_secret(&hir), hir, program, automaton })
    }

    /// Memory for one thread.
    pub fn memory(&self) -> Memory {
        Memory::default()
    }

    /// Whether it matches anywhere in `bytes`.
    pub fn is_in(&self, memory: &mut Memory, bytes: &[u8]) -> bool {
        let mut budget = patience(bytes.len());
        if let Some(program) = self.program(memory) {
            let last = if program.begins_first() { 0 } else { bytes.len() };
            let mut found =
                (0..=last).map(|at| program.run(&mut memory.stack, &mut budget, bytes, at..bytes.len()).transpose());
            match found.find_map(|found| found) {
                Some(Err(GaveUp)) => {}
                found => return found.is_some(),
            }
        }
        self.automaton(memory).is_some_and(|(automaton, memory)| automaton.is_in(memory, bytes))
    }

    /// The match that begins where `span` does and ends within it, and the group named `secret` of it: the match itself
    /// where there is no such group. The bytes around the span are looked at where the pattern speaks of them.
    pub fn at(&self, memory: &mut Memory, bytes: &[u8], span: Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
        let mut budget = patience(span.len());
        if let Some(program) = self.program(memory)
            && let Ok(found) = program.run(&mut memory.stack, &mut budget, bytes, span.clone())
        {
            return self.told(span.start, found?);
        }
        let (automaton, memory) = self.automaton(memory)?;
        automaton.at(memory, bytes, span)
    }

    fn told(&self, start: usize, (end, group): Found) -> Option<(Range<usize>, Range<usize>)> {
        let whole = start..end;
        let secret = if self.has_secret { group.0?..group.1? } else { whole.clone() };
        Some((whole, secret))
    }

    /// The steps, as long as the automaton was not needed.
    fn program(&self, memory: &Memory) -> Option<&Program> {
        self.program.as_ref().filter(|_| memory.automaton.is_none())
    }

    fn automaton<'a>(&self, memory: &'a mut Memory) -> Option<(&Automaton, &'a mut automaton::Memory)> {
        if self.automaton.get().is_none() {
            let _ = self.automaton.set(Automaton::new(&self.hir).ok()?);
        }
        let automaton = self.automaton.get()?;
        Some((automaton, memory.automaton.get_or_insert_with(|| automaton.memory())))
    }
}

/// How many steps may be taken back for so many bytes.
fn patience(length: usize) -> usize {
    PATIENCE.0 * length + PATIENCE.1
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use proptest::prelude::*;
    use regex_automata::meta::Regex;
    use regex_automata::util::syntax;
    use regex_automata::{Anchored, Input, PatternID};

    use super::*;
    use crate::rules::program::SECRET;
    use crate::rules::{How, LazyPattern, analysis, load};

    const PATTERNS: &[&str] = &[
        r"ab[0-9]{2,4}",
        r"key[ =]{1,3}(?P<secret>[a-c0-9]{1,6})(?:x|$)",
        r"(?i)\bkey\b.{0,5}?(?P<secret>[0-9]{1,3}|[a-c]{2})",
        r"^a{0,3}$",
        r"(?m:^)(?:ab|a)(?P<secret>b?c{0,9})",
        r"(?s-u:^(?:[a-c]{1,3}|key)$)",
        r"(?:a|ab)(?:c|bcd){0,2}(?P<secret>\xff?)",
        r"(?:[a-c0-9 ]{0,40}){0,9}k",
        r"(?m:(?:a{0,2}?|b){2,3}?(?P<secret>c?)\B[ =]{0,2}$)",
        r"(?:(?:ab?){0,3}|(?P<secret>k.y)){1,2}? ?1",
    ];

    fn library(pattern: &str) -> Regex {
        let syntax = syntax::Config::new().unicode(false).utf8(false);
        Regex::builder().configure(Regex::config().utf8_empty(false)).syntax(syntax).build(pattern).unwrap()
    }

    /// What the library makes of a pattern where [`Matcher::at`] is asked.
    fn expected(regex: &Regex, bytes: &[u8], span: Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
        let mut captures = regex.create_captures();
        regex.search_captures(&Input::new(bytes).range(span).anchored(Anchored::Yes), &mut captures);
        let whole = captures.get_match()?.range();
        let has_group = regex.group_info().to_index(PatternID::ZERO, SECRET).is_some();
        Some((whole.clone(), if has_group { captures.get_group_by_name(SECRET)?.range() } else { whole }))
    }

    proptest! {
        #[test]
        fn it_matches_as_the_library_does(bytes in "[abckeyKEY019 =x\n\u{ff}]{0,40}", start in 0usize..40, end in 0usize..44) {
            let bytes: Vec<u8> = bytes.chars().map(|c| c as u8).collect();
            let end = end.min(bytes.len());
            let start = start.min(end);
            for pattern in PATTERNS {
                let (regex, hir) = (library(pattern), analysis::parse(pattern).unwrap());
                let expected = expected(&regex, &bytes, start..end);
                let (automaton, matcher) = (Automaton::new(&hir).unwrap(), Matcher::new(hir).unwrap());
                let mut memory = matcher.memory();
                prop_assert_eq!(matcher.at(&mut memory, &bytes, start..end), expected.clone(), "{}", pattern);
                prop_assert_eq!(matcher.is_in(&mut memory, &bytes), regex.is_match(&bytes), "{}", pattern);
                let mut memory = automaton.memory();
                prop_assert_eq!(automaton.at(&mut memory, &bytes, start..end), expected, "{}", pattern);
                prop_assert_eq!(automaton.is_in(&mut memory, &bytes), regex.is_match(&bytes), "{}", pattern);
            }
        }
    }

    fn patterns(how: &How) -> Vec<&LazyPattern> {
        match how {
            How::Pattern(pattern) => vec![pattern],
            How::Assignment { name, value, .. } => name.iter().chain(value).collect(),
            How::Reader(_) | How::Known => Vec::new(),
        }
    }

    #[test]
    fn steps_match_as_the_automaton_does_wherever_a_rules_own_examples_begin() {
        let rules = load(&[]).unwrap();
        let (mut matches, mut without_steps) = (0, 0);
        for rule in rules.rules() {
            let evidence = rules.evidence(rule);
            let texts =
                [evidence.filled_examples(&rule.info.id), evidence.filled_counterexamples(&rule.info.id)].concat();
            for pattern in patterns(&rule.how) {
                let hir = analysis::parse(pattern.text()).unwrap();
                let automaton = Automaton::new(&hir).unwrap();
                let Some(program) = Program::new(&hir) else {
                    without_steps += 1;
                    continue;
                };
                let (mut stack, mut memory) = (Vec::new(), automaton.memory());
                let has_secret = automaton::has_secret(&hir);
                for bytes in texts.iter().map(|text| text.as_bytes()) {
                    for start in 0..=bytes.len() {
                        let span = start..bytes.len();
                        let Ok(found) = program.run(&mut stack, &mut { usize::MAX }, bytes, span.clone()) else {
                            panic!()
                        };
                        let found = found.map(|(end, (open, close))| {
                            (start..end, if has_secret { open.unwrap()..close.unwrap() } else { start..end })
                        });
                        matches += usize::from(found.is_some());
                        assert_eq!(found, automaton.at(&mut memory, bytes, span), "{} at {start}", rule.info.id);
                    }
                }
            }
        }
        assert!(matches > 3 * rules.rules().len() / 2, "{matches} matches");
        assert_eq!(without_steps, 0, "patterns that are built as automatons from the start");
    }

    #[test]
    fn a_pattern_that_goes_back_too_often_becomes_an_automaton() {
        let hir = analysis::parse("(?:[a-c]{0,40}[ab]{0,40}){0,9}k").unwrap();
        let matcher = Matcher::new(hir).unwrap();
        let mut memory = matcher.memory();
        let bytes = [&[b'a'; 200][..], b"k"].concat();
        assert_eq!(matcher.at(&mut memory, &bytes, 0..200), None);
        assert!(memory.automaton.is_some());
        assert_eq!(matcher.at(&mut memory, &bytes, 0..201), Some((0..201, 0..201)));
    }
}
