//! zip and its family: jar, apk, wheel, office documents (PKWARE APPNOTE 6.3.10).
//!
//! A zip says twice what it holds: in front of each entry and in the directory at its end, and readers that trust one of
//! the two miss what only the other tells. So the bytes are walked from front to back, every one of them belonging to
//! an entry, a record or a stretch of data that no entry covers, and then whatever the directory lists beyond that is
//! read as the directory says.

mod directory;
mod entry;
mod method;
mod record;
mod until;
mod walk;

pub(super) use walk::Zip;
