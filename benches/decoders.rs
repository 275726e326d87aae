//! What looking for encoded runs costs per byte, for each decoder, over the files given as arguments or under folders:
//! `cargo bench --bench decoders -- PATH…`
#![allow(clippy::print_stdout, missing_docs)]

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tightlip::decoders::{ALL, Carry, Decoder, Input, Run, Signs, SpanMap};

/// Bytes of a window.
const WINDOW: usize = 1 << 20;
/// Most bytes that are read.
const LIMIT: usize = 400 << 20;
const ROUNDS: usize = 9;

fn main() {
    let mut blob = Vec::new();
    std::env::args_os().skip(1).filter(|arg| arg != "--bench").for_each(|path| read(Path::new(&path), &mut blob));
    println!("{} MB", blob.len() / 1_000_000);
    let mut sums: Vec<Cost> = Vec::new();
    for (bytes, number) in blob.chunks(WINDOW).zip(0..) {
        let costs = window(bytes, number * WINDOW);
        sums.resize_with(costs.len(), Cost::default);
        sums = std::mem::take(&mut sums).into_iter().zip(&costs).map(|(sum, cost)| sum.plus(cost)).collect();
    }
    let per_byte = |time: Duration| time.as_secs_f64() * 1e9 / blob.len().max(1) as f64;
    for Cost { name, find, decode, runs, encoded, textual } in &sums {
        let (finding, decoding) = (per_byte(*find), per_byte(*decode));
        println!("{name:9} {finding:.3} ns/byte + {decoding:.3}; {runs} runs of {encoded} bytes, {textual} with text");
    }
    println!("together  {:.3} ns/byte", per_byte(sums.iter().map(|cost| cost.find).sum()));
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

/// The signs of one window, then all decoders over it in turn, as the engine goes; of several rounds the best, so that
/// whatever else the machine does in between is left out.
fn window(bytes: &[u8], base: usize) -> Vec<Cost> {
    let input = Input { bytes, base: base as u64, carry: Carry::default() };
    let round = |signs: &mut Signs| {
        let start = Instant::now();
        signs.read(black_box(bytes), 0..bytes.len());
        let reading = Cost { name: "signs", find: start.elapsed(), ..Cost::default() };
        let finding = ALL.iter().map(|decoder| measure(*decoder, &input, signs));
        [reading].into_iter().chain(finding).collect::<Vec<_>>()
    };
    let mut signs = Signs::default();
    let mut best = round(&mut signs);
    for _ in 1..ROUNDS {
        for (best, again) in best.iter_mut().zip(round(&mut signs)) {
            best.find = best.find.min(again.find);
            best.decode = best.decode.min(again.decode);
        }
    }
    best
}

fn measure(decoder: &dyn Decoder, input: &Input<'_>, signs: &Signs) -> Cost {
    let mut cost = Cost { name: decoder.name(), ..Cost::default() };
    let mut runs: Vec<Run> = Vec::new();
    let start = Instant::now();
    while let Some(run) = decoder.next_run(black_box(input), signs, runs.last().map_or(0, |run| run.span.end)) {
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
