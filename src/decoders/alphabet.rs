//! The base64 and hexadecimal alphabets: values, and stretches found without looking at every byte twice.

/// Marks a byte that is not in the alphabet.
pub(super) const NONE: u8 = 0xff;

/// Value of each character of both base64 alphabets (RFC 4648, sections 4 and 5).
pub(super) const BASE64: [u8; 256] = {
    let mut table = table(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    table[b'-' as usize] = 62;
    table[b'_' as usize] = 63;
    table
};

/// Value of each hexadecimal digit.
pub(super) const HEX: [u8; 256] = {
    let mut table = table(b"0123456789abcdef");
    let mut letter = 0;
    while letter < 6 {
        table[(b'A' + letter) as usize] = 10 + letter;
        letter += 1;
    }
    table
};

const fn table(characters: &[u8]) -> [u8; 256] {
    let mut table = [NONE; 256];
    let mut value = 0;
    while value < characters.len() {
        table[characters[value] as usize] = value as u8;
        value += 1;
    }
    table
}

#[inline(always)]
pub(super) fn is_base64(byte: u8) -> bool {
    BASE64[byte as usize] != NONE
}

#[inline(always)]
pub(super) fn is_hex(byte: u8) -> bool {
    HEX[byte as usize] != NONE
}

/// The value of two hexadecimal digits at `at`.
#[inline]
pub(super) fn hex_byte(bytes: &[u8], at: usize) -> Option<u8> {
    let [high, low] = *bytes.get(at..)?.first_chunk::<2>()?;
    let (high, low) = (HEX[high as usize], HEX[low as usize]);
    (high | low < 16).then_some(high << 4 | low)
}

/// Whether a base64 character, by arithmetic that compilers turn into vector code.
#[inline(always)]
fn base64_flag(byte: u8) -> u8 {
    let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    let digit_or_slash = byte.wrapping_sub(b'/') < 11;
    let other = (byte == b'+') | (byte == b'-') | (byte == b'_');
    u8::from(letter | digit_or_slash | other)
}

/// Bytes that are looked at together: eight rows of two halves of eight bytes.
const BLOCK: usize = 128;

/// The first stretch, at or after `from`, of 24 or more base64 characters. A stretch that began before `from` counts
/// from `from`.
///
/// Such a stretch fills the low half of a row and, to its left or right, the half next to it. Few other words do.
pub(super) fn next_base64(bytes: &[u8], from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    let mut left_is_full = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let (low, high) = match rest.first_chunk::<BLOCK>() {
            Some(block) => full_halves(block),
            None => full_halves(&padded(rest)),
        };
        let left = high << 1 | left_is_full;
        let mut rows = low & (high | left);
        while rows != 0 {
            let row = rows.trailing_zeros();
            let inside = at + 16 * row as usize;
            if may_hold_24(bytes, inside - 8 * usize::from(left >> row & 1)) {
                let (start, end) = (base64_start(bytes, inside, from), base64_end(bytes, inside + 8));
                if end - start >= 24 {
                    return Some((start, end));
                }
            }
            rows &= rows - 1;
        }
        left_is_full = high >> 7;
        at += BLOCK;
    }
    None
}

fn padded(rest: &[u8]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    for (to, from) in block.iter_mut().zip(rest) {
        *to = *from;
    }
    block
}

/// One bit for each row, the first row lowest: whether its low half and its high half hold base64 characters only.
///
/// A column of eight rows goes into one byte, and sixteen columns beside each other into one vector register.
#[inline(never)]
fn full_halves(block: &[u8; BLOCK]) -> (u8, u8) {
    let (row, _) = block.as_chunks::<16>();
    let mut columns = [0; 16];
    for (column, byte) in columns.iter_mut().enumerate() {
        let flag = |place: usize| base64_flag(row[place][column]) << place;
        *byte = flag(0) | flag(1) | flag(2) | flag(3) | flag(4) | flag(5) | flag(6) | flag(7);
    }
    let columns = u128::from_le_bytes(columns);
    (and_of_bytes(columns as u64), and_of_bytes((columns >> 64) as u64))
}

/// Whether the 16 base64 characters at `at` have eight more to their sides. No walk over the bytes: its end would be
/// hard to predict, and that is what would cost.
#[inline]
fn may_hold_24(bytes: &[u8], at: usize) -> bool {
    let around = at.checked_sub(8).and_then(|start| bytes.get(start..)?.first_chunk::<32>());
    around.is_none_or(|around| {
        let flags = flags(around);
        let (words, _) = flags.as_chunks::<8>();
        let mask = words.iter().zip(0..).fold(0, |mask, (word, i)| mask | gather(u64::from_le_bytes(*word)) << (8 * i));
        let two = mask & mask >> 1;
        let four = two & two >> 2;
        let eight = four & four >> 4;
        eight & eight >> 8 & eight >> 16 != 0
    })
}

/// Eight bytes of 0 or 1 to eight bits: the product adds each byte's flag into the top byte at its own place.
#[inline(always)]
fn gather(flags: u64) -> u64 {
    flags.wrapping_mul(0x0102_0408_1020_4080) >> 56
}

#[inline(always)]
fn and_of_bytes(word: u64) -> u8 {
    let word = word & word >> 32;
    let word = word & word >> 16;
    (word & word >> 8) as u8
}

/// Whether all of 64 bytes are base64 characters.
#[inline(never)]
fn is_full(chunk: &[u8; 64]) -> bool {
    let flags = flags(chunk);
    let (words, _) = flags.as_chunks::<8>();
    words.iter().fold(u64::MAX, |all, word| all & u64::from_le_bytes(*word)) == 0x0101_0101_0101_0101
}

/// For each byte 1 when it is a base64 character, else 0.
#[inline(always)]
fn flags<const N: usize>(bytes: &[u8; N]) -> [u8; N] {
    let mut flags = [0; N];
    for (flag, byte) in flags.iter_mut().zip(bytes) {
        *flag = base64_flag(*byte);
    }
    flags
}

/// Most stretches are shorter than this.
const NEAR: usize = 32;

/// End of the stretch of base64 characters that begins at `at`.
#[inline]
pub(super) fn base64_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let near = rest.iter().take(NEAR).take_while(|&&byte| is_base64(byte)).count();
    if near < NEAR { at + near } else { far_end(bytes, at + near) }
}

fn far_end(bytes: &[u8], at: usize) -> usize {
    let mut end = at;
    for chunk in bytes[at..].chunks(64) {
        let more = chunk.iter().take_while(|&&byte| is_base64(byte));
        end += if chunk.first_chunk().is_some_and(is_full) { 64 } else { return end + more.count() };
    }
    end
}

/// Start of the stretch of base64 characters that ends at `at`, `at` itself when there is none, not below `floor`.
#[inline]
pub(super) fn base64_start(bytes: &[u8], at: usize, floor: usize) -> usize {
    let before = bytes.get(floor..at).unwrap_or_default();
    let near = before.iter().rev().take(NEAR).take_while(|&&byte| is_base64(byte)).count();
    if near < NEAR { at - near } else { far_start(bytes, at - near, floor) }
}

fn far_start(bytes: &[u8], at: usize, floor: usize) -> usize {
    let mut start = at;
    for chunk in bytes[floor..at].rchunks(64) {
        let more = chunk.iter().rev().take_while(|&&byte| is_base64(byte));
        start -= if chunk.first_chunk().is_some_and(is_full) { 64 } else { return start - more.count() };
    }
    start
}

/// The first stretch of 32 or more hexadecimal digits at or after `at`, whole, even where it began before `at`.
///
/// Such a stretch covers four neighbours of every 29 positions, so those four are looked at; ordinary text seldom has
/// four hexadecimal digits in a row.
pub(super) fn next_hex(bytes: &[u8], mut at: usize) -> Option<(usize, usize)> {
    loop {
        let four = bytes.get(at + 28..)?.first_chunk::<4>()?;
        if four.iter().fold(0, |all, &digit| all | HEX[digit as usize]) == NONE {
            at += 29;
            continue;
        }
        let (start, end) = (hex_start(bytes, at + 28), hex_end(bytes, at + 32));
        if end - start >= 32 {
            return Some((start, end));
        }
        at = end + 1;
    }
}

/// Start of the stretch of hexadecimal digits that ends at `at`.
pub(super) fn hex_start(bytes: &[u8], at: usize) -> usize {
    let before = bytes.get(..at).unwrap_or_default();
    at - before.iter().rev().take_while(|&&digit| is_hex(digit)).count()
}

/// End of the stretch of hexadecimal digits that begins at `at`.
fn hex_end(bytes: &[u8], at: usize) -> usize {
    at + bytes.get(at..).unwrap_or_default().iter().take_while(|&&digit| is_hex(digit)).count()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn arithmetic_and_table_agree() {
        for byte in 0..=u8::MAX {
            assert_eq!(base64_flag(byte) == 1, is_base64(byte), "{byte:#x}");
        }
    }

    /// Words of the alphabet with single breaks between them, of all lengths about the limits.
    fn words() -> impl Strategy<Value = Vec<u8>> {
        proptest::collection::vec(prop_oneof!["[A-Za-z0-9+/_-]{0,40}", "[0-9a-fA-F]{28,70}", "[0-9a-f]{150}"], 0..8)
            .prop_map(|words| words.join(" ").into_bytes())
    }

    fn slow(bytes: &[u8], at: usize, least: usize, member: fn(u8) -> bool) -> Option<usize> {
        (at..bytes.len()).find(|&i| bytes[i..].iter().take_while(|&&b| member(b)).count() >= least)
    }

    proptest! {
        #[test]
        fn skipping_finds_the_first_stretch(bytes in words(), at in 0usize..60) {
            prop_assert_eq!(next_base64(&bytes, at).map(|found| found.0), slow(&bytes, at, 24, is_base64));
            let whole = slow(&bytes, 0, 32, is_hex);
            prop_assert_eq!(next_hex(&bytes, 0).map(|found| found.0), whole);
        }

        #[test]
        fn both_ends_of_a_stretch(bytes in words(), at in 0usize..300) {
            let at = at.min(bytes.len());
            let end = at + bytes[at..].iter().take_while(|&&b| is_base64(b)).count();
            let start = at - bytes[..at].iter().rev().take_while(|&&b| is_base64(b)).count();
            prop_assert_eq!(base64_end(&bytes, at), end);
            prop_assert_eq!(base64_start(&bytes, at, 0), start);
            prop_assert_eq!(base64_start(&bytes, at, at / 2), start.max(at / 2));
            prop_assert!(next_base64(&bytes, 0).is_none_or(|(start, end)| base64_end(&bytes, start) == end));
        }
    }
}
