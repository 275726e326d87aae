//! One small file of each format, for the fuzzer to begin with.

use std::fs;
use std::path::PathBuf;

use super::{damage, documents};
use crate::containers::{ALL, HEAD};

/// `TIGHTLIP_SEEDS=fuzz/corpus/containers cargo test --lib seeds_for_the_fuzzer` writes them, each behind the number of
/// its format, which is how the fuzz target takes them.
#[test]
fn seeds_for_the_fuzzer() {
    let files = damage::archives().into_iter().chain(documents::all().into_iter().map(|(_, bytes)| bytes));
    for (at, bytes) in files.enumerate() {
        let head = &bytes[..bytes.len().min(HEAD)];
        let which = ALL.iter().position(|container| container.recognizes(head)).expect("a format");
        if let Some(folder) = std::env::var_os("TIGHTLIP_SEEDS").map(PathBuf::from) {
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(format!("seed-{at}")), [&[which as u8], &bytes[..]].concat()).unwrap();
        }
    }
}
