//! One file per report format. A reporter renders an [`Outcome`](crate::model::Outcome) and decides nothing.

mod json;
mod reporter;
mod sarif;
mod text;

pub use reporter::{Format, Reporter, Style};
