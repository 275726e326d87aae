//! The parts of an address: `bundle.tar!logs/run.zip!step.txt`.

use crate::model::{BlobKind, Provenance};

/// Whether `!` in an address joins a container and its member. A tree's own file may have one in its name.
fn nested(place: &Provenance) -> bool {
    match place.kind {
        BlobKind::Member | BlobKind::Name | BlobKind::SymlinkTarget => true,
        BlobKind::File | BlobKind::Stream | BlobKind::Commit | BlobKind::Tag | BlobKind::Layer | BlobKind::Image => {
            false
        }
    }
}

/// Each name of the address: the path in the tree, then every member's name.
pub(super) fn names(place: &Provenance) -> impl Iterator<Item = &[u8]> {
    let nested = nested(place);
    place.path.split(move |byte| nested && *byte == b'!')
}

/// The address itself, then those of the containers it stands in, inmost first.
pub(super) fn holders(place: &Provenance) -> impl Iterator<Item = &[u8]> {
    let path = place.path.as_slice();
    let ends = path.iter().enumerate().rev().filter(|(_, byte)| **byte == b'!').map(|(at, _)| at);
    let ends = ends.take_while(move |_| nested(place));
    std::iter::once(path).chain(ends.filter_map(move |at| path.get(..at)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_members_have_holders() {
        let place = |kind| Provenance::new(b"a!b/c!d", kind);
        let all = |place: &Provenance| {
            (names(place).map(<[u8]>::to_vec).collect(), holders(place).map(<[u8]>::to_vec).collect())
        };
        let nested: (Vec<Vec<u8>>, Vec<Vec<u8>>) = all(&place(BlobKind::Member));
        assert_eq!(nested.0, [b"a".to_vec(), b"b/c".to_vec(), b"d".to_vec()]);
        assert_eq!(nested.1, [b"a!b/c!d".to_vec(), b"a!b/c".to_vec(), b"a".to_vec()]);
        let flat: (Vec<Vec<u8>>, Vec<Vec<u8>>) = all(&place(BlobKind::File));
        assert_eq!(flat.0, [b"a!b/c!d".to_vec()]);
        assert_eq!(flat.1, flat.0);
    }
}
