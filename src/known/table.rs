//! Finds, in one pass over the bytes, every place where a form may stand.
//!
//! The pass looks at four bytes at every fourth position and tests one bit of a table. A form's first seven bytes hold
//! four neighbours in a row of every such position, wherever the form begins; seven further bytes show a form that is
//! broken within its first ones. An automaton over all forms of ten thousand secrets has millions of states and waits
//! for memory at every byte.

use std::ops::Range;

/// Positions that are looked at.
const STRIDE: usize = 4;

/// Offsets of the four bytes in a form.
const OFFSETS: [usize; 8] = [0, 1, 2, 3, 7, 8, 9, 10];

/// How far after its start a form can show itself: over a line's end and the dress of the next line.
const AHEAD: usize = 512;

/// Forms that are shorter have no second part.
const TWO_PARTS: usize = 16;

/// Four bytes of a form.
#[derive(Clone, Copy)]
struct Gram {
    hash: u32,
    form: u32,
    offset: u32,
}

/// The table of all forms.
pub(super) struct Table {
    bits: Box<[u64]>,
    /// How far a hash is shifted to be a bit's number.
    shift: u32,
    /// Sorted by hash.
    grams: Vec<Gram>,
    /// Where each value of the upper 16 bits of a hash begins in `grams`.
    heads: Box<[u32]>,
}

impl Table {
    pub(super) fn new<'a>(forms: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut grams: Vec<Gram> = (0u32..).zip(forms).flat_map(|(number, form)| grams(number, form)).collect();
        grams.sort_unstable_by_key(|gram| (gram.hash, gram.form, gram.offset));
        let log = (grams.len().max(1) * 32).next_power_of_two().ilog2().clamp(15, 24);
        let mut bits = vec![0u64; 1 << (log - 6)].into_boxed_slice();
        let shift = 32 - log;
        for gram in &grams {
            let bit = gram.hash >> shift;
            bits[(bit >> 6) as usize] |= 1 << (bit & 63);
        }
        let heads = (0..=1u64 << 16).map(|upper| grams.partition_point(|g| u64::from(g.hash >> 16) < upper) as u32);
        let heads = heads.collect();
        Self { bits, shift, grams, heads }
    }

    /// Calls `found` with a form's number, an offset in it and the place where its bytes there stand.
    pub(super) fn find(&self, bytes: &[u8], core: Range<usize>, mut found: impl FnMut(usize, usize, usize)) {
        let end = (core.end + AHEAD).min(bytes.len());
        let Some(part) = bytes.get(core.start..end) else { return };
        let (words, _) = part.as_chunks::<STRIDE>();
        for (i, word) in words.iter().enumerate() {
            let hash = hash(*word);
            let bit = hash >> self.shift;
            if self.bits[(bit >> 6) as usize] >> (bit & 63) & 1 != 0 {
                self.confirm(hash, core.start + STRIDE * i, &mut found);
            }
        }
    }

    /// Calls `found` with the number and the offset of every form that may stand with its bytes there at `at`.
    pub(super) fn at(&self, bytes: &[u8], at: usize, mut found: impl FnMut(usize, usize)) {
        if let Some(four) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
            self.confirm(hash(*four), at, &mut |form, offset, _| found(form, offset));
        }
    }

    #[cold]
    #[inline(never)]
    fn confirm(&self, hash: u32, at: usize, found: &mut impl FnMut(usize, usize, usize)) {
        let upper = (hash >> 16) as usize;
        let bucket = &self.grams[self.heads[upper] as usize..self.heads[upper + 1] as usize];
        let from = bucket.partition_point(|gram| gram.hash < hash);
        for gram in bucket[from..].iter().take_while(|gram| gram.hash == hash) {
            found(gram.form as usize, gram.offset as usize, at);
        }
    }
}

fn grams(number: u32, form: &[u8]) -> impl Iterator<Item = Gram> {
    let offsets = if form.len() < TWO_PARTS { &OFFSETS[..4] } else { &OFFSETS[..] };
    offsets.iter().filter_map(move |offset| {
        let four = form.get(*offset..)?.first_chunk::<STRIDE>()?;
        Some(Gram { hash: hash(*four), form: number, offset: *offset as u32 })
    })
}

/// A multiplication by an odd number loses nothing: equal hashes are equal bytes.
#[inline(always)]
fn hash(four: [u8; STRIDE]) -> u32 {
    u32::from_le_bytes(four).wrapping_mul(0x9e37_79b1)
}
