//! The bytes that an entry of an archive stores as they are.

use std::io::{self, Read};

use super::Fault;
use super::input::Input;

/// The stored bytes of one entry.
pub(super) struct Stored<'i, 'a> {
    pub(super) input: &'i mut Input<'a>,
    /// Bytes not read yet.
    pub(super) left: u64,
    /// Whose bytes they are, for the words of a fault: `tar: the entry`.
    what: &'static str,
    /// Why there will be no more, once the reader was told.
    pub(super) fault: Option<Fault>,
}

impl<'i, 'a> Stored<'i, 'a> {
    /// The next `size` bytes of the input.
    pub(super) fn new(input: &'i mut Input<'a>, size: u64, what: &'static str) -> Self {
        Self { input, left: size, what, fault: None }
    }

    /// Passes over what was not read.
    ///
    /// # Errors
    /// The fault that cut the entry short, unless its reader was told of it before.
    pub(super) fn finish(&mut self) -> Result<(), Fault> {
        if self.fault.is_some() {
            return Ok(());
        }
        self.left -= self.input.skip(self.left);
        if self.left > 0 { Err(self.input.short(self.what)) } else { Ok(()) }
    }

    /// Whether the entry was cut short.
    pub(super) fn is_cut(&self) -> bool {
        self.left > 0
    }
}

impl Read for Stored<'_, '_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 || buf.is_empty() {
            return Ok(0);
        }
        let n = self.input.by_ref().take(self.left).read(buf).unwrap_or(0);
        self.left -= n as u64;
        if n > 0 {
            return Ok(n);
        }
        // The same error again and again, to whoever asks again.
        Err(self.fault.insert(self.input.short(self.what)).to_error())
    }
}
