//! A stream cut into windows that overlap by as far as anything looks, so that the cuts change nothing.

use std::io::{self, ErrorKind, Read};
use std::ops::Range;

use super::cut::settled;
use crate::decoders::{Carry, Input, carry_after};
use crate::engine::REACH;

/// Bytes that belong to one window alone. With its context a window fits into 2 MiB, as much as processors have of fast
/// memory for a core: every decoder goes over it.
pub const CORE: usize = 3 << 19;

/// Bytes of context to each side: the engine's reach, four times over for what an encoding makes longer.
pub const CONTEXT: usize = 4 * REACH;

/// A window: a buffer, and where it stands in its blob.
#[derive(Clone)]
pub struct Piece {
    /// Position among the blob's windows, from 0.
    pub number: usize,
    /// Absolute offset of the buffer's first byte.
    pub base: u64,
    /// The part that belongs to this window alone.
    pub core: Range<usize>,
    /// What is known of the bytes before the buffer.
    pub carry: Carry,
    /// Whether its first byte may be a file's.
    pub begins: bool,
    last: bool,
    early: bool,
}

impl Piece {
    /// A blob that is held whole.
    pub fn whole(bytes: &[u8]) -> Self {
        let core = 0..bytes.len();
        Self { number: 0, base: 0, core, carry: Carry::default(), begins: true, last: true, early: false }
    }

    /// A name.
    pub fn name(bytes: &[u8]) -> Self {
        Self { begins: false, ..Self::whole(bytes) }
    }

    /// The same under another number.
    pub(super) fn numbered(&self, number: usize) -> Self {
        Self { number, ..self.clone() }
    }

    /// Whether its lines come again, with what follows them: see [`Windows::telling_early`].
    pub fn is_early(&self) -> bool {
        self.early
    }

    /// Whether nothing comes after it.
    pub fn is_last(&self) -> bool {
        self.last
    }
}

/// Whether the end of a line is the beginning of a value that goes on.
pub type Begins<'a> = &'a (dyn Fn(&[u8]) -> bool + Sync);

/// What one read of a stream of lines takes at most.
const READ: usize = 256 << 10;

/// Bytes of lines that are given out early.
const EARLY: usize = 4 << 10;

/// Bytes that a buffer makes room for at first; then as many as it holds.
const FIRST: usize = 8 << 10;

/// How reading ended.
enum Filled {
    /// A line may be given out, which ends here.
    Settled(usize),
    /// There are whole lines that are not settled.
    Early,
    /// The stream is at its end, or a window is full.
    Full,
    /// There is none, and the next one is not to be waited for.
    Waiting,
}

/// Cuts a stream.
pub struct Windows<'a, R> {
    /// Where to cut as soon as lines are there, instead of waiting for a whole window.
    lines: Option<Begins<'a>>,
    /// Where the lines ended that were given out early last, where that is wanted.
    early: Option<u64>,
    reader: R,
    /// The bytes that the next buffer begins with: context, and what was read ahead.
    kept: Vec<u8>,
    /// How many of them were in the core of a window before.
    seen: usize,
    base: u64,
    carry: Carry,
    number: usize,
    core: usize,
    finished: bool,
    error: Option<io::Error>,
    bytes: u64,
}

impl<'a, R: Read> Windows<'a, R> {
    /// Begins with what was read of the stream already.
    pub fn new(begun: Vec<u8>, reader: R) -> Self {
        Self::with_core(begun, reader, CORE)
    }

    /// Begins a stream that is cut after lines as soon as they are there.
    pub fn by_lines(begun: Vec<u8>, reader: R, begins: Begins<'a>) -> Self {
        Self { lines: Some(begins), ..Self::new(begun, reader) }
    }

    /// Gives lines out early that are not settled, before what follows is waited for. They come again.
    pub fn telling_early(self) -> Self {
        Self { early: Some(u64::MAX), ..self }
    }

    fn with_core(begun: Vec<u8>, reader: R, core: usize) -> Self {
        Self {
            lines: None,
            early: None,
            reader,
            kept: begun,
            seen: 0,
            base: 0,
            carry: Carry::default(),
            number: 0,
            core,
            finished: false,
            error: None,
            bytes: 0,
        }
    }

    /// Fills `buffer` with the next window. `None` at the end of the stream.
    ///
    /// A read error ends the stream as its end does; [`Windows::finish`] tells it, so that what came before is
    /// scanned.
    pub fn next(&mut self, buffer: &mut Vec<u8>) -> Option<Piece> {
        self.next_ready(buffer, &|| true)
    }

    /// The same, and `None` as well when a stream of lines has none yet and `ready` says that reading on would wait.
    pub fn next_ready(&mut self, buffer: &mut Vec<u8>, ready: &dyn Fn() -> bool) -> Option<Piece> {
        if self.finished {
            return None;
        }
        let wanted = self.seen + self.core + CONTEXT;
        let mut filled = self.begin(buffer);
        let ended = match self.lines {
            Some(begins) => self.fill_lines(buffer, &mut filled, wanted, begins, ready),
            None => self.fill(buffer, &mut filled, wanted),
        };
        buffer.truncate(filled);
        let cut = match ended {
            Filled::Waiting => {
                self.kept.append(buffer);
                return None;
            }
            Filled::Early => return Some(self.early_piece(buffer)),
            Filled::Settled(end) => Some(end),
            Filled::Full => None,
        };
        let ended = cut.is_none() && buffer.len() < wanted;
        let end = cut.unwrap_or(if ended { buffer.len() } else { self.seen + self.core });
        let piece = Piece {
            number: self.number,
            base: self.base,
            core: self.seen..end,
            carry: self.carry,
            begins: true,
            last: ended,
            early: false,
        };
        self.finished = ended;
        self.bytes += piece.core.len() as u64;
        self.number += 1;
        if !ended {
            let from = end.saturating_sub(CONTEXT);
            self.carry = carry_after(&Input { bytes: buffer, base: self.base, carry: self.carry }, from);
            self.kept.extend_from_slice(&buffer[from..]);
            self.seen = end - from;
            self.base += from as u64;
        }
        Some(piece)
    }

    /// All that is there, and kept.
    fn early_piece(&mut self, buffer: &[u8]) -> Piece {
        self.kept.extend_from_slice(buffer);
        let (number, base, carry) = (self.number, self.base, self.carry);
        Piece { number, base, core: self.seen..buffer.len(), carry, begins: true, last: false, early: true }
    }

    /// Whether `buffer` ends with a line that is not settled and was not given out before.
    fn ends_early(&mut self, buffer: &[u8]) -> bool {
        let (lines, end) = (&buffer[self.seen..], self.base + buffer.len() as u64);
        let fresh = self.early.is_some_and(|last| last != end) && lines.len() <= EARLY && lines.ends_with(b"\n");
        if fresh {
            self.early = Some(end);
        }
        fresh
    }

    /// Puts what was kept where `buffer` begins; how many bytes that are. What the buffer held before stays behind them
    /// until it is written over, so that no memory is cleared for every window.
    fn begin(&mut self, buffer: &mut Vec<u8>) -> usize {
        let filled = self.kept.len();
        match buffer.get_mut(..filled) {
            Some(front) => {
                front.copy_from_slice(&self.kept);
                self.kept.clear();
            }
            None => {
                buffer.clear();
                buffer.append(&mut self.kept);
            }
        }
        filled
    }

    /// Reads once, into `room` bytes or more, at most to `end`; whether there is more to come.
    fn read(&mut self, buffer: &mut Vec<u8>, filled: &mut usize, room: usize, end: usize) -> bool {
        if buffer.len() < end.min(*filled + room) {
            buffer.resize(end.min(*filled + room), 0);
        }
        let end = end.min(buffer.len());
        match self.reader.read(&mut buffer[*filled..end]) {
            Ok(count) => {
                *filled += count;
                count > 0
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => true,
            Err(error) => {
                self.error = Some(error);
                false
            }
        }
    }

    fn fill(&mut self, buffer: &mut Vec<u8>, filled: &mut usize, wanted: usize) -> Filled {
        while *filled < wanted && self.read(buffer, filled, *filled + FIRST, wanted) {}
        Filled::Full
    }

    /// Reads until there is a line that may be given out.
    fn fill_lines(
        &mut self,
        buffer: &mut Vec<u8>,
        filled: &mut usize,
        wanted: usize,
        begins: Begins<'_>,
        ready: &dyn Fn() -> bool,
    ) -> Filled {
        while *filled < wanted && self.error.is_none() {
            if !ready() {
                return Filled::Waiting;
            }
            if self.ends_early(&buffer[..*filled]) {
                return Filled::Early;
            }
            let length = *filled;
            if !self.read(buffer, filled, READ, wanted.min(length + READ)) {
                return Filled::Full;
            }
            let lines = memchr::memchr(b'\n', &buffer[length..*filled]).is_some();
            if let Some(end) = lines.then(|| settled(&buffer[..*filled], self.seen, begins)).flatten() {
                return Filled::Settled(end);
            }
        }
        Filled::Full
    }

    /// Takes back the windows that were given out last, the first from position `from` of its buffer on: what stands
    /// there is needed together with what follows.
    pub fn take_back<'w>(&mut self, mut last: impl Iterator<Item = &'w (Vec<u8>, Piece)> + Clone, from: usize) {
        let all = last.clone();
        let Some((buffer, first)) = last.next() else { return };
        self.kept.clear();
        for (buffer, piece) in all {
            // Windows overlap, so there is no byte between two of them.
            let known = (first.base + self.kept.len() as u64).saturating_sub(piece.base) as usize;
            self.kept.extend_from_slice(buffer.get(known..).unwrap_or_default());
            self.bytes -= piece.core.len() as u64;
        }
        self.bytes += (from - first.core.start) as u64;
        (self.seen, self.base, self.carry, self.number) = (from, first.base, first.carry, first.number);
        self.core = self.core.max(2 * (buffer.len() - from));
        self.finished = false;
    }

    /// Bytes given out so far, each counted once.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The error that ended the stream, if one did.
    pub fn finish(self) -> Option<io::Error> {
        self.error
    }
}
