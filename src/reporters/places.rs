//! Which file a viewer can open for a place, and what is left of the address inside it.

use crate::model::{BlobKind, Provenance, Shown};

/// The outermost file. `!` joins container and member; only a member's address is cut at it, other names may hold it.
/// (An archive whose own name holds `!` is cut too early: the joined address does not tell where the outer name ends.)
pub(super) fn file(place: &Provenance) -> &[u8] {
    match place.kind {
        BlobKind::Member => place.path.split(|b| *b == b'!').next().unwrap_or(&place.path),
        BlobKind::File
        | BlobKind::SymlinkTarget
        | BlobKind::Name
        | BlobKind::Stream
        | BlobKind::Commit
        | BlobKind::Tag
        | BlobKind::Layer
        | BlobKind::Image => &place.path,
    }
}

/// The outermost file if there is one that a viewer can open.
pub(super) fn shown_file(place: &Provenance) -> Option<Shown> {
    match place.kind {
        BlobKind::Stream | BlobKind::Commit | BlobKind::Tag | BlobKind::Image => None,
        BlobKind::File | BlobKind::Member | BlobKind::SymlinkTarget | BlobKind::Name | BlobKind::Layer => {
            Some(file(place)).filter(|file| !file.is_empty()).map(Shown::from_bytes)
        }
    }
}

/// The address inside the outermost file.
pub(super) fn member(place: &Provenance) -> Option<Shown> {
    let rest = place.path.get(file(place).len() + 1..)?;
    (place.kind == BlobKind::Member).then(|| Shown::from_bytes(rest))
}

/// Whether the lines of a finding there are lines of the file itself.
pub(super) fn has_lines(place: &Provenance) -> bool {
    match place.kind {
        BlobKind::File => true,
        BlobKind::Member
        | BlobKind::SymlinkTarget
        | BlobKind::Name
        | BlobKind::Stream
        | BlobKind::Commit
        | BlobKind::Tag
        | BlobKind::Layer
        | BlobKind::Image => false,
    }
}

/// Where a finding stands, in a sentence, if a file's path does not tell it.
pub(super) fn sentence(place: &Provenance) -> Option<String> {
    match place.kind {
        BlobKind::Member => Some(format!("It stands in '{}'.", place.shown())),
        BlobKind::Name => Some("It stands in the file's name.".to_owned()),
        BlobKind::SymlinkTarget => Some("It stands in the target of the symbolic link.".to_owned()),
        BlobKind::Commit => Some("It stands in the commit itself: in its message or in a name.".to_owned()),
        BlobKind::Tag => Some("It stands in the tag itself: in its message or in a name.".to_owned()),
        BlobKind::Image => Some(format!("It stands in '{}' of the image.", place.shown())),
        BlobKind::File | BlobKind::Stream | BlobKind::Layer => None,
    }
}
