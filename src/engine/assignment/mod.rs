//! A name, an assignment, a value: read in the syntax of whatever language the bytes happen to be.

mod apart;
mod before;
mod column;
mod follow;
mod further;
mod limits;
mod literal;
mod prose;
mod read;
mod reader;
mod style;
#[cfg(test)]
mod tests;
mod written;

pub(super) use further::further;
pub(super) use limits::LOOK;
pub(super) use read::read;
pub(super) use style::{Assigned, Style};
