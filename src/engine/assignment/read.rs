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
    if !matches!(
        reader.peek()?,
        b' ' | b'\t'
            | b'"'
            | b'\''
            | b'`'
            | b']'
            | b')'
            | b'='
            | b':'
            | b'>'
            | b'<'
            | b','
            | b'\\'
            | b'?'
            | b'!'
            | b'('
            | b'|'
            | b'%'
            | b'&'
            | b'['
            | b'{'
            | b'\n'
            | b'\r'
            | 0x1b
    ) {
        return None;
    }
    let before = Before::of(bytes, &name);
    let (value, style) = reader.assigned(&before)?;
    Some(Assigned { name, value, style })
}
