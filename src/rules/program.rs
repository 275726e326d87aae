//! A pattern as a list of steps that are taken one after the other, and taken back where they lead nowhere.
//!
//! Nearly all patterns of packs are a literal and a few runs of bytes. A candidate fails at its first bytes or fits, so
//! that to go back costs little, while an automaton of it takes a tenth of a millisecond to build and kilobytes in each
//! thread. Patterns with much to go back to are given up; [`Matcher`](super::Matcher) takes the automaton for them.

use std::ops::Range;

use regex_syntax::hir::{Hir, HirKind, Look, Repetition};

use super::analysis;

/// The group that holds the secret of a match.
pub(super) const SECRET: &str = "secret";

/// The most steps a pattern may take: repetitions are written out.
const MAX_STEPS: usize = 2048;

/// A set of bytes.
type Set = [u64; 4];

/// A pattern that was broken into steps.
pub(super) struct Program {
    steps: Vec<Step>,
    sets: Vec<Set>,
}

enum Step {
    /// These bytes stand here.
    Literal(Box<[u8]>),
    /// So many bytes of a set stand here; the most there are, or else the fewest that do.
    Run { set: usize, least: usize, most: usize, greedy: bool },
    /// The place is one of that kind.
    Look(Look),
    /// Go on at `first`, and if that leads nowhere at `other`.
    Fork { first: usize, other: usize },
    /// Go on there.
    Jump(usize),
    /// The group that holds the secret begins here.
    Open,
    /// It ends here.
    Close,
    /// All fits.
    Done,
}

/// What can be tried where a step leads nowhere: to take a step at another place.
pub(super) struct Retry {
    step: usize,
    /// Where to go on next.
    at: usize,
    /// The places beyond it that can be tried after it.
    beyond: Beyond,
    group: Group,
}

enum Beyond {
    /// Those before it, down to this one.
    Before(usize),
    /// Those after it, up to this one, as long as the bytes up to there are of the set.
    After(usize, usize),
}

/// Where the secret begins and ends, as far as it is known.
type Group = (Option<usize>, Option<usize>);

/// The end of a match, and its secret.
pub(super) type Found = (usize, Group);

/// Too much was taken back: another way of matching is cheaper.
pub(super) struct GaveUp;

impl Program {
    /// The steps of a pattern, if they are few.
    pub(super) fn new(hir: &Hir) -> Option<Self> {
        let mut program = Self { steps: Vec::new(), sets: Vec::new() };
        program.push(hir)?;
        program.steps.push(Step::Done);
        Some(program)
    }

    /// Whether a match can begin at the first byte only.
    pub(super) fn begins_first(&self) -> bool {
        matches!(self.steps.first(), Some(Step::Look(Look::Start)))
    }

    /// The match that begins where `span` does and ends within it. At most `budget` steps are taken back, of which those
    /// that were are taken off.
    pub(super) fn run(
        &self,
        stack: &mut Vec<Retry>,
        budget: &mut usize,
        bytes: &[u8],
        span: Range<usize>,
    ) -> Result<Option<Found>, GaveUp> {
        stack.clear();
        let (mut step, mut at, mut group) = (0, span.start, (None, None));
        loop {
            let next = match &self.steps[step] {
                Step::Literal(literal) => {
                    bytes[at..span.end].starts_with(literal).then(|| (step + 1, at + literal.len()))
                }
                Step::Run { set, least, most, greedy } => {
                    let (least, most) = (at + least, span.end.min(at + most));
                    let first = if *greedy { most } else { least.min(most) };
                    self.run_of(&self.sets[*set], bytes, at, least, first).map(|end| {
                        let beyond = if *greedy { Beyond::Before(least) } else { Beyond::After(most, *set) };
                        self.remember(stack, bytes, Retry { step: step + 1, at: end, beyond, group });
                        (step + 1, end)
                    })
                }
                Step::Look(look) => holds(*look, bytes, at).then_some((step + 1, at)),
                Step::Fork { first, other } => {
                    stack.push(Retry { step: *other, at, beyond: Beyond::Before(at), group });
                    Some((*first, at))
                }
                Step::Jump(there) => Some((*there, at)),
                Step::Open => {
                    group = (Some(at), None);
                    Some((step + 1, at))
                }
                Step::Close => {
                    group.1 = Some(at);
                    Some((step + 1, at))
                }
                Step::Done => return Ok(Some((at, group))),
            };
            (step, at) = match next {
                Some(next) => next,
                None => {
                    let Some(retry) = stack.pop() else { return Ok(None) };
                    *budget = budget.checked_sub(1).ok_or(GaveUp)?;
                    let next = (retry.step, retry.at);
                    group = retry.group;
                    self.remember(stack, bytes, retry);
                    next
                }
            };
        }
    }

    /// The end of the longest run of a set's bytes that ends between `least` and `most`.
    fn run_of(&self, set: &Set, bytes: &[u8], at: usize, least: usize, most: usize) -> Option<usize> {
        let length = bytes.get(at..most)?.iter().take_while(|byte| holds_byte(set, **byte)).count();
        (at + length >= least).then_some(at + length)
    }

    /// Keeps the place after the one that a retry has come to, if there is one.
    fn remember(&self, stack: &mut Vec<Retry>, bytes: &[u8], retry: Retry) {
        let at = match retry.beyond {
            Beyond::Before(least) if retry.at > least => retry.at - 1,
            Beyond::After(most, set) if retry.at < most && holds_byte(&self.sets[set], bytes[retry.at]) => retry.at + 1,
            Beyond::Before(_) | Beyond::After(..) => return,
        };
        stack.push(Retry { at, ..retry });
    }

    fn push(&mut self, hir: &Hir) -> Option<()> {
        match hir.kind() {
            HirKind::Empty => {}
            HirKind::Literal(literal) => self.steps.push(Step::Literal(literal.0.clone())),
            HirKind::Class(_) => self.push_run(hir, 1, 1, true)?,
            HirKind::Look(look) => self.steps.push(Step::Look(known(*look)?)),
            HirKind::Repetition(repetition) => self.push_repeated(repetition)?,
            HirKind::Capture(group) if group.name.as_deref() == Some(SECRET) => {
                self.steps.push(Step::Open);
                self.push(&group.sub)?;
                self.steps.push(Step::Close);
            }
            HirKind::Capture(group) => self.push(&group.sub)?,
            HirKind::Concat(parts) => parts.iter().try_for_each(|part| self.push(part))?,
            HirKind::Alternation(branches) => self.push_branches(branches)?,
        }
        (self.steps.len() < MAX_STEPS).then_some(())
    }

    fn push_branches(&mut self, branches: &[Hir]) -> Option<()> {
        let mut jumps = Vec::new();
        for (i, branch) in branches.iter().enumerate() {
            let fork = self.steps.len();
            let is_last = i + 1 == branches.len();
            if !is_last {
                self.steps.push(Step::Fork { first: fork + 1, other: 0 });
            }
            self.push(branch)?;
            if !is_last {
                jumps.push(self.steps.len());
                self.steps.push(Step::Jump(0));
                self.steps[fork] = Step::Fork { first: fork + 1, other: self.steps.len() };
            }
        }
        let end = self.steps.len();
        jumps.into_iter().for_each(|jump| self.steps[jump] = Step::Jump(end));
        Some(())
    }

    fn push_repeated(&mut self, repetition: &Repetition) -> Option<()> {
        let (least, most) = (repetition.min as usize, repetition.max? as usize);
        if set_of(&repetition.sub).is_some() {
            return self.push_run(&repetition.sub, least, most, repetition.greedy);
        }
        (0..least).try_for_each(|_| self.push(&repetition.sub))?;
        let mut forks = Vec::new();
        for _ in least..most {
            forks.push(self.steps.len());
            self.steps.push(Step::Jump(0));
            self.push(&repetition.sub)?;
        }
        let end = self.steps.len();
        for fork in forks {
            let (more, enough) = (fork + 1, end);
            let (first, other) = if repetition.greedy { (more, enough) } else { (enough, more) };
            self.steps[fork] = Step::Fork { first, other };
        }
        Some(())
    }

    fn push_run(&mut self, hir: &Hir, least: usize, most: usize, greedy: bool) -> Option<()> {
        let new = set_of(hir)?;
        let set = self.sets.iter().position(|set| *set == new).unwrap_or(self.sets.len());
        if set == self.sets.len() {
            self.sets.push(new);
        }
        self.steps.push(Step::Run { set, least, most, greedy });
        Some(())
    }
}

/// The bytes that `hir` can be, if it is always one.
fn set_of(hir: &Hir) -> Option<Set> {
    let mut set = [0; 4];
    let mut add = |byte: u8| set[usize::from(byte >> 6)] |= 1 << (byte & 63);
    match hir.kind() {
        HirKind::Literal(literal) if literal.0.len() == 1 => add(literal.0[0]),
        HirKind::Class(class) => {
            analysis::byte_class(class)?.iter().flat_map(|range| range.start()..=range.end()).for_each(add);
        }
        _ => return None,
    }
    Some(set)
}

fn holds_byte(set: &Set, byte: u8) -> bool {
    set[usize::from(byte >> 6)] >> (byte & 63) & 1 != 0
}

/// The looks around that [`holds`] can tell.
fn known(look: Look) -> Option<Look> {
    matches!(look, Look::Start | Look::End | Look::StartLF | Look::EndLF | Look::WordAscii | Look::WordAsciiNegate)
        .then_some(look)
}

/// Whether the place at `at` is one of that kind.
fn holds(look: Look, bytes: &[u8], at: usize) -> bool {
    let (before, after) = (at.checked_sub(1).map(|at| bytes[at]), bytes.get(at).copied());
    let is_word = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match look {
        Look::Start => before.is_none(),
        Look::End => after.is_none(),
        Look::StartLF => before.is_none_or(|byte| byte == b'\n'),
        Look::EndLF => after.is_none_or(|byte| byte == b'\n'),
        Look::WordAscii => is_word(before) != is_word(after),
        Look::WordAsciiNegate => is_word(before) == is_word(after),
        _ => false,
    }
}
