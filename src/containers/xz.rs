//! xz: every stream, every block.

use std::io::{self, Read};

use lzma_rust2::XzReader;

use super::input::Input;
use super::streams::{self, Decode};
use super::{Body, Budget, Container, Members};

/// xz.
pub(super) struct Xz;

/// Memory a decoder may take, in KiB: `xz -9` wants 64 MiB.
pub(super) const MEMORY: u32 = 256 << 10;

fn starts(head: &[u8]) -> bool {
    head.starts_with(b"\xFD7zXZ\0")
}

impl Container for Xz {
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

struct Stream<'a>(XzReader<Input<'a>>);

impl<'a> Decode<'a> for Stream<'a> {
    const NAME: &'static str = "xz";

    fn starts(head: &[u8]) -> bool {
        starts(head)
    }

    fn cut(head: &[u8]) -> bool {
        b"\xFD7zXZ\0".starts_with(head)
    }

    fn begin(input: Input<'a>) -> io::Result<Self> {
        Ok(Self(XzReader::new_mem_limit(input, false, MEMORY)))
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
