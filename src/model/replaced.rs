//! What stands in redacted text where a secret stood.

/// Digits of a fingerprint that a redacted text shows.
const DIGITS: usize = 16;

/// `[tightlip:aws-secret-access-key:3f2a…]`: what it was, and which one, so that two places of one secret can still be
/// seen to be the same. `fingerprint` is that of [`Key::fingerprint`](super::Key::fingerprint).
pub fn replaced(rule: &str, fingerprint: &str) -> String {
    let digits = fingerprint.rsplit(':').next().unwrap_or_default();
    format!("[tightlip:{rule}:{}]", &digits[..digits.len().min(DIGITS)])
}

/// Whether a value is what [`replaced`] writes, from its first byte to its last.
pub fn is_replaced(value: &[u8]) -> bool {
    value.strip_prefix(b"[").and_then(|rest| rest.strip_prefix(MARK)).is_some_and(is_rest)
}

/// Whether the word at `at` is the rule in what [`replaced`] writes: what follows it is no value of that name. (The
/// bracket may be missing: a decoder of wide characters can take it for half of another one.)
pub fn in_replaced(bytes: &[u8], at: usize) -> bool {
    let end = || bytes[at..].iter().take(LONGEST).position(|byte| *byte == b']');
    bytes[..at].ends_with(MARK) && end().is_some_and(|end| is_rest(&bytes[at..=at + end]))
}

const MARK: &[u8] = b"tightlip:";

/// Longest rule with its fingerprint.
const LONGEST: usize = 160;

/// `rule:0123456789abcdef]`
fn is_rest(text: &[u8]) -> bool {
    let Some(inner) = text.strip_suffix(b"]") else { return false };
    let Some(at) = inner.iter().rposition(|byte| *byte == b':') else { return false };
    let (rule, digits) = (&inner[..at], &inner[at + 1..]);
    let is_id = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
    rule.iter().all(is_id)
        && digits.len() == DIGITS
        && digits.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_written_is_known() {
        let text = replaced("some-rule", &format!("tl1:{}", "0a".repeat(16)));
        assert_eq!(text, format!("[tightlip:some-rule:{}]", "0a".repeat(8)));
        assert!(is_replaced(text.as_bytes()));
        assert!(in_replaced(["x ", &text].concat().as_bytes(), 12) && !in_replaced(text.as_bytes(), 11));
        for other in [
            "",
            "[tightlip:]",
            &text[1..],
            &format!("{text}x"),
            &text.replace("0a", "0A"),
            &text.replace("rule", "ru le"),
        ] {
            assert!(!is_replaced(other.as_bytes()), "{other}");
        }
    }
}
