//! What the two halves of a zip may say, and what neither says.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::collect::Found;
use super::pack::{self, Entry};
use crate::containers::Body;
use crate::model::GapKind;

fn entries() -> Vec<Entry> {
    vec![("one".to_owned(), b"first content".to_vec()), ("two".to_owned(), b"second content".to_vec())]
}

/// `count` stored entries, each of which holds all that follow it, and the last `content`.
pub(super) fn overlapping(count: usize, content: &[u8]) -> Vec<u8> {
    let (mut body, mut offsets) = (content.to_vec(), Vec::new());
    for _ in 0..count {
        // So that no content begins like a zip.
        body.insert(0, b'-');
        let (sum, size) = (crc32fast::hash(&body).to_le_bytes(), u32::try_from(body.len()).unwrap().to_le_bytes());
        let facts = [&b"\x0A\0\0\0\0\0\0\0\0\0"[..], &sum, &size, &size, &[1, 0, 0, 0]].concat();
        body = [&b"PK\x03\x04"[..], &facts, b"o", &body].concat();
        offsets.push((facts, body.len()));
    }
    let mut directory = Vec::new();
    for (facts, from_end) in &offsets {
        let offset = u32::try_from(body.len() - from_end).unwrap().to_le_bytes();
        directory.extend([&b"PK\x01\x02\x0A\0"[..], facts, &[0; 10], &offset, b"o"].concat());
    }
    let (number, length) = (u16::try_from(count).unwrap().to_le_bytes(), u32::try_from(directory.len()).unwrap());
    let (length, start) = (length.to_le_bytes(), u32::try_from(body.len()).unwrap().to_le_bytes());
    [body, directory, [&b"PK\x05\x06\0\0\0\0"[..], &number, &number, &length, &start, &[0; 2]].concat()].concat()
}

#[test]
fn data_that_no_entry_covers_is_given() {
    let zip = pack::zip(&entries(), CompressionMethod::Deflated);
    let bytes = [b"#!/bin/sh in front ".to_vec(), zip.clone(), b"behind it".to_vec()].concat();
    let found = Found::opened(&zip, Body::Bytes(&bytes));
    assert_eq!(found.gaps, vec![]);
    let map = found.map();
    assert_eq!(map.get("(data before the archive)"), Some(&&b"#!/bin/sh in front "[..]));
    assert_eq!(map.get("(data after the archive)"), Some(&&b"behind it"[..]));
    assert_eq!((map.get("one"), map.len()), (Some(&&b"first content"[..]), 4));
}

#[test]
fn unlisted_entries_are_read() {
    // Two archives in a row: readers of the last directory see the second alone.
    let hidden = pack::zip(&[("hidden".to_owned(), b"not listed".to_vec())], CompressionMethod::Deflated);
    let bytes = [hidden, pack::zip(&entries(), CompressionMethod::Deflated)].concat();
    for body in [Body::Bytes(&bytes), Body::Stream(&mut bytes.as_slice())] {
        let found = Found::opened(&bytes, body);
        assert!(found.holds(b"not listed") && found.holds(b"second content"));
        assert_eq!(found.leaves.len(), 3, "{found:?}");
    }
}

#[test]
fn two_entries_of_one_name_are_both_given() {
    let entries: Vec<Entry> = vec![("a".to_owned(), b"old".to_vec()), ("b".to_owned(), b"new".to_vec())];
    let mut bytes = pack::zip(&entries, CompressionMethod::Stored);
    let at = bytes.iter().position(|b| *b == b'b').unwrap();
    bytes[at] = b'a';
    let last = bytes.iter().rposition(|b| *b == b'b').unwrap();
    bytes[last] = b'a';
    let found = Found::of(&bytes);
    assert_eq!(found.leaves, vec![("a".to_owned(), b"old".to_vec()), ("a".to_owned(), b"new".to_vec())]);
}

#[test]
fn comments_and_other_names_are_text() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.set_comment("of the archive").unwrap();
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    writer.start_file("../../etc/name", options).unwrap();
    writer.write_all(b"content").unwrap();
    let mut bytes = writer.finish().unwrap().into_inner();
    let found = Found::of(&bytes);
    assert!(found.tells(b"of the archive"));
    assert_eq!(found.leaves, vec![("../../etc/name".to_owned(), b"content".to_vec())]);
    // The entry's own header has another name than the directory.
    bytes[30..34].copy_from_slice(b"kept");
    let found = Found::of(&bytes);
    assert!(found.holds(b"content") && found.tells(b"../../etc/name"));
}

#[test]
fn encrypted_and_unknown_entries_are_gaps_and_the_rest_is_read() {
    for (field, value, kind) in [(6, 1, GapKind::Encrypted), (8, 98, GapKind::Unsupported)] {
        let mut bytes = pack::zip(&entries(), CompressionMethod::Deflated);
        bytes[field] = value;
        let line = memchr::memmem::find(&bytes, b"PK\x01\x02").unwrap();
        bytes[line + field + 2] = value;
        let found = Found::of(&bytes);
        assert_eq!((found.kinds(), found.gaps[0].0.as_str()), (vec![kind], "one"));
        assert_eq!(found.leaves, vec![entries()[1].clone()]);
    }
}

/// What `zip -P` writes, where there is one.
#[test]
fn a_zip_that_the_zip_command_encrypted() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("plain"), b"some content").unwrap();
    let mut command = std::process::Command::new("zip");
    let Ok(status) = command.current_dir(&folder).args(["-q", "-P", "word", "out.zip", "plain"]).status() else {
        return;
    };
    assert!(status.success());
    let bytes = std::fs::read(folder.path().join("out.zip")).unwrap();
    for body in [Body::Bytes(&bytes), Body::Stream(&mut bytes.as_slice())] {
        let found = Found::opened(&bytes, body);
        assert_eq!((found.kinds(), found.leaves.len()), (vec![GapKind::Encrypted], 0), "{:?}", found.gaps);
    }
}

#[test]
fn a_stream_too_large_to_hold_is_read_from_front_to_back() {
    // A nested zip that must not be taken for entries of its own, and content that looks like records.
    let nested = pack::zip(&entries(), CompressionMethod::Stored);
    let tricky = [pack::sample(600_000, 11), b"PK\x07\x08PK\x01\x02PK".to_vec(), pack::sample(70_000, 12)].concat();
    let all = [("tricky".to_owned(), tricky), ("n".to_owned(), nested), ("last".to_owned(), b"end".to_vec())];
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated, CompressionMethod::Zstd] {
        for bytes in [pack::zip(&all, method), pack::zip_streamed(&all, method)] {
            let found = Found::streamed(&bytes, &bytes);
            assert_eq!(found.gaps, vec![], "{method:?}");
            let names: Vec<&str> = found.leaves.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(names, ["tricky", "n!one", "n!two", "last"], "{method:?}");
            assert!(found.leaves[0].1 == all[0].1);
        }
    }
}

#[test]
fn a_directory_that_points_nowhere_is_told_once() {
    let many: Vec<Entry> = (0..40).map(|i| (format!("name{i}"), b"x".to_vec())).collect();
    let mut bytes = pack::zip(&many, CompressionMethod::Stored);
    for line in memchr::memmem::find_iter(&bytes.clone(), b"PK\x01\x02") {
        bytes[line + 42..line + 46].copy_from_slice(&7u32.to_le_bytes());
    }
    let found = Found::of(&bytes);
    assert_eq!(found.kinds(), [GapKind::Corrupt]);
    assert!(found.gaps[0].2.contains("40 listed"), "{:?}", found.gaps);
    assert_eq!(found.leaves.len(), 40);
}

/// What Python writes with LZMA, where there is one.
#[test]
fn a_zip_with_lzma_of_python() {
    let script = "import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1],'w',zipfile.ZIP_LZMA)\nz.writestr('one','content '*999)\nz.close()";
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut command = std::process::Command::new("python3");
    let Ok(status) = command.args(["-c", script]).arg(file.path()).status() else { return };
    assert!(status.success());
    let found = Found::of(&std::fs::read(file.path()).unwrap());
    assert_eq!((found.gaps, found.leaves), (vec![], vec![("one".to_owned(), b"content ".repeat(999))]));
}
