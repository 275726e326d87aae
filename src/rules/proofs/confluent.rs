//! Confluent Cloud's API secrets.
//!
//! Source: one published sample, recomputed: the last six characters are the first six of base64 of the CRC32, least
//! significant byte first. Because one sample is all there is, a sum that does not hold refutes nothing.

use data_encoding::BASE64;

use super::super::random::Random;
use super::proven::Proven;

const PREFIX: &str = "cflt";

const SUM: usize = 6;

pub(super) fn check(value: &[u8]) -> Proven {
    let Some(at) = value.len().checked_sub(SUM).filter(|at| *at > PREFIX.len()) else { return Proven::Unknown };
    let (head, sum) = value.split_at(at);
    let holds = [head, &head[PREFIX.len()..]].iter().any(|body| of(body).as_bytes() == sum);
    if holds { Proven::Yes } else { Proven::Unknown }
}

pub(super) fn mint(random: &mut Random) -> String {
    let body = random.text("b64", 54);
    [PREFIX, &body, &of(body.as_bytes())].concat()
}

fn of(body: &[u8]) -> String {
    let mut text = BASE64.encode(&crc32fast::hash(body).to_le_bytes());
    text.truncate(SUM);
    text
}
