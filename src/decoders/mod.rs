//! One file per encoding: bytes in, bytes and a span map out. The contract is in `decoder.rs`.

mod decoder;
mod map;

pub use decoder::{Carry, Decoder, Input, Run};
pub use map::SpanMap;

/// Every decoder, in the order they are tried.
pub const ALL: &[&dyn Decoder] = &[];
