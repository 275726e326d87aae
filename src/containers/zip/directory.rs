//! The directory at the end of a zip, when the whole is at hand.

use std::collections::BTreeMap;
use std::io::Read;

use memchr::memmem;

use super::record::{CENTRAL, Central, END, END_LEN, END64, Facts, LOCATOR64, u16_at, u32_at, u64_at};
use crate::containers::Meter;
use crate::containers::budget::Held;
use crate::containers::input::Input;

/// Bytes from the end in which the directory's end is looked for: its own, the longest comment, and a little more.
const TAIL: u64 = 128 << 10;

/// What the directory lists and the walk has not met yet.
pub(super) struct Directory {
    bytes: Vec<u8>,
    /// By offset of the entry; then by position of the line.
    listed: BTreeMap<(u64, usize), Facts>,
    /// Bytes in front of what the directory believes to be the first.
    pub(super) base: u64,
    _held: Held,
}

/// Where a directory is.
struct Place {
    start: u64,
    length: u64,
    base: u64,
}

impl Directory {
    /// Reads the directory and goes back to the start. `None` when it cannot be found, is broken, or does not fit in
    /// the memory that containers share; the walk then does without.
    pub(super) fn read(input: &mut Input<'_>, meter: &Meter) -> Option<Self> {
        let place = find(input);
        let directory = place.and_then(|place| Self::load(input, &place, meter));
        input.seek(0);
        directory
    }

    fn load(input: &mut Input<'_>, place: &Place, meter: &Meter) -> Option<Self> {
        let held = meter.hold(place.length);
        if held.bytes < place.length || !input.seek(place.start) {
            return None;
        }
        let mut bytes = Vec::new();
        input.take(place.length).read_to_end(&mut bytes).ok()?;
        let mut listed = BTreeMap::new();
        let mut at = 0;
        while let Some(line) = bytes.get(at..).and_then(Central::parse) {
            listed.insert((line.offset.saturating_add(place.base), at), line.facts);
            at += line.len;
        }
        Some(Self { bytes, listed, base: place.base, _held: held })
    }

    /// The facts listed for an entry at `offset` whose own header says `local`; the lines that agree with it are done.
    pub(super) fn meet(&mut self, offset: u64, local: &Facts) -> Option<Facts> {
        let lines: Vec<_> = self.listed.range((offset, 0)..=(offset, usize::MAX)).map(|(k, v)| (*k, *v)).collect();
        let unknown = local.described() && local.stored == 0;
        for (key, facts) in &lines {
            let agrees = facts.method == local.method && facts.encrypted() == local.encrypted();
            if agrees && (unknown || facts.stored == local.stored) {
                self.listed.remove(key);
            }
        }
        lines.first().map(|(_, facts)| *facts)
    }

    /// Whether an entry is listed at `offset`.
    pub(super) fn lists(&self, offset: u64) -> bool {
        self.next_after(offset) == Some(offset)
    }

    /// Where the next listed entry begins, at `offset` or later.
    pub(super) fn next_after(&self, offset: u64) -> Option<u64> {
        self.listed.range((offset, 0)..).next().map(|((at, _), _)| *at)
    }

    /// Takes out one line that was not met: the entry's offset, facts and name.
    pub(super) fn pop(&mut self) -> Option<(u64, Facts, Vec<u8>)> {
        let ((offset, at), facts) = self.listed.pop_first()?;
        let name = self.bytes.get(at..).and_then(Central::parse).map(|line| line.name.to_vec());
        Some((offset, facts, name.unwrap_or_default()))
    }
}

/// The last end record whose directory is where it says.
fn find(input: &mut Input<'_>) -> Option<Place> {
    let length = input.len()?;
    let start = length.saturating_sub(TAIL);
    input.seek(start);
    let tail = input.peek(usize::try_from(length - start).ok()?).to_vec();
    let ends: Vec<usize> = memmem::rfind_iter(&tail, &END).take(64).collect();
    ends.into_iter().find_map(|at| candidate(input, &tail, start, at))
}

fn candidate(input: &mut Input<'_>, tail: &[u8], start: u64, at: usize) -> Option<Place> {
    let end = tail.get(at..).filter(|end| end.len() >= END_LEN + usize::from(u16_at(end, 20)))?;
    let here = start + at as u64;
    let (length, offset) = (u64::from(u32_at(end, 12)), u64::from(u32_at(end, 16)));
    let large = at.checked_sub(20).and_then(|at| tail.get(at..)).filter(|locator| locator.starts_with(&LOCATOR64));
    match large.and_then(|locator| end64(input, u64_at(locator, 8))) {
        Some((length, offset, end)) => place(input, end, length, offset),
        None => place(input, here, length, offset),
    }
}

/// Length and offset of a large directory, and where its end record stands.
fn end64(input: &mut Input<'_>, at: u64) -> Option<(u64, u64, u64)> {
    input.seek(at);
    let (end, _) = input.head::<56>();
    end.starts_with(&END64).then(|| (u64_at(&end, 40), u64_at(&end, 48), at))
}

/// A directory that ends at `end`. Data in front of the archive moves it behind the offset it gives.
fn place(input: &mut Input<'_>, end: u64, length: u64, offset: u64) -> Option<Place> {
    let start = end.checked_sub(length)?;
    for (start, base) in [(start, start.checked_sub(offset)), (offset, Some(0))] {
        let Some(base) = base else { continue };
        input.seek(start);
        if length == 0 || input.peek(4).starts_with(&CENTRAL) {
            return Some(Place { start, length, base });
        }
    }
    None
}
