//! What the schema says: tables, their roots, their columns.

use super::cursor::Cursor;
use super::pages::Pages;
use super::record::{Value, push_text, values};

/// A tree of the database.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) name: Vec<u8>,
    pub(super) root: u32,
    /// Whether it is a table; an index repeats one.
    pub(super) table: bool,
    pub(super) columns: Vec<Vec<u8>>,
}

/// Trees that are read of one database.
const TREES: usize = 100_000;

/// The columns of the schema's own table.
pub(super) fn own_columns() -> Vec<Vec<u8>> {
    ["type", "name", "tbl_name", "rootpage", "sql"].map(|name| name.as_bytes().to_vec()).to_vec()
}

/// The trees that the rows of the schema tell of.
pub(super) fn trees(pages: &mut Pages<'_>) -> (Vec<Tree>, bool) {
    let (mut trees, mut cursor) = (Vec::new(), Cursor::new(pages, 1));
    while let Some((_, payload)) = cursor.next(pages).filter(|_| trees.len() < TREES) {
        let values = values(&payload);
        let text = |at: usize| {
            let mut text = Vec::new();
            if let Some(Value::Text(bytes)) = values.get(at) {
                push_text(&mut text, bytes, pages.encoding);
            }
            text
        };
        let Some(Value::Integer(root)) = values.get(3) else { continue };
        let Some(root) = u32::try_from(*root).ok().filter(|root| *root > 1) else { continue };
        let table = text(0) == b"table";
        trees.push(Tree { name: text(1), root, table, columns: columns(&text(4)) });
    }
    (trees, cursor.broken)
}

/// The names of the columns in a `CREATE TABLE` statement.
fn columns(sql: &[u8]) -> Vec<Vec<u8>> {
    let inside = sql.iter().position(|byte| *byte == b'(').map_or(&[][..], |open| &sql[open + 1..]);
    let (mut names, mut depth, mut quote, mut start) = (Vec::new(), 0usize, 0u8, 0);
    for (at, byte) in inside.iter().enumerate() {
        match *byte {
            close if quote != 0 => quote = if close == quote { 0 } else { quote },
            open @ (b'"' | b'\'' | b'`') => quote = open,
            b'[' => quote = b']',
            b'(' => depth += 1,
            b',' | b')' if depth == 0 => {
                names.extend(column(&inside[start..at]));
                start = at + 1;
                if *byte == b')' {
                    break;
                }
            }
            b')' => depth -= 1,
            _ => {}
        }
    }
    names
}

/// The name that a column's definition begins with; constraints of the table are none.
fn column(definition: &[u8]) -> Option<Vec<u8>> {
    let definition = definition.trim_ascii();
    let name = match definition.first()? {
        open @ (b'"' | b'\'' | b'`' | b'[') => {
            let close = if *open == b'[' { b']' } else { *open };
            definition[1..].split(|byte| *byte == close).next()?
        }
        _ => definition.split(u8::is_ascii_whitespace).next()?,
    };
    let constraint = [&b"constraint"[..], b"primary", b"unique", b"check", b"foreign"];
    (!constraint.iter().any(|word| name.eq_ignore_ascii_case(word))).then(|| name.to_vec())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_statements() {
        let cases: &[(&str, &[&str])] = &[
            ("CREATE TABLE t(a, b TEXT)", &["a", "b"]),
            (
                "create table \"t\" (\n  id INTEGER PRIMARY KEY,\n  [the key] DECIMAL(10, 2) NOT NULL,\n  \"a,b\" x)",
                &["id", "the key", "a,b"],
            ),
            (
                "CREATE TABLE t(a CHECK (a IN (1, 2)), `b`, PRIMARY KEY (a, b), CONSTRAINT c UNIQUE (a)) WITHOUT ROWID",
                &["a", "b"],
            ),
            ("CREATE TABLE t", &[]),
            ("CREATE TABLE t(a, 'b", &["a"]),
        ];
        for (sql, expected) in cases {
            let found: Vec<String> =
                columns(sql.as_bytes()).into_iter().map(|n| String::from_utf8(n).unwrap()).collect();
            assert_eq!(found, *expected, "{sql}");
        }
    }
}
