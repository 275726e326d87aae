//! Where content comes from. A source pushes borrowed blobs from its own threads; it knows nothing of rules, archives
//! or windows. One file per source; the contract is in `source.rs`.

mod dir;
mod git;
pub mod image;
mod log;
mod source;
mod threads;

pub use dir::{Dir, DirOptions};
pub use git::{
    GitEnvironment, GitHistories, GitHistory, HistoryOptions, Range, RangeOptions, Remote, Repository, Revision, Scope,
    Snapshot, Staged, StagedOptions, Update,
};
pub use log::{Log, STANDARD_INPUT};
pub use source::{Content, Flow, Reviewed, Reviewer, Source, SourceError, Version, Visitor, Whereabouts, Worker};
pub use threads::thread_count;
