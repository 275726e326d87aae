//! Bytes in, matches out: prefilter → confirm → demands and proof → confidence. No input or output, no clock, no paths.

mod anchors;
mod assignment;
mod base;
mod boundary;
mod check;
mod commonness;
mod demands;
mod embedded;
mod entropy;
mod explain;
mod head;
mod hits;
mod name;
mod near;
mod pattern;
mod pem;
mod prefilter;
mod reason;
mod resolve;
mod scan;
mod scratch;
mod structure;
mod url;
mod value;
mod version;
mod weigh;

pub use check::{CheckFailure, check};
pub use embedded::Embedded;
pub use explain::Considered;
pub use prefilter::Prefilter;
pub use reason::Reason;
pub use resolve::{resolve, united};
pub use scan::{Engine, MAX_DEPTH, REACH, Window};
pub use scratch::Scratch;
