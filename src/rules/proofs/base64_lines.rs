//! Keys as lines of base64 between marks or headers: a private key in a Google account's JSON, PuTTY's and SSH.com's files.
//!
//! Sources: RFC 7468 §2 and RFC 4648 §4 (four characters for each three bytes, `=` only at the end); RFC 4716 §3.3
//! (headers hold a colon and may go on behind a backslash); PuTTY's manual, appendix C.

use super::super::random::Random;
use super::proven::Proven;

/// What is left of the lines beside marks and headers must be base64 of whole bytes. It refutes, and confirms nothing:
/// that a text is base64 does not make it a key.
pub(super) fn check(value: &[u8]) -> Proven {
    let Ok(text) = std::str::from_utf8(value) else { return Proven::No };
    let text = text.replace("\\r", "").replace("\\n", "\n");
    let mut goes_on = false;
    let lines = text.lines().filter(|line| {
        let header = goes_on || line.starts_with("-----") || line.contains(':');
        goes_on = header && line.ends_with('\\');
        !header
    });
    let body: String = lines.flat_map(str::chars).filter(|char| !char.is_ascii_whitespace() && *char != '\\').collect();
    let digits = body.trim_end_matches('=');
    let whole = body.len().is_multiple_of(4) && body.len() - digits.len() <= 2;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    if whole && digits.bytes().all(fits) { Proven::Unknown } else { Proven::No }
}

pub(super) fn mint(random: &mut Random) -> String {
    [random.text("b64", 64), random.text("b64", 43) + "="].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_base64_stand_between_marks_and_headers() {
        let cases = [
            ("-----BEGIN PRIVATE KEY-----\\nMIIE\\nAB==\\n-----END PRIVATE KEY-----", Proven::Unknown),
            ("-----BEGIN PRIVATE KEY-----\\\\nMIIE\\\\nAB==\\\\n-----END PRIVATE KEY-----", Proven::Unknown),
            ("Comment: \"a key \\\nof mine\"\nMIIE\nABC=\n", Proven::Unknown),
            ("MIIE\r\nABCD\r\n", Proven::Unknown),
            ("MIIE\nABC\n", Proven::No),
            ("MIIE\nA===\n", Proven::No),
            ("MI=EABCD", Proven::No),
            ("MIIE\nAB.D\n", Proven::No),
        ];
        for (text, proven) in cases {
            assert_eq!(check(text.as_bytes()), proven, "{text}");
        }
    }
}
