//! bzip2: every stream.

use std::io::{self, Read};

use bzip2::bufread::BzDecoder;

use super::input::Input;
use super::streams::{self, Decode};
use super::{Body, Budget, Container, Members};

/// bzip2.
pub(super) struct Bzip2;

/// The magic of a block.
const BLOCK: &[u8] = &[0x31, 0x41, 0x59, 0x26, 0x53, 0x59];
/// The magic of a stream's end.
const END: &[u8] = &[0x17, 0x72, 0x45, 0x38, 0x50, 0x90];

/// `BZh`, the block size, and the magic of a block or, in an empty stream, of the stream's end.
fn starts(head: &[u8]) -> bool {
    let Some((b"BZh", [b'1'..=b'9', rest @ ..])) = head.split_at_checked(3) else { return false };
    rest.starts_with(BLOCK) || rest.starts_with(END)
}

impl Container for Bzip2 {
    fn name(&self) -> &'static str {
        Stream::NAME
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        starts(head)
    }

    fn open(&self, body: Body<'_>, budget: &mut Budget, members: &mut dyn Members) {
        streams::open::<Stream<'_>>(body, budget, members);
    }
}

struct Stream<'a>(BzDecoder<Input<'a>>);

impl<'a> Decode<'a> for Stream<'a> {
    const NAME: &'static str = "bzip2";

    fn starts(head: &[u8]) -> bool {
        starts(head)
    }

    fn cut(head: &[u8]) -> bool {
        let (magic, block) = head.split_at(head.len().min(4));
        let begun = b"BZh".iter().zip(magic).all(|(a, b)| a == b);
        begun && (BLOCK.starts_with(block) || END.starts_with(block))
    }

    fn begin(input: Input<'a>) -> io::Result<Self> {
        Ok(Self(BzDecoder::new(input)))
    }

    fn end(self) -> Input<'a> {
        self.0.into_inner()
    }
}

impl Read for Stream<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read(buf)
    }
}
