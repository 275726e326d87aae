//! What looking for encoded runs costs per byte, for each decoder, over the files given as arguments or under folders:
//! `cargo bench --bench decoders -- PATH…`
#![allow(clippy::print_stdout, missing_docs)]

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tightlip::decoders::{ALL, Carry, Decoder, Input, SpanMap};

/// Bytes of a window, as large as the engine's.
const WINDOW: usize = 1 << 20;
/// Most bytes that are read.
const LIMIT: usize = 400 << 20;
const ROUNDS: usize = 5;

fn main() {
    let mut blob = Vec::new();
    std::env::args_os().skip(1).filter(|arg| arg != "--bench").for_each(|path| read(Path::new(&path), &mut blob));
    println!("{} MB", blob.len() / 1_000_000);
    let costs: Vec<f64> = ALL.iter().map(|decoder| report(*decoder, &blob)).collect();
    println!("{:9} {:.3} ns/byte", "together", costs.iter().sum::<f64>());
}

fn read(path: &Path, blob: &mut Vec<u8>) {
    if blob.len() > LIMIT || path.file_name().is_some_and(|name| name == ".git") || path.is_symlink() {
        return;
    }
    if let Ok(entries) = fs::read_dir(path) {
        let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.sort();
        paths.iter().for_each(|path| read(path, blob));
    } else if let Ok(bytes) = fs::read(path) {
        blob.extend(bytes);
    }
}

fn report(decoder: &dyn Decoder, blob: &[u8]) -> f64 {
    let find = best(|| visit(decoder, blob, |_, _| {}));
    let (mut runs, mut encoded, mut textual) = (0, 0, 0);
    let mut out = SpanMap::default();
    let both = best(|| {
        (runs, encoded, textual) = (0, 0, 0);
        visit(decoder, blob, |input, run| {
            out.clear();
            decoder.decode(input, run, run.span.clone(), &mut out);
            (runs, encoded, textual) = (runs + 1, encoded + run.span.len(), textual + usize::from(out.has_text()));
        });
    });
    let per_byte = |time: Duration| time.as_secs_f64() * 1e9 / blob.len().max(1) as f64;
    println!(
        "{:9} {:.3} ns/byte, with decoding {:.3}; {runs} runs of {encoded} bytes, {textual} with text",
        decoder.name(),
        per_byte(find),
        per_byte(both),
    );
    per_byte(find)
}

fn best(mut work: impl FnMut()) -> Duration {
    let time = |_| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    (0..ROUNDS).map(time).min().unwrap_or_default()
}

fn visit(decoder: &dyn Decoder, blob: &[u8], mut each: impl FnMut(&Input<'_>, &tightlip::decoders::Run)) {
    for (number, bytes) in blob.chunks(WINDOW).enumerate() {
        let input = Input { bytes, base: (number * WINDOW) as u64, carry: Carry::default() };
        let mut at = 0;
        while let Some(run) = decoder.next_run(black_box(&input), at) {
            at = run.span.end;
            each(&input, &run);
        }
    }
}
