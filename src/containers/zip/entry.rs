//! One entry: its content, its checksum and what stands behind it.

use std::io::{self, Read};

use crc32fast::Hasher;
use flate2::Decompress;

use super::method;
use super::record::{DESCRIPTOR, Facts, u32_at, u64_at};
use super::until::{Stop, Until};
use crate::containers::input::Input;
use crate::containers::metered::{Metered, Progress};
use crate::containers::visit::{BETWEEN, Visit};
use crate::model::GapKind;

/// How reading an entry ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Go on behind it.
    Next,
    /// The input ends in it; that was told.
    Cut,
    /// Stop.
    Stop,
}

/// What was read of an entry.
#[derive(Clone, Copy, Debug, Default)]
struct Measured {
    crc: u32,
    stored: u64,
    content: u64,
    /// Whether all of it was read, so that the other numbers mean something.
    whole: bool,
    /// Whether a gap was told of it.
    told: bool,
}

/// Where the stored bytes of an entry end that stands where the walk is.
pub(super) fn stop(facts: &Facts) -> Stop {
    match facts {
        facts if !facts.described() || facts.stored > 0 => Stop::After(facts.stored),
        facts if facts.method == method::DEFLATE && !facts.encrypted() => Stop::Never,
        _ => Stop::Descriptor,
    }
}

/// An entry to be read.
pub(super) struct Entry<'e> {
    pub(super) name: &'e [u8],
    pub(super) facts: &'e Facts,
    /// Where its stored bytes end.
    pub(super) stop: Stop,
    pub(super) inflater: &'e mut Decompress,
}

/// Gives the entry whose stored bytes are next in `input`.
pub(super) fn read(input: &mut Input<'_>, visit: &mut Visit<'_>, mut entry: Entry<'_>) -> Outcome {
    let (name, facts, stop) = (entry.name, entry.facts, entry.stop);
    let mut body = Until::new(input, stop);
    let given = if facts.encrypted() {
        visit.lost(
            name,
            GapKind::Encrypted,
            facts.stored,
            "zip: the entry is encrypted; unpack it and scan the folder",
        );
        Some(Measured { told: true, ..Measured::default() })
    } else {
        content(&mut body, visit, &mut entry)
    };
    let Some(mut measured) = given else { return Outcome::Stop };
    if stop != Stop::Never && measured.whole && !body.is_empty() && !hidden(&mut body, visit) {
        return Outcome::Stop;
    }
    if stop != Stop::Never
        && let Err(fault) = body.finish()
    {
        if !measured.told {
            visit.gap(name, &fault, 0);
        }
        return Outcome::Cut;
    }
    if body.is_cut() {
        return Outcome::Cut;
    }
    measured.stored = body.taken();
    check(input, visit, name, facts, &measured);
    Outcome::Next
}

/// Gives the stored bytes that the decoder left when it came to its end; whether to go on.
fn hidden(body: &mut Until<'_, '_>, visit: &mut Visit<'_>) -> bool {
    visit.count(BETWEEN) && visit.give(BETWEEN, body)
}

/// The decoded bytes; `None` when nothing more is wanted.
fn content(body: &mut Until<'_, '_>, visit: &mut Visit<'_>, entry: &mut Entry<'_>) -> Option<Measured> {
    let (name, facts) = (entry.name, entry.facts);
    let (trace, meter) = (body.trace(), visit.meter());
    let decoder = match method::decoder(facts, body, entry.inflater) {
        Ok(decoder) => decoder,
        Err(fault) => {
            visit.gap(name, &fault, facts.stored);
            return Some(Measured { told: true, ..Measured::default() });
        }
    };
    let mut content = Metered::new(Summed { inner: decoder, sum: Hasher::new() }, "zip", meter, trace);
    if !visit.give(name, &mut content) {
        return None;
    }
    if let Err(fault) = content.drain() {
        visit.gap(name, &fault, 0);
    }
    let (whole, decoded) = (*content.progress() == Progress::Ended, content.decoded());
    Some(Measured { crc: content.into_inner().sum.finalize(), stored: 0, content: decoded, whole, told: !whole })
}

/// Takes the descriptor and holds its numbers, or those of the header, against what was read.
fn check(input: &mut Input<'_>, visit: &mut Visit<'_>, name: &[u8], facts: &Facts, measured: &Measured) {
    let mut told = Some((facts.crc, facts.content));
    if facts.described() {
        let found = descriptor(input, facts, measured);
        let listed = facts.stored > 0 || facts.crc > 0;
        told = found.or(told.filter(|_| listed));
    }
    if measured.whole && told.is_some_and(|told| told != (measured.crc, measured.content)) {
        let detail = "zip: checksum or length do not fit the content";
        visit.lost(name, GapKind::Corrupt, 0, detail);
    }
}

/// The descriptor, if one stands here: with or without its magic, with short or long sizes.
fn descriptor(input: &mut Input<'_>, facts: &Facts, measured: &Measured) -> Option<(u32, u64)> {
    let (head, n) = input.head::<24>();
    let at = if head.starts_with(&DESCRIPTOR) { 4 } else { 0 };
    let crc = u32_at(&head, at);
    let known = at == 4 || measured.whole && crc == measured.crc || !measured.whole && crc == facts.crc;
    let short = (u64::from(u32_at(&head, at + 4)), u64::from(u32_at(&head, at + 8)));
    let long = (u64_at(&head, at + 4), u64_at(&head, at + 12));
    let content = |content: u64| !measured.whole || content == measured.content;
    let fits = |(stored, length): (u64, u64)| stored == measured.stored && content(length);
    let (len, (_, length)) = match () {
        () if known && n >= at + 20 && fits(long) && at + 20 <= head.len() => (at + 20, long),
        () if known && n >= at + 12 && fits(short) => (at + 12, short),
        () if at == 4 && n >= 16 => (16, short),
        () => return None,
    };
    input.skip(len as u64);
    Some((crc, length))
}

/// Sums up what passes.
struct Summed<R> {
    inner: R,
    sum: Hasher,
}

impl<R: Read> Read for Summed<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.sum.update(buf.get(..n).unwrap_or(&[]));
        Ok(n)
    }
}
