//! One 512-byte header block.

use std::ops::Range;

/// Bytes of a block.
pub(super) const BLOCK: usize = 512;

/// A header block whose checksum is right.
#[derive(Clone)]
pub(super) struct Header([u8; BLOCK]);

impl Header {
    /// The header in `block`, if its checksum is right and it names something.
    pub(super) fn parse(block: &[u8; BLOCK]) -> Option<Self> {
        let header = Self(*block);
        let written = number(header.field(148..156))?;
        let sum = header.sum();
        // Some old writers summed signed bytes.
        (written == sum || written.checked_add(header.signs()) == Some(sum)).then_some(header)
    }

    /// Whether the block says `ustar`, as all but the oldest writers do.
    pub(super) fn marked(block: &[u8]) -> bool {
        block.get(257..262) == Some(b"ustar")
    }

    /// Whether a name can be read: what is told of an unmarked header.
    pub(super) fn printable(&self) -> bool {
        let name = text(self.field(0..100));
        let rest = self.field(0..100).get(name.len()..).unwrap_or(&[]);
        !name.is_empty() && name.iter().all(|b| *b >= 0x20 && *b != 0x7F) && rest.iter().all(|b| *b == 0)
    }

    /// The sum of all bytes, the checksum's own being blanks.
    fn sum(&self) -> u64 {
        let sum = |bytes: &[u8]| bytes.iter().map(|byte| u32::from(*byte)).sum::<u32>();
        u64::from(sum(self.field(0..148)) + 8 * u32::from(b' ') + sum(self.field(156..BLOCK)))
    }

    /// By how much that is more than the sum of signed bytes.
    fn signs(&self) -> u64 {
        let negative = |bytes: &[u8]| bytes.iter().filter(|byte| !byte.is_ascii()).count() as u64;
        256 * (negative(self.field(0..148)) + negative(self.field(156..BLOCK)))
    }

    fn field(&self, range: Range<usize>) -> &[u8] {
        self.0.get(range).unwrap_or(&[])
    }

    /// The type flag.
    pub(super) fn kind(&self) -> u8 {
        self.field(156..157).first().copied().unwrap_or(0)
    }

    /// Bytes stored, or `None` when the field is no number.
    pub(super) fn size(&self) -> Option<u64> {
        number(self.field(124..136))
    }

    /// The name, with the ustar prefix where there is one.
    pub(super) fn name(&self) -> Vec<u8> {
        let (name, prefix) = (text(self.field(0..100)), text(self.field(345..500)));
        if self.field(257..263) != b"ustar\0" || prefix.is_empty() {
            return name.to_vec();
        }
        [prefix, b"/", name].concat()
    }

    /// The target of a link.
    pub(super) fn link(&self) -> &[u8] {
        text(self.field(157..257))
    }

    /// The four stretches of a GNU sparse file that the header has room for, and whether more blocks of them follow.
    pub(super) fn sparse(&self) -> (&[u8], bool) {
        (self.field(386..482), self.field(482..483) != [0])
    }
}

/// A field up to its first zero byte.
pub(super) fn text(field: &[u8]) -> &[u8] {
    field.split(|b| *b == 0).next().unwrap_or(&[])
}

/// A numeric field: octal digits among blanks and zeros, or big-endian binary when its first bit is set (GNU).
pub(super) fn number(field: &[u8]) -> Option<u64> {
    match field.split_first() {
        Some((0x80, rest)) => {
            let (high, low) = rest.split_at(rest.len().saturating_sub(8));
            high.iter().all(|b| *b == 0).then(|| low.iter().fold(0, |n, b| n << 8 | u64::from(*b)))
        }
        Some((first, _)) if *first > 0x80 => None,
        _ => digits(field, 8),
    }
}

/// Digits of base 8 or 10 among blanks; an empty field is zero.
pub(super) fn digits(field: &[u8], base: u32) -> Option<u64> {
    let text = std::str::from_utf8(text(field)).ok()?.trim_matches(' ');
    if text.is_empty() { Some(0) } else { u64::from_str_radix(text, base).ok().filter(|_| !text.starts_with('+')) }
}
