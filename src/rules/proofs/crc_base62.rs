//! CRC32 in base62: GitHub, npm and Vercel.
//!
//! Source: GitHub, "Behind GitHub's new authentication token formats" (2021): the last six characters are the CRC32
//! (IEEE) of the random part, in base62 with digits, capitals, small letters, padded with zeros.

use super::super::random::Random;
use super::proven::Proven;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const SUM: usize = 6;

pub(super) fn check(value: &[u8]) -> Proven {
    let body = match value.iter().rposition(|byte| *byte == b'_') {
        Some(at) => &value[at + 1..],
        None => return Proven::No,
    };
    match body.len().checked_sub(SUM) {
        Some(at) if at > 0 => (body[at..] == sum(&body[..at])).into(),
        _ => Proven::No,
    }
}

/// `prefix` and a body of the length that the prefix is known for.
pub(super) fn mint(prefix: &str, random: &mut Random) -> String {
    let (middle, length) = match prefix {
        "github_pat_" => (random.text("b62", 22) + "_", 53),
        p if p.starts_with("vc") => (String::new(), 50),
        _ => (String::new(), 30),
    };
    let body = random.text("b62", length);
    let sum = String::from_utf8_lossy(&sum(body.as_bytes())).into_owned();
    [prefix, &middle, &body, &sum].concat()
}

fn sum(body: &[u8]) -> [u8; SUM] {
    let mut rest = crc32fast::hash(body) as usize;
    let mut out = [b'0'; SUM];
    for digit in out.iter_mut().rev() {
        *digit = DIGITS[rest % 62];
        rest /= 62;
    }
    out
}
