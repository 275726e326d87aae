//! What a version was made of: what of it can be taken over.

use std::ops::Range;
use std::sync::Arc;

use crate::decoders::{self, APART, Decoder, LONGEST_SEQUENCE, Run, begins_anew, first_anew, is_plain, last_anew};
use crate::model::{Kept, MadeOf, Seen, Trace};

/// Stretches shorter than this are looked at like new bytes: a seam costs as much.
const SHORTEST: usize = 48;

/// In shorter ones encoded runs are looked for as fast as it can be told where every decoder begins anew.
const SHORTEST_PART: usize = 200;

/// What a version was made of.
pub(super) struct Base<'a> {
    bytes: &'a [u8],
    pub(super) trace: &'a Trace,
    /// The stretches that were taken over, in order, none of them short.
    pub(super) kept: Vec<Kept>,
    /// Length of the version.
    pub(super) length: usize,
    /// Whether neither of the two has anything that joins lines.
    pub(super) plain: bool,
}

impl<'a> Base<'a> {
    /// What a version of a length was made of.
    pub(super) fn new(MadeOf { bytes, left, kept }: MadeOf<'a>, length: usize) -> Self {
        Self { bytes, trace: left, kept: joined(kept, left.length, length), length, plain: left.plain }
    }

    /// Whether the version has nothing that joins lines, where what it was made of is known to have nothing of the kind.
    pub(super) fn version_is_plain(&self, bytes: &[u8]) -> bool {
        let mut from = 0;
        let ends = self.kept.iter().map(|stretch| (stretch.to, stretch.end())).chain([(bytes.len(), bytes.len())]);
        let mut news = ends.map(|(to, end)| {
            // A sequence may begin or end in what was taken over.
            let new = std::mem::replace(&mut from, end).saturating_sub(LONGEST_SEQUENCE)..to + LONGEST_SEQUENCE;
            &bytes[new.start..new.end.min(bytes.len())]
        });
        news.all(is_plain)
    }

    /// The stretch that holds the byte at `at`.
    pub(super) fn around(&self, at: usize) -> Option<&Kept> {
        let next = self.kept.partition_point(|stretch| stretch.to <= at);
        next.checked_sub(1).and_then(|last| self.kept.get(last)).filter(|stretch| at < stretch.end())
    }

    /// The stretch that holds all of `span`.
    pub(super) fn stretch(&self, span: &Range<usize>) -> Option<&Kept> {
        self.around(span.start).filter(|stretch| span.end <= stretch.end())
    }

    /// The places in a stretch from which looking `reach` bytes to either side shows nothing that was not there before.
    pub(super) fn inside(&self, stretch: &Kept, reach: usize) -> Option<Range<usize>> {
        let start = if self.at_start(stretch) { 0 } else { stretch.to.checked_add(reach)? };
        let end = if self.at_end(stretch) { self.length } else { (stretch.end() + 1).checked_sub(reach)? };
        (start <= end).then_some(start..end)
    }

    /// Whether both blobs begin with a stretch.
    fn at_start(&self, stretch: &Kept) -> bool {
        stretch.to == 0 && stretch.from == 0
    }

    /// Whether both blobs end with it.
    fn at_end(&self, stretch: &Kept) -> bool {
        stretch.end() == self.length && stretch.from + stretch.length == self.trace.length
    }

    /// The part of a stretch whose encoded runs have nothing to do with what stands around it, neither here nor in what
    /// the version was made of; if there is one that is worth it, and they are the same.
    pub(super) fn part_of_its_own(&self, bytes: &[u8], stretch: &Kept) -> Option<Kept> {
        if stretch.length < SHORTEST_PART {
            return None;
        }
        let before = |at: usize| at - stretch.to + stretch.from;
        let anew = |at: usize| begins_anew(bytes, at, self.plain) && begins_anew(self.bytes, before(at), self.plain);
        // What is not plain is so around its seams, most often.
        let seam = if self.plain { 0 } else { APART };
        let (first, last) = (stretch.to + seam, stretch.end().saturating_sub(seam));
        let to = if self.at_start(stretch) { 0 } else { first_anew(bytes, first..stretch.end(), anew)? };
        let end = if self.at_end(stretch) { self.length } else { last_anew(bytes, to..last, anew)? };
        let length = end.checked_sub(to).filter(|length| *length > 0)?;
        let part = Kept { from: before(to), to, length };
        let same = |(number, _): &&(u8, Range<usize>)| {
            let alignment = decoders::ALL[*number as usize].alignment();
            part.from % alignment == part.to % alignment
        };
        // What begins a file is opened by whoever holds the version, so it is told again in each.
        let files = self.trace.files.iter().any(|(_, at)| (part.from..part.from + length).contains(at));
        (!files && self.runs_in(&part).all(|run| same(&run))).then_some(part)
    }

    fn runs_in(&self, part: &Kept) -> impl Iterator<Item = &(u8, Range<usize>)> {
        let range = part.from..part.from + part.length;
        self.trace.runs.iter().filter(move |(_, run)| range.contains(&run.start))
    }

    /// Takes over all runs of such a part, and what was found in them.
    pub(super) fn take_over_runs(&self, part: &Kept, trace: &mut Trace) {
        let moved = |at: usize| at - part.from + part.to;
        trace.runs.extend(self.runs_in(part).map(|(number, run)| (*number, moved(run.start)..moved(run.end))));
        let decoded = self.seen_in(part).filter(|seen| !seen.found.via.is_empty());
        trace.seen.extend(
            decoded.map(|seen| Seen { found: Arc::clone(&seen.found), anchor: moved(seen.anchor as usize) as u64 }),
        );
    }

    /// The matches whose keyword begins in a stretch.
    pub(super) fn seen_in(&self, stretch: &Kept) -> impl Iterator<Item = &Seen> {
        let (from, to) = (stretch.from as u64, (stretch.from + stretch.length) as u64);
        let first = self.trace.seen.partition_point(|seen| seen.anchor < from);
        self.trace.seen[first..].iter().take_while(move |seen| seen.anchor < to)
    }

    /// The stretch that holds all of a run, if the same run stood there before.
    ///
    /// A run at the very start of a blob may be the rest of a longer one and is read in another way.
    pub(super) fn run(&self, decoder: u8, span: &Range<usize>) -> Option<&Kept> {
        let stretch = self.stretch(span)?;
        // Matches tell the name alone of the decoder that led to them.
        let name = decoders::ALL[decoder as usize].name();
        if decoders::ALL.iter().filter(|other| other.name() == name).count() > 1 {
            return None;
        }
        let before = span.start - stretch.to + stretch.from..span.end - stretch.to + stretch.from;
        let runs = &self.trace.runs;
        let at = runs.partition_point(|(number, run)| (*number, run.start) < (decoder, before.start));
        let known = runs.get(at).is_some_and(|(number, run)| *number == decoder && *run == before);
        // What begins a file is opened by whoever holds the version, so it is told again in each.
        let opened = self.trace.files.contains(&(decoder, before.start));
        (known && !opened && (span.start == 0) == (before.start == 0)).then_some(stretch)
    }

    /// Hands on the matches of a run.
    pub(super) fn take_over(&self, stretch: &Kept, decoder: &dyn Decoder, run: &Run, found: &mut Vec<Seen>) {
        let moved = |seen: &Seen| seen.anchor as usize - stretch.from + stretch.to;
        let of_run = self.seen_in(stretch).filter(|seen| seen.found.via.first() == Some(&decoder.name()));
        let of_run = of_run.filter(|seen| run.span.contains(&moved(seen)));
        found.extend(of_run.map(|seen| Seen { found: Arc::clone(&seen.found), anchor: moved(seen) as u64 }));
    }
}

/// The stretches that are worth it, those that follow each other in both blobs joined. What does not fit the two
/// lengths, or stands out of order, is left out: it is looked at like new bytes.
fn joined(kept: &[Kept], from_length: usize, to_length: usize) -> Vec<Kept> {
    let mut all: Vec<Kept> = Vec::with_capacity(kept.len());
    for stretch in kept {
        let fits = stretch.from.checked_add(stretch.length).is_some_and(|end| end <= from_length)
            && stretch.to.checked_add(stretch.length).is_some_and(|end| end <= to_length);
        match all.last_mut() {
            Some(last) if stretch.to < last.end() => {}
            _ if !fits => {}
            Some(last) if last.end() == stretch.to && last.from + last.length == stretch.from => {
                last.length += stretch.length;
            }
            _ => all.push(*stretch),
        }
    }
    all.retain(|stretch| stretch.length >= SHORTEST);
    all
}
