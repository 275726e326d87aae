//! Where content comes from. A source pushes borrowed blobs from its own threads; it knows nothing of rules, archives
//! or windows. One file per source; the contract is in `source.rs`.

mod dir;
mod log;
mod source;

pub use dir::{Dir, DirOptions};
pub use log::{Log, STANDARD_INPUT};
pub use source::{Content, Flow, Source, SourceError, Visitor, Worker};
