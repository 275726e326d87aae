//! Git repositories, read from their objects. No `git` is called, and nothing that a repository names is run.
//!
//! A *change* is what is about to leave: what is staged ([`Staged`]), or the commits of a range, a push or a push that a
//! server receives ([`Range`]). The content that a change does not bring is looked at for comparison only, so that it is
//! told apart from what is new.

mod blobs;
mod changes;
mod commits;
mod found;
mod index;
mod lines;
mod objects;
mod push;
mod range;
mod repository;
mod scope;
mod snapshot;
mod special;
mod staged;
mod state;

pub use push::{Remote, Update};
pub use range::{Range, RangeOptions};
pub use repository::{GitEnvironment, Repository};
pub use scope::{Revision, Scope};
pub use snapshot::Snapshot;
pub use staged::{Staged, StagedOptions};
