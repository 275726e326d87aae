//! Finds, in one pass over the bytes, every place where a form may stand.
//!
//! The pass looks at six bytes at every third position and tests four bits of one word of a table. A form's first eight
//! bytes hold the six of such a position, wherever the form begins; eight further bytes show a form that is broken within
//! its first ones. Six bytes of some form are met by chance in every line of hexadecimal digits, so the eight that they
//! would be of are looked for in a second table before any form is. An automaton over all forms of ten thousand secrets
//! has millions of states and waits for memory at every byte.

use std::ops::Range;

/// Positions that are looked at.
const STRIDE: usize = 3;

/// Bytes that are looked at together.
const GRAM: usize = 6;

/// Bytes of a form that stand together, or it is not known: those that hold a gram at any of the positions.
pub(super) const PIECE: usize = GRAM + STRIDE - 1;

/// Bytes of one step of the pass.
const BLOCK: usize = 8 * STRIDE;

/// Offsets of such bytes in a form.
const OFFSETS: [usize; 2 * STRIDE] = [0, 1, 2, 8, 9, 10];

/// How far after its start a form can show itself: over a line's end and the dress of the next line.
const AHEAD: usize = 512;

/// Forms that are shorter have no second part.
const TWO_PARTS: usize = 16;

/// Six bytes of a form.
#[derive(Clone, Copy)]
struct Gram {
    hash: u32,
    form: u32,
    offset: u32,
}

/// The table of all forms.
pub(super) struct Table {
    words: Box<[u64]>,
    /// The same of the pieces that grams are of.
    pieces: Box<[u64]>,
    /// How far a hash is shifted to be a word's number.
    shift: u32,
    /// By the upper 16 bits of the hash.
    grams: Box<[Gram]>,
    /// Where each value of those bits begins in `grams`.
    heads: Box<[u32]>,
}

impl Table {
    pub(super) fn new<'a>(forms: impl Iterator<Item = &'a [u8]>) -> Self {
        let (mut grams, mut hashes) = (Vec::new(), Vec::new());
        for (number, form) in (0u32..).zip(forms) {
            grams.extend(grams_of(number, form));
            hashes.extend(pieces_of(form));
        }
        let log = (grams.len().max(1) * 16).next_power_of_two().ilog2().clamp(15, 25) - 6;
        let [mut words, mut pieces] = [(); 2].map(|()| vec![0u64; 1 << log].into_boxed_slice());
        let shift = 32 - log;
        grams.iter().for_each(|gram| set(&mut words, shift, gram.hash));
        hashes.into_iter().for_each(|hash| set(&mut pieces, shift, hash));
        let (grams, heads) = by_upper_bits(&grams);
        Self { words, pieces, shift, grams, heads }
    }

    /// Calls `found` with a form's number, an offset in it and the place where its bytes there stand.
    pub(super) fn find(&self, bytes: &[u8], core: Range<usize>, mut found: impl FnMut(usize, usize, usize)) {
        let end = (core.end + AHEAD).min(bytes.len());
        let mut at = core.start;
        // A block may go on beyond the end: what it shows there is confirmed like the rest.
        while at < end {
            let Some(block) = bytes[at..].first_chunk::<{ BLOCK + 8 }>() else { break };
            for i in (0..BLOCK).step_by(STRIDE) {
                let eight = block[i..].first_chunk().copied().unwrap_or_default();
                let hash = hash(eight);
                if has(&self.words, self.shift, hash) {
                    self.confirm(hash, bytes, at + i, &mut found);
                }
            }
            at += BLOCK;
        }
        while at < end {
            self.at(bytes, at, |form, offset| found(form, offset, at));
            at += STRIDE;
        }
    }

    /// Calls `found` with the number and the offset of every form that may stand with its bytes there at `at`, as far as
    /// there are bytes.
    pub(super) fn at(&self, bytes: &[u8], at: usize, found: impl FnMut(usize, usize)) {
        let rest = bytes.get(at..).unwrap_or_default();
        if let Some(hash) = rest.get(..GRAM).map(hash_of).filter(|hash| has(&self.words, self.shift, *hash)) {
            self.grams_with(hash, found);
        }
    }

    #[cold]
    #[inline(never)]
    fn confirm(&self, hash: u32, bytes: &[u8], at: usize, found: &mut impl FnMut(usize, usize, usize)) {
        let begins = |before: usize| {
            let piece = at.checked_sub(before).and_then(|at| bytes.get(at..)).and_then(<[u8]>::first_chunk);
            piece.is_some_and(|piece| has(&self.pieces, self.shift, hash_of_piece(*piece)))
        };
        // All three are looked up at once, not one after the other.
        if (0..STRIDE).fold(false, |any, before| any | begins(before)) {
            self.grams_with(hash, |form, offset| found(form, offset, at));
        }
    }

    fn grams_with(&self, hash: u32, mut found: impl FnMut(usize, usize)) {
        let upper = (hash >> 16) as usize;
        let bucket = &self.grams[self.heads[upper] as usize..self.heads[upper + 1] as usize];
        bucket.iter().filter(|gram| gram.hash == hash).for_each(|gram| found(gram.form as usize, gram.offset as usize));
    }
}

fn set(words: &mut [u64], shift: u32, hash: u32) {
    words[(hash >> shift) as usize] |= bits(hash);
}

#[inline(always)]
fn has(words: &[u64], shift: u32, hash: u32) -> bool {
    words[(hash >> shift) as usize] & bits(hash) == bits(hash)
}

/// Grams in the order of the upper 16 bits of their hashes, and where each value of those begins.
fn by_upper_bits(grams: &[Gram]) -> (Box<[Gram]>, Box<[u32]>) {
    let upper = |gram: &Gram| (gram.hash >> 16) as usize;
    let mut heads = vec![0u32; (1 << 16) + 1].into_boxed_slice();
    grams.iter().for_each(|gram| heads[upper(gram) + 1] += 1);
    for value in 0..1 << 16 {
        heads[value + 1] += heads[value];
    }
    let mut next = heads.clone();
    let mut placed = vec![Gram { hash: 0, form: 0, offset: 0 }; grams.len()].into_boxed_slice();
    for gram in grams {
        let place = &mut next[upper(gram)];
        placed[*place as usize] = *gram;
        *place += 1;
    }
    (placed, heads)
}

fn grams_of(number: u32, form: &[u8]) -> impl Iterator<Item = Gram> {
    let offsets = if form.len() < TWO_PARTS { &OFFSETS[..STRIDE] } else { &OFFSETS[..] };
    offsets.iter().filter_map(move |offset| {
        let six = form.get(*offset..)?.get(..GRAM)?;
        Some(Gram { hash: hash_of(six), form: number, offset: *offset as u32 })
    })
}

/// The hashes of a form's pieces.
fn pieces_of(form: &[u8]) -> impl Iterator<Item = u32> {
    let parts = if form.len() < TWO_PARTS { 1 } else { 2 };
    form.as_chunks::<PIECE>().0.iter().take(parts).map(|piece| hash_of_piece(*piece))
}

/// The hash of the first six of eight bytes.
#[inline(always)]
fn hash(eight: [u8; 8]) -> u32 {
    ((u64::from_le_bytes(eight) << 16).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
}

/// The same of bytes that nothing need follow.
fn hash_of(six: &[u8]) -> u32 {
    let mut eight = [0; 8];
    eight[..GRAM].copy_from_slice(&six[..GRAM]);
    hash(eight)
}

#[inline(always)]
fn hash_of_piece(piece: [u8; PIECE]) -> u32 {
    (u64::from_le_bytes(piece).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
}

/// The bits of a word that a hash sets.
#[inline(always)]
fn bits(hash: u32) -> u64 {
    PATTERNS[hash as usize % PATTERNS.len()]
}

/// Four bits each (three, where two fall together): to look them up takes less than to set them one by one.
static PATTERNS: [u64; 2048] = {
    let (mut patterns, mut i, mut state) = ([0u64; 2048], 0, 0u64);
    while i < patterns.len() {
        // Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        let mixed = mixed ^ mixed >> 31;
        patterns[i] = 1 << (mixed & 63) | 1 << (mixed >> 6 & 63) | 1 << (mixed >> 12 & 63) | 1 << (mixed >> 18 & 63);
        i += 1;
    }
    patterns
};
