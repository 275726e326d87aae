//! What every `open` does the same way: count depth and members, and stop once the budget is spent.

use std::io::Read;

use super::{Budget, EntryKind, Fault, Members, Meter, Step};
use crate::model::GapKind;

/// Data in front of the first entry.
pub(super) const BEFORE: &[u8] = b"(data before the archive)";
/// Data that no entry covers.
pub(super) const BETWEEN: &[u8] = b"(data between entries)";
/// Data behind the archive's end.
pub(super) const AFTER: &[u8] = b"(data after the archive)";

/// One container being opened.
pub(super) struct Visit<'a> {
    budget: &'a mut Budget,
    members: &'a mut dyn Members,
}

impl<'a> Visit<'a> {
    /// Enters a container; `None`, after the gap was told, when it lies too deep.
    pub(super) fn enter(budget: &'a mut Budget, members: &'a mut dyn Members) -> Option<Self> {
        match budget.enter() {
            Ok(()) => Some(Self { budget, members }),
            Err(spent) => {
                let fault = spent.fault(budget.limits());
                members.gap(b"", fault.kind, 0, &fault.detail);
                None
            }
        }
    }

    /// The budget's byte counter.
    pub(super) fn meter(&self) -> Meter {
        self.budget.meter()
    }

    /// Counts an entry; whether to go on. The gap is told when not.
    pub(super) fn count(&mut self, name: &[u8]) -> bool {
        match self.budget.member() {
            Ok(()) => true,
            Err(spent) => {
                let fault = spent.fault(self.budget.limits());
                self.gap(name, &fault, 0);
                false
            }
        }
    }

    /// Says of what kind the entry is that follows.
    pub(super) fn entry(&mut self, name: &[u8], kind: EntryKind) {
        self.members.entry(name, kind);
    }

    /// Gives one member that was counted; whether to go on. When the budget was spent below, it was told there.
    pub(super) fn give(&mut self, name: &[u8], content: &mut dyn Read) -> bool {
        let step = self.members.member(name, content, self.budget);
        step == Step::Continue && self.budget.spent().is_none()
    }

    /// Text that belongs to the container; nothing is said of empty text.
    pub(super) fn text(&mut self, name: &[u8], text: &[u8]) {
        if !text.is_empty() {
            self.members.text(name, text);
        }
    }

    /// What could not be looked at.
    pub(super) fn gap(&mut self, name: &[u8], fault: &Fault, bytes: u64) {
        self.members.gap(name, fault.kind, bytes, &fault.detail);
    }

    /// The same from parts.
    pub(super) fn lost(&mut self, name: &[u8], kind: GapKind, bytes: u64, detail: &str) {
        self.members.gap(name, kind, bytes, detail);
    }
}

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        self.budget.leave();
    }
}
