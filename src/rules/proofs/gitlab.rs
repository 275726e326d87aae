//! GitLab's routable tokens.
//!
//! Source: GitLab handbook, "Routable tokens": `<prefix><base64url payload>.<two base36 digits: length>` with an
//! optional `<two base36 digits: version>.` before the length, then seven base36 digits: the CRC32 of all before them.

use super::super::random::Random;
use super::proven::Proven;

const SUM: usize = 7;

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// Tokens without a dot are of the older kind and carry no checksum.
pub(super) fn check(value: &[u8]) -> Proven {
    if !value.contains(&b'.') {
        return Proven::Unknown;
    }
    match value.len().checked_sub(SUM) {
        Some(at) if at > 0 => (value[at..] == sum(&value[..at])).into(),
        _ => Proven::No,
    }
}

pub(super) fn mint(prefix: &str, random: &mut Random) -> String {
    let head = format!("{prefix}{}.01.12", random.text("b64u", 40));
    let sum = String::from_utf8_lossy(&sum(head.as_bytes())).into_owned();
    head + &sum
}

fn sum(head: &[u8]) -> [u8; SUM] {
    let mut rest = crc32fast::hash(head) as usize;
    let mut out = [b'0'; SUM];
    for digit in out.iter_mut().rev() {
        *digit = DIGITS[rest % 36];
        rest /= 36;
    }
    out
}
