//! The bytes no entry covers.

use std::io::{self, Read};

use super::header::{BLOCK, Header};
use crate::containers::input::Input;

/// Blocks that belong to no entry, up to the next that is a marked header.
pub(super) struct Stray<'i, 'a> {
    input: &'i mut Input<'a>,
    block: [u8; BLOCK],
    at: usize,
    end: usize,
    first: bool,
}

impl<'i, 'a> Stray<'i, 'a> {
    /// Begins with the block ahead, whatever it is.
    pub(super) fn new(input: &'i mut Input<'a>) -> Self {
        Self { input, block: [0; BLOCK], at: 0, end: 0, first: true }
    }

    /// Passes over what was not read.
    pub(super) fn finish(&mut self) {
        while self.next() {}
    }

    fn next(&mut self) -> bool {
        let (block, n) = self.input.head::<BLOCK>();
        if !self.first && n == BLOCK && Header::marked(&block) && Header::parse(&block).is_some() {
            return false;
        }
        self.first = false;
        self.input.skip(n as u64);
        (self.block, self.at, self.end) = (block, 0, n);
        n > 0
    }
}

impl Read for Stray<'_, '_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let mut given = 0;
        while given < buf.len() && (self.at < self.end || self.next()) {
            let from = self.block.get(self.at..self.end).unwrap_or(&[]);
            let room = buf.get_mut(given..).unwrap_or(&mut []);
            let n = from.len().min(room.len());
            if let (Some(to), Some(from)) = (room.get_mut(..n), from.get(..n)) {
                to.copy_from_slice(from);
            }
            self.at += n;
            given += n;
        }
        Ok(given)
    }
}
