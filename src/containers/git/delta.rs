//! git's deltas: a version as stretches of another and new bytes (gitformat-pack, "Deltified representation").

use crate::model::Kept;

/// What is wrong with a delta.
pub type Wrong = &'static str;

/// Makes the version that `delta` describes out of `base`: its bytes into `out`, the stretches taken over into `kept`.
///
/// # Errors
/// What is wrong with the delta; `out` holds what was made before.
pub fn apply(base: &[u8], delta: &[u8], out: &mut Vec<u8>, kept: &mut Vec<Kept>) -> Result<(), Wrong> {
    out.clear();
    kept.clear();
    let mut ops = Ops::new(delta)?;
    if ops.base != base.len() as u64 {
        return Err("a delta speaks of a base of another size");
    }
    let size = usize::try_from(ops.size).map_err(|_| "a delta of an impossible size")?;
    while let Some(op) = ops.next_op()? {
        match op {
            Op::Copy { from, length } => {
                let stretch = base.get(from..from.saturating_add(length));
                let stretch = stretch.ok_or("a delta copies what its base does not have")?;
                kept.push(Kept { from, to: out.len(), length });
                out.extend_from_slice(stretch);
            }
            Op::Insert(bytes) => out.extend_from_slice(bytes),
        }
        if out.len() > size {
            return Err("a delta makes more than it says");
        }
    }
    if out.len() == size { Ok(()) } else { Err("a delta makes less than it says") }
}

/// The size in bytes of what a delta makes.
///
/// # Errors
/// When its two lengths are cut short or beyond 63 bits.
pub fn size(delta: &[u8]) -> Result<u64, Wrong> {
    Ok(Ops::new(delta)?.size)
}

/// One instruction.
pub(super) enum Op<'a> {
    /// A stretch of the base.
    Copy { from: usize, length: usize },
    /// New bytes.
    Insert(&'a [u8]),
}

/// The instructions of a delta.
pub(super) struct Ops<'a> {
    bytes: &'a [u8],
    /// Bytes of the base.
    base: u64,
    /// Bytes of what is made.
    size: u64,
}

impl<'a> Ops<'a> {
    /// Reads the two lengths that a delta begins with.
    pub(super) fn new(delta: &'a [u8]) -> Result<Self, Wrong> {
        let mut ops = Self { bytes: delta, base: 0, size: 0 };
        (ops.base, ops.size) = (ops.length()?, ops.length()?);
        Ok(ops)
    }

    fn byte(&mut self) -> Result<u8, Wrong> {
        let (first, rest) = self.bytes.split_first().ok_or("a delta ends in the middle")?;
        self.bytes = rest;
        Ok(*first)
    }

    /// Seven bits a byte, lowest first.
    fn length(&mut self) -> Result<u64, Wrong> {
        let mut length = 0u64;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            length |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(length);
            }
        }
        Err("a delta of an impossible size")
    }

    /// The bytes of a number that `flags` say are there, lowest first.
    fn number(&mut self, flags: u8, bytes: u32) -> Result<usize, Wrong> {
        let mut number = 0;
        for i in 0..bytes {
            if flags >> i & 1 != 0 {
                number |= usize::from(self.byte()?) << (8 * i);
            }
        }
        Ok(number)
    }

    /// The next instruction; `None` at the end.
    pub(super) fn next_op(&mut self) -> Result<Option<Op<'a>>, Wrong> {
        if self.bytes.is_empty() {
            return Ok(None);
        }
        match self.byte()? {
            0 => Err("a delta with an unknown instruction"),
            flags if flags & 0x80 != 0 => {
                let from = self.number(flags, 4)?;
                let length = match self.number(flags >> 4 & 7, 3)? {
                    0 => 0x10000,
                    length => length,
                };
                Ok(Some(Op::Copy { from, length }))
            }
            length => {
                let bytes = self.bytes.split_at_checked(usize::from(length));
                let (insert, rest) = bytes.ok_or("a delta ends in the middle")?;
                self.bytes = rest;
                Ok(Some(Op::Insert(insert)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_version_is_made_and_its_stretches_are_told() {
        // 11 bytes to 10: copy 0..5, insert "XY", copy 8..11.
        let delta = [11, 10, 0x90, 5, 2, b'X', b'Y', 0x91, 8, 3];
        let (mut out, mut kept) = (Vec::new(), Vec::new());
        apply(b"hello world", &delta, &mut out, &mut kept).unwrap();
        assert_eq!(out, b"helloXYrld");
        assert_eq!(kept, [Kept { from: 0, to: 0, length: 5 }, Kept { from: 8, to: 7, length: 3 }]);
        assert_eq!(size(&delta).unwrap(), 10);
    }

    proptest! {
        #[test]
        fn no_delta_is_trusted(base in proptest::collection::vec(any::<u8>(), 0..64), delta in proptest::collection::vec(any::<u8>(), 0..64)) {
            let (mut out, mut kept) = (Vec::new(), Vec::new());
            if apply(&base, &delta, &mut out, &mut kept).is_ok() {
                for stretch in kept {
                    prop_assert_eq!(&out[stretch.to..stretch.end()], &base[stretch.from..stretch.from + stretch.length]);
                }
            }
        }
    }
}
