//! The base64 and hexadecimal alphabets: values, and the ends of stretches.

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

/// Start of the stretch of hexadecimal digits that ends at `at`.
pub(super) fn hex_start(bytes: &[u8], at: usize) -> usize {
    let before = bytes.get(..at).unwrap_or_default();
    at - before.iter().rev().take_while(|&&digit| is_hex(digit)).count()
}

/// End of the stretch of hexadecimal digits that begins at `at`.
pub(super) fn hex_end(bytes: &[u8], at: usize) -> usize {
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

    proptest! {
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
