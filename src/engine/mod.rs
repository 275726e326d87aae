//! Bytes in, matches out: prefilter → confirm → demands and proof → confidence. No input or output, no clock, no paths.

mod assignment;
mod boundary;
mod check;
mod demands;
mod entropy;
mod hits;
mod name;
mod pattern;
mod pem;
mod prefilter;
mod resolve;
mod scan;
mod scratch;
mod url;
mod value;

pub use check::{CheckFailure, check};
pub use prefilter::Prefilter;
pub use resolve::{resolve, united};
pub use scan::{Engine, MAX_DEPTH, REACH, Window};
pub use scratch::Scratch;
