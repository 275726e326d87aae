//! A version of a blob, scanned at the cost of what is new in it.
//!
//! A repository holds a file's versions as differences. Most bytes of a version were scanned in the one it was made of,
//! and what stands in the middle of a stretch that was taken over has the outcome that it had there: keywords are found
//! only in new bytes and at the seams, candidates are confirmed again only where one looks beyond its stretch, encoded
//! runs are undone again only where a byte of them changed. The result is the same as of a scan from nothing; a property
//! test below holds the two equal.

use std::ops::Range;
use std::sync::Arc;

use super::base::Base;
use super::boundary;
use super::hits::Hit;
use super::scan::{Begin, Engine, REACH, Reading};
use super::scratch::Scratch;
use super::{assignment, near, url, weigh};
use crate::decoders::{self, Decoder, Input, Run};
use crate::model::{Kept, MadeOf, Match, RuleId, Seen, Span, Trace};
use crate::rules::{How, Reader};

/// How far rules look at most whose keywords are everywhere.
const NEAR: usize = near::LOOK + assignment::LOOK + weigh::LOOK;

impl Engine {
    /// Scans a blob that is held whole. The stretches that it took over of what it was `made_of` do not overlap here.
    pub fn scan_version(&self, scratch: &mut Scratch, bytes: &[u8], made_of: Option<MadeOf<'_>>) -> Trace {
        let nothing = MadeOf { bytes: &[], left: &Trace::default(), kept: &[] };
        // The operator's secrets have no keywords to carry; with them every version is scanned from nothing.
        let mut base = Base::new(made_of.filter(|_| self.known.is_none()).unwrap_or(nothing), bytes.len());
        let plain = if base.plain { base.version_is_plain(bytes) } else { decoders::is_plain(bytes) };
        base.plain &= plain;
        let mut trace = Trace { length: bytes.len(), plain, ..Trace::default() };
        trace.keywords.reserve(base.trace.keywords.len());
        trace.far.reserve(base.trace.far.len());
        scratch.embedded.clear();
        self.keywords(bytes, &base, &mut trace);
        self.confirmed(scratch, bytes, &base, &mut trace);
        self.decoded_runs(scratch, bytes, &base, &mut trace);
        trace.seen.sort_by_key(|seen| seen.anchor);
        trace
    }

    /// Finds keywords in new bytes and at seams, and takes the others over.
    fn keywords(&self, bytes: &[u8], base: &Base<'_>, trace: &mut Trace) {
        let longest = self.prefilter.longest();
        let mut from = 0;
        for stretch in &base.kept {
            self.fresh(bytes, from..stretch.to, base, trace);
            let fits = |(at, tag): &(u32, u32)| *at as usize + self.length(*tag) <= stretch.from + stretch.length;
            carry(&base.trace.keywords, stretch, longest, fits, &mut trace.keywords);
            carry(&base.trace.far, stretch, longest, fits, &mut trace.far);
            from = stretch.end().saturating_sub(longest.saturating_sub(1)).max(stretch.to);
        }
        self.fresh(bytes, from..bytes.len(), base, trace);
    }

    /// Keywords that begin in `fresh` and do not stand in a stretch that was taken over.
    fn fresh(&self, bytes: &[u8], fresh: Range<usize>, base: &Base<'_>, trace: &mut Trace) {
        if fresh.is_empty() {
            return;
        }
        // What was taken over of the stretch before may stand among them.
        let from = (fresh.start as u32, 0);
        let (keywords, far) = (&mut trace.keywords, &mut trace.far);
        let (first, first_far) = (keywords.partition_point(|one| *one < from), far.partition_point(|one| *one < from));
        self.keywords_in(bytes, fresh, |at, length, tag| {
            if base.stretch(&(at..at + length)).is_none() {
                keywords.push((at as u32, tag));
                if self.reach(self.tags[tag as usize].0) > NEAR {
                    far.push((at as u32, tag));
                }
            }
        });
        keywords[first..].sort_unstable();
        far[first_far..].sort_unstable();
    }

    /// Length of the keyword with this tag.
    fn length(&self, tag: u32) -> usize {
        let (id, keyword) = self.tags[tag as usize];
        self.rules.get(id).keywords[keyword].len()
    }

    /// Takes matches over whose candidate saw nothing but its own stretch, and confirms the other candidates.
    fn confirmed(&self, scratch: &mut Scratch, bytes: &[u8], base: &Base<'_>, trace: &mut Trace) {
        for stretch in &base.kept {
            let plain = base.seen_in(stretch).filter(|seen| seen.found.via.is_empty());
            trace.seen.extend(plain.filter_map(|seen| {
                let anchor = seen.anchor as usize - stretch.from + stretch.to;
                let settled = self.settled(base, seen.found.rule, anchor);
                settled.then(|| Seen { found: Arc::clone(&seen.found), anchor: anchor as u64 })
            }));
        }
        let mut reading = Reading::new(self, bytes, scratch);
        let mut confirm = |(at, tag): &(u32, u32)| {
            let ((id, keyword), at) = (self.tags[*tag as usize], *at as usize);
            if !self.settled(base, id, at) {
                reading.candidate(id, keyword, at..at + self.length(*tag));
            }
        };
        let mut from = 0;
        for inside in base.kept.iter().filter_map(|stretch| base.inside(stretch, NEAR)) {
            within(&trace.keywords, from..inside.start).iter().for_each(&mut confirm);
            within(&trace.far, inside.clone()).iter().for_each(&mut confirm);
            from = inside.end;
        }
        within(&trace.keywords, from..bytes.len()).iter().for_each(&mut confirm);
        trace.seen.extend(scratch.hits.drain(..).map(|hit| seen(hit, &[])));
        // What the beginning of a blob is depends on all of it.
        self.head(scratch, bytes, |_| true, &mut |hit| trace.seen.push(seen(hit, &[])));
        self.known(bytes, 0..bytes.len(), &mut Vec::new(), &mut |hit, via| trace.seen.push(seen(hit, via)));
    }

    /// Whether whatever decides about a candidate of this rule at `at` lies in one stretch that was taken over.
    fn settled(&self, base: &Base<'_>, id: RuleId, at: usize) -> bool {
        let inside = base.around(at).and_then(|stretch| base.inside(stretch, self.reach(id)));
        inside.is_some_and(|inside| inside.contains(&at))
    }

    /// How far from its keyword's start anything looks that decides about a candidate of this rule, to either side.
    fn reach(&self, id: RuleId) -> usize {
        match &self.rules.get(id).how {
            How::Pattern(pattern) => pattern.get().reach + boundary::LOOK + weigh::LOOK,
            How::Assignment { .. } => NEAR,
            How::Reader(Reader::Url) => url::LOOK,
            How::Reader(Reader::Pem) => REACH,
            How::Known | How::Reader(Reader::Jks | Reader::Pkcs12 | Reader::Keytab | Reader::Kdbx | Reader::Whole) => {
                usize::MAX / 4
            }
        }
    }

    /// Undoes encoded runs, and takes over what was made of those that stand where nothing changed.
    fn decoded_runs(&self, scratch: &mut Scratch, bytes: &[u8], base: &Base<'_>, trace: &mut Trace) {
        let mut from = 0;
        for stretch in &base.kept {
            let Some(part) = base.part_of_its_own(bytes, stretch) else { continue };
            self.undo_all(scratch, &bytes[..part.to], from, base, trace);
            base.take_over_runs(&part, trace);
            from = part.end();
        }
        self.undo_all(scratch, bytes, from, base, trace);
        trace.runs.sort_unstable_by_key(|(number, run)| (*number, run.start));
        trace.files.sort_unstable();
    }

    /// Undoes every encoded run from `from` on, but for those whose bytes were taken over.
    fn undo_all(&self, scratch: &mut Scratch, bytes: &[u8], from: usize, base: &Base<'_>, trace: &mut Trace) {
        let input = Input::whole(bytes);
        let mut signs = scratch.signs.pop().unwrap_or_default();
        signs.read(bytes, from..bytes.len());
        for (number, decoder) in (0u8..).zip(decoders::ALL) {
            let mut from = from;
            while let Some(run) = decoder.next_run(&input, &signs, from) {
                match base.run(number, &run.span) {
                    Some(stretch) => base.take_over(stretch, *decoder, &run, &mut trace.seen),
                    None => {
                        let before = scratch.embedded.len();
                        self.undo(scratch, *decoder, &input, &run, &mut trace.seen);
                        if scratch.embedded.len() > before {
                            trace.files.push((number, run.span.start));
                        }
                    }
                }
                from = run.span.end.max(from + 1);
                trace.runs.push((number, run.span));
            }
        }
        scratch.signs.push(signs);
    }

    fn undo(&self, scratch: &mut Scratch, decoder: &dyn Decoder, input: &Input<'_>, run: &Run, found: &mut Vec<Seen>) {
        let mut sink = |hit: Hit, via: &[&'static str]| found.push(seen(hit, via));
        self.run(scratch, decoder, input, (run, Begin::START), run.span.clone(), &mut Vec::new(), &mut sink);
    }
}

/// A hit of a blob that is held whole.
fn seen(hit: Hit, via: &[&'static str]) -> Seen {
    let anchor = hit.anchor as u64;
    let found = Match {
        rule: hit.rule,
        confidence: hit.confidence,
        secret: hit.secret,
        span: Span::new(0, hit.span),
        anchor,
        via: via.to_vec(),
    };
    Seen { found: Arc::new(found), anchor }
}

/// Takes over the keywords that begin in a stretch, if they `fit` in it; those that stand farther than `longest` from
/// its end do.
fn carry(
    known: &[(u32, u32)],
    stretch: &Kept,
    longest: usize,
    fits: impl Fn(&(u32, u32)) -> bool,
    carried: &mut Vec<(u32, u32)>,
) {
    let end = stretch.from + stretch.length;
    let certain = end.saturating_sub(longest);
    let shift = (stretch.to as u32).wrapping_sub(stretch.from as u32);
    let begin = within(known, stretch.from..end);
    let taken = begin.iter().filter(|keyword| (keyword.0 as usize) < certain || fits(keyword));
    carried.extend(taken.map(|(at, tag)| (at.wrapping_add(shift), *tag)));
}

/// The keywords that begin in a range.
fn within(keywords: &[(u32, u32)], range: Range<usize>) -> &[(u32, u32)] {
    if keywords.is_empty() {
        return keywords;
    }
    let rest = &keywords[keywords.partition_point(|(at, _)| (*at as usize) < range.start)..];
    &rest[..rest.partition_point(|(at, _)| (*at as usize) < range.end)]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use std::sync::OnceLock;

    use data_encoding::{BASE64, BASE64_MIME, HEXLOWER};
    use proptest::prelude::*;

    use super::*;

    fn engine() -> &'static Engine {
        static ENGINE: OnceLock<Engine> = OnceLock::new();
        ENGINE.get_or_init(|| Engine::new(crate::rules::load(&[]).unwrap()))
    }

    /// Everything there is to a match, in an order that does not depend on how it was found.
    #[expect(clippy::type_complexity, reason = "all that can be compared, in one place")]
    fn told(trace: &Trace) -> Vec<(u32, u64, Span, u8, Vec<&'static str>, Vec<u8>)> {
        let tell = |seen: &Seen| {
            let found = &seen.found;
            let value = found.secret.expose().to_vec();
            (found.rule.0, seen.anchor, seen.span(), found.confidence as u8, found.via.clone(), value)
        };
        let mut all: Vec<_> = trace.seen.iter().map(tell).collect();
        all.sort();
        all
    }

    /// Text as files have it: secrets of every kind the engine reads, encoded ones, and what surrounds them.
    fn piece() -> impl Strategy<Value = Vec<u8>> {
        let token = |seed: u64| {
            let alphabet = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
            let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
            let mut next = || {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                alphabet[(state % 62) as usize] as char
            };
            (0..34).map(|_| next()).collect::<String>()
        };
        let line = move |(kind, seed): (u8, u64)| {
            let token = token(seed);
            let secret = format!("db_password = \"{}\"\n", &token[..12]);
            match kind {
                0 => secret,
                1 => format!("{}{token}\n", ["h", "f_"].concat()),
                2 => format!("url: postgres://app:{}@db.internal/x\n", &token[..10]),
                3 => format!("blob: {}\n", BASE64.encode(secret.repeat(3).as_bytes())),
                4 => format!("{}\n", HEXLOWER.encode(secret.as_bytes())),
                5 => format!("x=api_key%3D{token}%26y\n"),
                6 => format!("{{\"api_key\": \"{}\"}}\n", token.replace('a', "\\u0061")),
                7 => secret.encode_utf16().flat_map(u16::to_le_bytes).map(char::from).collect(),
                8 => format!(
                    "AWS_ACCESS_KEY_ID={}{}\nAWS_SECRET_ACCESS_KEY={token}abcdef\n",
                    ["AK", "IA"].concat(),
                    "QYLPMN5HHHFPZ2A7"
                ),
                9 => "password".to_owned(),
                10 => "=\n".to_owned(),
                11 => BASE64.encode(token.repeat(9).as_bytes()),
                12 => "    let x = compute(y);\n".repeat(3 + 40 * (seed % 4) as usize),
                13 => " ".repeat(70),
                15 => format!("{}\n", BASE64_MIME.encode(secret.repeat(5).as_bytes())),
                16 => ["to\x1b[31mken = ", "to\\u001b[1mken\\u001b[0m: "][seed as usize % 2].to_owned(),
                17 => format!(
                    "{{\"log\":\"{}\\n\",\"stream\":\"stdout\"}}\n",
                    &BASE64.encode(secret.repeat(3).as_bytes())[..48]
                ),
                20 => format!(
                    "t = \"{}\"{}\"{token}\"\n",
                    ["h", "f_"].concat(),
                    [" + ", "\n  ", " . "][seed as usize % 3]
                ),
                21 => format!("{}{}\\\n{}\n", ["h", "f_"].concat(), &token[..9], &token[9..]),
                22 => format!("api_key=&quot;{}&quot;\n", token.replace('a', "&#97;")),
                23 => format!("{}{}\u{200b}{}\n", ["h", "f_"].concat(), &token[..9], &token[9..])
                    .bytes()
                    .map(char::from)
                    .collect(),
                24 => secret.bytes().map(|byte| format!("{byte},{}", ["", "\n"][seed as usize % 2])).collect(),
                25 => secret.bytes().map(|byte| format!("{byte:02x}{}", [" ", "\n"][seed as usize % 2])).collect(),
                26 => secret
                    .as_bytes()
                    .chunks(16)
                    .map(|bytes| {
                        format!("00000000  {} |\n", bytes.iter().map(|byte| format!("{byte:02x} ")).collect::<String>())
                    })
                    .collect(),
                14 => format!("release: {}\n", BASE64.encode(&[&[0x1f, 0x8b, 8][..], token.as_bytes()].concat())),
                _ => format!("{token}\n"),
            }
        };
        (0u8..28, 0u64..40).prop_map(move |seed| line(seed).chars().map(|c| c as u8).collect())
    }

    fn blob() -> impl Strategy<Value = Vec<u8>> {
        (any::<bool>(), proptest::collection::vec(piece(), 0..40)).prop_map(|(plain, pieces)| {
            let pieces = pieces.into_iter().filter(|piece| !plain || decoders::is_plain(piece));
            pieces.collect::<Vec<_>>().concat()
        })
    }

    /// A version made of stretches of the one before, in any order, and new text.
    fn edits() -> impl Strategy<Value = Vec<(bool, usize, usize, Vec<u8>)>> {
        proptest::collection::vec((any::<bool>(), 0usize..6000, 0usize..4000, piece()), 0..8)
    }

    fn made(base: &[u8], edits: &[(bool, usize, usize, Vec<u8>)]) -> (Vec<u8>, Vec<Kept>) {
        let (mut bytes, mut kept) = (Vec::new(), Vec::new());
        for (keep, at, length, text) in edits {
            if *keep && !base.is_empty() {
                let from = at % base.len();
                let length = (*length).min(base.len() - from);
                kept.push(Kept { from, to: bytes.len(), length });
                bytes.extend_from_slice(&base[from..from + length]);
            } else {
                bytes.extend_from_slice(text);
            }
        }
        (bytes, kept)
    }

    /// The version before with a few bytes replaced, as most versions are.
    fn edited(base: &[u8], at: usize, cut: usize, text: &[u8]) -> (Vec<u8>, Vec<Kept>) {
        let at = at.min(base.len());
        let rest = (at + cut).min(base.len());
        let bytes = [&base[..at], text, &base[rest..]].concat();
        let kept = vec![
            Kept { from: 0, to: 0, length: at },
            Kept { from: rest, to: at + text.len(), length: base.len() - rest },
        ];
        (bytes, kept)
    }

    fn sorted(mut files: Vec<crate::engine::Embedded>) -> Vec<crate::engine::Embedded> {
        files.sort_by(|a, b| (a.at, &a.via).cmp(&(b.at, &b.via)));
        files
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(192))]

        #[test]
        fn a_version_yields_what_a_scan_from_nothing_yields(first in blob(), chain in proptest::collection::vec(edits(), 1..4), at in 0usize..8000, cut in 0usize..40, text in piece()) {
            let mut scratch = Scratch::opening(|head| head.starts_with(&[0x1f, 0x8b]));
            let mut bytes = first;
            let mut trace = engine().scan_version(&mut scratch, &bytes, None);
            let mut versions: Vec<(Vec<u8>, Vec<Kept>)> = vec![edited(&bytes, at, cut, &text)];
            for edits in &chain {
                let last = versions.last().unwrap();
                versions.push(made(&last.0, edits));
            }
            for (next, kept) in versions {
                let base = std::mem::replace(&mut bytes, next);
                let made_of = MadeOf { bytes: &base, left: &trace, kept: &kept };
                let carried = engine().scan_version(&mut scratch, &bytes, Some(made_of));
                let files = sorted(scratch.embedded());
                let fresh = engine().scan_version(&mut scratch, &bytes, None);
                prop_assert_eq!(files, sorted(scratch.embedded()));
                prop_assert!(told(&carried) == told(&fresh), "matches differ");
                prop_assert!(carried.keywords == fresh.keywords && carried.runs == fresh.runs && carried.files == fresh.files);
                trace = carried;
            }
        }

        #[test]
        fn a_version_yields_what_a_window_yields(bytes in blob()) {
            let mut scratch = Scratch::default();
            let trace = engine().scan_version(&mut scratch, &bytes, None);
            let mut matches = Vec::new();
            engine().scan(&mut scratch, &super::super::Window::whole(&bytes), &mut matches);
            let mut plain: Vec<_> = matches.iter().map(|m| (m.rule.0, m.anchor, m.span, m.confidence as u8, m.via.clone(), m.secret.expose().to_vec())).collect();
            plain.sort();
            prop_assert!(told(&trace) == plain, "matches differ");
        }
    }
}
