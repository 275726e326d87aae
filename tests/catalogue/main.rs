//! What the rules find and what they leave alone, held by floors and ceilings.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, unreachable_pub)]

mod corpus;
mod malformed;
mod shapes;
