//! One file per container format, recognized by magic bytes and never by extension. The contract is in `container.rs`.

mod budget;
mod container;

pub use budget::{Budget, Limits};
pub use container::{Body, Container, Members, Step};

/// Every container, in the order they are tried.
pub const ALL: &[&dyn Container] = &[];
