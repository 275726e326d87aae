//! How far from a keyword an assignment may reach. Nothing here looks farther than [`LOOK`] bytes from the keyword, so that
//! a window's context always holds it all.

/// The longest name to one side of the keyword.
pub(super) const MAX_NAME: usize = 80;

/// The longest value.
pub(super) const MAX_VALUE: usize = 1024;

/// Blanks between a name and its value.
pub(super) const MAX_GAP: usize = 64;

/// Between a name and a value that stand apart: `- name: X`, then `value: x`.
pub(super) const MAX_APART: usize = 160;

/// Of a table, behind the name of a column.
pub(super) const MAX_ROW: usize = 2048;

/// How far from a keyword an assignment may reach.
pub(in crate::engine) const LOOK: usize = 2 * MAX_NAME + MAX_VALUE + MAX_APART + MAX_ROW + 8 * MAX_GAP;
