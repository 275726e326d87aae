//! A stream that is no container, scanned as it comes: on one thread line by line where someone waits for what is found,
//! otherwise some windows side by side, while the next ones are read.

use std::io::Read;

use super::embedded::{Embedded, Followed};
use super::judge::MAX_FINDINGS;
use super::lines::Count;
use super::look::Look;
use super::queue;
use super::window::{self, Yield};
use super::windows::{Piece, Windows};
use crate::containers::Budget;
use crate::model::{BlobKind, Place};

/// Matches of one stream that are kept until it ends.
const MAX_HELD: usize = 4 * MAX_FINDINGS;

/// Bytes of a file of a layer that one thread scans alone.
const LONG: u64 = 16 << 20;

impl Look<'_> {
    /// Scans a stream; how many bytes it had.
    pub(super) fn windows(&mut self, place: &Place<'_>, begun: Vec<u8>, stream: &mut dyn Read) -> u64 {
        let engine = self.run.bench.engine;
        let begins = |line: &[u8]| engine.known_begins(line);
        let follows = place.within.is_none() && self.run.progress.follows();
        let mut windows = match follows {
            true => Windows::by_lines(begun, stream, &begins).telling_early(),
            false => Windows::new(begun, stream),
        };
        // What stands in a container or in a history is one of many, and all threads have some.
        let one_of_many = place.within.is_some() || self.aside.is_some();
        let threads = if follows || one_of_many { 1 } else { self.run.threads };
        // A short text is not worth a thread. Nor is a file of a layer while other threads have other files.
        let alone = if place.kind == BlobKind::Layer { LONG } else { 0 };
        let mut found = Found::default();
        let mut buffer = std::mem::take(&mut self.buffer);
        while let Some(piece) = windows.next(&mut buffer) {
            if piece.is_early() {
                self.tell(place, &buffer, &piece, found.count, &mut found.told);
                continue;
            }
            let yielded = self.window_at(place, &buffer, &piece);
            // What someone waits for is told before more is read.
            if follows && !yielded.is_empty() {
                self.tell(place, &buffer, &piece, found.count, &mut found.told);
            }
            found.told.clear();
            self.take(&mut found, place, (&buffer, &piece), yielded);
            if threads > 1 && !piece.is_last() && windows.bytes() >= alone {
                let mut others: Vec<Look<'_>> = (0..threads).map(|_| Look::new(self.run)).collect();
                queue::side_by_side(
                    &mut others,
                    |buffer| windows.next(buffer),
                    |look, buffer, piece| look.window_at(place, buffer, piece),
                    |buffer, piece, yielded| self.take(&mut found, place, (buffer, piece), yielded),
                );
            }
        }
        self.buffer = buffer;
        if !found.yields.is_empty() {
            self.judge(place, window::gather_counted(found.yields, found.counts));
        }
        let bytes = windows.bytes();
        if let Some(error) = windows.finish() {
            self.unreadable(place, &error, 0);
        }
        bytes
    }

    /// Takes what one window yielded, and opens the encoded files that end in it.
    fn take(&mut self, found: &mut Found, place: &Place<'_>, (buffer, piece): (&[u8], &Piece), mut yielded: Yield) {
        let (count, next) = (found.count, yielded.after(found.count));
        let begun = std::mem::take(&mut yielded.embedded);
        let placed = begun.into_iter().map(|each| Embedded { line: count.line(each.breaks), ..each });
        found.followed.extend(placed.map(|each| Followed::new(each, &mut found.last)));
        let budget = &mut found.budget;
        found.followed.retain_mut(|each: &mut Followed| match each.take(buffer, piece.base, piece.is_last()) {
            None => true,
            Some(undone) => {
                let budget = budget.get_or_insert_with(|| self.budget());
                self.undone(place, &each.embedded, undone, budget);
                false
            }
        });
        let is_kept = found.held <= MAX_HELD && !yielded.is_empty();
        found.held += yielded.len();
        if found.held > MAX_HELD {
            yielded = yielded.over();
        }
        if is_kept {
            found.yields.push(yielded.numbered(found.yields.len()));
            found.counts.push(count);
        }
        found.count = next;
    }

    /// Tells what was found in one window of a stream and was not told before, by rule and beginning. Of lines that come
    /// again it tells what stands in them in clear: an encoded value may go on.
    fn tell(&mut self, place: &Place<'_>, bytes: &[u8], piece: &Piece, count: Count, told: &mut Vec<(String, u64)>) {
        let gathered = window::gather_counted(vec![self.window(bytes, &piece.numbered(0))], vec![count]);
        let shown = self.provenance(place);
        for judged in self.run.bench.judge(place, &shown, gathered.matches, &gathered.counts) {
            let finding = &judged.finding;
            let one = (finding.rule.id.to_string(), finding.span.start);
            if !told.contains(&one) && (finding.via.is_empty() || !piece.is_early()) {
                self.run.progress.found(finding);
                told.push(one);
            }
        }
    }
}

/// What was found in a stream so far. Of windows in which nothing was found nothing is kept.
#[derive(Default)]
struct Found {
    yields: Vec<Yield>,
    /// By yield: the lines before its window.
    counts: Vec<Count>,
    /// The lines so far.
    count: Count,
    /// How many matches are kept.
    held: usize,
    /// Encoded files that go on, and which of a run the last was.
    followed: Vec<Followed>,
    last: (Option<u64>, usize),
    budget: Option<Budget>,
    /// What was told of the window that is being looked at.
    told: Vec<(String, u64)>,
}
