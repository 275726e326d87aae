//! Any text as a rule pack: it loads or is refused with its faults, and rules that load can scan.
#![no_main]

use std::fs;

use libfuzzer_sys::fuzz_target;
use tightlip::engine::{Engine, Scratch, Window};
use tightlip::rules;

fuzz_target!(|text: &[u8]| {
    let folder = tempfile::tempdir().expect("the fuzzer can write temporary files");
    let pack = folder.path().join("pack.toml");
    fs::write(&pack, text).expect("the fuzzer can write temporary files");
    match rules::load(&[pack]) {
        Ok(set) => Engine::new(set).scan(&mut Scratch::default(), &Window::whole(text), &mut Vec::new()),
        Err(error) => {
            assert!(!error.faults.is_empty(), "refused without a fault");
            assert!(!error.to_string().is_empty(), "refused without a word");
        }
    }
});
