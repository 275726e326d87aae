//! The decoders that the signs ask: quotes, `&` and characters beyond ASCII are in most texts, and seldom begin anything.

use std::ops::Range;

use super::html::Html;
use super::joined::Joined;
use super::marked::Marked;
use super::signs::{Asked, Signs};
use super::unicode::Unicode;

const ASKED: Asked = Asked { joint: begins::<Joined>, reference: begins::<Html>, unicode: begins::<Unicode> };

fn begins<M: Marked>(bytes: &[u8], at: usize) -> bool {
    M::starter(bytes, at).is_some()
}

impl Signs {
    /// The signs of all of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let mut signs = Self::default();
        signs.read(bytes, 0..bytes.len());
        signs
    }

    /// Reads the signs that stand in `range` of `bytes`, and in the blocks that it touches. What was read before is gone.
    pub fn read(&mut self, bytes: &[u8], range: Range<usize>) {
        self.read_asking(&ASKED, bytes, range);
    }
}
