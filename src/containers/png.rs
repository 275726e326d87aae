//! PNG images: the text chunks that are compressed. All others are seen in the image as it stands, as are EXIF and XMP in
//! JPEG files.

use super::budget::Budget;
use super::container::{Body, Container, Members};
use super::held;
use super::magic;
use super::visit::{AFTER, Visit};

/// PNG.
pub(super) struct Png;

const MAGIC: &[u8] = b"\x89PNG\r\n\x1A\n";

impl Container for Png {
    fn name(&self) -> &'static str {
        "png"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        head.starts_with(MAGIC)
    }

    fn open(&self, body: Body<'_>, budget: &mut Budget, members: &mut dyn Members) {
        held::beside("png", body, budget, members, read);
    }
}

/// Walks the chunks. Where they end or break there is nothing more to unpack, and nothing is hidden.
fn read(bytes: &[u8], visit: &mut Visit<'_>) {
    let mut rest = bytes.get(MAGIC.len()..).unwrap_or_default();
    while let Some((&[a, b, c, d, ref kind @ ..], data)) = rest.split_first_chunk::<8>() {
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        let chunk = data.get(..length.min(data.len())).unwrap_or_default();
        let packed = match kind {
            b"zTXt" => ztxt(chunk),
            b"iTXt" => itxt(chunk),
            b"IEND" => return behind(data.get(length.saturating_add(4)..).unwrap_or_default(), visit),
            _ => None,
        };
        if let Some((keyword, packed)) = packed {
            let name = [kind, &b" "[..], keyword].concat();
            if !held::zlib("png", &name, packed, visit) {
                return;
            }
        }
        rest = data.get(length.saturating_add(4)..).unwrap_or_default();
    }
}

/// An archive behind the image. Anything else is seen in the file as it stands.
fn behind(mut rest: &[u8], visit: &mut Visit<'_>) {
    if magic::is_file(rest) && visit.count(AFTER) {
        visit.give(AFTER, &mut rest);
    }
}

/// Up to a NUL, and what follows it.
fn cut(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(0, bytes)?;
    Some((&bytes[..at], &bytes[at + 1..]))
}

/// Keyword, method, text.
fn ztxt(chunk: &[u8]) -> Option<(&[u8], &[u8])> {
    let (keyword, rest) = cut(chunk)?;
    Some((keyword, rest.get(1..)?))
}

/// Keyword, whether it is compressed, method, language, translated keyword, text.
fn itxt(chunk: &[u8]) -> Option<(&[u8], &[u8])> {
    let (keyword, rest) = cut(chunk)?;
    let (_, rest) = cut(rest.get(2..).filter(|_| rest.first() == Some(&1))?)?;
    Some((keyword, cut(rest)?.1))
}
