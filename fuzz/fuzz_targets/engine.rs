//! Any bytes, scanned whole and in windows: the engine does not panic, and what is settled in the end is the same.
//!
//! An input is `cut, cut, core, fill, length, content…`: the content is split at `cut`, and `length` times 4 KiB of the
//! byte `fill` put in between, so that small inputs reach across windows. `core` sets the size of the windows; there are
//! never more than `MOST_WINDOWS`, because each of them scans its context again.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tightlip::decoders::{Carry, Input, carry_after};
use tightlip::engine::{Engine, REACH, Scratch, Window, resolve};
use tightlip::model::{Confidence, Match, RuleId, Span};

/// Bytes of context to each side of a window: the pipeline's measure.
const CONTEXT: usize = 4 * REACH;

/// Windows of one blob.
const MOST_WINDOWS: usize = 24;

static ENGINE: LazyLock<Engine> =
    LazyLock::new(|| Engine::new(tightlip::rules::load(&[]).unwrap_or_else(|error| panic!("{error}"))));

fuzz_target!(|input: &[u8]| {
    let [cut_low, cut_high, core, fill, length, content @ ..] = input else { return };
    let cut = usize::from(u16::from_le_bytes([*cut_low, *cut_high])).min(content.len());
    let filler = vec![*fill; usize::from(*length) << 12];
    let blob = [&content[..cut], &filler, &content[cut..]].concat();
    let window = (1 + (usize::from(*core) << 8)).max(blob.len().div_ceil(MOST_WINDOWS));
    let (whole, parts) = (settled(whole(&blob)), settled(windowed(&blob, window)));
    // Values are compared and never printed.
    let places = |settled: &[Settled]| settled.iter().map(|found| (found.rule.0, found.span)).collect::<Vec<_>>();
    assert_eq!(places(&whole), places(&parts), "windows change what is found");
    assert!(whole == parts, "windows change what a finding says");
});

/// What of a match may not depend on windows.
#[derive(PartialEq)]
struct Settled {
    rule: RuleId,
    span: Span,
    confidence: Confidence,
    secret: Vec<u8>,
    via: Vec<&'static str>,
}

fn whole(blob: &[u8]) -> Vec<Match> {
    let mut matches = Vec::new();
    ENGINE.scan(&mut Scratch::default(), &Window::whole(blob), &mut matches);
    matches
}

fn windowed(blob: &[u8], core: usize) -> Vec<Match> {
    let (mut matches, mut scratch, mut carry, mut before) = (Vec::new(), Scratch::default(), Carry::default(), 0);
    for start in (0..blob.len()).step_by(core) {
        let (from, end) = (start.saturating_sub(CONTEXT), (start + core).min(blob.len()));
        // The carry is led on from window to window, as it is for a stream whose past is gone.
        carry = carry_after(&Input { bytes: &blob[before..end], base: before as u64, carry }, from - before);
        before = from;
        let bytes = &blob[from..(end + CONTEXT).min(blob.len())];
        let window =
            Window { input: Input { bytes, base: from as u64, carry }, core: start - from..end - from, begins: true };
        let mut found = Vec::new();
        ENGINE.scan(&mut scratch, &window, &mut found);
        matches.extend(found.into_iter().filter(|found| (start as u64..end as u64).contains(&found.anchor)));
    }
    matches
}

fn settled(mut matches: Vec<Match>) -> Vec<Settled> {
    matches.sort_by_key(|found| (found.span, found.rule, found.anchor));
    matches.dedup_by_key(|found| (found.span, found.rule, found.anchor));
    let settled = resolve(ENGINE.rules(), matches.into_iter().map(|found| (found, ())).collect());
    let keep = |(found, ()): (Match, ())| Settled {
        rule: found.rule,
        span: found.span,
        confidence: found.confidence,
        secret: found.secret.expose().to_vec(),
        via: found.via,
    };
    settled.into_iter().map(keep).collect()
}
