//! Any bytes as a container, and what comes out of it as containers again: no panic, bounded work, nothing lost in
//! silence, and a stream gives what the bytes at hand give.
//!
//! An input is `which, content…`; the format is that of `ALL[which]`, so that a broken magic is no way out. A corpus to
//! begin with is written by `TIGHTLIP_SEEDS=fuzz/corpus/containers cargo test --lib seeds_for_the_fuzzer`.
#![no_main]

use std::io::Read;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use tightlip::containers::{ALL, Body, Budget, Container, Fault, HEAD, Limits, Members, Step, recognize};
use tightlip::model::GapKind;

const LIMITS: Limits = Limits { depth: 4, members: 2000, bytes: 8 << 20, ratio: 2000, time: Duration::from_secs(20) };

/// Bytes of a file that may be a header and hold nothing.
const HEADER: usize = 100;

fuzz_target!(|input: &[u8]| {
    let [which, content @ ..] = input else { return };
    let container = ALL[usize::from(*which) % ALL.len()];
    let held = open(container, Body::Bytes(content));
    let streamed = open(container, Body::Stream(&mut Slow(content)));
    for told in [&held, &streamed] {
        let empty = content.iter().filter(|byte| **byte != 0).count() <= HEADER;
        assert!(empty || told.units > 0, "{}: nothing comes of it, and nothing is told", container.name());
        assert!(told.gaps <= told.units + 16, "{}: a flood of gaps", container.name());
    }
    // A limit may strike elsewhere, and what is broken may be read in another way; what is whole may not.
    if held.gaps + streamed.gaps == 0 {
        assert!(held.bytes == streamed.bytes, "{}: a stream gives something else", container.name());
    }
});

fn open(container: &dyn Container, body: Body<'_>) -> Told {
    let mut told = Told::default();
    container.open(body, &mut Budget::new(LIMITS), &mut told);
    told
}

/// A reader that gives a few bytes at a time.
struct Slow<'a>(&'a [u8]);

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = buffer.len().min(1 + self.0.len() % 700);
        self.0.read(&mut buffer[..count])
    }
}

/// What came of a container.
#[derive(Default)]
struct Told {
    units: usize,
    gaps: usize,
    /// Bytes of all leaves and texts.
    bytes: u64,
}

impl Members for Told {
    fn member(&mut self, _: &[u8], content: &mut dyn Read, budget: &mut Budget) -> Step {
        self.units += 1;
        let mut head = Vec::new();
        let read = Read::take(&mut *content, HEAD as u64).read_to_end(&mut head);
        if let (Ok(_), Some(container)) = (&read, recognize(&head)) {
            container.open(Body::Stream(&mut head.chain(content)), budget, self);
            return Step::Continue;
        }
        self.bytes += head.len() as u64;
        match read.and_then(|_| std::io::copy(content, &mut std::io::sink())) {
            Ok(rest) => self.bytes += rest,
            Err(error) => {
                assert!(!Fault::of(&error).detail.is_empty());
                self.gaps += 1;
            }
        }
        Step::Continue
    }

    fn plain(&mut self, content: &mut dyn Read) {
        self.units += 1;
        match std::io::copy(content, &mut std::io::sink()) {
            Ok(bytes) => self.bytes += bytes,
            Err(_) => self.gaps += 1,
        }
    }

    fn text(&mut self, _: &[u8], text: &[u8]) {
        self.units += 1;
        self.bytes += text.len() as u64;
    }

    fn gap(&mut self, _: &[u8], _: GapKind, _: u64, detail: &str) {
        assert!(!detail.is_empty());
        self.units += 1;
        self.gaps += 1;
    }
}
