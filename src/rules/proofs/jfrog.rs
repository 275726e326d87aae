//! JFrog's reference tokens.
//!
//! Source: JFrog's documentation of reference tokens and published samples: base64 of
//! `reftkn:<version>:<expiry in seconds>:<letters and digits>`.

use data_encoding::BASE64;

use super::super::random::Random;
use super::proven::Proven;

pub(super) fn check(value: &[u8]) -> Proven {
    let Ok(decoded) = BASE64.decode(value) else { return Proven::No };
    let parts: Vec<&[u8]> = decoded.split(|byte| *byte == b':').collect();
    let [b"reftkn", version, expiry, secret] = parts.as_slice() else { return Proven::No };
    let numeric = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    (numeric(version) && numeric(expiry) && secret.len() >= 20 && secret.iter().all(u8::is_ascii_alphanumeric)).into()
}

pub(super) fn mint(random: &mut Random) -> String {
    BASE64.encode(format!("reftkn:01:17{}:{}", random.text("dec", 8), random.text("b62", 27)).as_bytes())
}
