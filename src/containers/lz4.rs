//! lz4: every frame (LZ4 Frame Format 1.6), and the older format of Linux kernels.
//!
//! The frames are walked here and only their blocks are decoded by the library, whose own reader takes an input that
//! ends between two blocks for a whole one.

use std::hash::Hasher as _;
use std::io::{self, Read};

use lz4_flex::block::decompress_into_with_dict;
use twox_hash::XxHash32;

use super::input::Input;
use super::streams::{self, Decode};
use super::{Body, Budget, Container, Members};

/// lz4.
pub(super) struct Lz4;

const MAGIC: [u8; 4] = [0x04, 0x22, 0x4D, 0x18];
const OLD: [u8; 4] = [0x02, 0x21, 0x4C, 0x18];

/// Bytes that a linked block may refer back to.
const REACH: usize = 64 << 10;

/// Bytes that a block of the older format decodes to, at most.
const OLD_BLOCK: usize = 8 << 20;

/// A frame in version 1 without reserved bits, or the older format.
fn starts(head: &[u8]) -> bool {
    match head {
        [0x04, 0x22, 0x4D, 0x18, flags, block, ..] => flags & 0xC2 == 0x40 && block & 0x8F == 0,
        [0x02, 0x21, 0x4C, 0x18, _, _, size, 0, ..] => *size <= 0x80,
        _ => false,
    }
}

impl Container for Lz4 {
    fn name(&self) -> &'static str {
        Frame::NAME
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        starts(head)
    }

    fn open(&self, body: Body<'_>, budget: &mut Budget, members: &mut dyn Members) {
        streams::open::<Frame<'_>>(body, budget, members);
    }
}

/// What a frame's header says.
#[derive(Default)]
struct Header {
    old: bool,
    linked: bool,
    block_sums: bool,
    content_sum: bool,
    /// Bytes that a block decodes to, at most.
    block: usize,
}

/// One frame.
struct Frame<'a> {
    input: Input<'a>,
    header: Header,
    encoded: Vec<u8>,
    /// Room for a block, and how much of it is filled.
    decoded: Vec<u8>,
    filled: usize,
    /// The end of the blocks before, which linked blocks refer to.
    before: Vec<u8>,
    given: usize,
    sum: XxHash32,
    ended: bool,
}

impl<'a> Decode<'a> for Frame<'a> {
    const NAME: &'static str = "lz4";

    fn starts(head: &[u8]) -> bool {
        starts(head)
    }

    fn cut(head: &[u8]) -> bool {
        MAGIC.starts_with(head.get(..4).unwrap_or(head))
    }

    fn begin(mut input: Input<'a>) -> io::Result<Self> {
        let header = header(&mut input)?;
        let (encoded, decoded, before) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Self {
            input,
            header,
            encoded,
            decoded,
            before,
            filled: 0,
            given: 0,
            sum: XxHash32::with_seed(0),
            ended: false,
        })
    }

    fn end(self) -> (Input<'a>, Vec<u8>) {
        (self.input, Vec::new())
    }
}

fn header(input: &mut Input<'_>) -> io::Result<Header> {
    let magic = number(input)?.to_le_bytes();
    if magic == OLD {
        return Ok(Header { old: true, block: OLD_BLOCK, ..Header::default() });
    }
    let mut fixed = [0; 2];
    input.read_exact(&mut fixed)?;
    let [flags, block] = fixed;
    if magic != MAGIC || flags & 0xC2 != 0x40 {
        return Err(invalid("the header is not an lz4 header"));
    }
    if flags & 1 != 0 {
        return Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "the frame needs a dictionary; unpack it and scan the folder",
        ));
    }
    // The content's length, where it is told, and the header's checksum.
    let rest = if flags & 8 != 0 { 9 } else { 1 };
    input.read_exact(&mut [0; 9][..rest])?;
    let size = match block >> 4 & 7 {
        size @ 4..=7 => 1 << (8 + 2 * size),
        _ => return Err(invalid("the block size is none that exists")),
    };
    let (linked, block_sums, content_sum) = (flags & 0x20 == 0, flags & 0x10 != 0, flags & 4 != 0);
    Ok(Header { old: false, linked, block_sums, content_sum, block: size })
}

fn number(input: &mut Input<'_>) -> io::Result<u32> {
    let mut number = [0; 4];
    input.read_exact(&mut number)?;
    Ok(u32::from_le_bytes(number))
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

impl Frame<'_> {
    /// Decodes the next block, or finds the frame's end.
    fn block(&mut self) -> io::Result<()> {
        if self.header.old && self.is_behind_old()? {
            self.ended = true;
            return Ok(());
        }
        let size = number(&mut self.input)?;
        if size == 0 && !self.header.old {
            self.ended = true;
            return self.check();
        }
        let (plain, size) = (size >> 31 == 1 && !self.header.old, size as usize & 0x7FFF_FFFF);
        if size > self.header.block + self.header.block / 128 {
            return Err(invalid("a block is larger than the header allows"));
        }
        self.encoded.resize(size, 0);
        self.input.read_exact(&mut self.encoded)?;
        if self.header.block_sums && number(&mut self.input)? != XxHash32::oneshot(0, &self.encoded) {
            return Err(invalid("the checksum of a block does not fit"));
        }
        self.remember();
        self.decode(plain)
    }

    /// The older format has no end: it ends with the input, or where something else begins.
    fn is_behind_old(&mut self) -> io::Result<bool> {
        if let Some(fault) = self.input.broken().filter(|_| self.input.peek(1).is_empty()) {
            return Err(fault.to_error());
        }
        let ahead = self.input.peek(4);
        Ok(ahead.is_empty() || starts(ahead) || ahead.starts_with(&OLD) || ahead.starts_with(&MAGIC))
    }

    /// Keeps the end of what was decoded, for the next block to refer to.
    fn remember(&mut self) {
        if self.header.linked {
            self.before.extend_from_slice(self.decoded.get(..self.filled).unwrap_or_default());
            let spare = self.before.len().saturating_sub(REACH);
            self.before.drain(..spare);
        }
    }

    fn decode(&mut self, plain: bool) -> io::Result<()> {
        (self.given, self.filled) = (0, 0);
        // Once for all blocks: filling the room anew costs more than a small block does.
        self.decoded.resize(self.header.block.max(self.encoded.len()), 0);
        if plain {
            self.decoded[..self.encoded.len()].copy_from_slice(&self.encoded);
            self.filled = self.encoded.len();
        } else {
            let decoded = decompress_into_with_dict(&self.encoded, &mut self.decoded, &self.before);
            self.filled = decoded.map_err(|_| invalid("a block is corrupt"))?;
        }
        if self.header.content_sum {
            self.sum.write(&self.decoded[..self.filled]);
        }
        Ok(())
    }

    fn check(&mut self) -> io::Result<()> {
        if self.header.content_sum && u64::from(number(&mut self.input)?) != self.sum.finish() {
            return Err(invalid("the checksum does not fit the content"));
        }
        Ok(())
    }
}

impl Read for Frame<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while !self.ended && !buf.is_empty() {
            let rest = self.decoded.get(self.given..self.filled).unwrap_or_default();
            let n = rest.len().min(buf.len());
            if n > 0 {
                buf[..n].copy_from_slice(&rest[..n]);
                self.given += n;
                return Ok(n);
            }
            self.block()?;
        }
        Ok(0)
    }
}
