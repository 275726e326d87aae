//! Names are content: a path can hold a secret, and then no report may show it.

use std::ops::Range;

use crate::engine::{Engine, Scratch, Window};
use crate::model::{Confidence, MASK, Match, Place, Provenance};

/// The place's address with every secret in it masked.
pub(super) fn provenance(engine: &Engine, scratch: &mut Scratch, place: &Place<'_>) -> Provenance {
    let mut provenance = place.provenance();
    let whole = masked(engine, scratch, provenance.path);
    // Each name of the path alone, too: what follows it would read as a part of a value.
    let parts = whole.split(|byte| *byte == b'/').map(|part| masked(engine, scratch, part.to_vec()));
    provenance.path = parts.collect::<Vec<_>>().join(&b'/');
    provenance
}

/// An address without the lines that encoded files in it stand on (`base64@L12`): lines move, and identity must not.
pub(super) fn lasting(path: &[u8]) -> Vec<u8> {
    let parts = path.split(|byte| *byte == b'!').map(|part| {
        let digits = part.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let rest = &part[..part.len() - digits];
        if digits > 0 { rest.strip_suffix(b"@L").unwrap_or(part) } else { part }
    });
    parts.collect::<Vec<_>>().join(&b'!')
}

/// `text` with everything masked that a rule is at least fairly sure of.
pub(super) fn masked(engine: &Engine, scratch: &mut Scratch, text: Vec<u8>) -> Vec<u8> {
    masked_from(Confidence::Likely, engine, scratch, text)
}

/// `text` with everything masked that a rule is at least so sure of.
pub(super) fn masked_from(sure: Confidence, engine: &Engine, scratch: &mut Scratch, mut text: Vec<u8>) -> Vec<u8> {
    let mut found = found(sure, engine, scratch, &text);
    found.sort_by_key(|span| std::cmp::Reverse(span.start));
    let mut floor = text.len();
    for span in found {
        let end = span.end.min(floor);
        let start = span.start.min(end);
        text.splice(start..end, MASK.bytes());
        floor = start;
    }
    text
}

/// Where in a text of our own a rule is at least so sure of something.
pub(super) fn found(sure: Confidence, engine: &Engine, scratch: &mut Scratch, text: &[u8]) -> Vec<Range<usize>> {
    let mut matches: Vec<Match> = Vec::new();
    engine.scan(scratch, &Window::whole(text), &mut matches);
    // What a rule says of certain files it does not say of a word in a report.
    matches.retain(|found| found.confidence >= sure && engine.rules().get(found.rule).paths.is_empty());
    matches.iter().map(|found| found.span.start as usize..found.span.end as usize).collect()
}
