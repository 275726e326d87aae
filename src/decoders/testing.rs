//! What the tests of all decoders use.

use std::ops::Range;

use super::{Decoder, Input, Run, Signs, SpanMap};

/// All runs of `input`.
pub(super) fn runs(decoder: &dyn Decoder, input: &Input<'_>) -> Vec<Run> {
    let (mut runs, signs): (Vec<Run>, _) = (Vec::new(), Signs::of(input.bytes));
    while let Some(run) = decoder.next_run(input, &signs, runs.last().map_or(0, |run| run.span.end)) {
        assert!(run.span.start < run.span.end && run.span.end <= input.bytes.len(), "{run:?}");
        assert!(runs.last().is_none_or(|last| last.span.end <= run.span.start), "{run:?} after {:?}", runs.last());
        runs.push(run);
    }
    runs
}

/// What `want` of a run decodes to.
pub(super) fn decoded(decoder: &dyn Decoder, input: &Input<'_>, run: &Run, want: Range<usize>) -> SpanMap {
    let mut out = SpanMap::default();
    decoder.decode(input, run, want, &mut out);
    out
}

/// The decoded texts of all runs of a blob.
pub(super) fn texts(decoder: &dyn Decoder, bytes: &[u8]) -> Vec<String> {
    let input = Input::whole(bytes);
    let text = |run: &Run| decoded(decoder, &input, run, run.span.clone()).bytes().to_vec();
    runs(decoder, &input).iter().map(|run| String::from_utf8_lossy(&text(run)).into_owned()).collect()
}
