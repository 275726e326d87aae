//! The codes by which registries name their errors, in the body of an answer.

use serde::Deserialize;

use super::http::Answer;

/// How much of an error's body is read.
const LIMIT: u64 = 64 << 10;

/// What the body of an error says, as far as it makes a difference. Its text is looked at and never shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// The code DENIED: known, and not allowed.
    pub(super) denied: bool,
    /// That something has expired, as in `Your authorization token has expired`.
    pub(super) expired: bool,
}

#[derive(Deserialize)]
struct Errors {
    errors: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

/// Reads an error's body; one that cannot be read says nothing.
pub(super) fn said(answer: Answer) -> Said {
    answer.bytes("an error", LIMIT).map(|body| read(&body)).unwrap_or_default()
}

fn read(body: &[u8]) -> Said {
    let Ok(Errors { errors }) = serde_json::from_slice(body) else { return Said::default() };
    Said {
        denied: errors.iter().any(|entry| entry.code == "DENIED"),
        expired: errors.iter().any(|entry| entry.message.to_ascii_lowercase().contains("expired")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_errors_body_says_what_is_the_matter() {
        let said = |denied, expired| Said { denied, expired };
        let cases = [
            (r#"{"errors":[{"code":"DENIED","message":"requested access is denied","detail":[]}]}"#, said(true, false)),
            (r#"{"errors":[{"code":"DENIED","message":"Your authorization token has expired."}]}"#, said(true, true)),
            (r#"{"errors":[{"code":"UNAUTHORIZED"}]}"#, said(false, false)),
            (r#"{"errors":{}}"#, said(false, false)),
            ("<html>expired</html>", said(false, false)),
            ("", said(false, false)),
        ];
        for (body, expected) in cases {
            assert_eq!(read(body.as_bytes()), expected, "{body}");
        }
    }
}
