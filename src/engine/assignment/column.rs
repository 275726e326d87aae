//! A column of a table and the values in its place: `INSERT INTO t (a, password) VALUES ('x', '…'), ('y', '…')`, the rows of a
//! `COPY`, the lines below a header of comma-separated values.

use std::ops::Range;

use super::limits::MAX_ROW;
use super::reader::Reader;
use super::style::Style;

/// Columns and rows of a table.
#[derive(Clone, Copy)]
enum Form {
    /// `('x', 1), ('y', 2)`
    Tuples,
    /// Lines of cells, each with this byte between.
    Lines(u8),
}

/// What stands in one column: the values of row after row.
pub(super) struct Column<'a> {
    rows: Reader<'a>,
    form: Form,
    /// How many columns stand before it.
    place: usize,
    end: usize,
}

impl<'a> Column<'a> {
    /// The column whose name this is, if it is one of a table whose rows follow.
    pub(super) fn named(bytes: &'a [u8], name: &Range<usize>) -> Option<Self> {
        let mut rows = Reader { bytes, at: name.end };
        let end = bytes.len().min(name.end + MAX_ROW);
        let (form, place) = if is_typed(bytes, name.end) {
            (Form::Tuples, rows.reach_insert(name.start, end)?)
        } else if let Some((open, place)) = listed(bytes, name.start) {
            (rows.reach_rows(&bytes[open.saturating_sub(96)..open], end)?, place)
        } else {
            (Form::Lines(b','), rows.header(name.start, end)?)
        };
        Some(Self { rows, form, place, end })
    }

    fn tuple(&mut self) -> Option<Range<usize>> {
        self.rows.blanks_and_break();
        self.rows.eat(b"(").then_some(())?;
        for _ in 0..self.place {
            self.rows.cell(self.end).filter(|mark| *mark == b',')?;
        }
        self.rows.blanks_and_break();
        let value = self.rows.quoted().map_or(self.rows.at..self.rows.at, |(value, _)| value);
        self.rows.at = value.end;
        let closed = !value.is_empty() && matches!(self.rows.peek(), Some(b'\'' | b'"'));
        self.rows.at += usize::from(closed);
        while self.rows.cell(self.end)? == b',' {}
        let _ = self.rows.eat(b",");
        Some(value)
    }

    fn line(&mut self, separator: u8) -> Option<Range<usize>> {
        let (start, rest) = (self.rows.at, self.rows.bytes.get(self.rows.at..self.end)?);
        let line = &rest[..memchr::memchr(b'\n', rest).filter(|length| *length > 0)?];
        self.rows.at += line.len() + 1;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let mut cells = line.split(|byte| *byte == separator);
        let at = start + cells.by_ref().take(self.place).map(|cell| cell.len() + 1).sum::<usize>();
        let cell = cells.next()?;
        let quoted = cell.len() >= 2 && cell[0] == b'"' && cell.ends_with(b"\"");
        Some(if quoted { at + 1..at + cell.len() - 1 } else { at..at + cell.len() })
    }
}

impl Iterator for Column<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.form {
            Form::Tuples => self.tuple(),
            Form::Lines(separator) => self.line(separator),
        }
    }
}

/// Where the list of columns that holds the name begins, and how many stand before it.
fn listed(bytes: &[u8], name: usize) -> Option<(usize, usize)> {
    let head = &bytes[name.saturating_sub(MAX_ROW / 4)..name];
    let is_listed = |byte: &u8| byte.is_ascii_alphanumeric() || b"_,`\"[] \r\n\t".contains(byte);
    let open = head.iter().rposition(|byte| !is_listed(byte)).filter(|at| head[*at] == b'(')?;
    Some((name - head.len() + open, memchr::memchr_iter(b',', &head[open..]).count()))
}

/// Whether a type of text follows, as behind the name of a column that is declared.
fn is_typed(bytes: &[u8], at: usize) -> bool {
    const TYPES: [&[u8]; 5] = [b"varchar", b"char", b"text", b"character", b"nvarchar"];
    let rest = bytes[at..]
        .iter()
        .position(|byte| !matches!(byte, b'`' | b'"' | b']' | b' '))
        .map(|start| &bytes[at + start..]);
    rest.is_some_and(|rest| {
        TYPES.iter().any(|it| rest.get(..it.len()).is_some_and(|word| word.eq_ignore_ascii_case(it)))
    })
}

impl Reader<'_> {
    /// The first value of the column whose name is given.
    pub(super) fn column(&self, name: &Range<usize>) -> Option<(Range<usize>, Style)> {
        let mut column = Column::named(self.bytes, name)?;
        let style = if matches!(column.form, Form::Tuples) { Style::Quoted } else { Style::Prose };
        column.next().filter(|value| !value.is_empty()).map(|value| (value, style))
    }

    /// Goes on from a list of columns to the first of the rows, if the words before the list say that some follow.
    fn reach_rows(&mut self, before: &[u8], end: usize) -> Option<Form> {
        let says = |words: &[u8]| before.windows(words.len()).any(|it| it.eq_ignore_ascii_case(words));
        let (inserts, copies) = (says(b"insert into"), says(b"copy "));
        let rest = self.bytes.get(self.at..end).filter(|_| inserts || copies)?;
        self.at += memchr::memchr(b')', rest)? + 1;
        self.blanks_and_break();
        if inserts && self.eat_any_case(b"values") {
            return Some(Form::Tuples);
        }
        (copies && self.eat_any_case(b"from stdin")).then_some(())?;
        let rest = self.bytes.get(self.at..end)?;
        self.at += memchr::memchr(b'\n', rest)? + 1;
        Some(Form::Lines(b'\t'))
    }

    /// Goes on from the declaration of the column at `name` to the rows that are put into its table without a list of
    /// columns; how many columns stand before it.
    fn reach_insert(&mut self, name: usize, end: usize) -> Option<usize> {
        let head = &self.bytes[name.saturating_sub(MAX_ROW / 2)..name];
        let head = &head[memchr::memrchr(b';', head).map_or(0, |at| at + 1)..];
        let words = |text: &[u8], words: &[u8]| text.windows(words.len()).position(|it| it.eq_ignore_ascii_case(words));
        let head = &head[words(head, b"create table ")? + 13..];
        let open = memchr::memchr(b'(', head)?;
        let table = head[..open].trim_ascii().rsplit(|byte| matches!(byte, b' ' | b'.')).next()?;
        let place = head[open..].windows(2).filter(|pair| pair == b",\n" || pair == b",\r").count();
        let rest = self.bytes.get(self.at..end)?;
        self.at += words(rest, b"insert into ")? + 12;
        (!table.is_empty() && self.eat(table)).then_some(())?;
        self.blanks();
        self.eat_any_case(b"values").then_some(place)
    }

    /// Goes past the header that the name at `name` stands in, if its line is one; how many columns stand before the name.
    fn header(&mut self, name: usize, end: usize) -> Option<usize> {
        let head = &self.bytes[name.saturating_sub(MAX_ROW / 4)..name];
        let start = memchr::memrchr(b'\n', head).map_or(0, |at| at + 1);
        let rest = self.bytes.get(self.at..end)?;
        let length = memchr::memchr(b'\n', rest)?;
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"_,\"\r".contains(byte);
        let words = !rest[..length].trim_ascii_end().ends_with(b",")
            && head[start..].iter().chain(&rest[..length]).all(is_word);
        (words && (start > 0 || head.len() == name)).then_some(())?;
        self.at += length + 1;
        let commas = |text: &[u8]| memchr::memchr_iter(b',', text).count();
        let next = rest[length + 1..].split(|byte| *byte == b'\n').next()?;
        let place = commas(&head[start..]);
        (commas(next) > 0 && commas(next) == place + commas(&rest[..length])).then_some(place)
    }

    fn eat_any_case(&mut self, word: &[u8]) -> bool {
        let stands = self.bytes.get(self.at..self.at + word.len()).is_some_and(|it| it.eq_ignore_ascii_case(word));
        self.at += if stands { word.len() } else { 0 };
        stands
    }

    /// Goes past a value and the mark behind it, which is told.
    fn cell(&mut self, end: usize) -> Option<u8> {
        self.blanks_and_break();
        if let Some((value, _)) = self.quoted() {
            self.at = value.end + 1;
        }
        let rest = self.bytes.get(self.at..end)?;
        let at = rest.iter().position(|byte| matches!(byte, b',' | b')' | b';'))?;
        self.at += at + 1;
        Some(rest[at])
    }
}
