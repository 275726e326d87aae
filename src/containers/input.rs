//! The encoded bytes of a container, whatever form their holder has them in: a buffered reader that knows its offset,
//! can look ahead, and remembers what broke.

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use super::{Body, Fault};
use crate::model::GapKind;

/// How far [`Input::peek`] can look, in bytes.
pub(super) const BUFFER: usize = 256 << 10;

/// Bytes of a file or stream that are read at a time. So much stays in fast memory until it is read again.
const READ: usize = 128 << 10;

/// What a reader further up may know of an [`Input`] that a decoder owns.
#[derive(Clone, Debug, Default)]
pub(super) struct Trace(Rc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    offset: Cell<u64>,
    fault: RefCell<Option<Fault>>,
}

impl Trace {
    /// Encoded bytes taken so far.
    pub(super) fn offset(&self) -> u64 {
        self.0.offset.get()
    }

    /// Why the input broke, once someone wanted the bytes that are not there.
    pub(super) fn fault(&self) -> Option<Fault> {
        self.0.fault.borrow().clone()
    }
}

enum Origin<'a> {
    Slice,
    File { file: &'a File, at: u64 },
    Stream(&'a mut dyn Read),
}

enum Buffer<'a> {
    Lent(&'a [u8]),
    Own(Vec<u8>),
}

/// See the module.
pub(super) struct Input<'a> {
    origin: Origin<'a>,
    buffer: Buffer<'a>,
    pos: usize,
    end: usize,
    eof: bool,
    /// What stands in the place of the bytes behind a lent slice.
    broken: Option<Fault>,
    /// What stands behind the buffered bytes.
    pending: Option<Fault>,
    trace: Trace,
}

impl<'a> Input<'a> {
    /// Reads `body` from its start.
    pub(super) fn new(body: Body<'a>) -> Self {
        match body {
            Body::Bytes(bytes) => Self::slice(bytes, None),
            Body::File(file) => Self::with(Origin::File { file, at: 0 }, Buffer::Own(Vec::new()), 0),
            Body::Stream(stream) => Self::with(Origin::Stream(stream), Buffer::Own(Vec::new()), 0),
        }
    }

    /// Reads `bytes`; past their end stands `broken`, if the stream they were taken from broke there.
    pub(super) fn slice(bytes: &'a [u8], broken: Option<Fault>) -> Self {
        Self { broken, ..Self::with(Origin::Slice, Buffer::Lent(bytes), bytes.len()) }
    }

    /// Reads `head`, then what is left of `stream`.
    pub(super) fn resumed(head: Vec<u8>, stream: &'a mut dyn Read) -> Self {
        let end = head.len();
        Self::with(Origin::Stream(stream), Buffer::Own(head), end)
    }

    fn with(origin: Origin<'a>, buffer: Buffer<'a>, end: usize) -> Self {
        Self { origin, buffer, pos: 0, end, eof: false, broken: None, pending: None, trace: Trace::default() }
    }

    /// A handle that outlives the loan of this input to a decoder.
    pub(super) fn trace(&self) -> Trace {
        self.trace.clone()
    }

    /// Bytes taken so far.
    pub(super) fn offset(&self) -> u64 {
        self.trace.offset()
    }

    /// Length in bytes, where the whole is at hand.
    pub(super) fn len(&self) -> Option<u64> {
        match &self.origin {
            Origin::Slice => Some(self.end as u64),
            Origin::File { file, .. } => file.metadata().ok().map(|m| m.len()),
            Origin::Stream(_) => None,
        }
    }

    /// Fills `buf` from `offset` on, as far as there are bytes and the whole is at hand; how many there were. The
    /// position stays.
    pub(super) fn read_at(&mut self, offset: u64, buf: &mut [u8]) -> usize {
        match (&self.origin, &self.buffer) {
            (Origin::Slice, Buffer::Lent(bytes)) => {
                let rest = usize::try_from(offset).ok().and_then(|at| bytes.get(at..)).unwrap_or_default();
                let n = rest.len().min(buf.len());
                if let (Some(to), Some(from)) = (buf.get_mut(..n), rest.get(..n)) {
                    to.copy_from_slice(from);
                }
                n
            }
            (Origin::File { file, .. }, _) => {
                let mut n = 0;
                while let Some(room) = buf.get_mut(n..).filter(|room| !room.is_empty()) {
                    match read_at(file, room, offset + n as u64) {
                        Ok(0) => break,
                        Ok(more) => n += more,
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                        Err(_) => break,
                    }
                }
                n
            }
            _ => 0,
        }
    }

    /// What broke the stream that a lent slice was taken from.
    pub(super) fn at_end(&self) -> Option<Fault> {
        self.broken.clone()
    }

    /// Goes to `offset`; whether it could. A stream cannot.
    pub(super) fn seek(&mut self, offset: u64) -> bool {
        match &mut self.origin {
            Origin::Slice => self.pos = usize::try_from(offset).map_or(self.end, |at| at.min(self.end)),
            Origin::File { at, .. } => {
                *at = offset;
                (self.pos, self.end) = (0, 0);
            }
            Origin::Stream(_) => return false,
        }
        self.trace.0.offset.set(offset);
        self.eof = false;
        self.pending = None;
        self.trace.0.fault.replace(None);
        true
    }

    /// The bytes ahead: at least `want` (no more than [`BUFFER`]) unless the input ends or breaks before.
    #[inline]
    pub(super) fn peek(&mut self, want: usize) -> &[u8] {
        while self.end - self.pos < want && self.refill() {}
        self.ahead()
    }

    /// The same, copied into an array of zeros, and how many bytes there were.
    pub(super) fn head<const N: usize>(&mut self) -> ([u8; N], usize) {
        let mut block = [0; N];
        let n = self.peek(N).len().min(N);
        if let (Some(to), Some(from)) = (block.get_mut(..n), self.ahead().get(..n)) {
            to.copy_from_slice(from);
        }
        (block, n)
    }

    /// Takes `N` bytes, if there are so many.
    #[inline]
    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let array = *self.peek(N).first_chunk()?;
        self.consume(N);
        Some(array)
    }

    /// Why there are fewer bytes than `what` needs: what broke the input, or its early end.
    pub(super) fn short(&self, what: &str) -> Fault {
        self.pending.clone().unwrap_or_else(|| {
            Fault::new(GapKind::Truncated, format!("{what} ends early, at offset {}", self.offset() + self.rest()))
        })
    }

    /// What broke the input, when nothing is left before it.
    pub(super) fn broken(&mut self) -> Option<Fault> {
        if self.peek(1).is_empty() { self.pending.clone() } else { None }
    }

    /// Passes over up to `count` bytes; how many there were.
    #[inline]
    pub(super) fn skip(&mut self, count: u64) -> u64 {
        if count > self.rest() {
            return self.skip_far(count);
        }
        self.consume(count as usize);
        count
    }

    fn skip_far(&mut self, count: u64) -> u64 {
        let mut left = count - self.jump(count);
        while left > 0 {
            let n = usize::try_from(left).unwrap_or(usize::MAX).min(self.peek(1).len());
            if n == 0 {
                break;
            }
            self.consume(n);
            left -= n as u64;
        }
        count - left
    }

    /// Goes on in a file without reading what is passed over, if that is more than is buffered; how far.
    fn jump(&mut self, count: u64) -> u64 {
        let Origin::File { file, at } = &mut self.origin else { return 0 };
        let ahead = (self.end - self.pos) as u64;
        // Most entries are shorter than what is buffered, and need not ask how long the file is.
        let length = if count > ahead { file.metadata().map_or(0, |metadata| metadata.len()) } else { 0 };
        let beyond = count.saturating_sub(ahead).min(length.saturating_sub(*at));
        if beyond == 0 {
            return 0;
        }
        *at += beyond;
        (self.pos, self.end) = (0, 0);
        self.trace.0.offset.set(self.trace.offset() + ahead + beyond);
        ahead + beyond
    }

    /// Passes over zero bytes.
    pub(super) fn skip_zeros(&mut self) {
        loop {
            let ahead = self.peek(1);
            let zeros = ahead.iter().position(|b| *b != 0).unwrap_or(ahead.len());
            let more = zeros > 0 && zeros == ahead.len();
            self.consume(zeros);
            if !more {
                return;
            }
        }
    }

    fn rest(&self) -> u64 {
        (self.end - self.pos) as u64
    }

    #[inline]
    fn ahead(&self) -> &[u8] {
        let all = match &self.buffer {
            Buffer::Lent(bytes) => bytes,
            Buffer::Own(bytes) => bytes.as_slice(),
        };
        all.get(self.pos..self.end).unwrap_or(&[])
    }

    /// Reads once more behind what is buffered; whether that brought anything.
    #[cold]
    fn refill(&mut self) -> bool {
        if self.eof {
            return false;
        }
        let Buffer::Own(buffer) = &mut self.buffer else {
            self.eof = true;
            self.pending.clone_from(&self.broken);
            return false;
        };
        if buffer.len() != BUFFER && self.end - self.pos <= BUFFER / 2 {
            // The first use, or the end of a longer head: from here on one small buffer is enough.
            let mut fresh = vec![0; BUFFER];
            let rest = buffer.get(self.pos..self.end).unwrap_or(&[]);
            if let Some(to) = fresh.get_mut(..rest.len()) {
                to.copy_from_slice(rest);
            }
            (self.pos, self.end, *buffer) = (0, rest.len(), fresh);
        } else if self.pos > 0 {
            buffer.copy_within(self.pos..self.end, 0);
            (self.pos, self.end) = (0, self.end - self.pos);
        }
        let Some(room) = buffer.get_mut(self.end..).filter(|room| !room.is_empty()) else { return false };
        let most = room.len().min(READ);
        match read_some(&mut self.origin, &mut room[..most]) {
            Ok(n) => {
                self.end += n;
                self.eof = n == 0;
            }
            Err(error) => {
                self.eof = true;
                self.pending = Some(Fault::of(&error));
            }
        }
        !self.eof
    }
}

fn read_some(origin: &mut Origin<'_>, room: &mut [u8]) -> io::Result<usize> {
    loop {
        let read = match origin {
            Origin::Slice => Ok(0),
            Origin::File { file, at } => read_at(file, room, *at).inspect(|n| *at += *n as u64),
            Origin::Stream(stream) => stream.read(room),
        };
        match read {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

#[cfg(unix)]
fn read_at(file: &File, room: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, room, at)
}

#[cfg(windows)]
fn read_at(file: &File, room: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, room, at)
}

/// Reads through a reader's own buffer.
pub(super) fn read_ahead(reader: &mut impl BufRead, buf: &mut [u8]) -> io::Result<usize> {
    let ahead = reader.fill_buf()?;
    let n = ahead.len().min(buf.len());
    if let (Some(to), Some(from)) = (buf.get_mut(..n), ahead.get(..n)) {
        to.copy_from_slice(from);
    }
    reader.consume(n);
    Ok(n)
}

impl Read for Input<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        read_ahead(self, buf)
    }
}

impl BufRead for Input<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if let Some(fault) = self.broken() {
            self.trace.0.fault.replace(Some(fault.clone()));
            return Err(fault.to_error());
        }
        Ok(self.ahead())
    }

    #[inline]
    fn consume(&mut self, count: usize) {
        let count = count.min(self.end - self.pos);
        self.pos += count;
        self.trace.0.offset.set(self.trace.offset() + count as u64);
    }
}
