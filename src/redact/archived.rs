//! Archives that stand encoded in a text: decoded and looked at as a whole. One that holds a secret, or cannot be looked
//! at, is replaced as a whole; the others stay as they are.

use std::ops::Range;

use super::RedactError;
use crate::containers::Limits;
use crate::engine::{Embedded, Engine};
use crate::model::{BlobKind, Confidence, Key, Place, Secret, Target, replaced};
use crate::pipeline::{self, EncodedFile, Options, Piece, Silent, encoded_file};
use crate::policy::{Policy, PolicyOptions};
use crate::sources::{Content, Flow, Source, SourceError, Visitor};

/// What the mask says of an archive that cannot be looked at.
const UNREADABLE: &str = "unreadable-archive";

/// What looks at archives.
#[derive(Clone, Copy)]
pub(super) struct Opener<'a> {
    pub(super) engine: &'a Engine,
    pub(super) key: &'a Key,
    /// What one archive may cost.
    pub(super) limits: Limits,
}

/// The archives of one window.
pub(super) struct Archived<'r> {
    opener: Opener<'r>,
    bytes: &'r [u8],
    piece: &'r Piece,
    /// Up to where the window's bytes were written already.
    done: usize,
    /// Where those stand that are to be replaced, each with its mask.
    pub(super) unclean: Vec<(Range<usize>, String)>,
    /// Up to where the window can be written.
    pub(super) end: usize,
    /// Where one begins that goes on beyond the window.
    pub(super) goes_on: Option<usize>,
}

impl<'r> Archived<'r> {
    pub(super) fn new(opener: Opener<'r>, bytes: &'r [u8], piece: &'r Piece, done: usize) -> Self {
        Self { opener, bytes, piece, done, unclean: Vec::new(), end: piece.core.end, goes_on: None }
    }

    /// Looks at one.
    pub(super) fn look(&mut self, begins: Embedded) -> Result<(), RedactError> {
        let at = (begins.at - self.piece.base) as usize;
        let run = begins.run.map_or(at, |run| (run - self.piece.base) as usize);
        if run >= self.end {
            return Ok(());
        }
        match encoded_file(begins, self.bytes, self.piece.base, self.piece.is_last()) {
            Ok(Some(EncodedFile { span, .. })) if span.end <= self.done => {}
            Ok(Some(file)) => {
                if let Some(rule) = self.opener.holds(&file.bytes)? {
                    let mask = replaced(&rule, &self.opener.key.fingerprint(&Secret::new(file.bytes)));
                    self.unclean.push((file.span, mask));
                }
            }
            Ok(None) if run >= self.done => (self.end, self.goes_on) = (run, Some(run)),
            // Its beginning was written as what it was taken for then: nothing that goes on.
            Ok(None) => {}
            Err(_) => return Err(RedactError::TooLong { at: self.piece.base + at as u64 }),
        }
        Ok(())
    }
}

impl Opener<'_> {
    /// What an archive holds that may not be let go: a rule, or that it cannot be looked at.
    fn holds(&self, bytes: &[u8]) -> Result<Option<String>, RedactError> {
        let policy = Policy::new(PolicyOptions { threshold: Confidence::Review, ..PolicyOptions::default() });
        let policy = policy.map_err(|_| RedactError::Failed)?;
        let target = Target { command: "redact", names: Vec::new() };
        let options = Options { threads: 1, limits: self.limits, key: None, target };
        let outcome = pipeline::scan(&Held(bytes), self.engine, &policy, &options, &Silent);
        let outcome = outcome.map_err(|_| RedactError::Failed)?;
        let unreadable = || (!outcome.gaps.is_empty()).then(|| UNREADABLE.to_owned());
        Ok(outcome.findings.first().map(|finding| finding.rule.id.clone()).or_else(unreadable))
    }
}

/// A file that is held.
struct Held<'a>(&'a [u8]);

impl Source for Held<'_> {
    fn walk(&self, visitor: &dyn Visitor) -> Result<(), SourceError> {
        let flow = visitor.worker().blob(&Place::new(BlobKind::Member, b""), Content::Bytes(self.0));
        debug_assert_eq!(flow, Flow::Continue);
        Ok(())
    }
}
