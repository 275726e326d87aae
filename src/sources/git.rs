//! Git repositories, read from their objects. No `git` is called, and nothing that a repository names is run.
//!
//! All of a repository is [`GitHistory`]: every object of its stores.

mod commit;
mod delta;
mod folders;
mod forest;
mod graph;
mod history;
mod link;
mod looker;
mod names;
mod object;
mod pack;
mod places;
mod refs;
mod repository;
mod staged_paths;
mod store;
mod told;
mod tree;

pub use history::{GitHistory, HistoryOptions};
pub use repository::{GitEnvironment, Repository};
