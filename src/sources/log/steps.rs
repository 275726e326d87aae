//! The steps of a log, where its format names them: GitHub's groups, GitLab's sections, the stages of Jenkins.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use crate::model::Shown;

/// Steps that are kept of one log.
const MAX_STEPS: usize = 100_000;

/// A log that names no step in so many of its first bytes names none. To look for one all through a long log that has none
/// takes a tenth of its scan.
const HEAD: u64 = if cfg!(test) { 2048 } else { 16 << 20 };

/// Longest name of a step, in bytes.
const NAME: usize = 120;

/// What begins a step, and the byte that ends its name beside the line's end.
type Mark = (&'static [u8], Option<u8>);

/// The marks of GitHub, GitLab and Jenkins.
const MARKS: &[Mark; 3] = &[(b"##[group]", None), (b"section_start:", Some(b'\r')), (b"[Pipeline] { (", Some(b')'))];

/// Bytes that are looked at together with the next ones: a mark and its name.
const TAIL: usize = NAME + 64;

/// The beginning of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// Where its mark stands, in bytes from the log's start.
    pub(super) at: u64,
    /// Its name.
    pub(super) name: Shown,
}

/// Hands a stream on and remembers its steps.
pub(super) struct StepReader<R> {
    inner: R,
    /// The end of what was read, where marks are not looked for yet: their names may go on.
    tail: Vec<u8>,
    /// Where `tail` begins.
    base: u64,
    steps: Vec<Step>,
    /// Whether the log has any, once that is known.
    any: Option<bool>,
}

/// Of a file, the steps in which `places` stand, which are in order. It is read back from each, as far as the mark or
/// the place before, on some threads.
pub(super) fn around(path: &Path, places: &[u64], threads: usize) -> io::Result<Vec<Step>> {
    let mut head = StepReader::new(File::open(path)?.take(HEAD + TAIL as u64));
    let mut buffer = vec![0; FIRST as usize];
    while head.any.is_none() && head.read(&mut buffer)? > 0 {}
    if head.steps().is_empty() {
        return Ok(Vec::new());
    }
    let part = places.len().div_ceil(threads.max(1)).max(1);
    std::thread::scope(|scope| {
        let mut floor = 0;
        let threads = places.chunks(part).map(|places| {
            let floor = std::mem::replace(&mut floor, places.last().map_or(0, |last| last + 1));
            scope.spawn(move || around_some(path, places, floor))
        });
        let threads: Vec<_> = threads.collect();
        let join = |thread: std::thread::ScopedJoinHandle<'_, _>| {
            thread.join().unwrap_or_else(|payload| std::panic::resume_unwind(payload))
        };
        threads.into_iter().map(join).collect::<io::Result<Vec<_>>>().map(|parts| parts.concat())
    })
}

/// The same of places that stand at or behind `floor`, as far as their steps begin there.
fn around_some(path: &Path, places: &[u64], mut floor: u64) -> io::Result<Vec<Step>> {
    let (mut file, mut bytes, mut steps) = (File::open(path)?, Vec::new(), Vec::new());
    for place in places {
        let (mut end, mut length) = (place + 1, FIRST);
        while end > floor {
            let start = end.saturating_sub(length).max(floor);
            file.seek(SeekFrom::Start(start))?;
            bytes.clear();
            (&file).take(end - start + TAIL as u64).read_to_end(&mut bytes)?;
            if let Some((at, mark)) = marks(&bytes, (end - start) as usize).max_by_key(|(at, _)| *at) {
                steps.push(Step { at: start + at as u64, name: name(&bytes[at..], mark) });
                break;
            }
            (end, length) = (start, MOST.min(4 * length));
        }
        floor = place + 1;
    }
    Ok(steps)
}

/// Bytes that are read back from a place at first, and at most.
const FIRST: u64 = 16 << 10;
const MOST: u64 = 1 << 20;

impl<R: Read> StepReader<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, tail: Vec::new(), base: 0, steps: Vec::new(), any: None }
    }

    /// All steps, in order.
    pub(super) fn steps(mut self) -> Vec<Step> {
        if self.any != Some(false) {
            add(&mut self.steps, met(&self.tail, self.base, self.tail.len()));
            self.decide();
        }
        self.steps.sort_by_key(|step| step.at);
        self.steps.dedup_by_key(|step| step.at);
        self.steps
    }

    /// Says by the first step, or by the end of the head, whether the log has any.
    fn decide(&mut self) {
        if self.any.is_some() {
            return;
        }
        let first = self.steps.iter().map(|step| step.at).min();
        self.any = first.map(|at| at < HEAD).or((self.base >= HEAD).then_some(false));
        if self.any == Some(false) {
            self.steps.clear();
        }
    }

    /// Looks at what was read, but for its end.
    fn look(&mut self, read: &[u8]) {
        let (seam, rest) = read.split_at(read.len().min(TAIL));
        self.tail.extend_from_slice(seam);
        let settled = self.tail.len().saturating_sub(TAIL);
        add(&mut self.steps, met(&self.tail, self.base, settled));
        self.base += settled as u64;
        self.tail.drain(..settled);
        if !rest.is_empty() {
            // The tail is what `read` begins with.
            add(&mut self.steps, met(read, self.base, rest.len()));
            self.base += rest.len() as u64;
            self.tail.clear();
            self.tail.extend_from_slice(&read[rest.len()..]);
        }
    }
}

impl<R: Read> Read for StepReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if self.any != Some(false) {
            self.look(&buffer[..count]);
            self.decide();
        }
        Ok(count)
    }
}

fn add(steps: &mut Vec<Step>, more: impl Iterator<Item = Step>) {
    let room = MAX_STEPS.saturating_sub(steps.len());
    steps.extend(more.take(room));
}

/// The steps whose marks begin before `end` of `bytes`, which stand at `base`.
fn met(bytes: &[u8], base: u64, end: usize) -> impl Iterator<Item = Step> {
    marks(bytes, end).map(move |(at, mark)| Step { at: base + at as u64, name: name(&bytes[at..], mark) })
}

/// The marks that begin before `end` of `bytes`, and where, one kind after the other.
fn marks(bytes: &[u8], end: usize) -> impl Iterator<Item = (usize, &'static Mark)> {
    let of = move |mark: &'static Mark| {
        let all = memchr::memmem::find_iter(bytes, mark.0).take_while(move |at| *at < end);
        all.map(move |at| (at, mark))
    };
    MARKS.iter().flat_map(of)
}

/// The name of the step that begins with a mark at the start of `text`.
fn name(text: &[u8], (mark, stop): &Mark) -> Shown {
    let text = &text[mark.len()..];
    let text = &text[..text.len().min(NAME)];
    let end = text.iter().position(|byte| *byte == b'\n' || Some(*byte) == *stop).unwrap_or(text.len());
    let mut name = text[..end].trim_ascii();
    if *mark == MARKS[1].0 {
        // `section_start:1560896352:build_script[collapsed=true]`
        name = memchr::memchr(b':', name).map_or(name, |at| &name[at + 1..]);
        name = memchr::memchr(b'[', name).map_or(name, |at| &name[..at]);
    }
    Shown::from_bytes(name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn steps_are_found_however_the_stream_is_cut() {
        let filler = "x".repeat(300);
        let text = [
            "2026-09-01T10:00:00.0Z ##[group]Run make test\n",
            &filler,
            "\nsection_start:1560896352:build_script[collapsed=true]\r\x1b[0KBuild\n",
            &filler,
            "\n[Pipeline] { (Deploy)\nend",
        ]
        .concat();
        let expected: Vec<(u64, &str)> =
            [("##[group]", "Run make test"), ("section_start", "build_script"), ("[Pipeline]", "Deploy")]
                .iter()
                .map(|(mark, name)| (text.find(mark).unwrap() as u64, *name))
                .collect();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &text).unwrap();
        let places: Vec<u64> = (0..text.len() as u64).collect();
        for (from, threads) in [(&places[..], 3), (&places[..], 1), (&places[200..], 2), (&[700], 4)] {
            let last = expected.iter().rposition(|(at, _)| *at <= from[0]);
            let steps = around(file.path(), from, threads).unwrap();
            let seen: Vec<_> = steps.iter().map(|step| (step.at, step.name.as_str())).collect();
            let all =
                if from.len() == 1 { &expected[last.unwrap()..=last.unwrap()] } else { &expected[last.unwrap_or(0)..] };
            assert_eq!(seen, all);
        }
        for size in [1, 7, 64, 1000] {
            let steps = read(&text, size);
            let seen: Vec<_> = steps.iter().map(|step| (step.at, step.name.as_str())).collect();
            assert_eq!(seen, expected, "{size}");
        }
    }

    fn read(text: &str, size: usize) -> Vec<Step> {
        let mut reader = StepReader::new(text.as_bytes());
        let mut buffer = vec![0; size];
        while reader.read(&mut buffer).unwrap() > 0 {}
        reader.steps()
    }

    #[test]
    fn a_log_without_a_step_in_its_head_has_none_in_a_stream_and_in_a_file() {
        for before in [HEAD as usize - 20, HEAD as usize - 1, HEAD as usize, HEAD as usize + 1, 2 * HEAD as usize] {
            let text = ["x".repeat(before), format!("##[group]One\n{}##[group]Two\nend", "y".repeat(700))].concat();
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), &text).unwrap();
            let expected = if before < HEAD as usize { 2 } else { 0 };
            let places = [before as u64 + 30, text.len() as u64 - 1];
            assert_eq!(around(file.path(), &places, 2).unwrap().len(), expected, "{before}");
            for size in [1, 64, 1000, 5000] {
                assert_eq!(read(&text, size).len(), expected, "{before} {size}");
            }
        }
    }
}
