//! The steps of a log, where its format names them: GitHub's groups, GitLab's sections, the stages of Jenkins.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::model::Shown;

/// Steps that are kept of one log.
const MAX_STEPS: usize = 100_000;

/// Longest name of a step, in bytes.
const NAME: usize = 120;

/// What begins a step, and the byte that ends its name beside the line's end.
const MARKS: [(&[u8], Option<u8>); 3] =
    [(b"##[group]", None), (b"section_start:", Some(b'\r')), (b"[Pipeline] { (", Some(b')'))];

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
    /// What was not decided yet: the end of what was read.
    tail: Vec<u8>,
    /// Where `tail` begins.
    base: u64,
    steps: Vec<Step>,
}

/// The steps of a file, as far as byte `last`.
pub(super) fn of(path: &Path, last: u64) -> Option<Vec<Step>> {
    let mut reader = StepReader::new(File::open(path).ok()?.take(last + TAIL as u64));
    let mut buffer = vec![0; 256 << 10];
    while reader.read(&mut buffer).ok()? > 0 {}
    Some(reader.steps())
}

impl<R: Read> StepReader<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, tail: Vec::new(), base: 0, steps: Vec::new() }
    }

    /// All steps, in order.
    pub(super) fn steps(mut self) -> Vec<Step> {
        let end = self.tail.len();
        self.look(end);
        self.steps.sort_by_key(|step| step.at);
        self.steps.dedup_by_key(|step| step.at);
        self.steps
    }

    /// Looks for marks that begin before `end` of the tail.
    fn look(&mut self, end: usize) {
        for (mark, stop) in MARKS {
            for at in memchr::memmem::find_iter(&self.tail, mark).take_while(|at| *at < end) {
                if self.steps.len() < MAX_STEPS {
                    let name = name(&self.tail[at + mark.len()..], mark, stop);
                    self.steps.push(Step { at: self.base + at as u64, name });
                }
            }
        }
    }
}

impl<R: Read> Read for StepReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.tail.extend_from_slice(&buffer[..count]);
        if self.tail.len() > TAIL {
            let end = self.tail.len() - TAIL;
            self.look(end);
            self.tail.drain(..end);
            self.base += end as u64;
        }
        Ok(count)
    }
}

fn name(text: &[u8], mark: &[u8], stop: Option<u8>) -> Shown {
    let text = &text[..text.len().min(NAME)];
    let end = text.iter().position(|byte| *byte == b'\n' || Some(*byte) == stop).unwrap_or(text.len());
    let mut name = text[..end].trim_ascii();
    if mark == MARKS[1].0 {
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
        for size in [1, 7, 64, 1000] {
            let mut reader = StepReader::new(text.as_bytes());
            let mut buffer = vec![0; size];
            while reader.read(&mut buffer).unwrap() > 0 {}
            let steps = reader.steps();
            let seen: Vec<_> = steps.iter().map(|step| (step.at, step.name.as_str())).collect();
            assert_eq!(seen, expected, "{size}");
        }
    }
}
