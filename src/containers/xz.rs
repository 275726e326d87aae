//! xz: every stream, every block.

use std::io;

use lzma_rust2::XzReader;

use super::input::Input;
use super::streams::Format;

/// xz.
pub(super) struct Xz;

/// Memory a decoder may take, in KiB: `xz -9` wants 64 MiB.
pub(super) const MEMORY: u32 = 256 << 10;

const MAGIC: &[u8] = b"\xFD7zXZ\0";

impl Format for Xz {
    const NAME: &'static str = "xz";
    type Reader<'a> = XzReader<Input<'a>>;

    fn starts(head: &[u8]) -> bool {
        head.starts_with(MAGIC)
    }

    fn cut(head: &[u8]) -> bool {
        MAGIC.starts_with(head)
    }

    fn begin(input: Input<'_>) -> io::Result<XzReader<Input<'_>>> {
        Ok(XzReader::new_mem_limit(input, false, MEMORY))
    }

    fn end<'a>(reader: Self::Reader<'a>) -> (Input<'a>, Vec<u8>) {
        (reader.into_inner(), Vec::new())
    }
}
