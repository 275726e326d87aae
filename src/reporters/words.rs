//! Small pieces of text that every format writes the same way.

use crate::model::{Shown, SuppressionKind};

/// Text that someone else wrote (a rule's advice, a reason) on one line and safe to print: runs of white space become
/// one space, anything that could move a cursor is escaped. What is already safe comes back unchanged but for its
/// white space.
pub(super) fn tidy(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    Shown::from_bytes(line.as_bytes()).into_string()
}

/// A number with a comma between each three digits: `1,234,567`.
pub(super) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number and its noun: `1 finding`, `2 findings`.
pub(super) fn count(n: u64, noun: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{} {noun}{s}", grouped(n))
}

/// A length as a `u64`. No list in memory is longer than that.
pub(super) fn len<T>(list: &[T]) -> u64 {
    u64::try_from(list.len()).unwrap_or(u64::MAX)
}

/// A number of bytes in decimal units (SI: 1 kB = 1,000 B) with one decimal: `388.1 MB`. Rounded half up, in integers.
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [(u128, &str); 6] = [
        (1_000, "kB"),
        (1_000_000, "MB"),
        (10_u128.pow(9), "GB"),
        (10_u128.pow(12), "TB"),
        (10_u128.pow(15), "PB"),
        (10_u128.pow(18), "EB"),
    ];
    if bytes < 1_000 {
        return format!("{bytes} B");
    }
    let tenths = |unit: u128| (u128::from(bytes) * 10 + unit / 2) / unit;
    let fitting = UNITS.iter().find(|(unit, _)| tenths(*unit) < 10_000).or(UNITS.last());
    fitting.map_or_else(String::new, |(unit, name)| {
        let n = tenths(*unit);
        format!("{}.{} {name}", n / 10, n % 10)
    })
}

/// The encodings around a secret, read from the inside out: `in utf16 in base64`. Nothing for a plain one.
pub(super) fn wrapping(via: &[&str]) -> Option<String> {
    (!via.is_empty()).then(|| via.iter().rev().map(|step| format!("in {step}")).collect::<Vec<_>>().join(" "))
}

/// The word for a kind of suppression.
pub(super) fn suppression(kind: SuppressionKind) -> &'static str {
    match kind {
        SuppressionKind::Allow => "allow",
        SuppressionKind::Inline => "inline",
        SuppressionKind::Baseline => "baseline",
        SuppressionKind::Unchanged => "unchanged",
        SuppressionKind::Unreachable => "unreachable",
    }
}

/// A web address that a viewer may make a link of: nothing in it that a URI may not hold.
pub(super) fn web_address(reference: &str) -> Option<&str> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c);
    let rest = reference.strip_prefix("https://").or_else(|| reference.strip_prefix("http://"))?;
    (rest.starts_with(|c: char| c.is_ascii_alphanumeric()) && reference.chars().all(allowed)).then_some(reference)
}

/// A sentence: with a full stop at its end.
pub(super) fn sentence(text: &str) -> String {
    let text = tidy(text);
    if text.is_empty() || text.ends_with(['.', '!', '?']) { text } else { format!("{text}.") }
}

/// Words for Markdown: no HTML and no link begins in them.
pub(super) fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in tidy(text).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            '[' | ']' | '*' | '`' | '|' | '\\' => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_easily() {
        let cases = [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")];
        for (n, text) in cases {
            assert_eq!(grouped(n), text);
        }
        assert_eq!(
            (count(1, "gap"), count(2, "gap"), count(0, "gap")),
            ("1 gap".into(), "2 gaps".into(), "0 gaps".into())
        );
    }

    #[test]
    fn sizes_never_round_into_four_digits() {
        let cases = [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 kB"),
            (1_049, "1.0 kB"),
            (1_050, "1.1 kB"),
            (999_949, "999.9 kB"),
            (999_950, "1.0 MB"),
            (388_100_000, "388.1 MB"),
            (u64::MAX, "18.4 EB"),
        ];
        for (bytes, text) in cases {
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn wrappings_read_from_the_inside_out() {
        assert_eq!(wrapping(&[]), None);
        assert_eq!(wrapping(&["base64", "utf16"]).as_deref(), Some("in utf16 in base64"));
    }

    #[test]
    fn tidy_text_is_one_line_and_stays_itself() {
        let once = tidy("  two\n lines \x1b[31m\u{202e}\tred ");
        assert_eq!(once, "two lines \\x1b[31m\\u{202e} red");
        assert_eq!(tidy(&once), once);
    }

    #[test]
    fn only_web_addresses_become_help() {
        assert!(web_address("https://docs.example.org/a?b=c#d").is_some());
        for bad in ["", "javascript:alert(1)", "https://", "https:// x", "https://a\u{7f}", "file:///etc/passwd"] {
            assert!(web_address(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn names_are_no_markup() {
        assert_eq!(markdown("<img> [x](y) `a` | b"), "&lt;img> \\[x\\](y) \\`a\\` \\| b");
    }
}
