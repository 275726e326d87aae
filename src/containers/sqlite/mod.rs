//! SQLite databases (sqlite.org/fileformat2.html), read without the library and without trust.
//!
//! Each table is a member whose lines are `column: value`, so that a value that spans overflow pages is seen whole and
//! beside its name. Values that are files of their own come as members. Every byte that no table accounts for (free
//! pages, deleted cells, what is broken) comes as one member more. The entries of indexes repeat their table's columns
//! and are passed over. A write-ahead log keeps whole cells in its frames and is scanned as it stands.

mod cursor;
mod pages;
mod record;
mod schema;
mod walk;

pub(super) use walk::Sqlite;
