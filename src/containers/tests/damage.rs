//! Broken archives: no panic, and nothing lost in silence.

use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use zip::CompressionMethod;

use super::collect::Found;
use super::pack::{self, Entry, IN_A_ROW, STREAMS, Stream};
use crate::containers::{ALL, Body, Budget, Limits};
use crate::model::GapKind;

fn entries() -> Vec<Entry> {
    vec![("first.txt".to_owned(), pack::sample(200, 7)), ("dir/second".to_owned(), b"a short one".to_vec())]
}

/// One small archive of each format.
pub(super) fn archives() -> Vec<Vec<u8>> {
    let entries = entries();
    let cpio = pack::cpio(&entries, true);
    let rpm = pack::rpm(b"header text", &Stream::Zstd.pack(&cpio));
    let mut archives = vec![pack::tar(&entries), cpio, pack::cpio(&entries, false), rpm, pack::sevenz(&entries, true)];
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated, CompressionMethod::Zstd] {
        archives.push(pack::zip(&entries, method));
        archives.push(pack::zip_streamed(&entries, method));
    }
    for stream in STREAMS {
        archives.push(stream.pack(&entries[0].1));
    }
    for stream in IN_A_ROW {
        archives.push([stream.pack(&entries[0].1), stream.pack(b"and more")].concat());
    }
    archives.push(pack::ar(&entries));
    archives
}

#[test]
fn an_archive_cut_anywhere_gives_all_or_a_gap() {
    // A cut between two streams, or at the edge of an entry of a tar or an ar, leaves a whole file.
    let mut seams = STREAMS.map(|stream| stream.pack(&entries()[0].1)).to_vec();
    seams.extend([1024, 2048].map(|end| pack::tar(&entries())[..end].to_vec()));
    seams.extend([8, 8 + 60 + 200].map(|end| pack::ar(&entries())[..end].to_vec()));
    for bytes in archives() {
        let whole = Found::of(&bytes);
        for end in 0..bytes.len() {
            let cut = &bytes[..end];
            let as_stream = Found::opened(&bytes, Body::Stream(&mut &*cut));
            for found in [Found::opened(&bytes, Body::Bytes(cut)), as_stream, Found::streamed(&bytes, cut)] {
                let complete = whole.leaves.iter().all(|leaf| found.leaves.contains(leaf));
                assert!(
                    complete || seams.iter().any(|seam| seam == cut) || !found.gaps.is_empty(),
                    "cut at {end} of {}: {found:?}",
                    bytes.len()
                );
                assert!(found.gaps.len() <= 1, "cut at {end} of {}: {:?}", bytes.len(), found.gaps);
                // Without memory, what has its header at its end cannot be read from a stream.
                let known = |kind: &GapKind| {
                    *kind == GapKind::Truncated || (*kind == GapKind::LimitReached && bytes.starts_with(b"7z"))
                };
                assert!(found.kinds().iter().all(known), "cut at {end}: {:?}", found.gaps);
            }
        }
    }
}

#[test]
fn a_flipped_byte_anywhere_is_survived() {
    for bytes in archives() {
        for at in 0..bytes.len() {
            for flip in [0xFF, 0x01] {
                let mut broken = bytes.clone();
                broken[at] ^= flip;
                let found = Found::opened(&bytes, Body::Bytes(&broken));
                let streamed = Found::streamed(&bytes, &broken);
                assert!(found.gaps.len() < 4 && streamed.gaps.len() < 4, "flip at {at}: {:?}", found.gaps);
            }
        }
    }
}

#[test]
fn a_checksum_that_does_not_fit_is_told() {
    for stream in STREAMS {
        let mut bytes = stream.pack(&pack::sample(5000, 8));
        let at = bytes.len() / 2;
        bytes[at] ^= 0x10;
        assert_eq!(Found::of(&bytes).kinds(), [GapKind::Corrupt], "{stream:?}");
    }
    let mut bytes = pack::zip(&entries(), CompressionMethod::Stored);
    bytes[60] ^= 1;
    let found = Found::of(&bytes);
    assert_eq!(found.kinds(), [GapKind::Corrupt]);
    assert_eq!(found.leaves.len(), 2);
}

#[test]
fn what_stands_before_the_damage_is_given() {
    let content = pack::sample(2 << 20, 9);
    for stream in STREAMS {
        let mut bytes = stream.pack(&content);
        let at = bytes.len() * 3 / 4;
        bytes[at..at + 8].fill(0xA5);
        let found = Found::of(&bytes);
        let got = &found.leaves[0].1;
        assert!(got.len() > content.len() / 8, "{stream:?} gave {}", got.len());
        assert!(content.starts_with(&got[..got.len().min(content.len()) / 8]));
        assert_eq!(found.kinds().len(), 1, "{stream:?}: {:?}", found.gaps);
    }
}

#[test]
fn a_broken_tar_header_hides_nothing() {
    let mut bytes = pack::tar(&entries());
    bytes[3] ^= 1;
    let found = Found::opened(&pack::tar(&entries()), Body::Bytes(&bytes));
    assert_eq!(found.kinds(), [GapKind::Corrupt]);
    assert!(found.holds(&entries()[0].1));
    assert_eq!(found.map().get("dir/second"), Some(&&b"a short one"[..]));
}

#[test]
fn an_error_of_the_stream_below_is_not_called_corrupt() {
    struct Refuses<'a>(&'a [u8]);
    impl std::io::Read for Refuses<'_> {
        fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
            let n = self.0.read(buf)?;
            if n == 0 { Err(std::io::ErrorKind::PermissionDenied.into()) } else { Ok(n) }
        }
    }
    for bytes in archives() {
        let cut = &bytes[..bytes.len() * 2 / 3];
        let found = Found::opened(&bytes, Body::Stream(&mut Refuses(cut)));
        assert_eq!(found.kinds(), [GapKind::Unreadable], "{:?}", found.gaps);
    }
}

/// Damage of several kinds at several places.
#[derive(Clone, Debug)]
enum Damage {
    Set(prop::sample::Index, u8),
    Number(prop::sample::Index, u32),
    Repeat(prop::sample::Index, prop::sample::Index),
    Remove(prop::sample::Index, u8),
}

impl Damage {
    fn apply(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        match self {
            Self::Set(at, value) => *at.get_mut(bytes) = *value,
            Self::Number(at, value) => {
                let at = at.index(bytes.len());
                for (to, from) in bytes[at..].iter_mut().zip(value.to_le_bytes()) {
                    *to = from;
                }
            }
            Self::Repeat(from, to) => {
                let (from, to) = (from.index(bytes.len()), to.index(bytes.len()));
                let piece = bytes[from..].iter().copied().take(300).collect::<Vec<_>>();
                bytes.splice(to..to, piece);
            }
            Self::Remove(at, count) => {
                let at = at.index(bytes.len());
                bytes.drain(at..(at + usize::from(*count)).min(bytes.len()));
            }
        }
    }
}

fn damage() -> impl Strategy<Value = Damage> {
    let number = prop_oneof![any::<u32>(), Just(0), Just(u32::MAX), Just(1), Just(0x7FFF_FFFF)];
    prop_oneof![
        (any::<prop::sample::Index>(), any::<u8>()).prop_map(|(at, value)| Damage::Set(at, value)),
        (any::<prop::sample::Index>(), number).prop_map(|(at, value)| Damage::Number(at, value)),
        (any::<prop::sample::Index>(), any::<prop::sample::Index>()).prop_map(|(from, to)| Damage::Repeat(from, to)),
        (any::<prop::sample::Index>(), any::<u8>()).prop_map(|(at, count)| Damage::Remove(at, count)),
    ]
}

proptest! {
    #[test]
    fn no_damage_is_a_panic_or_a_flood(which in any::<prop::sample::Index>(), damages in vec(damage(), 1..6)) {
        let mut archives = archives();
        let mut bytes = archives.swap_remove(which.index(archives.len()));
        damages.iter().for_each(|damage| damage.apply(&mut bytes));
        let limits = Limits { members: 1000, bytes: 64 << 20, time: Duration::from_secs(10), ..Limits::default() };
        for container in ALL {
            for body in [Body::Bytes(&bytes), Body::Stream(&mut bytes.as_slice())] {
                let mut found = Found::default();
                container.open(body, &mut Budget::new(limits), &mut found.at(""));
                prop_assert!(found.gaps.len() < 12, "{}: {:?}", container.name(), found.gaps);
            }
        }
    }

    #[test]
    fn noise_is_no_panic(bytes in vec(any::<u8>(), 0..2000)) {
        for container in ALL {
            let mut found = Found::default();
            container.open(Body::Bytes(&bytes), &mut Budget::new(Limits::default()), &mut found.at(""));
            let plain = found.plain.iter().any(|(_, plain)| *plain == bytes);
            prop_assert!(plain || !found.gaps.is_empty(), "{}", container.name());
        }
    }
}
