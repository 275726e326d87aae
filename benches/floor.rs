//! What an image or a bundle costs at the least: every layer or member inflated once, and the keyword table run
//! over what comes out, with nothing judged, decoded or told.
//!
//! ```text
//! cargo bench --bench floor -- ARCHIVE…
//! ```
//!
//! An archive is a tar, of an image in OCI's layout for one: each of its files that is a gzip or a zstd is inflated, by
//! the decoders that a scan takes, the largest first, each by one of as many threads as there are cores (`--threads N`). Best
//! of five rounds; threads that share the work evenly would need the time that they are busy, divided by their number.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

mod arguments;

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use tightlip::engine::Engine;
use tightlip::rules;

/// Bytes that are looked through at once, as many as a scan's window has.
const WINDOW: u64 = 1 << 20;

const ROUNDS: usize = 5;

/// One file of an archive.
struct Member {
    start: u64,
    length: u64,
}

fn main() {
    let (threads, paths) = arguments::threads_and_paths();
    let engine = Engine::new(rules::load(&[]).unwrap());
    for path in paths {
        let members = members(&path);
        let rounds = (0..ROUNDS).map(|_| round(&engine, &path, &members, threads));
        let (wall, busy, bytes) = rounds.min_by_key(|(wall, ..)| *wall).unwrap();
        println!(
            "{}: {} members, {} MB inflated and looked through in {:.3} s on {threads} threads, busy for {:.3} s together",
            path.display(),
            members.len(),
            bytes / 1_000_000,
            wall.as_secs_f64(),
            busy.as_secs_f64(),
        );
    }
}

/// The members of the archive, the largest first.
fn members(path: &Path) -> Vec<Member> {
    let mut archive = tar::Archive::new(File::open(path).unwrap());
    let mut members: Vec<_> = archive
        .entries_with_seek()
        .unwrap()
        .map(|entry| entry.map(|entry| Member { start: entry.raw_file_position(), length: entry.size() }).unwrap())
        .collect();
    members.sort_by_key(|member| std::cmp::Reverse(member.length));
    members
}

/// The time, the time that threads were busy, and the bytes that came out.
fn round(engine: &Engine, path: &Path, members: &[Member], threads: usize) -> (Duration, Duration, u64) {
    let (next, bytes, busy) = (AtomicUsize::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut buffer = Vec::new();
                let begun = Instant::now();
                while let Some(member) = members.get(next.fetch_add(1, Relaxed)) {
                    bytes.fetch_add(look(engine, path, member, &mut buffer), Relaxed);
                }
                busy.fetch_add(begun.elapsed().as_micros() as u64, Relaxed);
            });
        }
    });
    (start.elapsed(), Duration::from_micros(busy.into_inner()), bytes.into_inner())
}

fn look(engine: &Engine, path: &Path, member: &Member, buffer: &mut Vec<u8>) -> u64 {
    let mut file = File::open(path).unwrap();
    file.seek(SeekFrom::Start(member.start)).unwrap();
    let mut raw = BufReader::with_capacity(64 << 10, file.take(member.length));
    let head = std::io::BufRead::fill_buf(&mut raw).unwrap();
    let mut content: Box<dyn Read> = match head {
        [0x1f, 0x8b, ..] => Box::new(flate2::bufread::MultiGzDecoder::new(raw)),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Box::new(zstd::Decoder::with_buffer(raw).unwrap()),
        _ => Box::new(raw),
    };
    let (mut bytes, mut hits) = (0, 0u64);
    loop {
        buffer.clear();
        let filled = content.by_ref().take(WINDOW).read_to_end(buffer).unwrap() as u64;
        engine.prefilter().find(buffer, 0..buffer.len(), |_, _, _| hits += 1);
        bytes += filled;
        if filled < WINDOW {
            std::hint::black_box(hits);
            return bytes;
        }
    }
}
