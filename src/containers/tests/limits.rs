//! Bombs end as one gap that names the limit.

use std::time::Duration;

use zip::CompressionMethod;

use super::collect::Found;
use super::pack::{self, Entry, STREAMS, Stream};
use crate::containers::Limits;
use crate::model::GapKind;

fn one_limit(bytes: &[u8], limits: Limits, word: &str) -> Found {
    let found = Found::within(bytes, limits);
    assert_eq!(found.kinds(), [GapKind::LimitReached], "{:?}", found.gaps);
    assert!(found.gaps[0].2.contains(word), "{:?}", found.gaps);
    found
}

fn zeros(length: usize) -> Vec<u8> {
    vec![0; length]
}

#[test]
fn decoded_bytes_are_limited() {
    let limits = Limits { bytes: 1 << 20, ..Limits::default() };
    for stream in STREAMS {
        let found = one_limit(&stream.pack(&zeros(4 << 20)), limits, "decoded bytes");
        assert!(found.leaves.iter().map(|(_, content)| content.len()).sum::<usize>() <= (1 << 20) + (256 << 10));
    }
    let many: Vec<Entry> = (0..50).map(|i| (format!("z{i}"), zeros(100_000))).collect();
    one_limit(&pack::zip(&many, CompressionMethod::Deflated), limits, "decoded bytes");
}

#[test]
fn the_ratio_of_one_stream_is_limited() {
    let limits = Limits { ratio: 100, ..Limits::default() };
    let found = one_limit(&Stream::Gzip.pack(&zeros(20 << 20)), limits, "ratio");
    assert!(found.leaves[0].1.len() >= (16 << 20) - (1 << 20));
    assert_eq!(Found::within(&Stream::Gzip.pack(&zeros(15 << 20)), limits).gaps, vec![]);
}

#[test]
fn members_are_limited() {
    let many: Vec<Entry> = (0..100).map(|i| (format!("m{i}"), b"x".to_vec())).collect();
    let limits = Limits { members: 10, ..Limits::default() };
    for bytes in [pack::tar(&many), pack::zip(&many, CompressionMethod::Stored), Stream::Gzip.pack(&pack::tar(&many))] {
        let found = one_limit(&bytes, limits, "members");
        assert!((9..=10).contains(&found.leaves.len()));
    }
    // A zip of zips: the limit is one for all of them.
    let zip = pack::zip(&many[..4], CompressionMethod::Stored);
    let zips: Vec<Entry> = (0..20).map(|i| (format!("{i}.zip"), zip.clone())).collect();
    one_limit(&pack::zip(&zips, CompressionMethod::Deflated), limits, "members");
}

#[test]
fn depth_is_limited() {
    let mut bytes = b"core".to_vec();
    for _ in 0..8 {
        bytes = Stream::Gzip.pack(&bytes);
    }
    one_limit(&bytes, Limits { depth: 5, ..Limits::default() }, "nesting");
    assert!(Found::within(&bytes, Limits { depth: 8, ..Limits::default() }).holds(b"core"));
    // Neighbours of a container that lies too deep are still read.
    let entries = [("deep".to_owned(), bytes), ("flat".to_owned(), b"plain".to_vec())];
    let found = one_limit(&pack::tar(&entries), Limits { depth: 3, ..Limits::default() }, "nesting");
    assert!(found.holds(b"plain"));
}

#[test]
fn time_is_limited() {
    let limits = Limits { time: Duration::ZERO, ..Limits::default() };
    one_limit(&pack::tar(&[("a".to_owned(), zeros(10))]), limits, "time");
    one_limit(&Stream::Zstd.pack(&zeros(1 << 20)), limits, "time");
}

/// Entries that stand inside each other: each is small, and all of them together are not.
#[test]
fn entries_that_overlap_are_read_as_listed_and_limited() {
    let bytes = super::zips::overlapping(50, &zeros(100_000));
    let found = Found::of(&bytes);
    assert_eq!((found.leaves.len(), found.gaps), (50, vec![]));
    one_limit(&bytes, Limits { bytes: 1 << 20, ..Limits::default() }, "decoded bytes");
}

/// Names of a megabyte, each of which replaces the one before: they are told as they go, and not kept.
#[test]
fn names_without_an_entry_are_not_gathered() {
    let name = vec![b'A'; 1 << 20];
    let mut header = tar::Header::new_gnu();
    header.set_size(name.len() as u64);
    header.set_entry_type(tar::EntryType::GNULongName);
    header.set_cksum();
    let names = [header.as_bytes().as_slice(), &name].concat().repeat(5);
    let found = Found::of(&[names, pack::tar(&[("last".to_owned(), b"x".to_vec())])].concat());
    let early = found.texts.iter().filter(|(address, _)| address.is_empty()).count();
    assert!(early >= 3 && found.texts.len() == 5, "{early} of {}", found.texts.len());
    assert_eq!(found.gaps, vec![]);
}

/// A table of names that is one endless name, and entries that all have it.
#[test]
fn a_name_has_an_end() {
    let head = |name: &str, size: usize| format!("{name:<16}{:<32}{size:<10}`\n", 0).into_bytes();
    let table = vec![b'N'; 1 << 20];
    let found = Found::of(&[b"!<arch>\n".to_vec(), head("//", table.len()), table, head("/7", 0)].concat());
    assert_eq!((found.gaps, found.leaves.len(), found.leaves[0].0.len()), (vec![], 1, 64 << 10));
}

/// A 7z that says twice what its folder holds; said a thousand times in seven bytes each, it would be memory without end.
#[test]
fn files_are_told_once() {
    let number = |value: u64| [&[0xFF], &value.to_le_bytes()[..]].concat();
    let files = [&[8, 13][..], &number(3), &[0]].concat();
    for (times, corrupt) in [(1, false), (2, true)] {
        let coder = [&[1, 4, 6, 0, 1, 9, 0, 0, 7, 11, 1, 0, 1, 1, 0, 12, 0, 0][..], &files.repeat(times), &[0, 0]];
        let header = coder.concat();
        let sum = crc32fast::hash(&header).to_le_bytes();
        let start = [&0u64.to_le_bytes()[..], &(header.len() as u64).to_le_bytes(), &sum].concat();
        let sum = crc32fast::hash(&start).to_le_bytes();
        let found = Found::of(&[b"7z\xBC\xAF\x27\x1C\0\x04", &sum[..], &start, &header].concat());
        let told = found.gaps.iter().any(|(_, _, detail)| detail.contains("the header is corrupt"));
        assert_eq!(told, corrupt, "{times}: {:?}", found.gaps);
    }
}

/// Inputs whose every few bytes could cost a search through all of them.
#[test]
fn work_is_in_proportion_to_the_input() {
    let repeated = |head: &str, part: &str| [head.as_bytes(), part.repeat((2 << 20) / part.len()).as_bytes()].concat();
    // Blocks of one byte each, in a frame whose blocks may have four million.
    let blocks = [1, 0, 0, 0x80, b'x'].repeat(200_000);
    let hostile = [
        repeated("%PDF-1.7\n", "stream "),
        repeated("%PDF-1.7\n", "1 0 obj <</A 1>> stream\n"),
        repeated("%PDF-1.7\n", "<<(/"),
        repeated("From: a\nTo: b\nDate: c\nSubject: ", "=?a?q? "),
        repeated("From: a\nTo: b\nContent-Type: x; boundary=-\n\n", "---\n"),
        repeated("<w:document xmlns:w=\"http://schemas.openxmlformats.org/x\">", "<w:p>&&"),
        [&[0x04, 0x22, 0x4D, 0x18, 0x60, 0x70, 0x73][..], &blocks].concat(),
    ];
    for bytes in hostile {
        let start = std::time::Instant::now();
        let found = Found::of(&bytes);
        let shown = String::from_utf8_lossy(&bytes[..30]).into_owned();
        assert!(found.leaves.len() + found.plain.len() > 0, "{shown}");
        assert!(start.elapsed() < Duration::from_secs(20), "{shown}: {:?}", start.elapsed());
    }
}
