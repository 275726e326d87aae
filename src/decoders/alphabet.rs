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

/// One bit for each of 64 bytes, the first byte lowest: set when it is a base64 character.
#[inline(always)]
fn base64_mask(chunk: &[u8; 64]) -> u64 {
    let flags: [u8; 64] = std::array::from_fn(|i| base64_flag(chunk[i]));
    let (words, _) = flags.as_chunks::<8>();
    words.iter().rev().fold(0, |mask, word| mask << 8 | gather(u64::from_le_bytes(*word)))
}

/// Eight bytes of 0 or 1 to eight bits: the product adds each byte's flag into the top byte at its own place.
#[inline(always)]
fn gather(flags: u64) -> u64 {
    flags.wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// The positions in a mask where 24 set bits in a row begin.
#[inline(always)]
fn runs_of_24(mask: u64) -> u64 {
    let two = mask & mask >> 1;
    let four = two & two >> 2;
    let eight = four & four >> 4;
    eight & eight >> 8 & eight >> 16
}

/// Start of the first stretch, at or after `at`, of 24 or more base64 characters. A stretch that began before `at`
/// counts from `at`.
pub(super) fn next_base64(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut open = at;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let mask = match rest.first_chunk::<64>() {
            Some(chunk) => base64_mask(chunk),
            None => base64_mask(&padded(rest)),
        };
        let inner = runs_of_24(mask);
        let across = at + mask.trailing_ones() as usize - open >= 24;
        if inner != 0 || across {
            return Some(if across { open } else { at + inner.trailing_zeros() as usize });
        }
        at += 64;
        open = at - mask.leading_ones() as usize;
    }
    None
}

fn padded(rest: &[u8]) -> [u8; 64] {
    let mut chunk = [0; 64];
    for (to, from) in chunk.iter_mut().zip(rest) {
        *to = *from;
    }
    chunk
}

/// End of the stretch of base64 characters that begins at `at`.
pub(super) fn base64_end(bytes: &[u8], at: usize) -> usize {
    let mut end = at;
    for chunk in bytes.get(at..).unwrap_or_default().chunks(64) {
        let mask = chunk.first_chunk::<64>().map_or_else(|| base64_mask(&padded(chunk)), base64_mask);
        end += mask.trailing_ones() as usize;
        if mask != u64::MAX {
            break;
        }
    }
    end
}

/// Start of the stretch of base64 characters that ends at `at`, `at` itself when there is none, not below `floor`.
pub(super) fn base64_start(bytes: &[u8], at: usize, floor: usize) -> usize {
    let mut start = at;
    while start >= floor + 64 {
        match bytes[..start].last_chunk::<64>().map(base64_mask) {
            Some(u64::MAX) => start -= 64,
            Some(mask) => return start - mask.leading_ones() as usize,
            None => break,
        }
    }
    while start > floor && is_base64(bytes[start - 1]) {
        start -= 1;
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
            prop_assert_eq!(next_base64(&bytes, at), slow(&bytes, at, 24, is_base64));
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
        }
    }
}
