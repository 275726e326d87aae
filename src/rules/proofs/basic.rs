//! `user:password` in base64: RFC 7617, and the `auth` entries of container registries' configuration.

use data_encoding::{BASE64, BASE64_NOPAD};

use super::super::template::Random;
use super::Proven;

/// Both halves must be there, printable, and the password of at least three bytes.
pub(super) fn check(value: &[u8]) -> Proven {
    let decoded = BASE64.decode(value).or_else(|_| BASE64_NOPAD.decode(value));
    let Ok(decoded) = decoded else { return Proven::No };
    let printable = decoded.iter().all(|byte| *byte >= 0x20 && *byte != 0x7f);
    let colon = decoded.iter().position(|byte| *byte == b':');
    colon.is_some_and(|at| printable && at > 0 && decoded.len() - at > 3).into()
}

pub(super) fn mint(random: &mut Random) -> String {
    BASE64.encode(format!("{}:{}", random.text("lower", 6), random.text("b62", 14)).as_bytes())
}
