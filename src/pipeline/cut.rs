//! Where a stream that is looked at line by line may be cut: nothing before the cut can become part of a longer value.
//!
//! Lines are held back while a key block is open, while wrapped base64, a joined literal or a list of bytes may go on, and
//! while the end of a line is the beginning of a known secret. Each is bounded: a window's size is the most that is ever
//! held.

use crate::decoders;

/// A key block that was not closed within this many bytes is none.
const BLOCK: usize = 40 << 10;

/// Fewest characters of a line of wrapped text.
const WRAPPED: usize = 40;

/// Position after the last line of `bytes` that is settled, when that is after `from`. `begins` says whether the end of a
/// text is the beginning of a known secret.
pub(super) fn settled(bytes: &[u8], from: usize, begins: &dyn Fn(&[u8]) -> bool) -> Option<usize> {
    let mut cut = after_line(bytes, from)?;
    if let Some(open) = open_block(&bytes[..cut]) {
        cut = after_line(&bytes[..open], from)?;
    }
    while goes_on(&bytes[from..cut], &bytes[cut..], begins) {
        cut = after_line(&bytes[..cut - 1], from)?;
    }
    Some(cut)
}

/// Position after the last line break, when that is after `from`.
fn after_line(bytes: &[u8], from: usize) -> Option<usize> {
    memchr::memrchr(b'\n', bytes.get(from..)?).map(|at| from + at + 1)
}

/// Where a key block begins that does not end.
fn open_block(bytes: &[u8]) -> Option<usize> {
    let floor = bytes.len().saturating_sub(BLOCK);
    let begin = floor + memchr::memmem::rfind(&bytes[floor..], b"-----BEGIN ")?;
    let label = &bytes[begin..bytes.len().min(begin + 64)];
    let is_key = memchr::memmem::find(label, b"PRIVATE KEY").is_some() || label.len() < 64;
    let open = memchr::memmem::find(&bytes[begin..], b"-----END ").is_none();
    (is_key && open).then_some(begin)
}

/// Whether the last line may go on with the next, of which this is known.
fn goes_on(lines: &[u8], next: &[u8], begins: &dyn Fn(&[u8]) -> bool) -> bool {
    let text = lines.strip_suffix(b"\n").unwrap_or(lines);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    let text = without_colour(text);
    let line = &text[memchr::memrchr(b'\n', text).map_or(0, |at| at + 1)..];
    // Docker's lines end with JSON of their own.
    let line = memchr::memmem::find(line, b"\\n\",\"stream\"").map_or(line, |at| &line[..at]);
    is_wrapped(line) || decoders::goes_on(line, next) || begins(line)
}

fn without_colour(mut text: &[u8]) -> &[u8] {
    while let [rest @ .., b'm' | b'K'] = text {
        let codes = rest.iter().rev().take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
        let Some(head) = rest[..rest.len() - codes].strip_suffix(b"\x1b[") else { break };
        text = head;
    }
    text
}

/// Whether the line ends with whole groups of base64, which digests do not: they are hexadecimal.
fn is_wrapped(line: &[u8]) -> bool {
    let in_run = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
    let length = line.iter().rev().take_while(in_run).count();
    let run = &line[line.len() - length..];
    length >= WRAPPED && length.is_multiple_of(4) && !run.iter().all(u8::is_ascii_hexdigit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_go_on_is_held() {
        let wrapped = "Ab1+".repeat(16);
        let hex = "0a1b".repeat(16);
        let begin = ["-----BEGIN ", "PRIVATE KEY", "-----"].concat();
        let end = ["-----END ", "PRIVATE KEY", "-----"].concat();
        let cases = [
            ("one\ntwo\nthree".to_owned(), "one\ntwo\n".len()),
            ("no line".into(), 0),
            (format!("one\n{wrapped}\n"), 4),
            (format!("one\ndata: {wrapped}\r\n{wrapped}\n{wrapped}\n"), 4),
            (format!("one\n{wrapped}\nAb1=\n"), 4 + 65 + 5),
            (format!("one\n{wrapped}\x1b[0m\n"), 4),
            (format!("one\n{hex}\n"), 4 + 65),
            (format!("one\n2026 {begin}\nAAAA\n"), 4),
            (format!("one\n{begin}\nAAAA\n{end}\n"), 4 + begin.len() + 6 + end.len() + 1),
            ("one\nbegun:SEC\n".into(), 4),
            ("one\nt = \"abcd\" +\n".into(), 4),
            ("one\nt = \"abcd\"\n  \"efgh".into(), 4),
            ("one\nt = \"abcd\"\nrest".into(), 15),
            ("one\nt = \"abcd\"\n".into(), 15),
            ("one\nt = \"abcdefg7\"\n".into(), 4),
            ("one\ntook 10\n".into(), 12),
            ("one\n67 68 70 5f\n".into(), 4),
            ("one\nA=abcd\\\n".into(), 4),
            ("one\n[103,\n".into(), 4),
            ("one\n00000000: 6162 6364  abcd\n".into(), 4),
        ];
        for (text, expected) in cases {
            let cut = settled(text.as_bytes(), 0, &|line| line.ends_with(b"SEC"));
            assert_eq!(cut.unwrap_or(0), expected, "{text:?}");
        }
    }
}
