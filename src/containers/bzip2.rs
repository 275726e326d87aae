//! bzip2: every stream.

use std::io;

use bzip2::bufread::BzDecoder;

use super::input::Input;
use super::streams::Format;

/// bzip2.
pub(super) struct Bzip2;

/// The magic of a block.
const BLOCK: &[u8] = &[0x31, 0x41, 0x59, 0x26, 0x53, 0x59];
/// The magic of a stream's end.
const END: &[u8] = &[0x17, 0x72, 0x45, 0x38, 0x50, 0x90];

impl Format for Bzip2 {
    const NAME: &'static str = "bzip2";
    type Reader<'a> = BzDecoder<Input<'a>>;

    /// `BZh`, the block size, and the magic of a block or, in an empty stream, of the stream's end.
    fn starts(head: &[u8]) -> bool {
        let Some((b"BZh", [b'1'..=b'9', rest @ ..])) = head.split_at_checked(3) else { return false };
        rest.starts_with(BLOCK) || rest.starts_with(END)
    }

    fn cut(head: &[u8]) -> bool {
        let (magic, block) = head.split_at(head.len().min(4));
        let begun = b"BZh".iter().zip(magic).all(|(a, b)| a == b);
        begun && (BLOCK.starts_with(block) || END.starts_with(block))
    }

    fn begin(input: Input<'_>) -> io::Result<BzDecoder<Input<'_>>> {
        Ok(BzDecoder::new(input))
    }

    fn end<'a>(reader: Self::Reader<'a>) -> (Input<'a>, Vec<u8>) {
        (reader.into_inner(), Vec::new())
    }
}
