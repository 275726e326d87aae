//! Discord bot tokens: three parts, of which the first is the bot's user id, a decimal number, in base64.
//!
//! Source: Discord's API reference: ids are snowflakes of 17 digits and more; tokens in its examples decode so.

use data_encoding::{BASE64URL_NOPAD, DecodePartial};

use super::super::random::Random;
use super::proven::Proven;

pub(super) fn check(value: &[u8]) -> Proven {
    let Some(dot) = value.iter().position(|byte| *byte == b'.') else { return Proven::No };
    is_id(&value[..dot]).into()
}

fn is_id(part: &[u8]) -> bool {
    let Ok(length) = BASE64URL_NOPAD.decode_len(part.len()) else { return false };
    let mut id = vec![0; length];
    match BASE64URL_NOPAD.decode_mut(part, &mut id) {
        Ok(_) => (17..=20).contains(&id.len()) && id.iter().all(u8::is_ascii_digit),
        Err(DecodePartial { .. }) => false,
    }
}

pub(super) fn mint(random: &mut Random) -> String {
    let id = ["1", &random.text("dec", 18)].concat();
    [BASE64URL_NOPAD.encode(id.as_bytes()), random.text("b64u", 6), random.text("b62", 38)].join(".")
}
