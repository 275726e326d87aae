//! What git stores, wherever it lies: a repository that was copied into an image or an archive hides its history from
//! whoever looks at its bytes.

pub mod delta;
mod loose;
mod pack;
mod shelf;

pub(super) use loose::Loose;
pub(super) use pack::Pack;
