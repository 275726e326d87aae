//! Text characters that alternate with NULs: what UTF-16 and UTF-32 have in common for ASCII.

use super::decoder::Input;
use super::signs::{Sign, Signs};
use super::text::{WIDE_STRETCH, is_text};

/// A row of text characters, each followed by `W - 1` NULs and the next character.
pub(super) struct Stretch {
    /// First character that the window shows.
    pub(super) first: usize,
    /// Last character.
    pub(super) last: usize,
    /// Bytes of it that come before the window's `first`.
    pub(super) before: usize,
    /// Whether NULs come before the very first character.
    pub(super) lead: bool,
    /// Whether NULs come after the last.
    pub(super) trail: bool,
}

impl Stretch {
    /// The stretch that the text character at `inside` belongs to.
    pub(super) fn around<const W: usize>(input: &Input<'_>, inside: usize) -> Self {
        let bytes = input.bytes;
        let (first, last) = (first_of::<W>(bytes, inside), last_of::<W>(bytes, inside));
        let lead = first >= W - 1 && all_null(bytes, first + 1 - W, first);
        let trail = last + W <= bytes.len() && all_null(bytes, last + 1, last + W);
        match carried::<W>(input, first) {
            Some((before, lead)) => Self { first, last, before, lead, trail },
            None => Self { first, last, before: 0, lead, trail },
        }
    }

    pub(super) fn count<const W: usize>(&self) -> usize {
        (self.before + self.last - self.first) / W + 1
    }
}

fn all_null(bytes: &[u8], start: usize, end: usize) -> bool {
    bytes.get(start..end).is_some_and(|bytes| bytes.iter().all(|&byte| byte == 0))
}

fn first_of<const W: usize>(bytes: &[u8], inside: usize) -> usize {
    let mut first = inside;
    while first >= W && is_text(bytes[first - W]) && all_null(bytes, first + 1 - W, first) {
        first -= W;
    }
    first
}

fn last_of<const W: usize>(bytes: &[u8], inside: usize) -> usize {
    let characters = bytes.get(inside + 1..).unwrap_or_default().chunks_exact(W);
    let more = characters.take_while(|next| is_text(next[W - 1]) && next[..W - 1].iter().all(|&byte| byte == 0));
    inside + W * more.count()
}

/// For a stretch that crosses the window's start, if the carry tells of one: how much of it comes before, and whether
/// NULs led it in.
fn carried<const W: usize>(input: &Input<'_>, first: usize) -> Option<(usize, bool)> {
    let start = if W == 2 { input.carry.utf16 } else { input.carry.utf32 }?;
    let before = (input.base + first as u64).checked_sub(start)? as usize;
    let crosses = first < W && all_null(input.bytes, 0, first);
    match before % W {
        0 if crosses => Some((before, false)),
        null if crosses && null == W - 1 => Some((before - null, true)),
        _ => None,
    }
}

/// Start of the stretch that crosses `at`, its leading NULs included, as an offset in the blob.
pub(super) fn carry<const W: usize>(input: &Input<'_>, at: usize) -> Option<u64> {
    let bytes = input.bytes;
    if at == 0 {
        return if W == 2 { input.carry.utf16 } else { input.carry.utf32 };
    }
    let character = |place: &usize| bytes.get(*place).is_some_and(|&byte| is_text(byte));
    let after = (at..at + W).find(|&place| bytes.get(place) != Some(&0)).filter(character);
    let before = (at.saturating_sub(W)..at).rev().find(|&place| bytes[place] != 0).filter(character);
    let stretch = Stretch::around::<W>(input, after.or(before)?);
    let start = input.base + stretch.first as u64 - stretch.before as u64;
    let start = if stretch.lead { start.saturating_sub(W as u64 - 1) } else { start };
    (start < input.base + at as u64).then_some(start)
}

/// A text character of the first stretch at or after `from` that has eight of them.
///
/// Such a stretch covers 15 bytes (29 in UTF-32), so it fills one word of every eight bytes (two of three in UTF-32).
pub(super) fn next<const W: usize>(bytes: &[u8], signs: &Signs, from: usize) -> Option<usize> {
    let sign = if W == 2 { Sign::Wide2 } else { Sign::Wide4 };
    let mut at = from;
    loop {
        let block = signs.next(sign, at)?;
        let start = block.start.saturating_sub(AROUND).max(from);
        let (words, _) = bytes.get(start..bytes.len().min(block.end + AROUND))?.as_chunks::<8>();
        let found = words.iter().enumerate().find_map(|(i, word)| {
            let inside = start + 8 * i + character_in::<W>(u64::from_le_bytes(*word))?;
            (count_around::<W>(bytes, inside) >= WIDE_STRETCH).then_some(inside)
        });
        if found.is_some() {
            return found;
        }
        at = block.end;
    }
}

/// How far a stretch whose sign stands in a block may begin before it, or end after it.
const AROUND: usize = 32;

/// Place of the first text character in a word that holds nothing but text characters of one stretch.
#[inline(always)]
fn character_in<const W: usize>(word: u64) -> Option<usize> {
    let lane = if W == 2 { 0x00ff_00ff_00ff_00ff } else { 0x0000_00ff_0000_00ff };
    (0..W).find(|place| word & !(lane << (8 * place)) == 0).filter(|place| {
        let bytes = word.to_le_bytes();
        bytes.iter().skip(*place).step_by(W).all(|&byte| is_text(byte))
    })
}

/// How many characters the stretch about `inside` has, counted no further than is of interest.
fn count_around<const W: usize>(bytes: &[u8], inside: usize) -> usize {
    let before = bytes[..inside].rchunks_exact(W);
    let before = before.take_while(|unit| is_text(unit[0]) && unit[1..].iter().all(|&byte| byte == 0));
    let after = bytes[inside + 1..].chunks_exact(W);
    let after = after.take_while(|unit| is_text(unit[W - 1]) && unit[..W - 1].iter().all(|&byte| byte == 0));
    before.take(WIDE_STRETCH).count() + 1 + after.take(WIDE_STRETCH).count()
}
