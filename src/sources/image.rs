//! Container images: every layer, platform and configuration of them, from wherever they stand.

mod origin;

pub use origin::{Fault, MANIFEST_LIMIT, Origin, Root};
