//! A defect of tightlip itself: told by its place in the code alone. The message of a panic may hold scanned bytes.

use std::io::Write;
use std::panic;

/// Replaces the hook that would print the message.
pub(super) fn hide_messages() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
        let version = env!("CARGO_PKG_VERSION");
        let _ = writeln!(std::io::stderr(), "error: this is a defect in tightlip {version}{place}; please report it");
    }));
}
