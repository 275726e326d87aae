//! The same bytes with every secret replaced: streams in constant memory, archives member by member.
//!
//! `replace.rs` writes what stands for a secret, in the encoding that the secret stood in; `rewrite.rs` does so for a window
//! and looks at the result before it lets it go, `stream.rs` for all windows of a text; `archived.rs` looks into archives
//! that stand encoded in a text; `members.rs` takes archives apart and puts them together again.

mod archived;
mod count;
mod error;
mod members;
mod replace;
mod rewrite;
mod speaking;
mod stream;

pub use count::Count;
pub use error::RedactError;
pub use members::{Archives, Entry};
pub use stream::{Pace, Redactor};
