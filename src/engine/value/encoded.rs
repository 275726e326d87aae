//! Values written in base64, as Kubernetes Secrets have them: one that says of itself that it is made up says so encoded,
//! too.

use data_encoding::BASE64;

use super::nothing::nothing;
use super::placeholder::dummy;
use super::words::WEAK;
use crate::engine::assignment::Style;
use crate::engine::reason::Reason;

const LONGEST: usize = 128;

/// Why the text that the value encodes is no secret, if it encodes a text and that is none.
pub(super) fn encoded(value: &[u8], name: &[u8]) -> Option<Reason> {
    let text = text(value)?;
    if let Some(word) = WEAK.word(&text) {
        return Some(Reason::Placeholder(word));
    }
    dummy(&text).or_else(|| nothing(&text, name, Style::Quoted)).filter(|reason| {
        use Reason::{NoValue, Placeholder, Reference, Repeated, RepeatsName, Template};
        matches!(reason, NoValue(_) | Placeholder(_) | Reference | Repeated | RepeatsName | Template)
    })
}

/// Why the text that the value encodes is made up, if it encodes a text that says so.
pub(in crate::engine) fn encoded_dummy(value: &[u8]) -> Option<Reason> {
    dummy(&text(value)?)
}

/// The text that the value encodes, without the end of line that `echo` puts behind what is piped into `base64`.
fn text(value: &[u8]) -> Option<Vec<u8>> {
    if value.len() < 8 || value.len() > LONGEST || !value.len().is_multiple_of(4) {
        return None;
    }
    let mut text = BASE64.decode(value).ok()?;
    text.truncate(text.trim_ascii_end().len());
    (!text.is_empty() && text.iter().all(|byte| matches!(byte, b' '..=b'~'))).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_secret_is_none_in_base64() {
        for text in [
            "${PASSWORD}",
            "changeme",
            "your-password",
            "password",
            "<password>",
            "this is a fake token!",
            "changeme\r\n",
        ] {
            assert!(encoded(BASE64.encode(text.as_bytes()).as_bytes(), b"").is_some(), "{text}");
        }
        assert_eq!(encoded(BASE64.encode(b"ACCESS_KEY\r\n").as_bytes(), b"access_key"), Some(Reason::RepeatsName));
        for value in ["V2ludGVyNzcheA==", "q8ZtLw2PfX9s", "Winter77"] {
            assert_eq!(encoded(value.as_bytes(), b""), None, "{value}");
        }
    }
}
