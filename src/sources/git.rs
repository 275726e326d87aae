//! Git repositories, read from their objects. No `git` is called, and nothing that a repository names is run.
//!
//! All of a repository is [`GitHistory`]: every object of its stores. A *change* is what is about to leave: what is staged
//! ([`Staged`]), or the commits of a range, a push or a push that a server receives ([`Range`]). The content that a
//! change does not bring is looked at for comparison only, so that it is told apart from what is new.

mod blobs;
mod changes;
mod commit;
mod commits;
mod folders;
mod forest;
mod found;
mod graph;
mod histories;
mod history;
mod index;
mod lines;
mod link;
mod lists;
mod looker;
mod names;
mod object;
mod objects;
mod pack;
mod places;
mod push;
mod range;
mod reading;
mod refs;
mod repository;
mod scope;
mod snapshot;
mod special;
mod staged;
mod staged_paths;
mod state;
mod store;
mod submodules;
mod told;
mod tree;

pub use histories::GitHistories;
pub use history::{GitHistory, HistoryOptions};
pub use push::{Remote, Update};
pub use range::{Range, RangeOptions};
pub use repository::{GitEnvironment, Repository};
pub use scope::{Revision, Scope};
pub use snapshot::Snapshot;
pub use staged::{Staged, StagedOptions};
