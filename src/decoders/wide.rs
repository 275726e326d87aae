//! UTF-16 and UTF-32, both byte orders, with a byte order mark or without, also as islands in a binary file.
//!
//! The sign is a *stretch*: text characters, each `W - 1` NULs from the next. A stretch of eight or more is the seed of
//! a run, which reaches up to [`REACH`] bytes further to both sides over characters that are not ASCII.

use std::ops::Range;

use super::decoder::{Decoder, Input, LOOK, Run};
use super::signs::Signs;
use super::text::{WIDE_STRETCH, is_text};
use super::{SpanMap, stretch};

use stretch::Stretch;
pub(super) use stretch::carry;

/// How far a run goes on from its last seed, in bytes.
const REACH: usize = 512;
/// Most characters in a row that are not ASCII.
const GAP: usize = 32;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Little,
    Big,
}

/// A decoder of characters of `W` bytes.
pub(super) struct Wide<const W: usize> {
    name: &'static str,
    order: Order,
}

pub(super) const UTF16LE: Wide<2> = Wide { name: "utf16le", order: Order::Little };
pub(super) const UTF16BE: Wide<2> = Wide { name: "utf16be", order: Order::Big };
pub(super) const UTF32LE: Wide<4> = Wide { name: "utf32le", order: Order::Little };
pub(super) const UTF32BE: Wide<4> = Wide { name: "utf32be", order: Order::Big };

impl<const W: usize> Decoder for Wide<W> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn alignment(&self) -> usize {
        W
    }

    fn next_run(&self, input: &Input<'_>, signs: &Signs, from: usize) -> Option<Run> {
        let mut at = from;
        loop {
            let seed = self.seed_at(input, stretch::next::<W>(input.bytes, signs, at)?);
            if let Some(Range { start, end }) = seed.units {
                let start = self.left_of(input.bytes, start);
                let span = start + from.saturating_sub(start).next_multiple_of(W)..self.right_of(input, end);
                if !span.is_empty() {
                    return Some(Run { span, phase: 0 });
                }
            }
            at = seed.end.max(at + 1);
        }
    }

    fn decode(&self, input: &Input<'_>, run: &Run, want: Range<usize>, out: &mut SpanMap) {
        let Some((mut at, mut end)) = run.groups(&want, W) else { return };
        if W == 2 {
            at -= 2 * usize::from(at >= run.span.start + 2 && self.is_pair(input.bytes, at - 2));
            end += 2 * usize::from(end + 2 <= run.span.end && self.is_pair(input.bytes, end - 2));
        }
        let mut buffer = [0; 4];
        while at < end {
            let ascii = self.ascii(&input.bytes[at..end]);
            if ascii.len() > 0 {
                out.segment(at, (W as u32, 1));
                at += ascii.len() * W;
                out.bytes_mut().extend(ascii);
                continue;
            }
            let Some((char, length)) = self.char_at(&input.bytes[..end], at) else { return };
            let encoded = char.encode_utf8(&mut buffer).as_bytes();
            out.push(encoded, at, (length as u32, encoded.len() as u32));
            at += length;
        }
    }
}

/// A stretch that was judged.
struct Seed {
    /// The characters of it, when they are of the decoder's byte order.
    units: Option<Range<usize>>,
    /// Where the search goes on when they are not.
    end: usize,
}

impl<const W: usize> Wide<W> {
    /// Judges the stretch that the text character at `inside` belongs to.
    fn seed_at(&self, input: &Input<'_>, inside: usize) -> Seed {
        let stretch = Stretch::around::<W>(input, inside);
        let units = (order_of::<W>(input, &stretch) == self.order).then(|| match self.order {
            Order::Little => stretch.first..if stretch.trail { stretch.last + W } else { stretch.last },
            // NULs that come before the window lead in a character that it shows but the end of.
            Order::Big if stretch.lead && stretch.first + 1 >= W => stretch.first + 1 - W..stretch.last + 1,
            Order::Big => stretch.first + 1..stretch.last + 1,
        });
        Seed { units: units.filter(|_| stretch.count::<W>() >= WIDE_STRETCH), end: stretch.last + 1 }
    }

    fn left_of(&self, bytes: &[u8], seed: usize) -> usize {
        let (mut start, mut gap) = (seed, Gap::default());
        for at in (0..seed).rev().skip(W - 1).step_by(W).take_while(|at| at + REACH >= seed) {
            match self.unit(bytes, at) {
                Some(unit) if is_ascii_text(unit) => (start, gap) = (at, Gap::default()),
                Some(unit) if gap.admits::<W>(unit) => {}
                _ => break,
            }
        }
        start
    }

    /// A later seed whose reach meets this reach is of the same run.
    fn right_of(&self, input: &Input<'_>, seed: usize) -> usize {
        let (mut seed, mut end, mut at, mut gap, mut in_row) = (seed, seed, seed, Gap::default(), 0);
        while at <= seed + 2 * REACH {
            match self.unit(input.bytes, at) {
                Some(unit) if is_ascii_text(unit) => {
                    (at, gap, in_row) = (at + W, Gap::default(), in_row + 1);
                    let next = (in_row == WIDE_STRETCH).then(|| self.seed_at(input, at - W + self.text_byte()).units);
                    if let Some(units) = next.flatten() {
                        (seed, at) = (units.end.max(at), units.end.max(at));
                    }
                    end = if at <= seed + REACH { at } else { end };
                }
                Some(unit) if gap.admits::<W>(unit) => (at, in_row) = (at + W, 0),
                _ => break,
            }
        }
        end
    }

    /// Place of the ASCII byte in a character.
    fn text_byte(&self) -> usize {
        match self.order {
            Order::Little => 0,
            Order::Big => W - 1,
        }
    }

    fn unit(&self, bytes: &[u8], at: usize) -> Option<u32> {
        let unit = bytes.get(at..)?.first_chunk::<W>()?;
        let append = |value: u32, &byte: &u8| value << 8 | u32::from(byte);
        Some(match self.order {
            Order::Little => unit.iter().rev().fold(0, append),
            Order::Big => unit.iter().fold(0, append),
        })
    }

    /// The ASCII characters that `bytes` begin with.
    fn ascii<'a>(&self, bytes: &'a [u8]) -> impl ExactSizeIterator<Item = u8> + use<'a, W> {
        let place = self.text_byte();
        let ascii = |unit: &[u8; W]| {
            unit[place] < 0x80 && unit.iter().map(|&byte| u32::from(byte)).sum::<u32>() == u32::from(unit[place])
        };
        let (units, _) = bytes.as_chunks::<W>();
        let count = units.iter().take_while(|unit| ascii(unit)).count();
        units[..count].iter().map(move |unit| unit[place])
    }

    fn char_at(&self, bytes: &[u8], at: usize) -> Option<(char, usize)> {
        let unit = self.unit(bytes, at)?;
        if W == 2 && self.is_pair(bytes, at) {
            let low = self.unit(bytes, at + 2)?;
            let code = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
            return Some((char::from_u32(code)?, 4));
        }
        Some((char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER), W))
    }

    /// Whether a pair of surrogates begins at `at`.
    fn is_pair(&self, bytes: &[u8], at: usize) -> bool {
        let within = |at, range: Range<u32>| self.unit(bytes, at).is_some_and(|unit| range.contains(&unit));
        within(at, 0xd800..0xdc00) && within(at + 2, 0xdc00..0xe000)
    }
}

fn is_ascii_text(unit: u32) -> bool {
    u8::try_from(unit).is_ok_and(is_text)
}

/// Characters in a row that are not ASCII.
#[derive(Default)]
struct Gap {
    length: usize,
    /// The last one would be ASCII if it began a byte earlier or later.
    shifted: bool,
}

impl Gap {
    /// Whether the gap may hold one more. Two characters that look like ASCII at another alignment are text at that
    /// alignment; a control character or no character at all is the end.
    fn admits<const W: usize>(&mut self, unit: u32) -> bool {
        let shifted = unit & 0xff == 0 && is_ascii_text(unit >> 8);
        let valid = (0x80..0x11_0000).contains(&unit) && unit != 0xfeff;
        let admits = valid && self.length < GAP && !(shifted && self.shifted);
        (self.length, self.shifted) = (self.length + 1, shifted);
        admits
    }
}

/// The byte order of a stretch.
///
/// In little endian a NUL stands after every character, in big endian before. A stretch that has both ends may be
/// either and loses nothing by being taken for the wrong one: then, and when it is too long to see its end, what
/// counts is whether its characters stand at even offsets.
fn order_of<const W: usize>(input: &Input<'_>, stretch: &Stretch) -> Order {
    let place = (input.base + stretch.first as u64) % W as u64;
    let by_place = if place == W as u64 - 1 { Order::Big } else { Order::Little };
    let short = stretch.last + stretch.before - stretch.first <= LOOK;
    match (stretch.lead, stretch.trail) {
        (false, true) => Order::Little,
        (false, false) if !short => Order::Little,
        (true, false) if short => Order::Big,
        (true, _) | (false, false) => by_place,
    }
}
