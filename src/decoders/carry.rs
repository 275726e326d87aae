//! What a window needs to know of the bytes before it.

use super::alphabet::{base64_start, hex_start, is_base64, is_hex};
use super::base64::escapes_break;
use super::decoder::{Carry, Input};
use super::wide;

/// The [`Carry`] of a window whose first byte is `at`, an index into `input.bytes`.
///
/// Looks back only as far as a stretch reaches; one that reaches the first byte of `input` began where its own carry
/// says.
pub fn carry_after(input: &Input<'_>, at: usize) -> Carry {
    let at = at.min(input.bytes.len());
    Carry {
        base64: base64(input, at),
        hex: hex(input, at),
        utf16: wide::carry::<2>(input, at),
        utf32: wide::carry::<4>(input, at),
    }
}

/// What may be true of bytes that begin inside of a run, where nothing is known of what came before: how a stretch of
/// base64 or hexadecimal digits that reaches from the first byte to `reach` is aligned. One guess, unless there is one.
pub fn guesses(bytes: &[u8], reach: usize) -> impl Iterator<Item = Input<'_>> {
    let crosses = reach > 0 && bytes.get(..reach).is_some_and(|before| before.iter().all(|byte| is_base64(*byte)));
    let base = 4;
    let guess = move |before: u64| {
        let carry = Carry { base64: Some(base - before), hex: Some(base - before % 2), ..Carry::default() };
        Input { bytes, base, carry }
    };
    let plain = (!crosses).then(|| Input::whole(bytes));
    plain.into_iter().chain(if crosses { 0..4 } else { 0..0 }.map(guess))
}

fn base64(input: &Input<'_>, at: usize) -> Option<u64> {
    let bytes = input.bytes;
    if at == 0 {
        return input.carry.base64;
    }
    // The window begins with the letter of an escaped line break: the piece begins after it.
    if escapes_break(bytes, at) {
        return Some(input.base + at as u64 + 1);
    }
    if !is_base64(bytes[at - 1]) {
        return None;
    }
    let start = base64_start(bytes, at, 0);
    match input.carry.base64 {
        Some(carried) if start == 0 => Some(carried),
        _ => Some(input.base + (start + usize::from(escapes_break(bytes, start))) as u64),
    }
}

fn hex(input: &Input<'_>, at: usize) -> Option<u64> {
    let start = hex_start(input.bytes, at);
    match input.carry.hex {
        Some(carried) if start == 0 => Some(carried),
        _ => (start < at && is_hex(input.bytes[start])).then_some(input.base + start as u64),
    }
}
