//! From the schema to the members.

use std::io::{self, Read};

use super::cursor::{Cell, Cursor, Node, pointers};
use super::pages::{Pages, Use, node_start, two};
use super::record::{self, Value};
use super::schema::{self, Tree};
use crate::containers::held::{self, Held};
use crate::containers::input::{Input, read_ahead};
use crate::containers::magic;
use crate::containers::visit::Visit;
use crate::containers::{Body, Budget, Container, Members};
use crate::model::GapKind;

/// SQLite.
pub(in crate::containers) struct Sqlite;

/// What no table accounts for.
const REST: &[u8] = b"(free and unused space)";

/// Values of one table that come as members of their own.
const FILES: usize = 100_000;

/// Bytes of them that are kept until the table was read.
const KEPT: usize = 32 << 20;

impl Container for Sqlite {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        head.starts_with(b"SQLite format 3\0")
    }

    fn open(&self, body: Body<'_>, budget: &mut Budget, members: &mut dyn Members) {
        match held::whole(body, &budget.meter()) {
            Held::Whole(input) => open(input, budget, members),
            Held::Slice(bytes, fault, _memory) => open(Input::slice(&bytes, fault), budget, members),
            Held::TooLong(mut stream) => {
                members.plain(&mut stream);
                let fault = held::too_long("sqlite");
                members.gap(b"", fault.kind, 0, &fault.detail);
            }
        }
    }
}

fn open(input: Input<'_>, budget: &mut Budget, members: &mut dyn Members) {
    let Some(mut visit) = Visit::enter(budget, members) else { return };
    let broken = input.at_end();
    let Some(mut pages) = Pages::new(input) else {
        return visit.lost(b"", GapKind::Corrupt, 0, "sqlite: the header is corrupt");
    };
    if let Some(fault) = broken {
        visit.gap(b"", &fault, 0);
    } else if u64::from(pages.count()) < pages.told {
        let detail = format!("sqlite: the database has {} pages and ends after {}", pages.told, pages.count());
        visit.lost(b"", GapKind::Truncated, 0, &detail);
    }
    let (trees, mut broken) = schema::trees(&mut pages);
    // The schema was read for its own sake; now it is a table like the others.
    pages.forget();
    let own = Tree { name: b"sqlite_schema".to_vec(), root: 1, table: true, columns: schema::own_columns() };
    for tree in std::iter::once(&own).chain(&trees) {
        if !tree.table {
            let mut cursor = Cursor::new(&mut pages, tree.root);
            while cursor.next(&mut pages).is_some() {}
        } else if !table(&mut pages, tree, &mut visit, &mut broken) {
            return;
        }
    }
    if broken {
        visit.lost(b"", GapKind::Corrupt, 0, "sqlite: a tree is corrupt; its pages were read as plain bytes");
    }
    let mut rest = Rest { pages: &mut pages, next: 1, buffer: Vec::new(), given: 0 };
    if rest.fill() && visit.count(REST) {
        visit.give(REST, &mut rest);
    }
}

/// One table, and the files in it; whether to go on.
fn table(pages: &mut Pages<'_>, tree: &Tree, visit: &mut Visit<'_>, broken: &mut bool) -> bool {
    if !visit.count(&tree.name) {
        return false;
    }
    let cursor = Cursor::new(pages, tree.root);
    let mut rows =
        Rows { pages, cursor, columns: &tree.columns, buffer: Vec::new(), given: 0, files: Vec::new(), kept: 0 };
    let go_on = visit.give(&tree.name, &mut rows);
    if go_on {
        while rows.fill() {}
    }
    *broken |= rows.cursor.broken;
    go_on
        && rows.files.iter().all(|(place, file)| {
            let name = [&tree.name, &b"/"[..], place].concat();
            visit.count(&name) && visit.give(&name, &mut file.as_slice())
        })
}

/// The rows of a table as text.
struct Rows<'p, 'a, 't> {
    pages: &'p mut Pages<'a>,
    cursor: Cursor,
    columns: &'t [Vec<u8>],
    buffer: Vec<u8>,
    given: usize,
    /// Values that are files of their own, by row and column.
    files: Vec<(Vec<u8>, Vec<u8>)>,
    /// Bytes of them.
    kept: usize,
}

impl Rows<'_, '_, '_> {
    /// Puts the next row into the buffer; whether there was one.
    fn fill(&mut self) -> bool {
        self.buffer.clear();
        self.given = 0;
        let Some((row, payload)) = self.cursor.next(self.pages) else { return false };
        for (at, value) in record::values(&payload).iter().enumerate() {
            let number = at.to_string().into_bytes();
            let name = self.columns.get(at).unwrap_or(&number);
            self.buffer.extend_from_slice(name);
            self.buffer.extend_from_slice(b": ");
            match value {
                Value::Blob(blob) if magic::is_file(blob) && self.has_room(blob.len()) => {
                    let place = [format!("{row}/").as_bytes(), name].concat();
                    self.files.push((place, blob.to_vec()));
                }
                value => record::push(&mut self.buffer, value, self.pages.encoding),
            }
            self.buffer.push(b'\n');
        }
        true
    }

    /// Whether one more file can be kept. The others are scanned as they stand in the row.
    fn has_room(&mut self, length: usize) -> bool {
        let room = self.files.len() < FILES && self.kept + length <= KEPT;
        self.kept += if room { length } else { 0 };
        room
    }
}

impl Read for Rows<'_, '_, '_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.given == self.buffer.len() {
            if !self.fill() {
                return Ok(0);
            }
        }
        let n = read_ahead(&mut &self.buffer[self.given..], buf)?;
        self.given += n;
        Ok(n)
    }
}

/// The bytes that nothing above accounts for, page by page.
struct Rest<'p, 'a> {
    pages: &'p mut Pages<'a>,
    next: u32,
    buffer: Vec<u8>,
    given: usize,
}

impl Rest<'_, '_> {
    /// Puts what is left of the next page that has any into the buffer; whether there was one.
    fn fill(&mut self) -> bool {
        self.given = 0;
        let mut page = Vec::new();
        while self.next <= self.pages.count() {
            let number = self.next;
            self.next += 1;
            self.pages.read(number, &mut page);
            self.buffer.clear();
            // Never at the start of a line: a page may begin as a file does, page 1 as this very one.
            self.buffer.push(b' ');
            match self.pages.use_of(number) {
                (Use::None, _) => self.buffer.extend_from_slice(&page),
                (Use::Overflow, used) => self.buffer.extend_from_slice(page.get(used..).unwrap_or_default()),
                (Use::Tree, _) => unused(&page, node_start(number), self.pages.usable, &mut self.buffer),
            }
            if self.buffer.iter().skip(1).any(|byte| *byte != 0) {
                self.buffer.push(b'\n');
                return true;
            }
        }
        self.buffer.clear();
        false
    }
}

/// Appends what no cell of a node covers.
fn unused(page: &[u8], start: usize, usable: usize, out: &mut Vec<u8>) {
    let Some(node) = Node::of(page, start) else { return out.extend_from_slice(page) };
    let pointers = pointers(page, start, node);
    let cells = pointers.clone().step_by(2).filter_map(|at| Cell::read(page, two(page, at)?, node, usable));
    let mut covered: Vec<_> = cells.map(|cell| cell.covers).collect();
    covered.sort_by_key(|range| range.start);
    let mut at = pointers.end;
    for range in covered {
        out.extend_from_slice(page.get(at..range.start).unwrap_or_default());
        at = at.max(range.end);
    }
    out.extend_from_slice(page.get(at..).unwrap_or_default());
}

impl Read for Rest<'_, '_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.given == self.buffer.len() {
            if !self.fill() {
                return Ok(0);
            }
        }
        let n = read_ahead(&mut &self.buffer[self.given..], buf)?;
        self.given += n;
        Ok(n)
    }
}
