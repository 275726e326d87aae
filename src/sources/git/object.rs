//! Objects as they are stored: what kind, how compressed, what can be wrong with them.

use std::io::Read;

use flate2::read::ZlibDecoder;
use gix::objs::Kind;
use libdeflater::{DecompressionError, Decompressor};

use crate::model::GapKind;

/// Why an object could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Damage {
    /// Its bytes are not what they should be.
    Corrupt(&'static str),
    /// The object it was made of is not there, or cannot be read.
    NoBase,
    /// It is larger than what is held in memory.
    TooLarge,
    /// The system refused.
    Unreadable,
}

impl Damage {
    /// What kind of gap it makes, and what is told of it.
    pub(super) fn told(self) -> (GapKind, &'static str) {
        match self {
            Self::Corrupt(what) => (GapKind::Corrupt, what),
            Self::NoBase => (GapKind::Corrupt, "the object it is stored as a difference to is missing or damaged"),
            Self::TooLarge => (GapKind::LimitReached, "it is stored as a difference and too large to be put together"),
            Self::Unreadable => (GapKind::Unreadable, "the object's file cannot be read"),
        }
    }
}

/// The most that is held of one object. What is larger and stored whole is read as a stream.
pub(super) const MAX_HELD: u64 = 256 << 20;

/// Deflate makes at most 1,032 bytes out of one (zlib's technical notes), so that a size beyond it is a lie.
const MAX_RATIO: u64 = 1032;

/// Inflates one object of a known size.
pub(super) fn inflate(inflater: &mut Decompressor, packed: &[u8], size: u64, out: &mut Vec<u8>) -> Result<(), Damage> {
    if size > MAX_HELD {
        return Err(Damage::TooLarge);
    }
    if size > (packed.len() as u64 + 16).saturating_mul(MAX_RATIO) {
        return Err(Damage::Corrupt("it says that it is larger than its bytes can be"));
    }
    // What was there before is written over.
    out.resize(size as usize, 0);
    match inflater.zlib_decompress(packed, out) {
        Ok(filled) if filled as u64 == size => Ok(()),
        Ok(_) | Err(DecompressionError::InsufficientSpace) => Err(Damage::Corrupt("it has another size than it says")),
        Err(DecompressionError::BadData) => Err(Damage::Corrupt("it does not decompress")),
    }
}

/// The object as a stream that fails where it is damaged.
pub(super) fn stream(packed: &[u8]) -> impl Read + '_ {
    ZlibDecoder::new(packed)
}

/// The kind that a loose object names, and its size; and how long the header is (gitformat-loose).
pub(super) fn loose_header(head: &[u8]) -> Result<(Kind, u64, usize), Damage> {
    const BAD: Damage = Damage::Corrupt("a loose object without a proper header");
    let end = memchr::memchr(0, &head[..head.len().min(64)]).ok_or(BAD)?;
    let text = std::str::from_utf8(&head[..end]).map_err(|_| BAD)?;
    let (kind, size) = text.split_once(' ').ok_or(BAD)?;
    let kind = match kind {
        "blob" => Kind::Blob,
        "tree" => Kind::Tree,
        "commit" => Kind::Commit,
        "tag" => Kind::Tag,
        _ => return Err(BAD),
    };
    let digits = !size.is_empty() && size.bytes().all(|byte| byte.is_ascii_digit());
    let size = size.parse().ok().filter(|_| digits).ok_or(BAD)?;
    Ok((kind, size, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loose_headers_are_read_or_refused() {
        assert_eq!(loose_header(b"blob 12\0hello").ok(), Some((Kind::Blob, 12, 8)));
        assert_eq!(loose_header(b"tree 0\0").ok(), Some((Kind::Tree, 0, 7)));
        for bad in [&b"blob 12"[..], b"blob\0", b"blob -1\0", b"blob +1\0", b"blob \0", b"blub 1\0", b"", b"\xff 1\0"] {
            assert!(loose_header(bad).is_err());
        }
    }

    #[test]
    fn a_size_that_cannot_be_is_refused_before_memory_is_taken() {
        let (mut inflater, mut out) = (Decompressor::new(), Vec::new());
        let lie = inflate(&mut inflater, &[0x78, 0x9c, 3, 0, 0, 0, 0, 1], 200 << 20, &mut out);
        assert!(matches!(lie, Err(Damage::Corrupt(_))) && out.capacity() < 1 << 20);
        assert_eq!(inflate(&mut inflater, &[], 1 << 40, &mut out), Err(Damage::TooLarge));
        assert_eq!(inflate(&mut inflater, &[0x78, 0x9c, 3, 0, 0, 0, 0, 1], 0, &mut out), Ok(()));
    }
}
