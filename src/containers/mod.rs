//! One file per container format, recognized by magic bytes and never by extension. The contract is in `container.rs`.

mod ar;
mod budget;
mod bzip2;
mod container;
mod cpio;
mod fault;
mod git;
mod gzip;
mod held;
mod inflate;
mod input;
mod lz4;
mod lzma;
mod magic;
mod mail;
mod metered;
mod office;
mod pcap;
mod pdf;
mod png;
mod pyc;
mod rpm;
mod sevenz;
mod sqlite;
mod stored;
mod streams;
mod tar;
mod unsupported;
mod visit;
mod xz;
mod zip;
mod zlib;
mod zstd;

pub use budget::{Budget, Held, Limits, Meter, Spent};
pub use container::{Body, Container, EntryKind, HEAD, Members, Step};
pub use fault::Fault;
pub use git::delta;

/// Every container, in the order they are tried.
pub const ALL: &[&dyn Container] = &[
    &gzip::Gzip,
    &zstd::Zstd,
    &xz::Xz,
    &bzip2::Bzip2,
    &lz4::Lz4,
    &lzma::Lzma,
    &zip::Zip,
    &tar::Tar,
    &ar::Ar,
    &cpio::Cpio,
    &rpm::Rpm,
    &sevenz::SevenZ,
    &sqlite::Sqlite,
    &pdf::Pdf,
    &png::Png,
    &pyc::Pyc,
    &pcap::Pcap,
    &git::Pack,
    &git::Loose,
    &zlib::Zlib,
    &office::Office,
    &mail::Mail,
    &unsupported::Unsupported,
];

/// The container that a blob which begins with `head` is, if it is one.
pub fn recognize(head: &[u8]) -> Option<&'static dyn Container> {
    ALL.iter().copied().find(|container| container.recognizes(head))
}

/// Whether decoded text that begins with `head` is a file to open: a container that is not text itself, by a magic that
/// noise does not have. An encrypted value in a text is a value and no archive, so those are left out.
pub fn embeds(head: &[u8]) -> bool {
    ALL.iter().any(|container| container.embeds(head))
}

#[cfg(test)]
mod tests;

/// Bytes at a blob's end that [`recognize_end`] wants to see.
pub const TAIL: usize = 22;

/// The container that a blob which ends with `tail` is, if it is one that is known by its end: a zip behind something
/// else, as self-extracting archives are (APPNOTE 4.3.16: the end record, here without a comment).
pub fn recognize_end(tail: &[u8]) -> Option<&'static dyn Container> {
    let zip: &'static dyn Container = &zip::Zip;
    (tail.len() == TAIL && tail.starts_with(b"PK\x05\x06\0\0\0\0") && tail.ends_with(b"\0\0")).then_some(zip)
}
