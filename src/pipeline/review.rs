//! One reviewer: looks at versions on one thread of a source. What is to be told of them waits in the run.

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::PoisonError;

use super::held::{Fate, Held, Part};
use super::look::Look;
use super::run::Run;
use super::window::Trouble;
use crate::containers::{self, Budget};
use crate::engine::{Scratch, Window};
use crate::model::{BlobKind, GapKind, MadeOf, Match, Place, Trace};
use crate::sources::{Reviewed, Reviewer, Version};

/// The place of a version as long as it has none.
const NOWHERE: Place<'static> = Place { kind: BlobKind::File, name: b"", within: None, version: 0 };

/// A reviewer. What it gathered goes to the run when it is dropped.
pub(super) struct Review<'a> {
    look: Look<'a>,
    held: Vec<Held>,
}

impl Drop for Review<'_> {
    fn drop(&mut self) {
        self.look.run.held.lock().unwrap_or_else(PoisonError::into_inner).append(&mut self.held);
    }
}

impl<'a> Review<'a> {
    pub(super) fn new(run: &'a Run<'a>) -> Self {
        Self { look: Look::new(run), held: Vec::new() }
    }

    /// Looks at something with the matches put aside. Whether there is something to tell of it.
    fn aside(&mut self, version: Version, look: impl FnOnce(&mut Look<'a>)) -> bool {
        let outer = std::mem::take(&mut self.look.ledger);
        self.look.aside = Some(Vec::new());
        look(&mut self.look);
        let parts = self.look.aside.take().unwrap_or_default();
        let inner = std::mem::replace(&mut self.look.ledger, outer);
        self.look.ledger.coverage.scanned.merge(inner.coverage.scanned);
        self.hold(version, parts, !inner.gaps.is_empty())
    }

    fn hold(&mut self, version: Version, parts: Vec<Part>, gaps: bool) -> bool {
        let told = gaps || parts.iter().any(|part| !part.seen.is_empty());
        if told {
            self.held.push(Held { version, fate: Fate::Looked { parts, gaps } });
        }
        told
    }

    /// Scans ordinary bytes. A panic of the engine is a defect, and becomes a gap instead of a silence.
    fn scan(&mut self, bytes: &[u8], made_of: Option<MadeOf<'_>>) -> Option<Trace> {
        let (engine, scratch) = (self.look.run.bench.engine, &mut self.look.scratch);
        let trace = catch_unwind(AssertUnwindSafe(|| engine.scan_version(scratch, bytes, made_of)));
        if trace.is_err() {
            self.look.scratch = Scratch::opening(containers::embeds);
        }
        trace.ok()
    }
}

impl Reviewer for Review<'_> {
    fn version(&mut self, version: Version, bytes: &[u8], made_of: Option<MadeOf<'_>>) -> Reviewed {
        let head = &bytes[..bytes.len().min(containers::HEAD)];
        let tail = &bytes[bytes.len().saturating_sub(containers::TAIL)..];
        if containers::recognize(head).or_else(|| containers::recognize_end(tail)).is_some() {
            return Reviewed { trace: None, told: self.aside(version, |look| look.bytes(&NOWHERE, bytes)) };
        }
        let Some(trace) = self.scan(bytes, made_of) else {
            let trouble = Trouble::Failed(bytes.len() as u64);
            self.gap(version, trouble.kind(), trouble.bytes(), trouble.detail());
            return Reviewed { trace: None, told: true };
        };
        if !self.look.scratch.embedded().is_empty() {
            // What stands in an encoded file is told as a member's: the version is looked at as any file is.
            let told = self.aside(version, |look| look.bytes(&NOWHERE, bytes));
            return Reviewed { trace: Some(trace), told };
        }
        self.look.scanned(bytes.len() as u64);
        let told = !trace.seen().is_empty()
            && self.hold(version, vec![Part { member: Vec::new(), seen: trace.seen().to_vec() }], false);
        Reviewed { trace: Some(trace), told }
    }

    fn stream(&mut self, version: Version, stream: &mut dyn Read) -> bool {
        let limits = self.look.run.limits;
        self.aside(version, |look| look.stream(&NOWHERE, stream, &mut Budget::new(limits)))
    }

    fn name(&mut self, version: Version, name: &[u8]) -> bool {
        let (bench, mut matches) = (&self.look.run.bench, Vec::<Match>::new());
        let window = Window { begins: false, ..Window::whole(name) };
        bench.engine.scan(&mut self.look.scratch, &window, &mut matches);
        let files = !self.look.scratch.embedded().is_empty();
        (files || !matches.is_empty())
            && self.aside(version, |look| look.scan(&Place { kind: BlobKind::Name, ..NOWHERE }, name))
    }

    fn gap(&mut self, version: Version, kind: GapKind, bytes: u64, detail: &str) {
        self.held.push(Held { version, fate: Fate::Gap { kind, bytes, detail: detail.to_owned() } });
    }

    fn excluded(&mut self, version: Version, reason: &str, bytes: u64) {
        self.held.push(Held { version, fate: Fate::Excluded { reason: reason.to_owned(), bytes } });
    }
}
