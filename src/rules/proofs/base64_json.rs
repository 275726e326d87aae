//! A JSON object in base64 inside a token: Sentry's `sntrys_…_…`, 1Password's `ops_…`, Mapbox's `sk.….…`, Grafana's
//! `glc_…`, the tunnels of Cloudflare.
//!
//! Sources: Sentry RFC 0091; 1Password and Mapbox tokens as their documentation shows them, which all begin with
//! `eyJ`, the base64 of `{"`.

use data_encoding::{BASE64, BASE64URL_NOPAD, DecodePartial};
use serde_json::{Map, Value};

use super::super::random::Random;
use super::proven::Proven;

/// The run of base64 that begins at `eyJ` must decode to a JSON object. Its alphabet holds `_`, as does the mark that
/// ends it in some tokens: each `_` and `.` is tried as the end, the farthest first.
pub(super) fn check(value: &[u8]) -> Proven {
    const TRIES: usize = 8;
    let Some(start) = value.windows(3).position(|window| window == b"eyJ") else { return Proven::No };
    let body = &value[start..];
    let ends = (0..body.len()).rev().filter(|at| matches!(body[*at], b'_' | b'.')).take(TRIES);
    std::iter::once(body.len()).chain(ends).any(|end| is_object(&body[..end])).into()
}

fn is_object(text: &[u8]) -> bool {
    let padding = text.iter().rev().take_while(|byte| **byte == b'=').count().min(2);
    let text: Vec<u8> = text[..text.len() - padding]
        .iter()
        .map(|byte| match byte {
            b'+' => b'-',
            b'/' => b'_',
            other => *other,
        })
        .collect();
    // The bits left over in the last character carry nothing, and not every issuer sets them to zero.
    let mut decoded = vec![0; text.len()];
    let Ok(length) = BASE64URL_NOPAD.decode_len(text.len()) else { return false };
    match BASE64URL_NOPAD.decode_mut(&text, &mut decoded[..length]) {
        Ok(_) => {}
        Err(DecodePartial { .. }) => return false,
    }
    serde_json::from_slice::<Map<String, Value>>(&decoded[..length]).is_ok()
}

/// `prefix` and the object; what follows it is the template's.
pub(super) fn mint(prefix: &str, random: &mut Random) -> String {
    let object = match prefix {
        "sk." => format!(r#"{{"u":"{}","a":"{}"}}"#, random.text("lower", 8), random.text("b36", 25)),
        "sntrys_" => format!(
            r#"{{"iat":1700000000.1,"url":"https://sentry.io","region_url":"https://us.sentry.io","org":"{}"}}"#,
            random.text("lower", 6)
        ),
        "glc_" => format!(r#"{{"o":"1000000","n":"stack","k":"{}","m":{{"r":"us"}}}}"#, random.text("b62", 24)),
        "eyJhIjoi" => format!(
            r#"{{"a":"{}","t":"{}","s":"{}"}}"#,
            random.text("hex", 32),
            [8, 4, 4, 4, 12].map(|n| random.text("hex", n)).join("-"),
            random.text("b64", 43) + "="
        ),
        "eyJrIjoi" => format!(r#"{{"k":"{}","n":"deploy","id":1}}"#, random.text("b62", 32)),
        _ => format!(
            r#"{{"signInAddress":"my.1password.com","userAuth":{{"method":"SRPg-4096","alg":"PBES2g-HS256","iterations":650000,"salt":"{}"}},"email":"{}@1passwordserviceaccounts.com","srpX":"{}"}}"#,
            random.text("b64u", 22),
            random.text("lower", 13),
            random.text("hex", 64)
        ),
    };
    if prefix == "eyJhIjoi" {
        return BASE64.encode(object.as_bytes());
    }
    // A prefix in base64 is the object's own beginning.
    let mark = if prefix.starts_with("eyJ") { "" } else { prefix };
    format!("{mark}{}", BASE64URL_NOPAD.encode(object.as_bytes()))
}
