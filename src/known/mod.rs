//! The operator's own secrets: their values, searched exactly and in every form they take on their way into a log.
//!
//! `list.rs` reads them, `weak.rs` refuses those that prove nothing, `forms.rs` writes their forms, `table.rs` finds
//! them. No value is ever shown; a finding carries the operator's name for it.

mod entry;
mod forms;
mod list;
mod secrets;
mod table;
mod weak;

pub use entry::Entry;
pub use list::{from_lines, from_variable};
pub use secrets::{Known, Refused, Seen};
