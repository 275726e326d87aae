//! Intercom access tokens: the base64 of `tok:`, an id of hexadecimal groups joined by `_`, and `:1:0`.
//!
//! Source: tokens in Intercom's documentation, decoded.

use data_encoding::BASE64;

use super::super::random::Random;
use super::proven::Proven;

const ID: usize = 36;

pub(super) fn check(value: &[u8]) -> Proven {
    let Ok(decoded) = BASE64.decode(value) else { return Proven::No };
    let id = decoded.strip_prefix(b"tok:").and_then(|rest| rest.get(..ID));
    id.is_some_and(|id| id.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'_'))).into()
}

pub(super) fn mint(random: &mut Random) -> String {
    let id = [8, 4, 4, 4, 12].map(|n| random.text("hex", n)).join("_");
    BASE64.encode(format!("tok:{id}:1:0").as_bytes())
}
