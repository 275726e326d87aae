//! gzip (RFC 1952): every member, header texts, checksum and length.

use std::io::{self, BufRead, Read};

use crc32fast::Hasher;
use flate2::Decompress;

use super::inflate::Inflate;
use super::input::Input;
use super::streams::{self, Decode, Label};
use super::{Body, Budget, Container, Members};

/// gzip.
pub(super) struct Gzip;

const FHCRC: u8 = 2;
const FEXTRA: u8 = 4;
const FNAME: u8 = 8;
const FCOMMENT: u8 = 16;
const RESERVED: u8 = 0xE0;

/// Bytes of a name or comment; a longer one is no name.
const TEXT: u64 = 64 << 10;

/// Magic, method deflate and no reserved flag. Without optional fields the first block's type is looked at as well.
fn starts(head: &[u8]) -> bool {
    match head {
        [0x1F, 0x8B, 8, 0, _, _, _, _, _, _, block, ..] => block & 6 != 6,
        [0x1F, 0x8B, 8, flags, ..] => flags & RESERVED == 0,
        _ => false,
    }
}

impl Container for Gzip {
    fn name(&self) -> &'static str {
        Member::NAME
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        starts(head)
    }

    fn open(&self, body: Body<'_>, budget: &mut Budget, members: &mut dyn Members) {
        streams::open::<Member<'_>>(body, budget, members);
    }
}

struct Member<'a> {
    inflate: Inflate<Input<'a>>,
    label: Label,
    sum: Hasher,
    length: u32,
    ended: bool,
}

impl<'a> Decode<'a> for Member<'a> {
    const NAME: &'static str = "gzip";

    fn starts(head: &[u8]) -> bool {
        starts(head)
    }

    fn cut(head: &[u8]) -> bool {
        [0x1F, 0x8B, 8].starts_with(head)
    }

    fn begin(mut input: Input<'a>) -> io::Result<Self> {
        let label = header(&mut input)?;
        Ok(Self {
            inflate: Inflate::new(input, Decompress::new(false)),
            label,
            sum: Hasher::new(),
            length: 0,
            ended: false,
        })
    }

    fn end(self) -> (Input<'a>, Vec<u8>) {
        (self.inflate.into_input(), Vec::new())
    }

    fn label(&self) -> Option<&Label> {
        Some(&self.label)
    }
}

impl Read for Member<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inflate.read(buf)?;
        if n == 0 && !buf.is_empty() && !self.ended {
            self.ended = true;
            self.trailer()?;
        }
        self.sum.update(buf.get(..n).unwrap_or(&[]));
        self.length = self.length.wrapping_add(n as u32);
        Ok(n)
    }
}

impl Member<'_> {
    fn trailer(&mut self) -> io::Result<()> {
        let mut trailer = [0; 8];
        self.inflate.input().read_exact(&mut trailer)?;
        let [a, b, c, d, e, f, g, h] = trailer;
        let sum = std::mem::take(&mut self.sum).finalize();
        if sum != u32::from_le_bytes([a, b, c, d]) {
            return Err(invalid("the checksum does not fit the content"));
        }
        if self.length != u32::from_le_bytes([e, f, g, h]) {
            return Err(invalid("the length does not fit the content"));
        }
        Ok(())
    }
}

fn header(input: &mut Input<'_>) -> io::Result<Label> {
    let mut fixed = [0; 10];
    input.read_exact(&mut fixed)?;
    let [0x1F, 0x8B, 8, flags, ..] = fixed else { return Err(invalid("the header is not a gzip header")) };
    let mut label = Label::default();
    if flags & FEXTRA != 0 {
        let mut length = [0; 2];
        input.read_exact(&mut length)?;
        label.extra = vec![0; usize::from(u16::from_le_bytes(length))];
        input.read_exact(&mut label.extra)?;
    }
    if flags & FNAME != 0 {
        label.name = text(input)?;
    }
    if flags & FCOMMENT != 0 {
        label.comment = text(input)?;
    }
    if flags & FHCRC != 0 {
        input.read_exact(&mut [0; 2])?;
    }
    Ok(label)
}

/// A text that ends with a zero byte.
fn text(input: &mut Input<'_>) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    input.take(TEXT).read_until(0, &mut text)?;
    match text.pop() {
        Some(0) => Ok(text),
        _ if text.len() as u64 + 1 >= TEXT => Err(invalid("a text of the header is too long")),
        _ => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
