//! What a name is given besides its first value: in the rows below, or in the rest of a list.

use std::ops::Range;

use super::column::Column;
use super::limits::MAX_ROW;
use super::reader::Reader;
use super::style::Assigned;

/// The further values of the name: those of the same column, or of a list with a name in the plural.
pub(in crate::engine) fn further<'a>(
    bytes: &'a [u8],
    assigned: &Assigned,
) -> Box<dyn Iterator<Item = Range<usize>> + 'a> {
    let after = bytes.get(assigned.name.end..).unwrap_or_default();
    let after = after.strip_prefix(b"`").or_else(|| after.strip_prefix(b"\"")).unwrap_or(after);
    let first = assigned.value.start;
    let beside = matches!(after.first(), Some(b',' | b')' | b'\n' | b'\r' | b' '));
    if let Some(column) = beside.then(|| Column::named(bytes, &assigned.name)).flatten() {
        return Box::new(column.filter(move |value| value.start > first && !value.is_empty()));
    }
    if bytes[assigned.name.clone()].last().is_some_and(|byte| byte.eq_ignore_ascii_case(&b's')) {
        return Box::new(list(bytes, assigned));
    }
    Box::new(std::iter::empty())
}

/// The rest of a list in brackets that begins with the value.
fn list<'a>(bytes: &'a [u8], assigned: &Assigned) -> impl Iterator<Item = Range<usize>> + use<'a> {
    let value = &assigned.value;
    let opened = bytes[..value.start.saturating_sub(1)].trim_ascii_end().last();
    let opened = matches!(opened, Some(b'[' | b'{' | b'('));
    let end = bytes.len().min(assigned.name.end + MAX_ROW);
    let mut reader = Reader { bytes, at: value.end + 1 };
    std::iter::from_fn(move || {
        (opened && reader.at < end).then_some(())?;
        reader.blanks();
        reader.eat(b",").then_some(())?;
        reader.blanks_and_break();
        let (value, _) = reader.quoted()?;
        reader.at = value.end + 1;
        Some(value)
    })
}
