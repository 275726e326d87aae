//! Windows of one text that are looked at side by side.

use std::io::Read;

use crate::pipeline::{Piece, Windows};

/// Some windows in a row, in memory that is used again.
pub(super) struct Batch {
    windows: Vec<(Vec<u8>, Piece)>,
    spare: Vec<Vec<u8>>,
    most: usize,
}

impl Batch {
    /// Of up to `most` windows.
    pub(super) fn new(most: usize) -> Self {
        Self { windows: Vec::new(), spare: Vec::new(), most }
    }

    /// Takes the next window, and more as long as `ready` says that they can be had without waiting; whether there are
    /// any.
    pub(super) fn fill<R: Read>(&mut self, windows: &mut Windows<'_, R>, ready: &dyn Fn() -> bool) -> bool {
        self.spare.extend(self.windows.drain(..).map(|(buffer, _)| buffer));
        while self.windows.len() < self.most {
            let mut buffer = self.spare.pop().unwrap_or_default();
            let first = self.windows.is_empty();
            let piece = if first { windows.next(&mut buffer) } else { windows.next_ready(&mut buffer, ready) };
            let Some(piece) = piece else { break };
            self.windows.push((buffer, piece));
        }
        !self.windows.is_empty()
    }

    /// The windows, each with its buffer.
    pub(super) fn windows(&self) -> &[(Vec<u8>, Piece)] {
        &self.windows
    }
}
