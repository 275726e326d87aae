//! The `tightlip` command.

fn main() {}
