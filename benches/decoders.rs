//! What looking for encoded runs costs per byte, for each decoder, over the files given as arguments or under folders:
//! `cargo bench --bench decoders -- PATH…`
#![allow(clippy::print_stdout, missing_docs)]

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tightlip::decoders::{ALL, Carry, Decoder, Input, Run, SpanMap};

/// Bytes of a window.
const WINDOW: usize = 1 << 20;
/// Most bytes that are read.
const LIMIT: usize = 400 << 20;
const ROUNDS: usize = 9;

fn main() {
    let mut blob = Vec::new();
    std::env::args_os().skip(1).filter(|arg| arg != "--bench").for_each(|path| read(Path::new(&path), &mut blob));
    println!("{} MB", blob.len() / 1_000_000);
    let costs: Vec<Cost> =
        blob.chunks(WINDOW).zip(0..).flat_map(|(bytes, number)| window(bytes, number * WINDOW)).collect();
    let per_byte = |time: Duration| time.as_secs_f64() * 1e9 / blob.len().max(1) as f64;
    let sums = ALL
        .iter()
        .map(|decoder| costs.iter().filter(|cost| cost.name == decoder.name()).fold(Cost::default(), Cost::plus));
    let together: Duration = sums
        .map(|cost| {
            let Cost { name, find, decode, runs, encoded, textual } = cost;
            let (finding, decoding) = (per_byte(find), per_byte(decode));
            println!(
                "{name:8} {finding:.3} ns/byte + {decoding:.3}; {runs} runs of {encoded} bytes, {textual} with text"
            );
            find
        })
        .sum();
    println!("together {:.3} ns/byte", per_byte(together));
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

/// What one decoder cost: to find its runs, and to decode them and look for text.
#[derive(Default)]
struct Cost {
    name: &'static str,
    find: Duration,
    decode: Duration,
    runs: usize,
    encoded: usize,
    textual: usize,
}

impl Cost {
    fn plus(self, other: &Self) -> Self {
        Self {
            name: other.name,
            find: self.find + other.find,
            decode: self.decode + other.decode,
            runs: self.runs + other.runs,
            encoded: self.encoded + other.encoded,
            textual: self.textual + other.textual,
        }
    }
}

/// All decoders over one window in turn, as the engine goes; of several rounds the best, so that whatever else the
/// machine does in between is left out.
fn window(bytes: &[u8], base: usize) -> Vec<Cost> {
    let input = Input { bytes, base: base as u64, carry: Carry::default() };
    let mut best: Vec<Cost> = ALL.iter().map(|decoder| measure(*decoder, &input)).collect();
    for _ in 1..ROUNDS {
        for (decoder, best) in ALL.iter().zip(&mut best) {
            let again = measure(*decoder, &input);
            best.find = best.find.min(again.find);
            best.decode = best.decode.min(again.decode);
        }
    }
    best
}

fn measure(decoder: &dyn Decoder, input: &Input<'_>) -> Cost {
    let mut cost = Cost { name: decoder.name(), ..Cost::default() };
    let start = Instant::now();
    let mut runs: Vec<Run> = Vec::new();
    while let Some(run) = decoder.next_run(black_box(input), runs.last().map_or(0, |run| run.span.end)) {
        runs.push(run);
    }
    cost.find = start.elapsed();
    let start = Instant::now();
    let mut out = SpanMap::default();
    for run in &runs {
        out.clear();
        decoder.decode(input, run, run.span.clone(), &mut out);
        cost.textual += usize::from(out.has_text());
        cost.encoded += run.span.len();
    }
    cost.runs = runs.len();
    cost.decode = start.elapsed();
    cost
}
