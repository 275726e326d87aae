//! The pack format, its checks, and the rule set they make.
//!
//! `builtin.rs` names each built-in pack on one line; `pack.rs` is the format; `load.rs` reads and checks it.

mod analysis;
mod automaton;
mod builtin;
mod error;
mod evidence;
mod import;
mod known;
mod lazy;
mod load;
mod matcher;
mod pack;
mod program;
mod proofs;
mod random;
mod rule;
mod set;
mod template;

pub use analysis::MAX_MATCH;
pub use error::{LoadError, PackFault};
pub use import::{ImportError, Imported, Note, import};
pub use known::KNOWN;
pub use lazy::{Compiled, LazyPattern};
pub use load::{load, load_named};
pub use matcher::{Matcher, Memory};
pub use pack::{Alphabet, Boundary, CharClass, Companion, Evidence, Reader, ValueKind};
pub use proofs::{Proof, Proven, about};
pub use rule::{Demands, How, Rule};
pub use set::RuleSet;
