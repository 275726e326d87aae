//! A column of an SQL statement and the value in its place: `INSERT INTO t (a, password) VALUES ('x', '…')`.

use std::ops::Range;

use super::limits::MAX_ROW;
use super::reader::Reader;
use super::style::Style;

/// How many columns stand before the one whose name begins at `name`, if it stands in the list of an `INSERT`.
fn place(bytes: &[u8], name: usize) -> Option<usize> {
    let head = &bytes[name.saturating_sub(MAX_ROW / 2)..name];
    let is_listed = |byte: &u8| byte.is_ascii_alphanumeric() || b"_,`\"[] \r\n\t".contains(byte);
    let open = head.iter().rposition(|byte| !is_listed(byte)).filter(|at| head[*at] == b'(')?;
    let table = &head[open.saturating_sub(96)..open];
    let inserts = table.windows(11).any(|word| word.eq_ignore_ascii_case(b"insert into"));
    inserts.then(|| memchr::memchr_iter(b',', &head[open..]).count())
}

impl Reader<'_> {
    /// The value of the first row for the column whose name begins at `name` and ends here.
    pub(super) fn column(&mut self, name: usize) -> Option<(Range<usize>, Style)> {
        let place = place(self.bytes, name)?;
        let end = self.at + MAX_ROW;
        let rest = &self.bytes[self.at.min(self.bytes.len())..self.bytes.len().min(end)];
        self.at += memchr::memchr(b')', rest)? + 1;
        self.blanks_and_break();
        let values = self.bytes.get(self.at..self.at + 6).is_some_and(|word| word.eq_ignore_ascii_case(b"values"));
        self.at += if values { 6 } else { return None };
        self.blanks_and_break();
        self.eat(b"(").then_some(())?;
        for _ in 0..place {
            self.cell(end)?;
        }
        self.blanks_and_break();
        self.quoted()
    }

    /// Goes past a value and the comma behind it.
    fn cell(&mut self, end: usize) -> Option<()> {
        self.blanks_and_break();
        if let Some((value, _)) = self.quoted() {
            self.at = value.end + 1;
        }
        let rest = &self.bytes[self.at.min(self.bytes.len())..self.bytes.len().min(end.max(self.at))];
        let at = rest.iter().position(|byte| matches!(byte, b',' | b')' | b';'))?;
        self.at += at + 1;
        (rest[at] == b',').then_some(())
    }
}
