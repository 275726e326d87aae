//! Stretches of a zip whose length is known only at their end.

use std::io::{self, BufRead, Read};

use memchr::memmem;

use super::record::{CENTRAL, DESCRIPTOR, END, END64, Local, u32_at, u64_at};
use crate::containers::Fault;
use crate::containers::input::{BUFFER, Input, Trace, read_ahead};

/// Where a stretch ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// Nowhere: the decoder knows.
    Never,
    /// After so many bytes.
    After(u64),
    /// Before the descriptor that gives its length.
    Descriptor,
    /// Before the next record, or after so many bytes at most.
    Record(u64),
}

/// Bytes of a zip up to a [`Stop`].
pub(super) struct Until<'i, 'a> {
    input: &'i mut Input<'a>,
    stop: Stop,
    taken: u64,
    clear: usize,
    done: bool,
    fault: Option<Fault>,
}

impl<'i, 'a> Until<'i, 'a> {
    /// The stretch that begins at the input's next byte.
    pub(super) fn new(input: &'i mut Input<'a>, stop: Stop) -> Self {
        Self { input, stop, taken: 0, clear: 0, done: false, fault: None }
    }

    /// Passes over what was not read.
    ///
    /// # Errors
    /// The fault that cut it short, unless its reader was told of it before.
    pub(super) fn finish(&mut self) -> Result<(), Fault> {
        while self.fault.is_none() {
            let n = self.fill_buf().map_err(|e| Fault::of(&e))?.len();
            if n == 0 {
                break;
            }
            self.consume(n);
        }
        Ok(())
    }

    /// Whether all of it was read.
    pub(super) fn is_empty(&mut self) -> bool {
        self.fault.is_some() || self.ahead() == 0
    }

    /// Whether its reader was told that it is cut short.
    pub(super) fn is_cut(&self) -> bool {
        self.fault.is_some()
    }

    /// A handle on the input.
    pub(super) fn trace(&self) -> Trace {
        self.input.trace()
    }

    /// Bytes read.
    pub(super) fn taken(&self) -> u64 {
        self.taken
    }

    /// Bytes ahead that surely belong to the stretch; zero at its end, or where the input ends.
    fn ahead(&mut self) -> usize {
        if self.clear == 0 && !self.done {
            self.clear = self.measure();
        }
        self.clear
    }

    fn measure(&mut self) -> usize {
        let (taken, stop) = (self.taken, self.stop);
        let window = self.input.peek(LOOK);
        let window = window.get(..BUFFER).unwrap_or(window);
        let (ended, most, magic) = match stop {
            Stop::Never => return window.len(),
            Stop::After(length) => return clamp(window, length - taken),
            Stop::Descriptor => (describes(window, taken), u64::MAX, &DESCRIPTOR[..]),
            Stop::Record(most) => (taken > 0 && is_record(window), most - taken, &b"PK"[..]),
        };
        self.done = ended || most == 0;
        if self.done {
            return 0;
        }
        let next = memmem::find(window.get(1..).unwrap_or(&[]), magic).map(|at| at + 1);
        // The last bytes of the window may begin a magic.
        let all = if window.len() < LOOK { window.len() } else { window.len() - (magic.len() - 1) };
        next.unwrap_or(all).min(clamp(window, most))
    }

    /// Whether a stretch that has nothing ahead is complete.
    fn complete(&self) -> bool {
        match self.stop {
            Stop::Never => false,
            Stop::After(length) => self.taken == length,
            Stop::Descriptor => self.done,
            Stop::Record(_) => true,
        }
    }
}

/// Bytes that must be seen of a magic and what follows it to judge it.
const LOOK: usize = 64;

fn clamp(bytes: &[u8], most: u64) -> usize {
    bytes.len().min(usize::try_from(most).unwrap_or(usize::MAX))
}

/// Whether the descriptor at the front of `bytes` is that of an entry of `length` bytes.
fn describes(bytes: &[u8], length: u64) -> bool {
    let short = bytes.len() >= 16 && u64::from(u32_at(bytes, 8)) == length;
    let long = bytes.len() >= 24 && u64_at(bytes, 8) == length;
    bytes.starts_with(&DESCRIPTOR) && (short || long)
}

/// Whether a record that the walk understands begins here.
pub(super) fn is_record(bytes: &[u8]) -> bool {
    let begins = |magic: [u8; 4]| bytes.starts_with(&magic);
    Local::plausible(bytes) || begins(CENTRAL) && bytes.len() >= 46 || begins(END) && bytes.len() >= 22 || begins(END64)
}

impl Read for Until<'_, '_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        read_ahead(self, buf)
    }
}

impl BufRead for Until<'_, '_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let n = self.ahead();
        let broken = n == 0 && (self.input.broken().is_some() || !self.complete());
        if broken {
            return Err(self.fault.insert(self.input.short("zip: the entry")).to_error());
        }
        let ahead = self.input.peek(n);
        Ok(ahead.get(..n).unwrap_or(ahead))
    }

    fn consume(&mut self, count: usize) {
        let count = count.min(self.clear);
        self.clear -= count;
        self.taken += count as u64;
        self.input.consume(count);
    }
}
