//! Logs: files, and standard input as it comes. What is no regular file is read as a stream.
//!
//! Lines are told apart by no format here: stamps, colours and wrapped values are a matter of the decoders, so that a log
//! gives the same findings wherever it stands. What this source adds is the name of the step that a finding stands in.

mod steps;

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::source::{Content, Source, SourceError, Visitor};
use super::threads::thread_count;
use crate::model::{BlobKind, Finding, Gap, Place};
use steps::{Step, StepReader};

/// What standard input is called in reports.
pub const STANDARD_INPUT: &str = "(standard input)";

/// Logs by their paths; `-` is standard input.
pub struct Log {
    paths: Vec<PathBuf>,
    /// Whether files are read as streams are, line by line.
    streams: bool,
    threads: usize,
    /// The steps of each stream, by its name: it cannot be read again.
    streamed: Mutex<Vec<(Vec<u8>, Vec<Step>)>>,
}

impl Log {
    /// The logs at `paths`; as `streams` they are read from one end to the other on one thread. Steps are looked for on
    /// `threads` (0: one for each processor).
    pub fn new(paths: Vec<PathBuf>, streams: bool, threads: usize) -> Self {
        Self { paths, streams, threads: thread_count(threads), streamed: Mutex::default() }
    }

    fn push(&self, path: &Path, visitor: &dyn Visitor) -> Result<(), SourceError> {
        if path == Path::new("-") {
            self.stream(STANDARD_INPUT.as_bytes(), &mut io::stdin().lock(), visitor);
            return Ok(());
        }
        let unreadable = |error| SourceError::Unreadable(path.to_owned(), error);
        let mut file = File::open(path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => SourceError::NotFound(path.to_owned()),
            _ => unreadable(error),
        })?;
        let metadata = file.metadata().map_err(unreadable)?;
        if metadata.is_dir() {
            let told = "a folder is no log; `tightlip bundle` looks at folders";
            return Err(unreadable(io::Error::new(ErrorKind::IsADirectory, told)));
        }
        let name = path.as_os_str().as_encoded_bytes();
        if !metadata.is_file() {
            self.stream(name, &mut file, visitor);
            return Ok(());
        }
        let place = Place::new(BlobKind::File, name);
        let mut worker = visitor.worker();
        if worker.wants(&place, Some(metadata.len())) {
            // Whether to go on is no question for one log.
            let content = if self.streams { Content::Stream(&mut file) } else { Content::File(file, metadata.len()) };
            let _ = worker.blob(&place, content);
        }
        Ok(())
    }

    fn stream(&self, name: &[u8], stream: &mut dyn Read, visitor: &dyn Visitor) {
        let mut reader = StepReader::new(stream);
        let _ = visitor.worker().blob(&Place::new(BlobKind::Stream, name), Content::Stream(&mut reader));
        let mut streamed = self.streamed.lock().unwrap_or_else(PoisonError::into_inner);
        streamed.push((name.to_vec(), reader.steps()));
    }
}

impl Source for Log {
    fn walk(&self, visitor: &dyn Visitor) -> Result<(), SourceError> {
        self.paths.iter().try_for_each(|path| self.push(path, visitor))
    }

    /// Names the steps. A file is read back for it from every finding to the mark of its step.
    fn locate(&self, findings: &mut Vec<Finding>, _: &mut Vec<Gap>) {
        let streamed = self.streamed.lock().unwrap_or_else(PoisonError::into_inner);
        for here in findings.chunk_by_mut(|a, b| a.place == b.place) {
            let (kind, path) = (here[0].place.kind, here[0].place.path.clone());
            let mut places: Vec<u64> = here.iter().map(|finding| finding.span.start).collect();
            places.sort_unstable();
            let steps = match kind {
                BlobKind::Stream => streamed.iter().find(|(name, _)| *name == path).map(|(_, steps)| steps.clone()),
                BlobKind::File => self
                    .paths
                    .iter()
                    .find(|known| known.as_os_str().as_encoded_bytes() == path)
                    .and_then(|path| steps::around(path, &places, self.threads).ok()),
                _ => None,
            };
            let Some(steps) = steps else { continue };
            for finding in here {
                let after = steps.partition_point(|step| step.at <= finding.span.start);
                finding.step = steps[..after].last().map(|step| step.name.clone());
            }
        }
    }
}
