//! JSON Web Tokens in compact form (RFC 7515 §3.1, RFC 7519).

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value};

use super::super::random::Random;
use super::proven::Proven;

/// Header and claims must be JSON objects, the header must name an algorithm other than `none`, and the signature must
/// have the length the algorithm gives it (RFC 7518 §3.1) and not be filled in by hand: one in a million that is drawn has
/// fewer than a dozen different characters.
pub(super) fn check(value: &[u8]) -> Proven {
    let mut parts = value.split(|byte| *byte == b'.');
    let (Some(header), Some(claims), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Proven::No;
    };
    let Some(header) = object(header) else { return Proven::No };
    let signed = header.get("alg").and_then(Value::as_str).is_some_and(|alg| fits(alg, signature.len()));
    let drawn = (0..=u8::MAX).filter(|byte| signature.contains(byte)).count() >= 12;
    (signed && drawn && object(claims).is_some()).into()
}

/// Whether the first part is a header: a JSON object that names an algorithm.
pub(super) fn has_header(value: &[u8]) -> bool {
    value.split(|byte| *byte == b'.').next().and_then(object).is_some_and(|header| header.contains_key("alg"))
}

fn object(part: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(&BASE64URL_NOPAD.decode(part).ok()?).ok()
}

/// What a token says of itself: algorithm, issuer, expiry. The rest of its claims is nobody's business.
pub(super) fn about(value: &[u8]) -> Option<String> {
    const LONGEST: usize = 100;
    let mut parts = value.strip_prefix(b"eyJ").map(|_| value.split(|byte| *byte == b'.'))?;
    let (header, claims) = (object(parts.next()?)?, object(parts.next()?)?);
    let issuer = claims.get("iss").and_then(Value::as_str).filter(|issuer| issuer.len() <= LONGEST);
    let expiry = claims.get("exp").and_then(Value::as_i64).and_then(|at| jiff::Timestamp::from_second(at).ok());
    let algorithm = header.get("alg").and_then(Value::as_str).filter(|alg| alg.len() <= 16)?;
    let told = [
        Some(algorithm.to_owned()),
        issuer.map(|issuer| format!("issued by {issuer}")),
        Some(expiry.map_or_else(|| "never expires".to_owned(), |at| format!("expires {at}"))),
    ];
    Some(told.into_iter().flatten().collect::<Vec<_>>().join(", "))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, claims: &str) -> Vec<u8> {
        [header, claims].map(|part| BASE64URL_NOPAD.encode(part.as_bytes())).join(".").into_bytes()
    }

    #[test]
    fn a_token_tells_its_algorithm_issuer_and_expiry_and_nothing_else() {
        let cases = [
            (
                r#"{"sub":"jo","iss":"https://id.acme.org","exp":1700000000}"#,
                Some("HS256, issued by https://id.acme.org, expires 2023-11-14T22:13:20Z"),
            ),
            (r#"{"sub":"jo"}"#, Some("HS256, never expires")),
            ("[]", None),
        ];
        for (claims, expected) in cases {
            let told = about(&[token(r#"{"alg":"HS256"}"#, claims), b".sig".to_vec()].concat());
            assert_eq!(told.as_deref(), expected, "{claims}");
        }
        assert_eq!(about(b"eyJ"), None);
        assert_eq!(about(b"secret"), None);
    }

    #[test]
    fn a_signature_has_the_length_of_its_algorithm() {
        let cases = [
            ("HS256", 43, true),
            ("HS256", 42, false),
            ("RS256", 342, true),
            ("RS256", 341, false),
            ("none", 43, false),
        ];
        for (alg, length, fits) in cases {
            let head = token(&format!(r#"{{"alg":"{alg}"}}"#), "{}");
            let drawn = b"abcdefghijklmnop".iter().copied().cycle().take(length).collect();
            let value = [head.clone(), b".".to_vec(), drawn].concat();
            assert_eq!(check(&value) == Proven::Yes, fits, "{alg} {length}");
            let filled = [head, b".".to_vec(), vec![b'x'; length]].concat();
            assert!(check(&filled) != Proven::Yes, "{alg} {length}");
        }
    }
}
