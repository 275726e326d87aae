//! A version put together out of another, and what it took over from it.

use super::object::Damage;
use crate::containers::{DeltaOp as Op, DeltaOps as Ops};
use crate::model::Kept;

/// Makes the version that `delta` describes out of `base`: its bytes into `out`, the stretches taken over into `kept`.
pub(super) fn apply(base: &[u8], delta: &[u8], out: &mut Vec<u8>, kept: &mut Vec<Kept>) -> Result<(), Damage> {
    out.clear();
    kept.clear();
    let mut ops = Ops::new(delta).map_err(Damage::Corrupt)?;
    if ops.base != base.len() as u64 {
        return Err(Damage::Corrupt("a delta speaks of a base of another size"));
    }
    let size = usize::try_from(ops.size).map_err(|_| Damage::Corrupt("a delta of an impossible size"))?;
    while let Some(op) = ops.next_op().map_err(Damage::Corrupt)? {
        match op {
            Op::Copy { from, length } => {
                let stretch = base.get(from..from.saturating_add(length));
                let stretch = stretch.ok_or(Damage::Corrupt("a delta copies what its base does not have"))?;
                kept.push(Kept { from, to: out.len(), length });
                out.extend_from_slice(stretch);
            }
            Op::Insert(bytes) => out.extend_from_slice(bytes),
        }
        if out.len() > size {
            return Err(Damage::Corrupt("a delta makes more than it says"));
        }
    }
    if out.len() == size { Ok(()) } else { Err(Damage::Corrupt("a delta makes less than it says")) }
}

/// The size of what a delta makes.
pub(super) fn result_size(delta: &[u8]) -> Result<u64, Damage> {
    Ok(Ops::new(delta).map_err(Damage::Corrupt)?.size)
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
        assert_eq!(result_size(&delta).unwrap(), 10);
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
