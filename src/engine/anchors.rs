//! The four bytes by which each keyword is looked for, and what they lead to.

use super::commonness::Commonness;

/// Size of the bit table, one bit for each value of four times five bits: 128 KiB, which stay in the second-level cache.
/// A table that several values share a bit of has as many false alarms from keywords of three and four bytes as from all
/// others, and each costs a mispredicted branch.
const TABLE_BITS: u32 = 20;

/// Words of the bit table.
const TABLE_WORDS: usize = 1 << (TABLE_BITS - 6);

/// Keeps the lowest five bits of each byte. Digits and marks are folded onto letters, which costs only a comparison.
pub(super) const KEEP: u32 = 0x1f1f_1f1f;

/// Where four bytes of a keyword stand in it.
#[derive(Clone, Copy)]
struct Anchor {
    gram: u32,
    /// The byte that is left open, all ones, where the keyword is too short to fill it.
    open: u32,
    lead: Lead,
    around: Around,
}

/// What leads from an anchor to its keyword.
#[derive(Clone, Copy)]
pub(super) struct Lead {
    /// The keyword's number.
    pub(super) keyword: u32,
    /// Bytes from the keyword's start to the anchor; −1 when the anchor begins one byte before it.
    pub(super) delta: isize,
    /// Whether the keyword stands there wherever the bytes around the anchor fit: no other has the anchor, and it is
    /// short enough.
    pub(super) certain: bool,
}

/// What all keywords with an anchor have in common where it stands, from two bytes before it to two bytes behind it.
#[derive(Clone, Copy)]
pub(super) struct Around {
    bytes: u64,
    /// The bits of them that are the same in all.
    mask: u64,
}

/// The bytes before an anchor that [`Around`] speaks of, and those from its start on.
const BEFORE: usize = 2;
const BEHIND: usize = 6;

/// The anchors of all keywords.
pub(super) struct Anchors {
    table: Box<[u64; TABLE_WORDS]>,
    /// By word of the table: how many bits are set before it, which numbers the set bits.
    ranks: Box<[u32; TABLE_WORDS]>,
    /// By number of a set bit.
    arounds: Box<[Around]>,
    /// By number of a set bit: where its leads begin; and at the end, where all do.
    firsts: Box<[u32]>,
    leads: Box<[Lead]>,
    /// The farthest an anchor stands from its keyword's start.
    farthest: usize,
}

impl Anchors {
    /// Chooses two anchors for each keyword, of which it is said whether it counts in any case of its letters. The keywords
    /// are numbered in their order.
    pub(super) fn new<'a>(keywords: impl Iterator<Item = (&'a [u8], bool)>) -> Self {
        let common = Commonness::of_words();
        let anchors: Vec<Anchor> =
            (0u32..).zip(keywords).flat_map(|(number, keyword)| anchors_of(&common, keyword, number)).collect();
        let (mut table, mut places): (_, Vec<(u32, u32)>) = (Box::new([0u64; TABLE_WORDS]), Vec::new());
        for (number, anchor) in (0u32..).zip(&anchors) {
            spread(anchor, |place| {
                table[word(place)] |= 1 << (place & 63);
                places.push((place, number));
            });
        }
        places.sort_unstable();
        let mut ranks = Box::new([0; TABLE_WORDS]);
        let mut set = 0;
        for (rank, bits) in ranks.iter_mut().zip(table.iter()) {
            *rank = set;
            set += bits.count_ones();
        }
        let (mut arounds, mut firsts, mut first) = (Vec::new(), vec![0], 0);
        for same in places.chunk_by(|(a, _), (b, _)| a == b) {
            first += same.len() as u32;
            firsts.push(first);
            arounds.extend(same.iter().map(|(_, number)| anchors[*number as usize].around).reduce(Around::common));
        }
        Self {
            table,
            ranks,
            arounds: arounds.into(),
            firsts: firsts.into(),
            leads: places.chunk_by(|(a, _), (b, _)| a == b).flat_map(|same| leads(&anchors, same)).collect(),
            farthest: anchors.iter().map(|anchor| anchor.lead.delta.max(0) as usize).max().unwrap_or(0),
        }
    }

    /// The farthest an anchor stands from its keyword's start, in bytes.
    pub(super) fn farthest(&self) -> usize {
        self.farthest
    }

    /// Whether an anchor has that place in the table.
    #[inline(always)]
    pub(super) fn may_stand(&self, place: u32) -> bool {
        self.table[word(place)] >> (place & 63) & 1 != 0
    }

    /// Whether the bytes around `at` can be those of a keyword with the anchor of that number there.
    #[inline(always)]
    pub(super) fn fits_around(&self, number: usize, bytes: &[u8], at: usize) -> bool {
        let around = &self.arounds[number];
        eight_around(bytes, at).is_none_or(|eight| around.fits(eight))
    }

    /// What leads from the anchor of that number.
    #[inline]
    pub(super) fn leads(&self, number: usize) -> &[Lead] {
        &self.leads[self.firsts[number] as usize..self.firsts[number + 1] as usize]
    }

    /// The number of the anchor with that place in the table, at which a bit is set.
    #[inline(always)]
    pub(super) fn number(&self, place: u32) -> usize {
        let below = self.table[word(place)] & !(u64::MAX << (place & 63));
        (self.ranks[word(place)] + below.count_ones()) as usize
    }
}

/// The bytes around an anchor, unless it stands at an edge.
#[inline(always)]
pub(super) fn eight_around(bytes: &[u8], at: usize) -> Option<&[u8; BEFORE + BEHIND]> {
    bytes.get(at.checked_sub(BEFORE)?..)?.first_chunk()
}

/// What the anchors that have the same place lead to.
fn leads(anchors: &[Anchor], same: &[(u32, u32)]) -> impl Iterator<Item = Lead> {
    let alone = same.len() == 1;
    same.iter().map(move |(_, number)| {
        let lead = anchors[*number as usize].lead;
        Lead { certain: lead.certain && alone, ..lead }
    })
}

impl Around {
    /// What stands around an anchor `delta` bytes into the keyword.
    fn of(keyword: &[u8], ignore_case: bool, delta: isize) -> Self {
        let (mut bytes, mut mask) = ([0; 8], [0; 8]);
        for (i, (byte, mask)) in (0isize..).zip(bytes.iter_mut().zip(&mut mask)) {
            if let Some(known) = byte_at(keyword, delta + i - BEFORE as isize) {
                *mask = if ignore_case && known.is_ascii_alphabetic() { 0xdf } else { 0xff };
                *byte = known & *mask;
            }
        }
        Self { bytes: u64::from_le_bytes(bytes), mask: u64::from_le_bytes(mask) }
    }

    /// The first bytes of a keyword.
    pub(super) fn start_of(keyword: &[u8], ignore_case: bool) -> Self {
        Self::of(keyword, ignore_case, BEFORE as isize)
    }

    /// Whether these bytes can be what it speaks of.
    #[inline(always)]
    pub(super) fn fits(&self, eight: &[u8; BEFORE + BEHIND]) -> bool {
        u64::from_le_bytes(*eight) & self.mask == self.bytes
    }

    fn common(self, other: Self) -> Self {
        let mask = self.mask & other.mask & !(self.bytes ^ other.bytes);
        Self { bytes: self.bytes & mask, mask }
    }
}

/// The place of four folded bytes in the table. Of all multipliers of few bits this one puts the fewest of the 2^20 words
/// onto each other: 96.
#[inline(always)]
pub(super) fn place(folded: u32) -> u32 {
    folded.wrapping_mul(0x3000_4002) >> (32 - TABLE_BITS)
}

#[inline(always)]
fn word(place: u32) -> usize {
    (place >> 6) as usize % TABLE_WORDS
}

/// One anchor for each parity of the distance between the keyword and the positions looked at: the one that raises the
/// fewest alarms.
fn anchors_of(common: &Commonness, (keyword, ignore_case): (&[u8], bool), number: u32) -> [Anchor; 2] {
    [0, 1].map(|parity| {
        let deltas = (-1..=keyword.len() as isize - 3).filter(|delta| delta.rem_euclid(2) == parity);
        // Of deltas in a row there is one of each parity, in a keyword of three bytes too.
        let delta = deltas.min_by_key(|delta| alarms(common, keyword, *delta)).unwrap_or(parity);
        let (gram, open) = gram(keyword, delta);
        let certain = delta <= BEFORE as isize && keyword.len() as isize - delta <= BEHIND as isize;
        let lead = Lead { keyword: number, delta, certain };
        Anchor { gram, open, lead, around: Around::of(keyword, ignore_case, delta) }
    })
}

/// How many alarms an anchor raises.
fn alarms(common: &Commonness, keyword: &[u8], delta: isize) -> u64 {
    common.of(&keyword[delta.max(0) as usize..keyword.len().min((delta + 4) as usize)])
}

/// The four bytes that begin `delta` bytes into the keyword, folded; and what lies outside of it, all ones.
fn gram(keyword: &[u8], delta: isize) -> (u32, u32) {
    let (mut gram, mut open) = (0, 0);
    for i in 0..4 {
        match byte_at(keyword, delta + i) {
            Some(byte) => gram |= u32::from(byte & 0x1f) << (8 * i),
            None => open |= 0xff << (8 * i),
        }
    }
    (gram, open)
}

fn byte_at(keyword: &[u8], at: isize) -> Option<u8> {
    usize::try_from(at).ok().and_then(|at| keyword.get(at)).copied()
}

/// Calls `set` with the place of every four bytes that fit the anchor.
fn spread(anchor: &Anchor, mut set: impl FnMut(u32)) {
    if anchor.open == 0 {
        return set(place(anchor.gram));
    }
    for byte in 0..32u32 {
        set(place(anchor.gram | byte << anchor.open.trailing_zeros()));
    }
}
