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
    beside: Beside,
}

/// What leads from an anchor to its keyword.
#[derive(Clone, Copy)]
pub(super) struct Lead {
    /// The keyword's number.
    pub(super) keyword: u32,
    /// Bytes from the keyword's start to the anchor; −1 when the anchor begins one byte before it.
    pub(super) delta: isize,
}

/// What the bytes on both sides of an anchor can be: a bit for each value of their lowest five bits.
#[derive(Clone, Copy, Default)]
struct Beside {
    before: u32,
    behind: u32,
}

/// The anchors of all keywords.
pub(super) struct Anchors {
    table: Box<[u64; TABLE_WORDS]>,
    /// By word of the table: how many bits are set before it, which numbers the set bits.
    ranks: Box<[u32; TABLE_WORDS]>,
    /// By number of a set bit.
    besides: Box<[Beside]>,
    /// By number of a set bit: where its leads begin; and at the end, where all do.
    firsts: Box<[u32]>,
    leads: Box<[Lead]>,
    /// The farthest an anchor stands from its keyword's start.
    farthest: usize,
}

impl Anchors {
    /// Chooses two anchors for each keyword. The keywords are numbered in their order.
    pub(super) fn new<'a>(keywords: impl Iterator<Item = &'a [u8]>) -> Self {
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
        let (mut besides, mut firsts) = (Vec::new(), Vec::new());
        for same in places.chunk_by(|(a, _), (b, _)| a == b) {
            let first = firsts.last().map_or(0, |(first, length)| first + length);
            firsts.push((first, same.len() as u32));
            besides
                .push(same.iter().fold(Beside::default(), |all, (_, number)| all.or(anchors[*number as usize].beside)));
        }
        let ends = firsts.last().map_or(0, |(first, length)| first + length);
        Self {
            table,
            ranks,
            besides: besides.into(),
            firsts: firsts.into_iter().map(|(first, _)| first).chain([ends]).collect(),
            leads: places.iter().map(|(_, number)| anchors[*number as usize].lead).collect(),
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

    /// Whether the bytes on both sides of `at` can be those beside an anchor, which has that place in the table.
    #[inline(always)]
    pub(super) fn fits_beside(&self, place: u32, bytes: &[u8], at: usize) -> bool {
        let beside = self.besides[self.number(place)];
        let is_in = |set: u32, byte: Option<&u8>| byte.is_none_or(|byte| set >> (byte & 0x1f) & 1 != 0);
        is_in(beside.before, at.checked_sub(1).and_then(|at| bytes.get(at))) & is_in(beside.behind, bytes.get(at + 4))
    }

    /// What leads from that place in the table, at which a bit is set.
    pub(super) fn leads(&self, place: u32) -> &[Lead] {
        let number = self.number(place);
        &self.leads[self.firsts[number] as usize..self.firsts[number + 1] as usize]
    }

    fn number(&self, place: u32) -> usize {
        let below = self.table[word(place)] & !(u64::MAX << (place & 63));
        (self.ranks[word(place)] + below.count_ones()) as usize
    }
}

impl Beside {
    fn or(self, other: Self) -> Self {
        Self { before: self.before | other.before, behind: self.behind | other.behind }
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
fn anchors_of(common: &Commonness, keyword: &[u8], number: u32) -> [Anchor; 2] {
    [0, 1].map(|parity| {
        let deltas = (-1..=keyword.len() as isize - 3).filter(|delta| delta.rem_euclid(2) == parity);
        // Of deltas in a row there is one of each parity, in a keyword of three bytes too.
        let rarest = deltas.min_by_key(|delta| alarms(common, keyword, *delta));
        anchor(keyword, number, rarest.unwrap_or(parity))
    })
}

/// How many alarms an anchor raises.
fn alarms(common: &Commonness, keyword: &[u8], delta: isize) -> u64 {
    common.of(&keyword[delta.max(0) as usize..keyword.len().min((delta + 4) as usize)])
}

/// The anchor that begins `delta` bytes into the keyword; what lies outside of it is left open.
fn anchor(keyword: &[u8], number: u32, delta: isize) -> Anchor {
    let byte = |i: isize| usize::try_from(delta + i).ok().and_then(|at| keyword.get(at)).copied();
    let (mut gram, mut open) = (0, 0);
    for i in 0..4 {
        match byte(i) {
            Some(byte) => gram |= u32::from(byte & 0x1f) << (8 * i),
            None => open |= 0xff << (8 * i),
        }
    }
    let beside = |byte: Option<u8>| byte.map_or(u32::MAX, |byte| 1 << (byte & 0x1f));
    let beside = Beside { before: beside(byte(-1)), behind: beside(byte(4)) };
    Anchor { gram, open, lead: Lead { keyword: number, delta }, beside }
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
