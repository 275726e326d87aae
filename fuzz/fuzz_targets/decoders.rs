//! Any bytes through one decoder: no panic, every decoded byte leads back into its run, and neither windows nor pieces of
//! a run change what is decoded.
//!
//! An input is `which, cut, cut, repeat, content…`: the content is repeated until it reaches far beyond what a decoder
//! looks at, and the window is cut at `cut`.
#![no_main]

use std::ops::Range;

use libfuzzer_sys::fuzz_target;
use tightlip::decoders::{ALL, Decoder, Input, LOOK, Signs, SpanMap, carry_after};

/// Bytes of a blob.
const MOST: usize = 64 << 10;

fuzz_target!(|input: &[u8]| {
    let [which, cut_low, cut_high, repeat, content @ ..] = input else { return };
    let Some(most) = MOST.checked_div(content.len()) else { return };
    let decoder = ALL[usize::from(*which) % ALL.len()];
    let blob = content.repeat((1 + usize::from(*repeat)).min(most).max(1));
    let cut = usize::from(u16::from_le_bytes([*cut_low, *cut_high])).min(blob.len());

    let whole = pairs(decoder, &Input::whole(&blob), 0..blob.len(), usize::MAX);
    let chunked = pairs(decoder, &Input::whole(&blob), 0..blob.len(), 1000);
    assert!(whole == chunked, "{}: pieces of a run change what is decoded", decoder.name());
    let parts = [windowed(decoder, &blob, 0..cut), windowed(decoder, &blob, cut..blob.len())].concat();
    assert!(whole == parts, "{}: windows change what is decoded", decoder.name());
});

/// A decoded byte with where it came from.
type Pair = (usize, usize, u8);

/// What the runs that stand in `want` decode to, `chunk` encoded bytes at a time.
fn pairs(decoder: &dyn Decoder, input: &Input<'_>, want: Range<usize>, chunk: usize) -> Vec<Pair> {
    let (mut all, mut from, mut map) = (Vec::new(), 0, SpanMap::default());
    let signs = Signs::of(input.bytes);
    while let Some(run) = decoder.next_run(input, &signs, from) {
        assert!(from <= run.span.start && run.span.start < run.span.end && run.span.end <= input.bytes.len());
        let mut at = run.span.start;
        while at < run.span.end {
            map.clear();
            let end = at.saturating_add(chunk).min(run.span.end);
            decoder.decode(input, &run, at..end, &mut map);
            for (i, byte) in map.bytes().iter().enumerate() {
                let source = map.source(i..i + 1);
                assert!(source.start < source.end && source.end <= run.span.end, "a byte that leads nowhere");
                all.push((input.base as usize + source.start, input.base as usize + source.end, *byte));
            }
            at = end;
        }
        from = run.span.end;
    }
    all.retain(|(start, ..)| want.contains(start));
    all.sort_unstable();
    all.dedup();
    all
}

/// The same of a window with its context, as the pipeline cuts them.
fn windowed(decoder: &dyn Decoder, blob: &[u8], want: Range<usize>) -> Vec<Pair> {
    let from = want.start.saturating_sub(2 * LOOK);
    let carry = carry_after(&Input::whole(&blob[..want.start]), from);
    let bytes = &blob[from..(want.end + 2 * LOOK).min(blob.len())];
    pairs(decoder, &Input { bytes, base: from as u64, carry }, want, usize::MAX)
}
