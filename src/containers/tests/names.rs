//! Recognition, and the texts beside the content.

use std::io::Write;

use super::collect::Found;
use super::pack::{self, Entry, STREAMS, Stream};
use crate::containers::{Body, recognize};
use crate::model::GapKind;

#[test]
fn ordinary_files_are_no_containers() {
    let texts: [&[u8]; 14] = [
        b"",
        b"BZh9 is how a bzip2 file begins",
        b"PK is a short name\x03\x04",
        b"Rar! said the lion",
        b"LZIP is a format",
        b"070701 is a date and not cpio",
        b"\x1F\x8B",
        b"\x1F\x8B\x08\xFF and flags that do not exist",
        b"\x28\xB5\x2F\xFD\xFF",
        b"ar !<arch>\n",
        b"xar! and MSCF and 7z",
        b"\x85\x01\x0C plain",
        b"-----BEGIN PGP MESSAGE-----\n",
        &[0; 512],
    ];
    for text in texts {
        assert!(recognize(text).is_none(), "{:?}", String::from_utf8_lossy(text));
    }
    // Text of every kind and length, and every byte repeated.
    for byte in 0..=255 {
        assert!(recognize(&[byte; 512]).is_none(), "{byte}");
    }
}

#[test]
fn known_containers_that_are_not_read_give_one_gap() {
    let cases: [(&[u8], GapKind, &str); 12] = [
        (b"Rar!\x1A\x07\x01\0", GapKind::Unsupported, "rar"),
        (b"MSCF\0\0\0\0", GapKind::Unsupported, "cab"),
        (b"!<thin>\n//", GapKind::Unsupported, "thin"),
        (b"LZIP\x01\x0C", GapKind::Unsupported, "lzip"),
        (b"\x1F\x9D\x90\x61", GapKind::Unsupported, "compress"),
        (b"\xFF\x06\0\0sNaPpY", GapKind::Unsupported, "snappy"),
        (b"age-encryption.org/v1\n-> X25519", GapKind::Encrypted, "age"),
        (b"Salted__12345678", GapKind::Encrypted, "openssl"),
        (b"\x85\x01\x0C\x03AAAAAAAA\x01\x07", GapKind::Encrypted, "OpenPGP"),
        (b"\x84\x5E\x03AAAAAAAA\x12\x01", GapKind::Encrypted, "OpenPGP"),
        (b"\x8C\x0D\x04\x09\x03\x08salt", GapKind::Encrypted, "OpenPGP"),
        (b"\0GITCRYPT\0nonce", GapKind::Encrypted, "git-crypt"),
    ];
    for (bytes, kind, name) in cases {
        let found = Found::of(bytes);
        assert_eq!(found.kinds(), [kind], "{name}");
        assert!(found.gaps[0].2.contains(name) && found.gaps[0].2.contains("scan the"), "{:?}", found.gaps);
    }
}

#[test]
fn gzip_header_texts() {
    let member = |name: &str, comment: &str| {
        let builder = flate2::GzBuilder::new().filename(name).comment(comment).extra("an extra field");
        let mut writer = builder.write(Vec::new(), flate2::Compression::fast());
        writer.write_all(b"content").unwrap();
        writer.finish().unwrap()
    };
    let found = Found::of(&[member("first.txt", "a remark"), member("second.txt", "one more")].concat());
    assert_eq!(found.leaves, vec![("first.txt".to_owned(), b"contentcontent".to_vec())]);
    for text in ["first.txt", "a remark", "an extra field", "second.txt", "one more"] {
        assert!(found.tells(text.as_bytes()), "{text}");
    }
    assert_eq!(found.gaps, vec![]);
}

fn entry(builder: &mut tar::Builder<Vec<u8>>, kind: tar::EntryType, name: &str, link: &str) {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(0);
    builder.append_link(&mut header, name, link).unwrap();
}

#[test]
fn tar_links_and_records_are_text() {
    let mut builder = tar::Builder::new(Vec::new());
    let long = format!("{}/target", "directory/".repeat(30));
    entry(&mut builder, tar::EntryType::Symlink, "link", &long);
    entry(&mut builder, tar::EntryType::Link, "hard", "other");
    builder.append_pax_extensions([("SCHILY.xattr.user.note", &b"a record"[..]), ("path", b"real/name")]).unwrap();
    let mut header = tar::Header::new_ustar();
    header.set_size(3);
    builder.append_data(&mut header, "short", &b"abc"[..]).unwrap();
    let found = Found::of(&builder.into_inner().unwrap());
    assert_eq!(found.leaves, vec![("real/name".to_owned(), b"abc".to_vec())]);
    assert!(found.texts.contains(&("link".to_owned(), long.into_bytes())));
    assert!(found.texts.contains(&("hard".to_owned(), b"other".to_vec())));
    assert!(found.texts.contains(&("real/name".to_owned(), b"SCHILY.xattr.user.note=a record".to_vec())));
    assert!(found.texts.contains(&("real/name".to_owned(), b"short".to_vec())));
    assert_eq!(found.gaps, vec![]);
}

/// A size in the PAX records outranks the header's: a reader that does not know takes content for headers.
#[test]
fn a_pax_size_outranks_the_header() {
    let mut builder = tar::Builder::new(Vec::new());
    builder.append_pax_extensions([("size", &b"700"[..])]).unwrap();
    let mut bytes = builder.into_inner().unwrap();
    bytes.truncate(1024);
    let mut header = tar::Header::new_ustar();
    header.set_path("big").unwrap();
    header.set_size(0);
    header.set_cksum();
    bytes.extend_from_slice(header.as_bytes());
    bytes.extend_from_slice(&[vec![b'x'; 700], vec![0; 324]].concat());
    bytes.extend_from_slice(&pack::tar(&[("next".to_owned(), b"y".to_vec())]));
    let found = Found::of(&bytes);
    assert_eq!(found.leaves, vec![("big".to_owned(), vec![b'x'; 700]), ("next".to_owned(), b"y".to_vec())]);
    assert_eq!(found.gaps, vec![]);
}

#[test]
fn content_behind_the_end_marker_is_read() {
    let (first, second) = (vec![("a".to_owned(), b"1".to_vec())], vec![("b".to_owned(), b"2".to_vec())]);
    let all: Vec<Entry> = [first.clone(), second.clone()].concat();
    assert_eq!(Found::of(&[pack::tar(&first), pack::tar(&second)].concat()).leaves, all);
    let found = Found::of(&[pack::tar(&first), b"no header at all".to_vec()].concat());
    assert_eq!(found.map().get("(data after the archive)"), Some(&&b"no header at all"[..]));
    assert_eq!(found.gaps, vec![]);
}

#[test]
fn an_old_tar_without_magic_is_recognized() {
    let mut header = tar::Header::new_old();
    header.set_path("old/name").unwrap();
    header.set_size(2);
    header.set_cksum();
    let mut bytes = header.as_bytes().to_vec();
    bytes.extend_from_slice(&[b"ok".to_vec(), vec![0; 510 + 1024]].concat());
    assert_eq!(Found::of(&bytes).leaves, vec![("old/name".to_owned(), b"ok".to_vec())]);
}

/// What GNU tar writes, where there is one: sparse files in every format, long names, hard links.
#[test]
fn archives_of_the_tar_command() {
    let folder = tempfile::tempdir().unwrap();
    let long = format!("{}/end", "long-directory-name".repeat(8));
    std::fs::create_dir_all(folder.path().join(&long)).unwrap();
    std::fs::write(folder.path().join(&long).join("file"), b"in a long place").unwrap();
    let mut content = vec![0; 1 << 20];
    content[300_000..300_010].copy_from_slice(b"in between");
    content.extend_from_slice(b"at the end");
    let sparse = std::fs::File::create(folder.path().join("sparse")).unwrap();
    write_sparsely(&sparse, &content);
    for format in
        ["--format=gnu", "--format=ustar", "--sparse-version=0.0", "--sparse-version=0.1", "--sparse-version=1.0"]
    {
        let mut command = std::process::Command::new("tar");
        let arguments =
            if format == "--format=ustar" { ["-cf", "-", format, "sparse"] } else { ["-cSf", "-", format, "."] };
        let arguments = arguments.iter().chain(format.contains("version").then_some(&"--format=pax"));
        let Ok(output) = command.current_dir(&folder).args(arguments).output() else { return };
        assert!(output.status.success(), "{format}: {}", String::from_utf8_lossy(&output.stderr));
        let found = Found::of(&output.stdout);
        assert_eq!(found.gaps, vec![], "{format}");
        let sparse = found.leaves.iter().find(|(name, _)| name.ends_with("sparse")).unwrap();
        let squeezed = |bytes: &[u8]| bytes.iter().copied().filter(|b| *b != 0).collect::<Vec<u8>>();
        assert_eq!(squeezed(&sparse.1), squeezed(&content), "{format}");
        let apart = memchr::memmem::find(&sparse.1, b"in betweenat the end").is_none();
        assert!(apart, "{format}: the hole is gone");
        assert!(format == "--format=ustar" || found.holds(b"in a long place"));
    }
}

fn write_sparsely(mut file: &std::fs::File, content: &[u8]) {
    use std::io::{Seek, SeekFrom};
    for (start, text) in [(300_000, &content[300_000..300_010]), (1 << 20, &content[1 << 20..])] {
        file.seek(SeekFrom::Start(start)).unwrap();
        file.write_all(text).unwrap();
    }
}

#[test]
fn streams_that_hold_nothing_are_read() {
    for stream in STREAMS {
        let found = Found::of(&stream.pack(b""));
        assert_eq!((found.leaves, found.gaps), (vec![(String::new(), vec![])], vec![]), "{stream:?}");
    }
    assert!(Found::opened(&Stream::Gzip.pack(b""), Body::Bytes(b"")).kinds() == [GapKind::Truncated]);
}

/// What `ar` writes, where there is one: a name that fits, one that does not, and an odd length.
#[test]
fn archives_of_the_ar_command() {
    let folder = tempfile::tempdir().unwrap();
    let names = ["short.txt", "a-name-that-is-longer-than-sixteen-bytes.txt", "inner.tar.gz"];
    let inner = Stream::Gzip.pack(&pack::tar(&[("deep".to_owned(), b"in a package".to_vec())]));
    for (name, content) in names.iter().zip([&b"odd"[..], b"even", &inner]) {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    let mut command = std::process::Command::new("ar");
    let Ok(status) = command.current_dir(&folder).args(["rc", "out.a"]).args(names).status() else { return };
    assert!(status.success());
    let bytes = std::fs::read(folder.path().join("out.a")).unwrap();
    let found = Found::of(&bytes);
    let map = found.map();
    assert_eq!((map.get(names[0]), map.get(names[1])), (Some(&&b"odd"[..]), Some(&&b"even"[..])));
    assert!(found.holds(b"in a package") && found.gaps.is_empty(), "{:?}", found.gaps);
    let cut = Found::of(&bytes[..bytes.len() - 2]);
    assert_eq!(cut.kinds(), [GapKind::Truncated]);
    let mut broken = bytes.clone();
    broken[8 + 58] = b'x';
    let found = Found::of(&broken);
    assert!(found.kinds() == [GapKind::Corrupt] && found.holds(b"even"));
}
