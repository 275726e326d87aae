//! Atlassian's and Bitbucket's tokens.
//!
//! Source: published sample tokens, recomputed: eight hexadecimal digits at the end are the CRC32 of all before them,
//! the equals sign of the longer kinds included.

use super::super::random::Random;
use super::proven::Proven;

const SUM: usize = 8;

pub(super) fn check(value: &[u8]) -> Proven {
    match value.len().checked_sub(SUM) {
        Some(at) if at > 0 => (value[at..] == *sum(&value[..at]).as_bytes()).into(),
        _ => Proven::No,
    }
}

pub(super) fn mint(prefix: &str, random: &mut Random) -> String {
    let head = match prefix {
        "ATBB" => format!("{prefix}{}", random.text("b62", 24)),
        _ => format!("{prefix}{}=", random.text("b64u", 178)),
    };
    let sum = sum(head.as_bytes());
    head + &sum
}

fn sum(head: &[u8]) -> String {
    format!("{:08X}", crc32fast::hash(head))
}
