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

impl Asked {
    /// The signs that begin at the marked places of the block at `at`.
    #[inline(never)]
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
