//! Base64 (RFC 4648): both alphabets, padded or not, in one piece or wrapped over lines.
//!
//! A *piece* is an unbroken stretch of the alphabet; its groups of four are counted from its start. Pieces that a line
//! break parts are joined to one run, so that a secret which is wrapped over two lines is seen whole, in a log too, that
//! puts something before each line (`joint.rs`).

use std::ops::Range;

use super::alphabet::{BASE64, NONE, base64_end, base64_start, is_base64};
use super::decoder::{Decoder, Input, LOOK, Run};
use super::joint::{self, joint};
use super::signs::{self, Signs};
use super::{SpanMap, text};

/// The base64 decoder.
pub(super) struct Base64;

/// Fewest characters of a run: 18 bytes.
const SHORTEST: usize = signs::BASE64_ROW;
/// Fewest characters of a wrapped line.
pub(super) const SHORTEST_LINE: usize = 40;
/// Most characters of a wrapped line, and how far back a line's start is looked for. A longer piece is never joined,
/// so its run begins where it does.
const LONGEST_LINE: usize = 1024;

impl Decoder for Base64 {
    fn name(&self) -> &'static str {
        "base64"
    }

    fn next_run(&self, input: &Input<'_>, signs: &Signs, from: usize) -> Option<Run> {
        let mut at = from;
        loop {
            let row = signs.next_base64(at)?;
            let start = if row.start <= from { base64_start(input.bytes, row.start, 0) } else { row.start };
            let piece = Piece::new(input, start, base64_end(input.bytes, row.end));
            let last = last_of_chain(input.bytes, piece);
            at = last.end;
            if piece.len() >= SHORTEST && plausible(input, piece, last) {
                let start = piece.start.max(from);
                let phase = (piece.before + start - piece.start) % 4;
                return Some(Run { span: start..after_padding(input.bytes, last.end), phase });
            }
        }
    }

    fn decode(&self, input: &Input<'_>, run: &Run, want: Range<usize>, out: &mut SpanMap) {
        let Some(whole) = input.bytes.get(..run.span.end).map(before_padding) else { return };
        let stop = want.end.min(whole.len());
        let bytes = &whole[..whole.len().min(stop.saturating_add(4))];
        let mut at = first_group(whole, run, want.start);
        while at < stop {
            let wanted = (stop - at).next_multiple_of(4).min(base64_end(bytes, at).saturating_sub(at));
            decode_piece(&bytes[at..at + wanted], at, out);
            at += wanted;
            if wanted == 0 {
                let Some(next) = joint(whole, at) else { return };
                at = next;
            }
        }
    }
}

/// An unbroken stretch of the alphabet.
#[derive(Clone, Copy)]
struct Piece {
    start: usize,
    end: usize,
    /// How many of its characters come before the window.
    before: usize,
}

impl Piece {
    /// The piece whose visible characters stand from `start` to `end`.
    fn new(input: &Input<'_>, start: usize, end: usize) -> Self {
        let carried = input.carry.base64.filter(|_| start == 0);
        // A carried start after the window's first byte: that byte is the letter of an escaped line break.
        let escaped = carried.is_some_and(|carried| carried > input.base) || escapes_break(input.bytes, start);
        Self { start: (start + usize::from(escaped)).min(end), end, before: input.before(carried) }
    }

    fn len(&self) -> usize {
        self.before + self.end - self.start
    }

    /// Whether it may be a line of several.
    fn wraps(&self, bytes: &[u8]) -> bool {
        let fits = (SHORTEST_LINE..=LONGEST_LINE).contains(&self.len()) && self.len().is_multiple_of(4);
        fits && !is_digest(&bytes[self.start..self.end])
    }
}

/// Digits and the letters a to f, some of both: forty characters of base64 are not so by chance. (`AAAA` is base64.)
fn is_digest(characters: &[u8]) -> bool {
    let digest = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let digits = || characters.iter().filter(|byte| byte.is_ascii_digit()).count();
    characters.iter().all(digest) && (1..characters.len()).contains(&digits())
}

/// Whether the character at `at` is the letter of an escape that a string has instead of a line break or a tab.
pub(super) fn escapes_break(bytes: &[u8], at: usize) -> bool {
    let letter = matches!(bytes.get(at), Some(b'n' | b'r' | b't'));
    letter && at.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&b'\\')
}

/// The last of the pieces that are joined to `piece`.
fn last_of_chain(bytes: &[u8], piece: Piece) -> Piece {
    let mut last = piece;
    while let Some(next) = joined(bytes, &last) {
        last = next;
    }
    last
}

fn joined(bytes: &[u8], left: &Piece) -> Option<Piece> {
    if !left.wraps(bytes) {
        return None;
    }
    let start = joint(bytes, left.end)?;
    let end = base64_end(bytes, start);
    (start < end && end - start <= LONGEST_LINE).then_some(Piece { start, end, before: 0 })
}

/// What fills up the last group, as it is and in an address.
const PADDING: [&[u8]; 4] = [b"==", b"=", b"%3D%3D", b"%3D"];

fn after_padding(bytes: &[u8], end: usize) -> usize {
    let rest = bytes.get(end..).unwrap_or_default();
    end + PADDING.iter().find(|form| rest.starts_with(form)).map_or(0, |form| form.len())
}

/// A run without its padding: the digits of `%3D` are characters of base64.
fn before_padding(run: &[u8]) -> &[u8] {
    PADDING.iter().find_map(|form| run.strip_suffix(*form)).unwrap_or(run)
}

/// Long runs are left to the holder to judge, part by part; short ones are judged here. Nothing that holds text is
/// ever refused, and nothing but text and the beginnings of packed files is looked for.
fn plausible(input: &Input<'_>, first: Piece, last: Piece) -> bool {
    let bytes = input.bytes;
    if first.before + last.end - first.start > LOOK {
        return true;
    }
    if first.start == last.start {
        let aligned = first.start + (4 - first.before % 4) % 4;
        let characters = bytes.get(aligned..first.end).unwrap_or_default();
        let byte = |at| byte_of(characters, at);
        let is_text = || text::holds_text(characters.len() * 3 / 4, byte);
        return (may_hold_text(characters) && is_text()) || (first.before == 0 && text::is_packed(byte));
    }
    let run = Run { span: first.start..last.end, phase: first.before % 4 };
    let mut decoded = SpanMap::default();
    Base64.decode(input, &run, run.span.clone(), &mut decoded);
    let bytes = decoded.bytes();
    decoded.has_text() || (first.before == 0 && text::is_packed(|at| bytes.get(at).copied().unwrap_or(0)))
}

/// What a character may be: the first, the second or the third of a group that decodes to text, or bits that are all zero;
/// one bit each, the first lowest.
const PLACES: [u8; 256] = {
    let (mut table, mut at) = ([0; 256], 0);
    while at < 256 {
        let value = BASE64[at];
        if value != NONE {
            // The bytes of text are 0x20 to 0x7e, tab and line breaks: these are the bits of theirs that each one holds.
            let (first, second) = (matches!(value, 2 | 3 | 8..32), matches!(value & 15, 0 | 2..8));
            let (third, zero) = (value & 3 < 2, value == 0);
            table[at] = first as u8 | (second as u8) << 1 | (third as u8) << 2 | (zero as u8) << 3;
        }
        at += 1;
    }
    table
};

/// Whether there may be text in what the characters say: as long as is asked for, it fills three groups in a row, and one
/// with NULs between its characters has a group of NUL, character, NUL. Most words have neither.
fn may_hold_text(characters: &[u8]) -> bool {
    let (groups, _) = characters.as_chunks::<4>();
    if groups.len() > u64::BITS as usize {
        return true;
    }
    let places = |group: &[u8; 4]| group.map(|byte| PLACES[usize::from(byte)]);
    // Of three groups in a row one is the third, the sixth, the ninth…; and bits that are all zero are an `A`.
    let mut thirds = groups.iter().skip(2).step_by(3).map(places);
    if thirds.all(|[a, b, c, _]| a & b >> 1 & c >> 2 & 1 == 0) && memchr::memchr(b'A', characters).is_none() {
        return false;
    }
    let (mut text, mut wide) = (0u64, 0);
    for ([a, b, c, d], place) in groups.iter().map(places).zip(0..) {
        text |= u64::from(a & b >> 1 & c >> 2 & 1) << place;
        wide |= a & d & 1 << 3;
    }
    wide != 0 || text & text >> 1 & text >> 2 != 0
}

/// Decoded byte number `at` of a piece.
#[inline(always)]
fn byte_of(characters: &[u8], at: usize) -> u8 {
    let (group, place) = (at / 3 * 4, at % 3);
    let value = |i: usize| characters.get(group + i).map_or(0, |&character| BASE64[character as usize]);
    let two = u16::from(value(place)) << 6 | u16::from(value(place + 1));
    (two >> (4 - 2 * place)) as u8
}

/// Where the first group of `run` that `from` touches begins. The group is counted from the start of the piece, which
/// is the run's unless a line break is near.
fn first_group(bytes: &[u8], run: &Run, from: usize) -> usize {
    let first = run.span.start + (4 - run.phase) % 4;
    let from = from.max(first).min(bytes.len());
    if let Some(next) = after_joint_over(bytes, run.span.start, from) {
        return next;
    }
    let floor = run.span.start.max(from.saturating_sub(LONGEST_LINE + 1));
    let start = base64_start(bytes, from, floor);
    let origin = match start {
        start if start == floor => first,
        start => start + usize::from(escapes_break(bytes, start)),
    };
    from.max(origin) - from.saturating_sub(origin) % 4
}

/// Where the run goes on when `from` stands within a joint of it.
fn after_joint_over(bytes: &[u8], floor: usize, from: usize) -> Option<usize> {
    let begins = |at: &usize| matches!(bytes[*at], b'\n' | b'\r' | b'\\') && is_base64(bytes[*at - 1]);
    let starts =
        (from.saturating_sub(joint::LONGEST).max(floor + 1)..=from.min(bytes.len().saturating_sub(1))).filter(begins);
    starts.filter_map(|at| joint(bytes, at)).find(|next| *next > from)
}

/// Decodes whole groups, and at the end of a piece what there is of the last one.
fn decode_piece(piece: &[u8], src: usize, out: &mut SpanMap) {
    let (groups, rest) = piece.as_chunks::<4>();
    if !groups.is_empty() {
        out.segment(src, (4, 3));
        let bytes = out.bytes_mut();
        let start = bytes.len();
        bytes.resize(start + 3 * groups.len(), 0);
        let (decoded, _) = bytes[start..].as_chunks_mut::<3>();
        decoded.iter_mut().zip(groups).for_each(|(decoded, characters)| *decoded = group(characters));
    }
    let src = src + piece.len() - rest.len();
    match *rest {
        [a, b] => out.push(&group(&[a, b, b'A', b'A'])[..1], src, (2, 1)),
        [a, b, c] => out.push(&group(&[a, b, c, b'A'])[..2], src, (3, 2)),
        _ => {}
    }
}

#[inline(always)]
fn group(characters: &[u8; 4]) -> [u8; 3] {
    let value = characters.iter().fold(0u32, |value, &c| value << 6 | u32::from(BASE64[c as usize] & 63));
    let [_, a, b, c] = value.to_be_bytes();
    [a, b, c]
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn nothing_that_holds_text_is_passed_over(
            before in proptest::collection::vec(any::<u8>(), 0..9),
            text in "[ -~\t\r\n]{12,20}",
            after in proptest::collection::vec(any::<u8>(), 0..9),
        ) {
            let wide: Vec<u8> = text.bytes().flat_map(|byte| [byte, 0]).collect();
            for text in [text.as_bytes(), &wide[..15]] {
                let encoded = BASE64.encode(&[&before, text, &after].concat());
                prop_assert!(may_hold_text(encoded.trim_end_matches('=').as_bytes()));
            }
        }
    }
}
