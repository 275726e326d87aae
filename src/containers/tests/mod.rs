//! What a walk through containers must give, whatever the format.
#![allow(clippy::unwrap_used, clippy::panic)]

mod collect;
mod damage;
mod documents;
mod git;
mod limits;
mod names;
mod pack;
mod round_trip;
mod seeds;
mod zips;
