//! The order of events: a source pushes blobs, each is opened or scanned, matches are settled and judged, and the
//! ledger is closed.

mod context;
mod cut;
mod judge;
mod large;
mod ledger;
mod lines;
mod look;
mod member;
mod names;
mod options;
mod outcome;
mod render;
mod run;
mod scan;
mod together;
mod window;
mod windows;

pub use member::Member;
pub use options::{Options, Progress, Silent};
pub use render::{masked, render};
pub use scan::scan;
pub use windows::{Begins, CONTEXT, CORE, Piece, Windows};
