//! What went in comes out.

use std::collections::BTreeMap;
use std::io::Write;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use zip::CompressionMethod;

use super::collect::Found;
use super::pack::{self, Entry, IN_A_ROW, STREAMS, Stream};
use crate::containers::Body;

const METHODS: [CompressionMethod; 5] = [
    CompressionMethod::Stored,
    CompressionMethod::Deflated,
    CompressionMethod::Bzip2,
    CompressionMethod::Zstd,
    CompressionMethod::Xz,
];

#[derive(Clone, Debug)]
enum Wrap {
    Tar,
    Cpio(bool),
    SevenZ(bool),
    Zip(usize),
    Streamed(usize),
    Stream(usize),
}

impl Wrap {
    /// The packed entries.
    fn pack(&self, entries: &[Entry]) -> Vec<u8> {
        match self {
            Self::Tar => pack::tar(entries),
            Self::Cpio(newc) => pack::cpio(entries, *newc),
            Self::SevenZ(packed) => pack::sevenz(entries, *packed),
            Self::Zip(method) => pack::zip(entries, METHODS[*method]),
            Self::Streamed(method) => pack::zip_streamed(entries, METHODS[*method]),
            Self::Stream(stream) => STREAMS[*stream].pack(&pack::tar(entries)),
        }
    }
}

fn wraps() -> impl Strategy<Value = Wrap> {
    prop_oneof![
        Just(Wrap::Tar),
        any::<bool>().prop_map(Wrap::Cpio),
        any::<bool>().prop_map(Wrap::SevenZ),
        (0..5usize).prop_map(Wrap::Zip),
        (0..5usize).prop_map(Wrap::Streamed),
        (0..STREAMS.len()).prop_map(Wrap::Stream),
    ]
}

fn entries() -> impl Strategy<Value = BTreeMap<String, Vec<u8>>> {
    let content =
        prop_oneof![vec(any::<u8>(), 0..600), (0..200_000usize, any::<u64>()).prop_map(|(n, s)| pack::sample(n, s))];
    btree_map("[a-z0-9_ -]{1,12}(/[a-z0-9.]{1,130}[a-z]){0,2}", content, 1..5)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn what_is_packed_comes_back(entries in entries(), inner in wraps(), outer in vec(wraps(), 0..3)) {
        let mut bytes = inner.pack(&entries.clone().into_iter().collect::<Vec<_>>());
        for wrap in &outer {
            bytes = wrap.pack(&[("nested".to_owned(), bytes)]);
        }
        let found = Found::of(&bytes);
        prop_assert!(found.gaps.is_empty(), "{:?}", found.gaps);
        let mut members = BTreeMap::new();
        // An empty file of a 7z is a name and nothing else.
        let empty = |name: &str| {
            let here = vec!["nested"; outer.len()].into_iter().chain([name]).collect::<Vec<_>>();
            found.texts.iter().any(|(address, _)| address.split('!').filter(|step| !step.is_empty()).eq(here.iter().copied()))
        };
        for name in entries.iter().filter(|(name, content)| content.is_empty() && empty(name)).map(|(name, _)| name) {
            members.insert(name.clone(), Vec::new());
        }
        for (address, content) in found.leaves {
            let mut steps: Vec<&str> = address.split('!').filter(|step| !step.is_empty()).collect();
            let name = steps.pop().unwrap_or_default().to_owned();
            prop_assert_eq!(steps, vec!["nested"; outer.len()]);
            let former = members.insert(name, content);
            prop_assert!(former.is_none_or(|former| former.is_empty()));
        }
        prop_assert!(members == entries);
    }
}

#[test]
fn bytes_files_and_streams_give_the_same() {
    let entries = [("a.txt".to_owned(), pack::sample(300_000, 1)), ("b/c".to_owned(), pack::sample(70, 2))];
    let mut archives = vec![pack::tar(&entries), pack::cpio(&entries, true), pack::cpio(&entries, false)];
    archives.extend([pack::sevenz(&entries, true), pack::sevenz(&entries, false)]);
    archives.extend(METHODS.iter().map(|method| pack::zip(&entries, *method)));
    archives.extend(STREAMS.iter().map(|stream| stream.pack(&entries[0].1)));
    for bytes in archives {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        let whole = Found::of(&bytes);
        assert!(whole.gaps.is_empty(), "{:?}", whole.gaps);
        for body in [Body::File(&file), Body::Stream(&mut bytes.as_slice())] {
            let other = Found::opened(&bytes, body);
            assert_eq!(whole.leaves, other.leaves);
            assert!(other.gaps.is_empty(), "{:?}", other.gaps);
        }
    }
}

#[test]
fn every_zip_method_is_read() {
    let entries = [("a".to_owned(), pack::sample(100_000, 3)), ("empty".to_owned(), Vec::new())];
    for method in METHODS {
        for bytes in [pack::zip(&entries, method), pack::zip_streamed(&entries, method)] {
            let found = Found::of(&bytes);
            assert_eq!((found.gaps, found.leaves), (vec![], entries.to_vec()), "{method:?}");
        }
    }
}

#[test]
fn streams_in_a_row_are_one_content() {
    let (first, second) = (pack::sample(100_000, 4), pack::sample(3, 5));
    for stream in IN_A_ROW {
        for padding in [0, 4, 512] {
            let bytes =
                [stream.pack(&first), stream.pack(b""), vec![0; padding], stream.pack(&second), vec![0; padding]];
            let found = Found::of(&bytes.concat());
            assert_eq!(found.gaps, vec![], "{stream:?}");
            assert_eq!(found.leaves, vec![(String::new(), [first.clone(), second.clone()].concat())], "{stream:?}");
        }
    }
}

#[test]
fn data_behind_the_last_stream_is_given() {
    for stream in STREAMS {
        let found = Found::of(&[stream.pack(b"content"), b"left over".to_vec()].concat());
        let expected = [("", &b"content"[..]), ("(data after the archive)", b"left over")];
        assert_eq!(found.map(), BTreeMap::from(expected), "{stream:?}");
        assert_eq!(found.gaps, vec![]);
    }
}

#[test]
fn skippable_frames_are_passed_and_told() {
    let skippable = [b"\x5A\x2A\x4D\x18\x0A\0\0\0".to_vec(), b"index note".to_vec()].concat();
    let bytes =
        [skippable.clone(), Stream::Zstd.pack(b"one "), skippable.clone(), Stream::Zstd.pack(b"two"), skippable];
    let found = Found::of(&bytes.concat());
    assert_eq!(found.map(), BTreeMap::from([("", &b"one two"[..])]));
    assert!(found.tells(b"index note") && found.gaps.is_empty());
}

#[test]
fn a_package_gives_its_headers_and_its_files() {
    let entries = [("./etc/app.conf".to_owned(), pack::sample(3000, 1)), ("./empty".to_owned(), Vec::new())];
    for stream in STREAMS {
        for newc in [true, false] {
            let bytes = pack::rpm(b"summary\0vendor\0", &stream.pack(&pack::cpio(&entries, newc)));
            let found = Found::of(&bytes);
            assert_eq!(found.gaps, vec![], "{stream:?}");
            assert_eq!(found.map().get("payload!!./etc/app.conf"), Some(&&entries[0].1[..]), "{stream:?}");
            assert!(found.holds(b"summary\0vendor") && found.holds(b"signed") && found.tells(b"target/of/the/link"));
        }
    }
}

#[test]
fn archives_in_a_row_are_all_read() {
    let (early, late) = ([("a".to_owned(), b"micro".to_vec())], [("b".to_owned(), b"code".to_vec())]);
    for packed in [
        pack::cpio(&late, true),
        Stream::Gzip.pack(&pack::cpio(&late, true)),
        Stream::Xz.pack(&pack::cpio(&late, false)),
    ] {
        let found = Found::of(&[pack::cpio(&early, true), packed].concat());
        assert_eq!(found.gaps, vec![]);
        assert!(found.holds(b"micro") && found.holds(b"code"));
    }
}
