//! Hexadecimal: 32 digits or more in a row, aligned by the start of the row.

use std::ops::Range;

use super::alphabet::{HEX, hex_end, hex_start};
use super::decoder::{Decoder, Input, LOOK, Run};
use super::signs::Signs;
use super::{SpanMap, text};

/// The hexadecimal decoder.
pub(super) struct Hex;

impl Decoder for Hex {
    fn name(&self) -> &'static str {
        "hex"
    }

    fn next_run(&self, input: &Input<'_>, signs: &Signs, from: usize) -> Option<Run> {
        let mut at = from;
        loop {
            let row = signs.next_hex(at)?;
            let (start, end) = (hex_start(input.bytes, row.start), hex_end(input.bytes, row.end));
            let before = if start == 0 { input.before(input.carry.hex) } else { 0 };
            at = end;
            if plausible(&input.bytes[start..end], before) {
                let clipped = start.max(from);
                return Some(Run { span: clipped..end, phase: (before + clipped - start) % 2 });
            }
        }
    }

    fn decode(&self, input: &Input<'_>, run: &Run, want: Range<usize>, out: &mut SpanMap) {
        let Some((start, end)) = run.groups(&want, 2) else { return };
        let (pairs, _) = input.bytes.get(start..end).unwrap_or_default().as_chunks::<2>();
        out.segment(start, (2, 1));
        out.bytes_mut().extend(pairs.iter().map(pair));
    }
}

#[inline(always)]
fn pair([high, low]: &[u8; 2]) -> u8 {
    HEX[*high as usize] << 4 | HEX[*low as usize] & 15
}

/// Long stretches are left to the holder to judge, part by part; short ones are judged here, by their digits.
fn plausible(digits: &[u8], before: usize) -> bool {
    let (pairs, _) = digits.get(before % 2..).unwrap_or_default().as_chunks::<2>();
    let byte = |at: usize| pairs.get(at).map_or(0, pair);
    before + digits.len() > LOOK || text::holds_text(pairs.len(), byte) || (before == 0 && text::is_packed(byte))
}
