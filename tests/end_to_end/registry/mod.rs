//! Registries: real ones on this machine, and one that does what no real one would. What is read, what is refused and
//! on which plane, and that no credential is ever told.

mod http;
mod image;
mod kept;
mod origin;
mod planes;
mod preflight;
mod real;
mod referrers;
mod scan;
mod tokens;
mod trial;
mod unruly;
