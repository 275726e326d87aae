//! tightlip finds secrets before they leave, and never lets one out itself.
//!
//! Four promises hold for everything in this crate; each is a test:
//!
//! 1. nothing unlooked-at passes: every unit of content ends as *scanned*, *excluded* or *gap*;
//! 2. nothing secret comes out: a matched value lives in [`model::Secret`], which cannot be printed or serialized;
//! 3. the same bytes give the same findings, wherever they stand and however they are cut or scheduled;
//! 4. no socket is opened unless the user named a registry or bucket as the target.
//!
//! The rooms stand on a ladder, and a module imports only rooms further down (see `ARCHITECTURE.md`):
//!
//! ```text
//! main → cli → config → redact → pipeline → engine · sources → known → rules · decoders · containers · policy · reporters → model
//! ```

pub mod cli;
pub mod config;
pub mod containers;
pub mod decoders;
pub mod engine;
pub mod known;
pub mod model;
pub mod pipeline;
pub mod policy;
pub mod redact;
pub mod reporters;
pub mod rules;
pub mod sources;
