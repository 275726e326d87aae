//! The order of events: a source pushes blobs, each is opened or scanned, matches are settled and judged, and the
//! ledger is closed.

mod context;
mod embedded;
mod judge;
mod large;
mod ledger;
mod lines;
mod look;
mod names;
mod options;
mod outcome;
mod render;
mod run;
mod scan;
mod together;
mod window;
mod windows;

pub use options::{Options, Progress, Silent};
pub use render::{masked, render};
pub use scan::scan;
