//! Finds every place where a keyword stands, in one pass over the bytes.
//!
//! An *anchor* is four bytes of a keyword. The pass looks at every second position: loads four bytes, keeps the lowest
//! five bits of each, in which letters of either case are the same, and tests one bit of a table that has one for each
//! value ([`Anchors`]). A keyword of five bytes and more has an anchor at an even and one at an odd distance from its
//! start, so one of the two is met wherever the keyword stands; the rarer the anchor, the better, so each is chosen by how
//! common its bytes are. Shorter keywords leave a byte of their anchor open, and set a bit for each value it can take.
//!
//! (Looking at every position with one anchor for each keyword fills the table less and is still slower by a fifth.)
//!
//! Where a bit is set, most false alarms are told by what all keywords with such an anchor have in common around it; what
//! is left leads to those few keywords, which are then compared. The property test at the end holds the result equal to the
//! Aho-Corasick automaton's, which is the reference.

use std::collections::HashMap;
use std::ops::Range;

use fearless_simd::{Level, dispatch};

use super::anchors::{self, Anchors, Around};

/// The bytes looked at by one step of the inner loop.
const BLOCK: usize = 16;

/// A literal to look for.
struct Keyword {
    bytes: Box<[u8]>,
    ignore_case: bool,
    /// Its first eight bytes.
    start: Around,
    /// Numbers of the caller's, given with each hit.
    tags: Vec<u32>,
}

/// What stands around a block.
#[derive(Clone, Copy)]
struct Near<'a> {
    bytes: &'a [u8],
    /// Where the block begins.
    at: usize,
    core: &'a Range<usize>,
}

/// The table of all keywords.
pub struct Prefilter {
    anchors: Anchors,
    keywords: Vec<Keyword>,
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
                keywords.push(Keyword::new(text.as_bytes(), ignore_case));
                keywords.len() - 1
            });
            keywords[number].tags.push(tag);
        }
        let anchors = Anchors::new(keywords.iter().map(|keyword| (&*keyword.bytes, keyword.ignore_case)));
        let longest = keywords.iter().map(|keyword| keyword.bytes.len()).max().unwrap_or(0);
        Self { anchors, keywords, longest }
    }

    /// Length of the longest keyword in bytes.
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// Calls `hit` with the start, the length and the tag of every keyword that begins in `core`.
    pub fn find(&self, bytes: &[u8], core: Range<usize>, hit: impl FnMut(usize, usize, u32)) {
        // No vectors are used, but what came to processors with them is: to count bits in one step.
        dispatch!(Level::new(), _simd => self.find_in(bytes, core, hit));
    }

    #[inline(always)]
    fn find_in(&self, bytes: &[u8], core: Range<usize>, mut hit: impl FnMut(usize, usize, u32)) {
        // One position early, for anchors that begin before their keyword; some late, for those that begin after.
        let (mut at, end) = (core.start.saturating_sub(1), (core.end + self.anchors.farthest()).min(bytes.len()));
        // The last block may go on beyond the core: what begins there is no hit.
        while at < end {
            let Some(block) = bytes[at..].first_chunk::<{ BLOCK + 4 }>() else { break };
            let near = Near { bytes, at, core: &core };
            self.probe::<0>(block, near, &mut hit);
            self.probe::<4>(block, near, &mut hit);
            self.probe::<8>(block, near, &mut hit);
            self.probe::<12>(block, near, &mut hit);
            at += BLOCK;
        }
        while at < end {
            let mut four = [0; 4];
            four.iter_mut().zip(&bytes[at..]).for_each(|(to, from)| *to = *from);
            let place = anchors::place(u32::from_le_bytes(four) & anchors::KEEP);
            if self.anchors.may_stand(place) {
                self.confirm(self.anchors.number(place), (bytes, at), false, &core, &mut hit);
            }
            at += 2;
        }
    }

    /// Looks at the two even positions of a quarter of a block.
    ///
    /// One well-predicted branch for each position is cheaper than gathering their bits: it keeps everything in
    /// registers.
    #[inline(always)]
    fn probe<const QUARTER: usize>(
        &self,
        block: &[u8; BLOCK + 4],
        near: Near<'_>,
        hit: &mut impl FnMut(usize, usize, u32),
    ) {
        const WIDE_KEEP: u64 = (anchors::KEEP as u64) << 32 | anchors::KEEP as u64;
        let eight = block[QUARTER..].first_chunk::<8>().map_or(0, |eight| u64::from_le_bytes(*eight));
        let word = eight & WIDE_KEEP;
        let (first, second) = (anchors::place(word as u32), anchors::place((word >> 16) as u32));
        for (i, place) in [(QUARTER, first), (QUARTER + 2, second)] {
            if self.anchors.may_stand(place) {
                let (number, at) = (self.anchors.number(place), near.at + i);
                if self.anchors.fits_around(number, near.bytes, at) {
                    let seen = anchors::eight_around(near.bytes, at).is_some();
                    self.confirm(number, (near.bytes, at), seen, near.core, hit);
                }
            }
        }
    }

    /// Tells the keywords whose anchor of that number stands at `at`; `seen` when it was looked at what is around.
    #[cold]
    #[inline(never)]
    fn confirm(
        &self,
        number: usize,
        (bytes, at): (&[u8], usize),
        seen: bool,
        core: &Range<usize>,
        hit: &mut impl FnMut(usize, usize, u32),
    ) {
        for lead in self.anchors.leads(number) {
            // A start before the first byte wraps around, and lies outside of everything.
            let start = at.wrapping_add_signed(-lead.delta);
            let keyword = &self.keywords[lead.keyword as usize];
            if core.contains(&start) && ((seen && lead.certain) || keyword.stands_at(bytes, start)) {
                keyword.tags.iter().for_each(|tag| hit(start, keyword.bytes.len(), *tag));
            }
        }
    }
}

impl Keyword {
    fn new(bytes: &[u8], ignore_case: bool) -> Self {
        Self { bytes: bytes.into(), ignore_case, start: Around::start_of(bytes, ignore_case), tags: Vec::new() }
    }

    #[inline]
    fn stands_at(&self, bytes: &[u8], start: usize) -> bool {
        let Some(eight) = bytes.get(start..).and_then(<[u8]>::first_chunk::<8>) else {
            return self.stands_whole(bytes, start);
        };
        self.start.fits(eight) && (self.bytes.len() <= 8 || self.stands_whole(bytes, start))
    }

    fn stands_whole(&self, bytes: &[u8], start: usize) -> bool {
        match bytes.get(start..).and_then(|rest| rest.get(..self.bytes.len())) {
            Some(found) if self.ignore_case => found.eq_ignore_ascii_case(&self.bytes),
            Some(found) => *found == *self.bytes,
            None => false,
        }
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
