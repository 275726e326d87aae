//! The order of events: a source pushes blobs, each is opened or scanned, matches are settled and judged, and the
//! ledger is closed.

mod batch;
mod context;
mod cut;
mod embedded;
mod held;
mod judge;
mod large;
mod ledger;
mod lines;
mod look;
mod member;
mod names;
mod options;
mod outcome;
mod queue;
mod render;
mod review;
mod rule_paths;
mod run;
mod scan;
mod stream;
mod texts;
mod together;
mod versions;
mod window;
mod windows;

pub use batch::Batch;
pub use embedded::{EncodedFile, MAX_RUN, encoded_file};
pub use member::Member;
pub use options::{Options, Progress, Silent};
pub use render::{masked, render};
pub use rule_paths::RulePaths;
pub use scan::scan;
pub use windows::{Begins, CONTEXT, CORE, Piece, Windows};
