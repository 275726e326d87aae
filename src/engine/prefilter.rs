//! Finds every place where a keyword stands, in one pass over the bytes.
//!
//! An *anchor* is four bytes of a keyword, letters folded to one case. The pass looks at every second position: loads
//! four bytes, folds, hashes and tests one bit of a table that stays in the second-level cache. A keyword of five bytes
//! and more has an anchor at an even and one at an odd distance from its start, so one of the two is met wherever the
//! keyword stands; the rarer the anchor, the better, so each is chosen by how common its bytes are. Shorter keywords
//! leave a byte of their anchor open, and set a bit for each value it can take.
//!
//! (Looking at every position with one anchor for each keyword fills the table less and is still slower by a fifth.)
//!
//! A set bit leads to the few keywords of that hash, which are then compared. The property test at the end holds the
//! result equal to the Aho-Corasick automaton's, which is the reference.

use std::collections::HashMap;
use std::ops::Range;

/// Size of the bit table: 2^20 bits are 128 KiB. A smaller one stays nearer to the core and is fuller: each false alarm
/// costs a mispredicted branch, and 2^18 bits are a fifth slower with 950 keywords.
const TABLE_BITS: u32 = 20;

/// Words of the bit table.
const TABLE_WORDS: usize = 1 << (TABLE_BITS - 6);

/// Size of the table of buckets, indexed by the upper bits of the same hash.
const BUCKET_BITS: u32 = 15;

/// The bytes looked at by one step of the inner loop.
const BLOCK: usize = 16;

/// Folds ASCII letters to one case, and other bytes onto each other, which costs only a comparison: bit 5 is set and bit
/// 7 is cleared in each byte, so that an open byte has 64 values.
const FOLD: u32 = 0x2020_2020;
const KEEP: u32 = 0x7f7f_7f7f;

/// A literal to look for.
struct Keyword {
    bytes: Box<[u8]>,
    ignore_case: bool,
    /// Numbers of the caller's, given with each hit.
    tags: Vec<u32>,
}

/// An anchor: what the four bytes at a position must be, and where the keyword then begins.
#[derive(Clone, Copy)]
struct Anchor {
    gram: u32,
    mask: u32,
    keyword: u32,
    /// Bytes from the keyword's start to the anchor; −1 when the anchor begins one byte before it.
    delta: i32,
}

/// The table of all keywords.
pub struct Prefilter {
    table: Box<[u64; TABLE_WORDS]>,
    heads: Box<[u32]>,
    anchors: Box<[Anchor]>,
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
        let anchors: Vec<Anchor> =
            (0u32..).zip(&keywords).flat_map(|(number, keyword)| anchors_of(&keyword.bytes, number)).collect();
        let mut table = Box::new([0u64; TABLE_WORDS]);
        for anchor in &anchors {
            spread(*anchor, |hash| table[(hash >> 6) as usize] |= 1 << (hash & 63));
        }
        let (heads, anchors) = bucketed(&anchors);
        let farthest = anchors.iter().map(|anchor| anchor.delta.max(0) as usize).max().unwrap_or(0);
        let longest = keywords.iter().map(|keyword| keyword.bytes.len()).max().unwrap_or(0);
        Self { table, heads, anchors, keywords, farthest, longest }
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
            self.probe(block, |i| self.confirm(bytes, at + i, &core, &mut hit));
            at += BLOCK;
        }
        while at < end {
            self.confirm(bytes, at, &core, &mut hit);
            at += 2;
        }
    }

    /// Calls `found` with the even positions of a block that may hold an anchor.
    ///
    /// One well-predicted branch for each position is cheaper than gathering their bits: it keeps everything in
    /// registers.
    #[inline(always)]
    fn probe(&self, block: &[u8; BLOCK + 4], mut found: impl FnMut(usize)) {
        const WIDE_FOLD: u64 = (FOLD as u64) << 32 | FOLD as u64;
        const WIDE_KEEP: u64 = (KEEP as u64) << 32 | KEEP as u64;
        for quarter in [0, 4, 8, 12] {
            let eight = block[quarter..].first_chunk::<8>().map_or(0, |eight| u64::from_le_bytes(*eight));
            let word = eight & WIDE_KEEP | WIDE_FOLD;
            for i in [0, 2] {
                let hash = hash((word >> (8 * i)) as u32);
                if self.table[(hash >> 6) as usize] >> (hash & 63) & 1 != 0 {
                    found(quarter + i);
                }
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn confirm(&self, bytes: &[u8], at: usize, core: &Range<usize>, hit: &mut impl FnMut(usize, usize, u32)) {
        let rest = &bytes[at..];
        let four = rest.first_chunk::<4>().copied().unwrap_or_else(|| {
            let mut four = [0; 4];
            four[..rest.len()].copy_from_slice(rest);
            four
        });
        let folded = u32::from_le_bytes(four) & KEEP | FOLD;
        let bucket = (hash(folded) >> (TABLE_BITS - BUCKET_BITS)) as usize;
        let anchors = self.heads[bucket] as usize..self.heads[bucket + 1] as usize;
        for anchor in &self.anchors[anchors] {
            if folded & anchor.mask != anchor.gram {
                continue;
            }
            let Some(start) = at.checked_add_signed(-anchor.delta as isize) else { continue };
            let keyword = &self.keywords[anchor.keyword as usize];
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

/// Puts the anchors into buckets by the upper bits of their hashes: where each bucket begins, and what they hold.
fn bucketed(anchors: &[Anchor]) -> (Box<[u32]>, Box<[Anchor]>) {
    const BUCKETS: usize = 1 << BUCKET_BITS;
    // An anchor with an open byte has many hashes and stands in each bucket once.
    let each = |visit: &mut dyn FnMut(usize, Anchor)| {
        let mut last = vec![usize::MAX; BUCKETS];
        for (number, anchor) in anchors.iter().enumerate() {
            spread(*anchor, |hash| {
                let bucket = (hash >> (TABLE_BITS - BUCKET_BITS)) as usize;
                if std::mem::replace(&mut last[bucket], number) != number {
                    visit(bucket, *anchor);
                }
            });
        }
    };
    let mut heads = vec![0u32; BUCKETS + 1];
    each(&mut |bucket, _| heads[bucket + 1] += 1);
    for bucket in 0..BUCKETS {
        heads[bucket + 1] += heads[bucket];
    }
    let mut next = heads.clone();
    let mut sorted = vec![Anchor { gram: 0, mask: 0, keyword: 0, delta: 0 }; heads[BUCKETS] as usize];
    each(&mut |bucket, anchor| {
        sorted[next[bucket] as usize] = anchor;
        next[bucket] += 1;
    });
    (heads.into(), sorted.into())
}

#[inline]
fn hash(folded: u32) -> u32 {
    folded.wrapping_mul(0x9e37_79b1) >> (32 - TABLE_BITS)
}

/// One anchor for each parity of the distance between the keyword and the positions looked at.
fn anchors_of(keyword: &[u8], number: u32) -> [Anchor; 2] {
    [0, 1].map(|parity| {
        let last = keyword.len() as i32 - 3;
        let rarest =
            (-1..=last).filter(|delta| delta.rem_euclid(2) == parity).map(|delta| anchor(keyword, number, delta));
        let best = rarest.min_by_key(|anchor| commonness(*anchor) + if anchor.mask == u32::MAX { 0 } else { 1 << 16 });
        // Of deltas in a row there is one of each parity, in a keyword of three bytes too.
        best.unwrap_or_else(|| anchor(keyword, number, parity))
    })
}

/// The anchor that begins `delta` bytes into the keyword; what lies outside of it is left open.
fn anchor(keyword: &[u8], number: u32, delta: i32) -> Anchor {
    let (mut gram, mut mask) = (0, 0);
    for i in 0..4 {
        if let Some(byte) = usize::try_from(delta + i).ok().and_then(|at| keyword.get(at)) {
            gram |= (u32::from(*byte) & 0x7f | 0x20) << (8 * i);
            mask |= 0xff << (8 * i);
        }
    }
    Anchor { gram, mask, keyword: number, delta }
}

/// Calls `set` with the hash of every four bytes that fit the anchor.
fn spread(anchor: Anchor, mut set: impl FnMut(u32)) {
    if anchor.mask == u32::MAX {
        return set(hash(anchor.gram));
    }
    let shift = anchor.mask.trailing_ones() % 32;
    for byte in (0..128u32).filter(|byte| byte & 0x20 != 0) {
        set(hash(anchor.gram | byte << shift));
    }
}

/// How common an anchor's bytes are in source code and logs, as a sum of ranks.
fn commonness(anchor: Anchor) -> u32 {
    anchor.gram.to_le_bytes().iter().map(|byte| rank(*byte)).sum()
}

fn rank(byte: u8) -> u32 {
    match byte {
        b'e' | b't' => 12,
        b'a' | b'i' | b'n' | b'o' | b'r' | b's' => 10,
        b'l' | b'd' | b'c' => 7,
        b'u' | b'm' | b'p' | b'f' | b'g' | b'h' => 5,
        b'b' | b'y' | b'w' | b'v' | b'_' | b'k' => 3,
        b'-' | b'.' | b':' | b'/' | b'=' | b'"' => 3,
        b'x' | b'0' | b'1' | b'2' => 2,
        0 => 0,
        _ => 1,
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
