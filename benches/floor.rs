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
//!
//! A scan looks into what is compressed inside the layers as well. So a second line says what that costs: the gzip files
//! of every layer are inflated too, and the keyword table is run over them.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

mod arguments;

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
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
        for (look, what) in [(members_alone as Look, "members"), (files_within, "with what is compressed in them")] {
            let rounds = (0..ROUNDS).map(|_| round(&engine, look, (&path, &members), threads));
            let (wall, busy, bytes) = rounds.min_by_key(|(wall, ..)| *wall).unwrap();
            println!(
                "{}: {what}: {} MB in {:.3} s on {threads} threads, busy for {:.3} s together",
                path.display(),
                bytes / 1_000_000,
                wall.as_secs_f64(),
                busy.as_secs_f64(),
            );
        }
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

/// Looks through what a member inflates to; how many bytes that are.
type Look = fn(&Engine, &mut dyn Read, &mut Vec<u8>) -> u64;

/// The time, the time that threads were busy, and the bytes that came out.
fn round(
    engine: &Engine,
    look: Look,
    (path, members): (&Path, &[Member]),
    threads: usize,
) -> (Duration, Duration, u64) {
    let (next, bytes, busy) = (AtomicUsize::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut buffer = Vec::new();
                let begun = Instant::now();
                while let Some(member) = members.get(next.fetch_add(1, Relaxed)) {
                    bytes.fetch_add(look(engine, &mut content(path, member), &mut buffer), Relaxed);
                }
                busy.fetch_add(begun.elapsed().as_micros() as u64, Relaxed);
            });
        }
    });
    (start.elapsed(), Duration::from_micros(busy.into_inner()), bytes.into_inner())
}

/// What a member inflates to.
fn content(path: &Path, member: &Member) -> Box<dyn Read> {
    let mut file = File::open(path).unwrap();
    file.seek(SeekFrom::Start(member.start)).unwrap();
    let mut raw = BufReader::with_capacity(64 << 10, file.take(member.length));
    match raw.fill_buf().unwrap() {
        [0x1f, 0x8b, ..] => Box::new(flate2::bufread::MultiGzDecoder::new(raw)),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Box::new(zstd::Decoder::with_buffer(raw).unwrap()),
        _ => Box::new(raw),
    }
}

fn members_alone(engine: &Engine, content: &mut dyn Read, buffer: &mut Vec<u8>) -> u64 {
    let mut bytes = 0;
    loop {
        buffer.clear();
        let filled = content.take(WINDOW).read_to_end(buffer).unwrap() as u64;
        keywords(engine, buffer);
        bytes += filled;
        if filled < WINDOW {
            return bytes;
        }
    }
}

/// The same for what is an archive, file by file.
fn files_within(engine: &Engine, content: &mut dyn Read, buffer: &mut Vec<u8>) -> u64 {
    let mut head = Vec::new();
    content.take(512).read_to_end(&mut head).unwrap();
    let is_tar = head.get(257..262) == Some(b"ustar");
    let mut content = head.as_slice().chain(content);
    if !is_tar {
        return members_alone(engine, &mut content, buffer);
    }
    let (mut bytes, mut inner) = (0, Vec::new());
    let content = BufReader::with_capacity(64 << 10, content);
    for file in tar::Archive::new(content).entries().unwrap() {
        let mut file = file.unwrap();
        buffer.clear();
        bytes += 512 + file.read_to_end(buffer).unwrap() as u64;
        keywords(engine, buffer);
        if buffer.starts_with(&[0x1f, 0x8b, 8]) {
            bytes += members_alone(engine, &mut flate2::read::MultiGzDecoder::new(buffer.as_slice()), &mut inner);
        }
    }
    bytes
}

fn keywords(engine: &Engine, bytes: &[u8]) {
    let mut hits = 0u64;
    engine.prefilter().find(bytes, 0..bytes.len(), |_, _, _| hits += 1);
    std::hint::black_box(hits);
}
