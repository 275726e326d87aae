//! Finds every place where a keyword stands, in one pass over the bytes.
//!
//! An *anchor* is four bytes of a keyword. The pass looks at every second position: loads four bytes, keeps the lowest
//! five bits of each, in which letters of either case are the same, and tests one bit of a table that has one for each
//! value. A keyword of five bytes and more has an anchor at an even and one at an odd distance from its start, so one of
//! the two is met wherever the keyword stands; the rarer the anchor, the better, so each is chosen by how common its
//! bytes are. Shorter keywords leave a byte of their anchor open, and set a bit for each value it can take.
//!
//! (Looking at every position with one anchor for each keyword fills the table less and is still slower by a fifth.)
//!
//! A set bit leads to the few keywords with such an anchor, which are then compared. The property test at the end holds
//! the result equal to the Aho-Corasick automaton's, which is the reference.

use std::collections::HashMap;
use std::ops::Range;

use super::commonness::Commonness;

/// Size of the bit table, one bit for each value of four times five bits: 128 KiB, which stay in the second-level cache.
/// A table that several values share a bit of has as many false alarms from keywords of three and four bytes as from all
/// others, and each costs a mispredicted branch.
const TABLE_BITS: u32 = 20;

/// Words of the bit table.
const TABLE_WORDS: usize = 1 << (TABLE_BITS - 6);

/// The bytes looked at by one step of the inner loop.
const BLOCK: usize = 16;

/// Keeps the lowest five bits of each byte. Digits and marks are folded onto letters, which costs only a comparison.
const KEEP: u32 = 0x1f1f_1f1f;

/// A literal to look for.
struct Keyword {
    bytes: Box<[u8]>,
    ignore_case: bool,
    /// Numbers of the caller's, given with each hit.
    tags: Vec<u32>,
}

/// An anchor: where four bytes of a keyword stand in it.
#[derive(Clone, Copy)]
struct Anchor {
    gram: u32,
    /// The byte that is left open, all ones, where the keyword is too short to fill it.
    open: u32,
    keyword: u32,
    /// Bytes from the keyword's start to the anchor; −1 when the anchor begins one byte before it.
    delta: isize,
}

/// What leads from a bit of the table to a keyword: the keyword's first eight bytes, which tell most false alarms.
#[derive(Clone, Copy)]
struct Lead {
    begins: u64,
    /// The bits of them that count.
    mask: u64,
    keyword: u32,
    /// Bytes from the keyword's start to the anchor.
    delta: i16,
    /// The bit's place in its word.
    bit: u8,
}

/// The table of all keywords.
pub struct Prefilter {
    table: Box<[u64; TABLE_WORDS]>,
    /// By word of the table: where the leads of its bits begin.
    firsts: Box<[u32; TABLE_WORDS + 1]>,
    leads: Box<[Lead]>,
    keywords: Vec<Keyword>,
    /// The farthest an anchor stands from its keyword's start.
    farthest: usize,
    longest: usize,
}

impl Prefilter {
    /// Builds the table. Each item is a literal of at least three bytes, whether it counts in any case of its letters
    /// (then it is given in lower case), and a tag that is handed out with each hit. Shorter literals are left out.
    pub fn new<'a>(literals: impl IntoIterator<Item = (&'a str, bool, u32)>) -> Self {
        let mut keywords: Vec<Keyword> = Vec::new();
        let mut known: HashMap<(&str, bool), usize> = HashMap::new();
        for (text, ignore_case, tag) in literals.into_iter().filter(|(text, ..)| text.len() >= 3) {
            let number = *known.entry((text, ignore_case)).or_insert_with(|| {
                keywords.push(Keyword { bytes: text.as_bytes().into(), ignore_case, tags: Vec::new() });
                keywords.len() - 1
            });
            keywords[number].tags.push(tag);
        }
        let common = Commonness::of_words();
        let numbered = (0u32..).zip(&keywords);
        let anchors: Vec<Anchor> =
            numbered.flat_map(|(number, keyword)| anchors_of(&common, &keyword.bytes, number)).collect();
        let (table, firsts, leads) = laid_out(&anchors, &keywords);
        let farthest = anchors.iter().map(|anchor| anchor.delta.max(0) as usize).max().unwrap_or(0);
        let longest = keywords.iter().map(|keyword| keyword.bytes.len()).max().unwrap_or(0);
        Self { table, firsts, leads, keywords, farthest, longest }
    }

    /// Length of the longest keyword in bytes.
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// Calls `hit` with the start, the length and the tag of every keyword that begins in `core`.
    pub fn find(&self, bytes: &[u8], core: Range<usize>, mut hit: impl FnMut(usize, usize, u32)) {
        // One position early, for anchors that begin before their keyword; some late, for those that begin after.
        let (mut at, end) = (core.start.saturating_sub(1), (core.end + self.farthest).min(bytes.len()));
        // The last block may go on beyond the core: what begins there is no hit.
        while at < end {
            let Some(block) = bytes[at..].first_chunk::<{ BLOCK + 4 }>() else { break };
            self.probe(block, |i, hash| self.confirm(hash, bytes, at + i, &core, &mut hit));
            at += BLOCK;
        }
        while at < end {
            let mut four = [0; 4];
            four.iter_mut().zip(&bytes[at..]).for_each(|(to, from)| *to = *from);
            self.confirm(hash(u32::from_le_bytes(four) & KEEP), bytes, at, &core, &mut hit);
            at += 2;
        }
    }

    /// Calls `found` with the even positions of a block that may hold an anchor, and the hash of what stands there.
    ///
    /// One well-predicted branch for each position is cheaper than gathering their bits: it keeps everything in
    /// registers.
    #[inline(always)]
    fn probe(&self, block: &[u8; BLOCK + 4], mut found: impl FnMut(usize, u32)) {
        const WIDE_KEEP: u64 = (KEEP as u64) << 32 | KEEP as u64;
        for quarter in [0, 4, 8, 12] {
            let eight = block[quarter..].first_chunk::<8>().map_or(0, |eight| u64::from_le_bytes(*eight));
            let word = eight & WIDE_KEEP;
            for i in [0, 2] {
                let hash = hash((word >> (8 * i)) as u32);
                if self.table[(hash >> 6) as usize] >> (hash & 63) & 1 != 0 {
                    found(quarter + i, hash);
                }
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn confirm(
        &self,
        hash: u32,
        bytes: &[u8],
        at: usize,
        core: &Range<usize>,
        hit: &mut impl FnMut(usize, usize, u32),
    ) {
        let (word, bit) = ((hash >> 6) as usize % TABLE_WORDS, (hash & 63) as u8);
        let leads = &self.leads[self.firsts[word] as usize..self.firsts[word + 1] as usize];
        for lead in leads.iter().filter(|lead| lead.bit == bit) {
            // A start before the first byte wraps around, and lies outside of everything.
            let start = at.wrapping_add_signed(-lead.delta as isize);
            let first = bytes.get(start..).and_then(|rest| rest.first_chunk::<8>());
            if first.is_some_and(|eight| u64::from_le_bytes(*eight) & lead.mask != lead.begins) {
                continue;
            }
            let keyword = &self.keywords[lead.keyword as usize];
            if core.contains(&start) && keyword.stands_at(bytes, start) {
                keyword.tags.iter().for_each(|tag| hit(start, keyword.bytes.len(), *tag));
            }
        }
    }
}

impl Keyword {
    fn stands_at(&self, bytes: &[u8], start: usize) -> bool {
        match bytes.get(start..start + self.bytes.len()) {
            Some(found) if self.ignore_case => found.eq_ignore_ascii_case(&self.bytes),
            Some(found) => *found == *self.bytes,
            None => false,
        }
    }
}

/// The table of the anchors' bits, for each word where its leads begin, and those.
#[expect(clippy::type_complexity, reason = "three fields of the prefilter")]
fn laid_out(
    anchors: &[Anchor],
    keywords: &[Keyword],
) -> (Box<[u64; TABLE_WORDS]>, Box<[u32; TABLE_WORDS + 1]>, Box<[Lead]>) {
    let (mut table, mut bits): (_, Vec<(u32, u32)>) = (Box::new([0u64; TABLE_WORDS]), Vec::new());
    for (number, anchor) in (0u32..).zip(anchors) {
        spread(anchor, |bit| {
            table[(bit >> 6) as usize] |= 1 << (bit & 63);
            bits.push((bit, number));
        });
    }
    bits.sort_unstable();
    let mut firsts = Box::new([0; TABLE_WORDS + 1]);
    bits.iter().for_each(|(bit, _)| firsts[(*bit >> 6) as usize + 1] += 1);
    for word in 0..TABLE_WORDS {
        firsts[word + 1] += firsts[word];
    }
    let lead = |(bit, number): (u32, u32)| {
        let anchor = &anchors[number as usize];
        lead(anchor, &keywords[anchor.keyword as usize], (bit & 63) as u8)
    };
    (table, firsts, bits.into_iter().map(lead).collect())
}

fn lead(anchor: &Anchor, keyword: &Keyword, bit: u8) -> Lead {
    let (mut begins, mut mask) = ([0; 8], [0; 8]);
    for ((byte, begins), mask) in keyword.bytes.iter().zip(&mut begins).zip(&mut mask) {
        *mask = if keyword.ignore_case && byte.is_ascii_alphabetic() { 0xdf } else { 0xff };
        *begins = byte & *mask;
    }
    let (begins, mask) = (u64::from_le_bytes(begins), u64::from_le_bytes(mask));
    Lead { begins, mask, keyword: anchor.keyword, delta: anchor.delta as i16, bit }
}

/// The place of four folded bytes in the table. Of all multipliers of few bits this one puts the fewest of the 2^20 words
/// onto each other: 96.
#[inline]
fn hash(folded: u32) -> u32 {
    folded.wrapping_mul(0x3000_4002) >> (32 - TABLE_BITS)
}

/// One anchor for each parity of the distance between the keyword and the positions looked at: the one that raises the
/// fewest alarms.
fn anchors_of(common: &Commonness, keyword: &[u8], number: u32) -> [Anchor; 2] {
    [0, 1].map(|parity| {
        // No further than a lead can tell.
        let last = (keyword.len() as isize - 3).min(isize::from(i16::MAX));
        let deltas = (-1..=last).filter(|delta| delta.rem_euclid(2) == parity);
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
    let (mut gram, mut open) = (0, 0);
    for i in 0..4 {
        match usize::try_from(delta + i).ok().and_then(|at| keyword.get(at)) {
            Some(byte) => gram |= u32::from(byte & 0x1f) << (8 * i),
            None => open |= 0xff << (8 * i),
        }
    }
    Anchor { gram, open, keyword: number, delta }
}

/// Calls `set` with the bit of every four bytes that fit the anchor.
fn spread(anchor: &Anchor, mut set: impl FnMut(u32)) {
    if anchor.open == 0 {
        return set(hash(anchor.gram));
    }
    for byte in 0..32u32 {
        set(hash(anchor.gram | byte << anchor.open.trailing_zeros()));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use aho_corasick::AhoCorasick;
    use proptest::prelude::*;

    use super::*;

    const KEYWORDS: &[(&str, bool)] = &[
        ("ghp_", false),
        ("AKIA", false),
        ("://", false),
        ("key", true),
        ("passw", true),
        ("password", true),
        ("secret", true),
        ("xoxb-", false),
        ("aaaa", false),
        ("PRIVATE KEY", false),
        ("T3BlbkFJ", false),
    ];

    fn reference(bytes: &[u8], core: &Range<usize>) -> Vec<(usize, usize, u32)> {
        let mut found = Vec::new();
        for (tag, (text, ignore_case)) in KEYWORDS.iter().enumerate() {
            let automaton = AhoCorasick::builder().ascii_case_insensitive(*ignore_case).build([text]).unwrap();
            for hit in automaton.find_overlapping_iter(bytes).filter(|hit| core.contains(&hit.start())) {
                found.push((hit.start(), text.len(), tag as u32));
            }
        }
        found.sort_unstable();
        found
    }

    fn ours(bytes: &[u8], core: &Range<usize>) -> Vec<(usize, usize, u32)> {
        let prefilter = Prefilter::new(KEYWORDS.iter().enumerate().map(|(i, (text, case))| (*text, *case, i as u32)));
        let mut found = Vec::new();
        prefilter.find(bytes, core.clone(), |start, length, tag| found.push((start, length, tag)));
        found.sort_unstable();
        found
    }

    fn haystack() -> impl Strategy<Value = Vec<u8>> {
        let word = prop_oneof![
            8 => (0..KEYWORDS.len()).prop_map(|i| KEYWORDS[i].0.as_bytes().to_vec()),
            2 => (0..KEYWORDS.len()).prop_map(|i| KEYWORDS[i].0.to_uppercase().into_bytes()),
            4 => proptest::collection::vec(any::<u8>(), 0..6),
            2 => (0..KEYWORDS.len(), 0..4usize).prop_map(|(i, n)| KEYWORDS[i].0.as_bytes()[..n.min(KEYWORDS[i].0.len())].to_vec()),
        ];
        proptest::collection::vec(word, 0..24).prop_map(|words| words.concat())
    }

    proptest! {
        #[test]
        fn hits_equal_the_automatons(bytes in haystack(), a in 0usize..200, b in 0usize..200) {
            let (a, b) = (a.min(bytes.len()), b.min(bytes.len()));
            let core = a.min(b)..a.max(b);
            prop_assert_eq!(ours(&bytes, &core), reference(&bytes, &core));
            let all = 0..bytes.len();
            prop_assert_eq!(ours(&bytes, &all), reference(&bytes, &all));
        }
    }
}
