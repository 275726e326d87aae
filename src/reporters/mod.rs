//! One file per report format. A reporter renders an [`Outcome`](crate::model::Outcome) and decides nothing.
//!
//! A new format is one file that implements [`Reporter`] and one line in each list of `format.rs`.

mod format;
mod github;
mod gitlab;
mod html;
mod json;
mod jsonl;
mod junit;
mod lazy;
mod mask;
mod places;
mod reporter;
mod sarif;
mod text;
mod told;
mod views;
mod words;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

pub use format::Format;
pub use reporter::{Reporter, Style};
