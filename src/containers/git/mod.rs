//! What git stores, wherever it lies: a repository that was copied into an image or an archive hides its history from
//! whoever looks at its bytes.

mod delta;
mod loose;
mod pack;
mod shelf;

pub use delta::{Op as DeltaOp, Ops as DeltaOps};
pub(super) use loose::Loose;
pub(super) use pack::Pack;
