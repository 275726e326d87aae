//! What looks like text: the cheap test that keeps digests, keys and random data out of the engine.

/// Shortest stretch of bytes that counts as text.
pub(super) const STRETCH: usize = 12;
/// Shortest stretch of UTF-16 or UTF-32 characters that counts as text.
pub(super) const WIDE_STRETCH: usize = 8;

const TEXT: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0x20;
    while byte < 0x7f {
        table[byte] = true;
        byte += 1;
    }
    table[b'\t' as usize] = true;
    table[b'\r' as usize] = true;
    table[b'\n' as usize] = true;
    table
};

/// Printable ASCII, tab, carriage return, line feed.
#[inline(always)]
pub(super) fn is_text(byte: u8) -> bool {
    TEXT[byte as usize]
}

/// Whether decoded bytes begin as a packed file does. Such bytes hold no text and are content all the same: their holder
/// opens them. Only magics that noise does not begin with stand here.
pub(super) fn is_packed(byte: impl Fn(usize) -> u8) -> bool {
    let begins = |rest: &[u8]| (1..).zip(rest).all(|(at, wanted)| byte(at) == *wanted);
    match byte(0) {
        0x1F => begins(b"\x8B\x08"),
        b'P' => begins(b"K\x03\x04"),
        0x28 => begins(b"\xB5\x2F\xFD"),
        0xFD => begins(b"7zXZ\0"),
        b'B' => begins(b"Zh") && byte(4) == 0x31 && byte(5) == 0x41,
        b'7' => begins(b"z\xBC\xAF\x27\x1C"),
        b'R' => begins(b"ar!\x1A\x07"),
        0x04 => begins(b"\x22\x4D\x18"),
        0x5D => begins(b"\0\0") && byte(4) == 0 && byte(13) == 0,
        0x89 => begins(b"PNG\r\n"),
        0xED => begins(b"\xAB\xEE\xDB"),
        // zlib, at the levels that programs compress with.
        0x78 => matches!(byte(1), 0x01 | 0x5E | 0x9C | 0xDA),
        _ => false,
    }
}

/// Whether `bytes` hold [`STRETCH`] text bytes in a row, or [`WIDE_STRETCH`] of them alternating with NULs.
pub(super) fn has_text(bytes: &[u8]) -> bool {
    holds_text(bytes.len(), |at| bytes.get(at).copied().unwrap_or(0))
}

/// The same for `len` bytes that are computed on demand, so that an encoded run is judged without being decoded.
///
/// A stretch of 12 covers one of every twelve positions, and one of 15 (eight characters alternating with seven NULs)
/// covers such a position and its right neighbour, so those are all that is looked at first.
#[inline]
pub(super) fn holds_text(len: usize, byte: impl Fn(usize) -> u8) -> bool {
    (STRETCH - 1..len).step_by(STRETCH).any(|at| {
        let here = byte(at);
        (is_text(here) && plain_around(len, at, &byte))
            || (at + 1 < len && (here == 0) != (byte(at + 1) == 0) && wide_around(len, at, here, &byte))
    })
}

fn plain_around(len: usize, at: usize, byte: &impl Fn(usize) -> u8) -> bool {
    let before = (0..at).rev().take_while(|&i| is_text(byte(i))).take(STRETCH - 1).count();
    let after = (at + 1..len).take_while(|&i| is_text(byte(i))).take(STRETCH - 1).count();
    before + 1 + after >= STRETCH
}

fn wide_around(len: usize, at: usize, here: u8, byte: &impl Fn(usize) -> u8) -> bool {
    let middle = if here == 0 { at + 1 } else { at };
    let before = (2..=middle).rev().step_by(2).take_while(|&i| byte(i - 1) == 0 && is_text(byte(i - 2)));
    let after = (middle + 2..len).step_by(2).take_while(|&i| byte(i - 1) == 0 && is_text(byte(i)));
    is_text(byte(middle)) && before.take(WIDE_STRETCH).count() + 1 + after.take(WIDE_STRETCH).count() >= WIDE_STRETCH
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The definition, spelled out slowly.
    fn slow(bytes: &[u8]) -> bool {
        let plain = bytes.windows(STRETCH).any(|w| w.iter().all(|&b| is_text(b)));
        let wide = bytes
            .windows(2 * WIDE_STRETCH - 1)
            .any(|w| w.iter().enumerate().all(|(i, &b)| if i % 2 == 0 { is_text(b) } else { b == 0 }));
        plain || wide
    }

    proptest! {
        #[test]
        fn skipping_misses_nothing(
            bytes in proptest::collection::vec(prop_oneof![9 => Just(b'a'), 1 => any::<u8>()], 0..80),
            nulls in any::<bool>(),
        ) {
            let bytes: Vec<u8> = if nulls { bytes.iter().flat_map(|&b| [b, 0]).collect() } else { bytes };
            prop_assert_eq!(has_text(&bytes), slow(&bytes));
        }
    }
}
