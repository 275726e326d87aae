//! What each stage of a scan costs, over files and folders given on the command line:
//!
//! ```text
//! cargo bench --bench stages -- PATH…
//! ```
//!
//! Each stage holds the ones before it, on as many threads as there are cores (`--threads N` for another number), best
//! of five rounds: walk, + read, + prefilter, + decoders alone, the whole engine, the whole scan, scan and report.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

mod arguments;

use std::hint::black_box;
use std::io::Read;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use tightlip::decoders::{self, Input, Signs, SpanMap};
use tightlip::engine::{Engine, Scratch, Window};
use tightlip::model::{GapKind, Place, Shown, Target};
use tightlip::policy::Policy;
use tightlip::reporters::{Format, Style};
use tightlip::sources::{Content, Dir, DirOptions, Flow, Reviewer, Source, Visitor, Worker};
use tightlip::{pipeline, rules};

/// A stage that is given bytes and nothing else.
struct Stage<'a> {
    bytes: AtomicU64,
    work: &'a (dyn Fn(&mut Memory, &[u8]) + Sync),
}

#[derive(Default)]
struct Memory {
    scratch: Scratch,
    map: SpanMap,
    buffer: Vec<u8>,
}

struct Hand<'a> {
    stage: &'a Stage<'a>,
    memory: Memory,
}

impl Visitor for Stage<'_> {
    fn worker(&self) -> Box<dyn Worker + Send + '_> {
        Box::new(Hand { stage: self, memory: Memory::default() })
    }

    fn reviewer(&self) -> Box<dyn Reviewer + Send + '_> {
        unreachable!("a working tree has no versions")
    }
}

impl Worker for Hand<'_> {
    fn wants(&mut self, _: &Place<'_>, _: Option<u64>) -> bool {
        true
    }

    fn blob(&mut self, _: &Place<'_>, content: Content<'_>) -> Flow {
        match content {
            Content::Bytes(bytes) => self.look(bytes),
            Content::File(mut file, _) => self.read(&mut file),
            Content::Stream(stream) => self.read(stream),
        }
        Flow::Continue
    }

    fn folder(&mut self, _: &Place<'_>) {}

    fn gap(&mut self, _: &Place<'_>, _: GapKind, _: u64, _: &str) {}

    fn excluded(&mut self, _: &Place<'_>, _: &str, _: Option<u64>) {}

    fn note(&mut self, _: &Place<'_>, _: &str) {}

    fn nothing(&mut self, _: &Place<'_>, _: &str) {}
}

impl Hand<'_> {
    fn look(&mut self, bytes: &[u8]) {
        self.stage.bytes.fetch_add(bytes.len() as u64, Relaxed);
        (self.stage.work)(&mut self.memory, bytes);
    }

    /// Large content in pieces of two megabytes, on one thread.
    fn read(&mut self, stream: &mut dyn Read) {
        let mut buffer = std::mem::take(&mut self.memory.buffer);
        loop {
            buffer.clear();
            if Read::take(&mut *stream, 2 << 20).read_to_end(&mut buffer).unwrap() == 0 {
                break;
            }
            self.look(&buffer);
        }
        self.memory.buffer = buffer;
    }
}

fn main() {
    let (threads, mut paths) = arguments::threads_and_paths();
    if paths.is_empty() {
        paths.push(PathBuf::from("src"));
    }
    let engine = Engine::new(rules::load(&[]).unwrap());
    let source = Dir::new(paths.clone(), DirOptions { ignore_files: true, threads, ..DirOptions::default() });

    println!("{threads} threads, {} rules", engine.rules().rules().len());
    walk(&paths, threads);
    stage(&source, "read", &|_, bytes| {
        black_box(bytes.len());
    });
    let hits = AtomicU64::new(0);
    stage(&source, "prefilter", &|_, bytes| {
        let mut count = 0u64;
        engine.prefilter().find(bytes, 0..bytes.len(), |_, _, _| count += 1);
        hits.fetch_add(count, Relaxed);
    });
    println!("{:<16} {} hits in {ROUNDS} rounds", "", hits.into_inner());
    stage(&source, "decoders", &|memory, bytes| decode(&mut memory.map, bytes));
    stage(&source, "engine", &|memory, bytes| {
        let mut matches = Vec::new();
        engine.scan(&mut memory.scratch, &Window::whole(bytes), &mut matches);
        black_box(matches.len());
    });
    scan(&source, &engine, threads);
}

const ROUNDS: usize = 5;

fn decode(map: &mut SpanMap, bytes: &[u8]) {
    let (input, signs) = (Input::whole(bytes), Signs::of(bytes));
    for decoder in decoders::ALL {
        let mut from = 0;
        while let Some(run) = decoder.next_run(&input, &signs, from) {
            map.clear();
            decoder.decode(&input, &run, run.span.clone(), map);
            black_box(map.bytes().len());
            from = run.span.end.max(from + 1);
        }
    }
}

fn walk(paths: &[PathBuf], threads: usize) {
    let files = AtomicU64::new(0);
    let time = best(|| {
        files.store(0, Relaxed);
        for path in paths {
            let walk = ignore::WalkBuilder::new(path).hidden(false).threads(threads).build_parallel();
            walk.run(|| {
                Box::new(|entry| {
                    files.fetch_add(u64::from(entry.is_ok()), Relaxed);
                    ignore::WalkState::Continue
                })
            });
        }
    });
    println!("{:<16} {:>8.3} s   {} entries", "walk", time.as_secs_f64(), files.into_inner());
}

fn stage(source: &Dir, name: &str, work: &(dyn Fn(&mut Memory, &[u8]) + Sync)) {
    let stage = Stage { bytes: AtomicU64::new(0), work };
    let time = best(|| {
        stage.bytes.store(0, Relaxed);
        source.walk(&stage).unwrap();
    });
    told(name, time, stage.bytes.into_inner());
}

fn scan(source: &Dir, engine: &Engine, threads: usize) {
    let policy = Policy::new(Default::default()).unwrap();
    let target = Target { command: "dir", names: vec![Shown::default()] };
    let options = pipeline::Options { threads, limits: Default::default(), key: None, target };
    let outcome = || pipeline::scan(source, engine, &policy, &options, &pipeline::Silent).unwrap();
    let bytes = outcome().coverage.scanned.bytes;
    told("scan", best(|| drop(black_box(outcome()))), bytes);
    let style = Style::default();
    told("scan + report", best(|| drop(black_box(pipeline::render(&outcome(), engine, Format::Text, style)))), bytes);
    let all = outcome();
    println!("{} findings, {} gaps", all.findings.len(), all.gaps.len());
}

fn told(name: &str, time: Duration, bytes: u64) {
    let seconds = time.as_secs_f64();
    println!("{name:<16} {seconds:>8.3} s   {:>8.1} MB/s", bytes as f64 / seconds / 1e6);
}

fn best(mut work: impl FnMut()) -> Duration {
    (0..5)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .min()
        .unwrap()
}
