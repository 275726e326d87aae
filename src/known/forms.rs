//! The forms in which a value gets into a log: encoded, escaped, quoted.
//!
//! What the decoders undo wherever it stands (long base64, `%41`, `\u0041`) needs no form here. The forms are for what
//! they cannot know: short runs, and escapes that every text is full of.

use zeroize::Zeroizing;

use super::weak::SHORTEST;

/// A form of a value.
pub(super) struct Form {
    /// What to look for.
    pub(super) bytes: Zeroizing<Vec<u8>>,
    /// The encoding it is, in the word that findings use.
    pub(super) via: Option<&'static str>,
}

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The base64 of shorter values is too short for the decoder, and so is the base64 of that.
const SHORT: usize = 18;

/// Every form of `value` that differs from the ones before it, the plain one first.
pub(super) fn of(value: &[u8]) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    let mut add = |via: Option<&'static str>, bytes: Vec<u8>| {
        let bytes = Zeroizing::new(bytes);
        if bytes.len() >= SHORTEST && forms.iter().all(|form| *form.bytes != *bytes) {
            forms.push(Form { bytes, via });
        }
    };
    add(None, value.to_vec());
    for phase in 0..3 {
        for alphabet in [STANDARD, URL_SAFE] {
            add(Some("base64"), base64(value, phase, alphabet));
        }
    }
    if value.len() < SHORT {
        let hex = value.iter().flat_map(|byte| pair(*byte, b"0123456789abcdef")).collect();
        for inner in (0..3).map(|phase| base64(value, phase, STANDARD)).chain([hex]) {
            (0..3).for_each(|phase| add(Some("base64"), base64(&inner, phase, STANDARD)));
        }
    }
    for digits in [b"0123456789abcdef", b"0123456789ABCDEF"] {
        add(Some("hex"), value.iter().flat_map(|byte| pair(*byte, digits)).collect());
        add(Some("percent"), percent(value, digits, &[]));
        add(Some("percent"), percent(value, digits, b"!'()*"));
        add(Some("percent"), percent(value, digits, b"!'()*;,/?:@&=+$#"));
    }
    add(Some("percent"), spaces_as_plus(&percent(value, b"0123456789ABCDEF", b" ")));
    add(Some("percent"), spaces_as_plus(value));
    let json = each(value, json);
    add(Some("escapes"), each(&json, self::json));
    add(Some("escapes"), json);
    for quoting in [single_quoted, apart_quoted, backslashed, ansi_quoted, double_quoted] {
        add(Some("shell"), each(value, quoting));
    }
    for quotes in [["&quot;", "&apos;"], ["&#34;", "&#39;"], ["&quot;", "&#39;"], ["&quot;", "&#x27;"], ["\"", "'"]] {
        add(Some("xml"), each(value, |byte| xml(byte, quotes)));
    }
    if value.is_ascii() {
        add(Some("utf16"), utf16(value));
    } else if let Ok(text) = std::str::from_utf8(value) {
        add(Some("utf16le"), text.encode_utf16().flat_map(u16::to_le_bytes).collect());
        add(Some("utf16be"), text.encode_utf16().flat_map(u16::to_be_bytes).collect());
    }
    forms
}

/// The characters that `phase` bytes before the value, whatever they are, and any bytes after it leave unchanged.
fn base64(value: &[u8], phase: usize, alphabet: &[u8; 64]) -> Vec<u8> {
    let first = (8 * phase).div_ceil(6) * 6 - 8 * phase;
    let starts = (first..).step_by(6).take_while(|at| at + 6 <= 8 * value.len());
    let two = |at: usize| u16::from(value[at]) << 8 | u16::from(value.get(at + 1).copied().unwrap_or(0));
    starts.map(|at| alphabet[usize::from(two(at / 8) >> (10 - at % 8) & 63)]).collect()
}

fn pair(byte: u8, digits: &[u8; 16]) -> [u8; 2] {
    [digits[usize::from(byte >> 4)], digits[usize::from(byte & 15)]]
}

/// Percent-encoding of everything but RFC 3986's unreserved characters and those in `kept`.
fn percent(value: &[u8], digits: &[u8; 16], kept: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(3 * value.len());
    for byte in value {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) || kept.contains(byte) {
            out.push(*byte);
        } else {
            out.push(b'%');
            out.extend(pair(*byte, digits));
        }
    }
    out
}

/// As forms of the web are sent.
fn spaces_as_plus(text: &[u8]) -> Vec<u8> {
    text.iter().map(|byte| if *byte == b' ' { b'+' } else { *byte }).collect()
}

fn each(value: &[u8], escape: impl Fn(u8) -> Option<String>) -> Vec<u8> {
    let mut out = Vec::with_capacity(2 * value.len());
    for byte in value {
        match escape(*byte) {
            Some(escaped) => out.extend(escaped.bytes()),
            None => out.push(*byte),
        }
    }
    out
}

/// RFC 8259, section 7, with the short escapes that every writer uses.
fn json(byte: u8) -> Option<String> {
    match byte {
        b'"' => Some("\\\"".into()),
        b'\\' => Some("\\\\".into()),
        b'\n' => Some("\\n".into()),
        b'\r' => Some("\\r".into()),
        b'\t' => Some("\\t".into()),
        0..0x20 => Some(format!("\\u{byte:04x}")),
        _ => None,
    }
}

/// Inside of `'…'`, as `set -x` prints it.
fn single_quoted(byte: u8) -> Option<String> {
    (byte == b'\'').then(|| "'\\''".into())
}

/// The same, as other writers do it.
fn apart_quoted(byte: u8) -> Option<String> {
    (byte == b'\'').then(|| "'\"'\"'".into())
}

/// As `printf %q` prints it.
fn backslashed(byte: u8) -> Option<String> {
    let plain = byte.is_ascii_alphanumeric() || byte >= 0x80 || b"%+-./:=@_".contains(&byte);
    (!plain).then(|| format!("\\{}", char::from(byte)))
}

/// Inside of `$'…'`.
fn ansi_quoted(byte: u8) -> Option<String> {
    match byte {
        b'\'' => Some("\\'".into()),
        byte => json(byte).filter(|_| byte != b'"'),
    }
}

/// Inside of `"…"`.
fn double_quoted(byte: u8) -> Option<String> {
    b"\"\\$`!".contains(&byte).then(|| format!("\\{}", char::from(byte)))
}

fn xml(byte: u8, [quote, apostrophe]: [&str; 2]) -> Option<String> {
    match byte {
        b'&' => Some("&amp;".into()),
        b'<' => Some("&lt;".into()),
        b'>' => Some("&gt;".into()),
        b'"' => Some(quote.into()),
        b'\'' => Some(apostrophe.into()),
        _ => None,
    }
}

/// What both byte orders have in common of a text in ASCII: no NUL at either end.
fn utf16(value: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = value.iter().flat_map(|byte| [*byte, 0]).collect();
    out.pop();
    out
}

#[cfg(test)]
mod tests {
    use data_encoding::{BASE64, BASE64URL_NOPAD};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever stands before and after a value, its base64 holds one of the three forms.
        #[test]
        fn base64_holds_a_form_at_every_alignment(value in proptest::collection::vec(any::<u8>(), 8..40), before in proptest::collection::vec(any::<u8>(), 0..7), after in proptest::collection::vec(any::<u8>(), 0..4)) {
            let whole = [&before[..], &value, &after].concat();
            let forms = of(&value);
            for text in [BASE64.encode(&whole), BASE64URL_NOPAD.encode(&whole)] {
                let held = forms.iter().any(|form| {
                    form.via == Some("base64") && memchr::memmem::find(text.as_bytes(), &form.bytes).is_some()
                });
                prop_assert!(held);
            }
        }
    }

    #[test]
    fn escapes_are_as_their_writers_make_them() {
        let value = b"a'b\"c\\d$e&f <g>";
        let forms = of(value);
        let expected = [
            r#"a'b\"c\\d$e&f <g>"#,
            r#"a'b\\\"c\\\\d$e&f <g>"#,
            r#"a'\''b"c\d$e&f <g>"#,
            r#"a'"'"'b"c\d$e&f <g>"#,
            r#"a\'b\"c\\d\$e\&f\ \<g\>"#,
            r#"a\'b"c\\d$e&f <g>"#,
            r#"a'b\"c\\d\$e&f <g>"#,
            r#"a&apos;b&quot;c\d$e&amp;f &lt;g&gt;"#,
            r#"a&#39;b&quot;c\d$e&amp;f &lt;g&gt;"#,
            r#"a'b"c\d$e&amp;f &lt;g&gt;"#,
            "a%27b%22c%5Cd%24e%26f%20%3Cg%3E",
            "a'b%22c%5cd%24e%26f%20%3cg%3e",
            "a%27b%22c%5Cd%24e%26f+%3Cg%3E",
        ];
        for text in expected {
            assert!(forms.iter().any(|form| **form.bytes == *text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_plain_word_has_few_forms() {
        assert!(of(b"a1B2c3D4e5F6g7H8i9").len() <= 10, "{}", of(b"a1B2c3D4e5F6g7H8i9").len());
    }
}
