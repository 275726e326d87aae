//! JSON Web Tokens in compact form (RFC 7515 §3.1, RFC 7519).

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value};

use super::super::random::Random;
use super::proven::Proven;

/// Header and claims must be JSON objects, the header must name an algorithm other than `none`, and the signature must
/// have the length the algorithm gives it (RFC 7518 §3.1).
pub(super) fn check(value: &[u8]) -> Proven {
    let mut parts = value.split(|byte| *byte == b'.');
    let (Some(header), Some(claims), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Proven::No;
    };
    let Some(header) = object(header) else { return Proven::No };
    let signed = header.get("alg").and_then(Value::as_str).is_some_and(|alg| fits(alg, signature.len()));
    (signed && object(claims).is_some()).into()
}

fn object(part: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(&BASE64URL_NOPAD.decode(part).ok()?).ok()
}

/// Lengths in base64url characters.
fn fits(alg: &str, length: usize) -> bool {
    match alg {
        "HS256" => length == 43,
        "HS384" => length == 64,
        "HS512" => length == 86,
        "ES256" | "ES256K" | "EdDSA" | "Ed25519" => length == 86,
        "ES384" => length == 128,
        "ES512" => length == 176,
        // Keys of 2048, 3072, 4096 and 8192 bits.
        "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" => matches!(length, 342 | 512 | 683 | 1366),
        "none" => false,
        _ => length >= 43,
    }
}

pub(super) fn mint(random: &mut Random) -> String {
    let header = BASE64URL_NOPAD.encode(br#"{"alg":"HS256","typ":"JWT"}"#);
    let claims = format!(r#"{{"sub":"{}","iat":1700000000}}"#, random.text("dec", 12));
    [header, BASE64URL_NOPAD.encode(claims.as_bytes()), random.text("b64u", 43)].join(".")
}
