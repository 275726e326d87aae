//! Windows of one text that are looked at side by side.

use std::io::Read;

use super::windows::{Piece, Windows};

/// Some windows in a row, in memory that is used again.
#[derive(Default)]
pub struct Batch {
    windows: Vec<(Vec<u8>, Piece)>,
    spare: Vec<Vec<u8>>,
    most: usize,
}

impl Batch {
    /// Of up to `most` windows.
    pub fn new(most: usize) -> Self {
        Self::default().of(most)
    }

    /// The same, of up to `most` windows.
    pub fn of(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// Takes the next window, and more as long as `ready` says that they can be had without waiting; whether there are
    /// any.
    pub fn fill<R: Read>(&mut self, windows: &mut Windows<'_, R>, ready: &dyn Fn() -> bool) -> bool {
        self.clear();
        self.take(|buffer| windows.next(buffer)) && self.more(windows, ready)
    }

    /// Takes the windows that can be had without waiting; whether there are any.
    pub fn fill_ready<R: Read>(&mut self, windows: &mut Windows<'_, R>, ready: &dyn Fn() -> bool) -> bool {
        self.clear();
        self.more(windows, ready)
    }

    fn more<R: Read>(&mut self, windows: &mut Windows<'_, R>, ready: &dyn Fn() -> bool) -> bool {
        while self.windows.len() < self.most && self.take(|buffer| windows.next_ready(buffer, ready)) {}
        !self.is_empty()
    }

    fn take(&mut self, next: impl FnOnce(&mut Vec<u8>) -> Option<Piece>) -> bool {
        let mut buffer = self.spare.pop().unwrap_or_default();
        let piece = next(&mut buffer);
        let is_there = piece.is_some();
        self.windows.extend(piece.map(|piece| (buffer, piece)));
        is_there
    }

    /// Lets the windows go.
    pub fn clear(&mut self) {
        self.spare.extend(self.windows.drain(..).map(|(buffer, _)| buffer));
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.windows.is_empty()
    }

    /// The windows, each with its buffer.
    pub fn windows(&self) -> &[(Vec<u8>, Piece)] {
        &self.windows
    }
}
