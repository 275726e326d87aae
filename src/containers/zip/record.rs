//! The fixed parts of zip records, little-endian.

/// `PK\3\4`: an entry.
pub(super) const LOCAL: [u8; 4] = *b"PK\x03\x04";
/// `PK\1\2`: an entry's line in the directory.
pub(super) const CENTRAL: [u8; 4] = *b"PK\x01\x02";
/// `PK\5\6`: the end of the directory.
pub(super) const END: [u8; 4] = *b"PK\x05\x06";
/// `PK\6\6`: the end of a large directory.
pub(super) const END64: [u8; 4] = *b"PK\x06\x06";
/// `PK\6\7`: where the end of a large directory is.
pub(super) const LOCATOR64: [u8; 4] = *b"PK\x06\x07";
/// `PK\7\8`: sizes and checksum behind an entry; in front of everything, a file that was once split.
pub(super) const DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";
/// `PK00`: a file that was to be split and was not.
pub(super) const UNSPLIT: [u8; 4] = *b"PK00";

/// Fixed bytes of a local header.
pub(super) const LOCAL_LEN: usize = 30;
/// Fixed bytes of a line in the directory.
pub(super) const CENTRAL_LEN: usize = 46;
/// Fixed bytes of the end of the directory.
pub(super) const END_LEN: usize = 22;

pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..).and_then(|b| b.first_chunk()).map_or(0, |b| u16::from_le_bytes(*b))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(|b| b.first_chunk()).map_or(0, |b| u32::from_le_bytes(*b))
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(|b| b.first_chunk()).map_or(0, |b| u64::from_le_bytes(*b))
}

/// The flag that puts sizes and checksum behind the entry.
pub(super) const DESCRIBED: u16 = 8;

/// What both headers say of an entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// General purpose flags.
    pub(super) flags: u16,
    /// Compression method.
    pub(super) method: u16,
    /// Checksum of the content.
    pub(super) crc: u32,
    /// Bytes stored.
    pub(super) stored: u64,
    /// Bytes of the content.
    pub(super) content: u64,
}

impl Facts {
    /// The facts of a header whose flags stand at `at`, with large sizes from its extra field.
    fn parse(header: &[u8], at: usize, extra: &[u8]) -> Self {
        let mut facts = Self {
            flags: u16_at(header, at),
            method: u16_at(header, at + 2),
            crc: u32_at(header, at + 8),
            stored: u64::from(u32_at(header, at + 12)),
            content: u64::from(u32_at(header, at + 16)),
        };
        let mut large = Extras(extra).find(|(id, _)| *id == 1).map_or(&[][..], |(_, value)| value);
        for size in [&mut facts.content, &mut facts.stored] {
            if *size == u64::from(u32::MAX) && large.len() >= 8 {
                *size = u64_at(large, 0);
                large = large.get(8..).unwrap_or(&[]);
            }
        }
        facts
    }

    /// Whether the content is encrypted.
    pub(super) fn encrypted(&self) -> bool {
        self.flags & 1 != 0
    }

    /// Whether sizes and checksum stand behind the entry.
    pub(super) fn described(&self) -> bool {
        self.flags & DESCRIBED != 0
    }
}

/// A local header and the texts behind it.
#[derive(Clone, Debug)]
pub(super) struct Local {
    pub(super) facts: Facts,
    pub(super) name: Vec<u8>,
    pub(super) extra: Vec<u8>,
}

impl Local {
    /// Bytes of the header that begins in `bytes`.
    pub(super) fn len(bytes: &[u8]) -> usize {
        LOCAL_LEN + usize::from(u16_at(bytes, 26)) + usize::from(u16_at(bytes, 28))
    }

    /// The header that `bytes` begin with, if all of it is there.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let len = Self::len(bytes);
        let names = bytes.get(LOCAL_LEN..len)?;
        let (name, extra) = names.split_at_checked(usize::from(u16_at(bytes, 26)))?;
        Some(Self { facts: Facts::parse(bytes, 6, extra), name: name.to_vec(), extra: extra.to_vec() })
    }

    /// Whether 30 bytes look like a local header and not like data with `PK` in it: a version, a method and flags that
    /// exist, and a name.
    pub(super) fn plausible(bytes: &[u8]) -> bool {
        let (version, flags, method) = (u16_at(bytes, 4), u16_at(bytes, 6), u16_at(bytes, 8));
        bytes.len() >= LOCAL_LEN
            && bytes.starts_with(&LOCAL)
            && version & 0xFF <= 100
            && method < 100
            && flags & 0xC000 == 0
            && (1..=4096).contains(&u16_at(bytes, 26))
    }
}

/// A line of the directory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Central<'b> {
    pub(super) facts: Facts,
    /// Where the entry begins, before data in front of the archive is counted.
    pub(super) offset: u64,
    pub(super) name: &'b [u8],
    pub(super) extra: &'b [u8],
    pub(super) comment: &'b [u8],
    /// Bytes of all of it.
    pub(super) len: usize,
}

impl<'b> Central<'b> {
    /// Bytes of the line that begins in `bytes`.
    pub(super) fn len(bytes: &[u8]) -> usize {
        [28, 30, 32].iter().map(|at| usize::from(u16_at(bytes, *at))).sum::<usize>() + CENTRAL_LEN
    }

    /// The line that `bytes` begin with, if all of it is there.
    pub(super) fn parse(bytes: &'b [u8]) -> Option<Self> {
        let len = Self::len(bytes);
        let texts = bytes.get(CENTRAL_LEN..len).filter(|_| bytes.starts_with(&CENTRAL))?;
        let (name, texts) = texts.split_at_checked(usize::from(u16_at(bytes, 28)))?;
        let (extra, comment) = texts.split_at_checked(usize::from(u16_at(bytes, 30)))?;
        let facts = Facts::parse(bytes, 8, extra);
        Some(Self { facts, offset: Self::offset(bytes, extra), name, extra, comment, len })
    }

    /// The large offset stands behind those large sizes that are there.
    fn offset(bytes: &[u8], extra: &[u8]) -> u64 {
        let offset = u32_at(bytes, 42);
        let large = Extras(extra).find(|(id, _)| *id == 1).map_or(&[][..], |(_, value)| value);
        let sizes = [20, 24].iter().filter(|at| u32_at(bytes, **at) == u32::MAX).count();
        match large.get(8 * sizes..) {
            Some(rest) if offset == u32::MAX && rest.len() >= 8 => u64_at(rest, 0),
            _ => u64::from(offset),
        }
    }
}

/// The fields of an extra field: id and value.
pub(super) struct Extras<'b>(pub(super) &'b [u8]);

impl<'b> Iterator for Extras<'b> {
    type Item = (u16, &'b [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let value = self.0.get(4..4 + usize::from(u16_at(self.0, 2)))?;
        let item = (u16_at(self.0, 0), value);
        self.0 = self.0.get(4 + value.len()..)?;
        Some(item)
    }
}

/// The texts of an extra field: everything but sizes, times, owners and padding.
pub(super) fn texts(extra: &[u8]) -> impl Iterator<Item = &[u8]> {
    const NO_TEXT: [u16; 8] = [0x0001, 0x000A, 0x5455, 0x5855, 0x7855, 0x7875, 0x9901, 0xCAFE];
    let told = |(id, value): &(u16, &[u8])| !NO_TEXT.contains(id) && value.iter().any(|b| *b != 0);
    let covered: usize = Extras(extra).map(|(_, value)| value.len() + 4).sum();
    let rest = extra.get(covered..).filter(|rest| rest.iter().any(|b| *b != 0));
    Extras(extra).filter(told).map(|(_, value)| value).chain(rest)
}
