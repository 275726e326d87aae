//! An assignment as it was read.

use std::ops::Range;

/// An assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::engine) struct Assigned {
    pub(in crate::engine) name: Range<usize>,
    pub(in crate::engine) value: Range<usize>,
    pub(in crate::engine) style: Style,
}

/// How sure the syntax is that the value is a literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Style {
    /// In quotes, or the text of an element.
    Quoted,
    /// In quotes, as the argument after a quoted name: `define("NAME", "value")`, or the next word of a list.
    Listed,
    /// Bare, where bare text is a literal: `KEY=value`, `key: value` on a line of its own, `--flag value`.
    Line,
    /// Bare, in a sentence, or the rest of a line that a sentence could be.
    Prose,
    /// Bare, where it may as well be code.
    Code,
}
