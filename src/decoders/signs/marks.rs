//! What begins with two bytes. Where ordinary text has them often, the decoder itself is asked whether anything begins
//! there.

use super::sign::Sign;

/// Whether a run may begin at a place.
pub(in crate::decoders) type Begins = fn(&[u8], usize) -> bool;

/// The decoders that are asked.
pub(in crate::decoders) struct Asked {
    pub(in crate::decoders) joint: Begins,
    pub(in crate::decoders) reference: Begins,
    pub(in crate::decoders) unicode: Begins,
}

/// Blocks with marked places, which are looked at some at a time: whether a block has any cannot be foreseen, and to branch
/// on it costs more than to write them down.
pub(super) struct Marked {
    blocks: [(usize, u64); Self::MOST],
    count: usize,
}

impl Default for Marked {
    fn default() -> Self {
        Self { blocks: [(0, 0); Self::MOST], count: 0 }
    }
}

impl Marked {
    const MOST: usize = 64;

    /// Takes the block at `at`; whether it is time to [`Marked::drain`].
    #[inline(always)]
    pub(super) fn push(&mut self, at: usize, marks: u64) -> bool {
        self.blocks[self.count % Self::MOST] = (at, marks);
        self.count += usize::from(marks != 0);
        self.count == Self::MOST
    }

    /// Gives all blocks.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = (usize, u64)> {
        self.blocks[..std::mem::take(&mut self.count)].iter().copied()
    }
}

impl Asked {
    /// The signs that begin at the marked places of the block at `at`.
    pub(super) fn signs(&self, bytes: &[u8], at: usize, mut marked: u64) -> u16 {
        let mut signs = 0;
        while marked != 0 {
            signs |= self.begun(bytes, at + marked.trailing_zeros() as usize);
            marked &= marked - 1;
        }
        signs
    }

    fn begun(&self, bytes: &[u8], at: usize) -> u16 {
        const WRITTEN: u16 = Sign::WrittenSequence as u16;
        const ESCAPE: u16 = Sign::Escape as u16;
        match bytes[at..] {
            [b'"' | b'\'', ..] => Sign::Joint.when((self.joint)(bytes, at)),
            [b'&', ..] => Sign::Reference.when((self.reference)(bytes, at)),
            [b'\\', b'u' | b'x' | b'0', ..] => ESCAPE | WRITTEN,
            [b'\\', b'/' | b'1', ..] => ESCAPE,
            [b'\\', b'e', ..] => WRITTEN,
            [b'\\', b'\n', ..] => Sign::Continuation as u16,
            [b'%', b'2'..=b'7', digit, ..] => Sign::Percent.when(digit.is_ascii_hexdigit()),
            [0x1b, b'[', ..] => Sign::Sequence as u16,
            [0xc2 | 0xe2 | 0xef, ..] => Sign::Unicode.when((self.unicode)(bytes, at)),
            _ => 0,
        }
    }
}
