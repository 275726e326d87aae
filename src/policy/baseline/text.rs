//! The file: a first line with version and salt, then one entry a line. What does not fit is refused by its line; a file
//! that was half understood would accept what nobody looked at, or nothing.

use std::collections::HashMap;

use super::entry::Entry;
use crate::policy::error::PolicyError;

/// What the first line begins with. There is no sign of an assignment in it or in any line: to the rules that look for
/// names with values, a baseline is prose.
const HEAD: &str = "tightlip-baseline 1 ";

/// Length of the salt in bytes.
pub(super) const SALT_BYTES: usize = 32;

/// The marks that a merge leaves when it gives up.
const CONFLICT: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

/// The salt and the entries.
pub(super) fn read(name: &str, bytes: &[u8]) -> Result<([u8; SALT_BYTES], Vec<Entry>), PolicyError> {
    let at = |line: usize, problem: &str| PolicyError::new(&format!("{name}:{line}"), problem);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
        at(memchr::memchr_iter(b'\n', valid).count() + 1, "is not UTF-8; take the file as it was from version control")
    })?;
    let Some(whole) = text.strip_suffix('\n') else {
        return Err(at(text.lines().count().max(1), "is cut off; take the file as it was from version control"));
    };
    let mut lines = whole.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    let salt = lines.next().and_then(salt).ok_or_else(|| {
        at(1, "is not the first line of a baseline (`tightlip-baseline 1` and the salt); make one with `tightlip baseline create`")
    })?;
    let (mut entries, mut seen) = (Vec::new(), HashMap::new());
    for (number, line) in (2..).zip(lines) {
        let entry = read_line(line).map_err(|problem| at(number, problem))?;
        let subject = entry.subject();
        let subject = [subject.0, subject.1, subject.2].map(str::to_owned);
        if let Some(first) = seen.insert(subject, number) {
            return Err(at(
                number,
                &format!("speaks of the same secret, rule and path as line {first}; keep one of them"),
            ));
        }
        entries.push(entry);
    }
    Ok((salt, entries))
}

fn read_line(line: &str) -> Result<Entry, &'static str> {
    if CONFLICT.iter().any(|mark| line.starts_with(mark)) {
        return Err("is a merge conflict; keep the lines of both sides, and remove the marks between them");
    }
    if line.starts_with(HEAD.trim_end()) {
        return Err(
            "is a second first line: two baselines were joined, and each has a salt of its own; keep one, and \
                    run `tightlip baseline update`",
        );
    }
    Entry::parse(line)
}

fn salt(line: &str) -> Option<[u8; SALT_BYTES]> {
    let hex = line.strip_prefix(HEAD)?;
    let bytes = data_encoding::HEXLOWER.decode(hex.as_bytes()).ok()?;
    bytes.try_into().ok()
}

/// The file's text: sorted, so that it is the same for the same entries.
pub(super) fn write(salt: &[u8; SALT_BYTES], entries: &[Entry]) -> String {
    let mut lines: Vec<String> = entries.iter().map(Entry::line).collect();
    lines.sort();
    let head = format!("{HEAD}{}", data_encoding::HEXLOWER.encode(salt));
    std::iter::once(head).chain(lines).flat_map(|line| [line, "\n".to_owned()]).collect()
}
