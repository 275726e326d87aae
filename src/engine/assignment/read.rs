//! From a keyword to the assignment around it.

use std::ops::Range;

use super::before::Before;
use super::reader::Reader;
use super::style::Assigned;
use super::written::name_around;

/// Reads the assignment whose name holds `keyword`.
pub(in crate::engine) fn read(bytes: &[u8], keyword: Range<usize>) -> Option<Assigned> {
    let name = name_around(bytes, keyword)?;
    let mut reader = Reader { bytes, at: name.end };
    // Most names are not assigned to: decided by the next byte alone.
    if !FOLLOWS[usize::from(reader.peek()?)] {
        return None;
    }
    let before = Before::of(bytes, &name);
    let (value, style) = reader.assigned(&before).or_else(|| before.compared())?;
    Some(Assigned { name, value, style })
}

/// What may follow a name that is assigned to.
const FOLLOWS: [bool; 256] = {
    let (bytes, mut table, mut i) = (b" \t\"'`])=:><,\\?!(|%&[{}*\n\r\x1b\xef", [false; 256], 0);
    while i < bytes.len() {
        table[bytes[i] as usize] = true;
        i += 1;
    }
    table
};
