//! CRC32 in hexadecimal digits at the end: Cloudflare, Zuplo, Grafana.
//!
//! Sources: Cloudflare's documentation of its token formats; published sample tokens of the other two, recomputed.

use super::super::random::Random;
use super::proven::Proven;

const SUM: usize = 8;

/// Cloudflare `cfut_` + 40 + 8, Zuplo `zpka_` + 32 + `_` + 8.
pub(super) fn check(value: &[u8]) -> Proven {
    let Some((head, sum)) = split(value) else { return Proven::No };
    let head = head.strip_suffix(b"_").unwrap_or(head);
    let body = match head.iter().rposition(|byte| *byte == b'_') {
        Some(at) => &head[at + 1..],
        None => head,
    };
    equal(sum, crc32fast::hash(body)).into()
}

/// `glsa_` + 32 + `_` + 8: over the prefix as well.
pub(super) fn check_grafana(value: &[u8]) -> Proven {
    match split(value) {
        Some((head, sum)) => {
            head.strip_suffix(b"_").is_some_and(|body| equal(sum, crc32fast::hash(body).swap_bytes())).into()
        }
        None => Proven::No,
    }
}

fn split(value: &[u8]) -> Option<(&[u8], &[u8])> {
    value.split_at_checked(value.len().checked_sub(SUM)?)
}

fn equal(digits: &[u8], sum: u32) -> bool {
    format!("{sum:08x}").as_bytes().eq_ignore_ascii_case(digits)
}

pub(super) fn mint(prefix: &str, random: &mut Random) -> String {
    let (length, joint) = if prefix == "zpka_" { (32, "_") } else { (40, "") };
    let body = random.text(if prefix == "zpka_" { "b36" } else { "b62" }, length);
    format!("{prefix}{body}{joint}{:08x}", crc32fast::hash(body.as_bytes()))
}

pub(super) fn mint_grafana(prefix: &str, random: &mut Random) -> String {
    let head = [prefix, &random.text("b62", 32)].concat();
    format!("{head}_{:08x}", crc32fast::hash(head.as_bytes()).swap_bytes())
}
