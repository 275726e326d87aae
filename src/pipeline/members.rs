//! The members of a container, looked at as blobs of their own under the same budget.

use std::io::Read;

use super::look::Look;
use crate::containers::{Budget, Members, Step};
use crate::model::{BlobKind, GapKind, Place};

/// Looks at members on their container's thread.
pub(super) struct Nested<'l, 'a, 'p> {
    pub(super) look: &'l mut Look<'a>,
    pub(super) place: &'p Place<'p>,
}

impl Members for Nested<'_, '_, '_> {
    fn member(&mut self, name: &[u8], content: &mut dyn Read, budget: &mut Budget) -> Step {
        let place = self.place.member(name);
        if !name.is_empty() {
            self.look.name(&place);
        }
        self.look.stream(&place, content, budget);
        Step::Continue
    }

    fn text(&mut self, name: &[u8], text: &[u8]) {
        let place = self.place.member(name);
        self.look.scan(&place, text);
        self.look.scanned(text.len() as u64);
    }

    fn gap(&mut self, name: &[u8], kind: GapKind, bytes: u64, detail: &str) {
        let place = if name.is_empty() { *self.place } else { self.place.member(name) };
        let place = Place { kind: BlobKind::Member, ..place };
        let shown = self.look.provenance(&place);
        self.look.ledger.gap(shown, kind, bytes, detail);
    }
}
