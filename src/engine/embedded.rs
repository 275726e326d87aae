//! Encoded runs that hold a file and not a text. The engine says where they begin; opening them is its holder's business.

use crate::decoders::SpanMap;

/// An encoded run that begins as its holder's files do: an archive in base64, a compressed release in base64 of base64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embedded {
    /// Where the outermost run begins in the blob; `None` when it begins before anything the window shows.
    pub run: Option<u64>,
    /// Where the file begins in the blob, in its encoded form.
    pub at: u64,
    /// The encodings, outermost first.
    pub via: Vec<&'static str>,
}

/// Leads what was found in the decoded bytes of a run back to the level of the run, which begins at `run`.
pub(super) fn lead_back(found: &mut [Embedded], map: &SpanMap, run: Option<usize>) {
    for embedded in found {
        let at = embedded.at as usize;
        embedded.at = map.source(at..at + 1).start as u64;
        embedded.run = run.map(|run| run as u64);
    }
}
