//! What percent-encoding and escapes share: single encoded characters, each told by a mark, amid ordinary ones.
//!
//! A run is the stretch of ordinary characters about the encoded ones, so that `password%3Dhunter2` keeps its context.

use std::ops::Range;

use memchr::memchr;

use super::SpanMap;
use super::decoder::{Decoder, Input, Run};
use super::signs::{Sign, Signs};

/// How far an encoded character reaches to each side, in bytes.
const REACH: usize = 512;

/// How one such encoding writes a character.
pub(super) trait Marked: Sync {
    /// The decoder's name.
    const NAME: &'static str;
    /// The sign of one that begins a run.
    const SIGN: Sign;
    /// The byte that every encoded character begins with, unless [`Marked::find`] and [`Marked::marks`] say more.
    const MARK: u8;
    /// Most bytes that an encoded character takes.
    const LONGEST: usize;

    /// The first place in `bytes` where an encoded character may begin.
    fn find(bytes: &[u8]) -> Option<usize> {
        memchr(Self::MARK, bytes)
    }

    /// Whether an encoded character may begin with `byte`.
    fn marks(byte: u8) -> bool {
        byte == Self::MARK
    }

    /// Length of the encoded character at `at` when it is plain enough to begin a run by itself.
    fn starter(bytes: &[u8], at: usize) -> Option<usize>;

    /// Whether `byte` can stand in no run.
    fn stops(byte: u8) -> bool;

    /// The encoded character at `at`, if there is one.
    fn token(bytes: &[u8], at: usize) -> Option<Token>;

    /// Whether an encoded character can begin at `at`, the run's text beginning at `floor`.
    fn begins(bytes: &[u8], at: usize, floor: usize) -> bool;
}

impl<M: Marked> Decoder for M {
    fn name(&self) -> &'static str {
        M::NAME
    }

    fn next_run(&self, input: &Input<'_>, signs: &Signs, from: usize) -> Option<Run> {
        next_run::<M>(input.bytes, signs, from)
    }

    fn decode(&self, input: &Input<'_>, run: &Run, want: Range<usize>, out: &mut SpanMap) {
        decode::<M>(input.bytes, run, want, out);
    }
}

/// One encoded character.
#[derive(Clone, Copy)]
pub(super) struct Token {
    /// Bytes that it takes.
    pub(super) length: usize,
    decoded: [u8; 4],
    decoded_length: usize,
}

impl Token {
    pub(super) fn byte(length: usize, byte: u8) -> Self {
        Self { length, decoded: [byte, 0, 0, 0], decoded_length: 1 }
    }

    pub(super) fn char(length: usize, char: char) -> Self {
        let mut decoded = [0; 4];
        let decoded_length = char.encode_utf8(&mut decoded).len();
        Self { length, decoded, decoded_length }
    }

    /// One that says nothing.
    pub(super) fn nothing(length: usize) -> Self {
        Self { length, decoded: [0; 4], decoded_length: 0 }
    }

    fn push(&self, src: usize, out: &mut SpanMap) {
        if self.decoded_length == 0 {
            return;
        }
        let ratio = (self.length as u32, self.decoded_length as u32);
        out.push(&self.decoded[..self.decoded_length], src, ratio);
    }
}

/// The first run at or after `from`.
fn next_run<M: Marked>(bytes: &[u8], signs: &Signs, from: usize) -> Option<Run> {
    let (at, length) = first_starter::<M>(bytes, signs, from)?;
    let before = bytes[from..at].iter().rev().take(REACH).take_while(|&&byte| !M::stops(byte)).count();
    let start = at - before;
    let end = end_of::<M>(bytes, at + length);
    let (token, length) = token_over::<M>(bytes, start, end);
    Some(Run { span: start..token + length, phase: 0 })
}

/// Where the run ends whose first encoded character ends at `last`. One whose reach meets this reach is of the same run.
fn end_of<M: Marked>(bytes: &[u8], mut last: usize) -> usize {
    let mut at = last;
    while at <= last + 2 * REACH && bytes.get(at).is_some_and(|&byte| !M::stops(byte)) {
        match M::starter(bytes, at) {
            Some(length) => (last, at) = (at + length, at + length),
            None => at += 1,
        }
    }
    at.min(last + REACH)
}

fn first_starter<M: Marked>(bytes: &[u8], signs: &Signs, mut from: usize) -> Option<(usize, usize)> {
    loop {
        let block = signs.next(M::SIGN, from)?;
        let (mut at, end) = (block.start, block.end.min(bytes.len()));
        while let Some(found) = bytes.get(at..end).and_then(M::find) {
            at += found;
            if let Some(length) = M::starter(bytes, at) {
                return Some((at, length));
            }
            at += 1;
        }
        from = block.end;
    }
}

/// Start and length of the encoded character that `at` stands inside of, or `at` and nothing when it is between two.
fn token_over<M: Marked>(bytes: &[u8], floor: usize, at: usize) -> (usize, usize) {
    (at.saturating_sub(M::LONGEST - 1).max(floor)..at)
        .filter(|&start| bytes.get(start).is_some_and(|&byte| M::marks(byte)) && M::begins(bytes, start, floor))
        .filter_map(|start| Some((start, M::token(bytes, start)?.length)))
        .find(|(start, length)| start + length > at)
        .unwrap_or((at, 0))
}

/// Decodes what `want` covers of `run`.
fn decode<M: Marked>(bytes: &[u8], run: &Run, want: Range<usize>, out: &mut SpanMap) {
    let stop = want.end.min(run.span.end).min(bytes.len());
    let (mut at, _) = token_over::<M>(bytes, run.span.start, want.start.max(run.span.start));
    let seen = bytes.len().min(stop + M::LONGEST);
    while at < stop {
        let plain = M::find(&bytes[at..seen]).map_or(stop - at, |plain| plain.min(stop - at));
        if plain > 0 {
            out.push(&bytes[at..at + plain], at, (1, 1));
            at += plain;
            continue;
        }
        match M::token(bytes, at) {
            Some(token) => {
                token.push(at, out);
                at += token.length;
            }
            None => {
                out.push(&bytes[at..=at], at, (1, 1));
                at += 1;
            }
        }
    }
}
