//! Standard input, read ahead by a thread of its own: while lines are looked at, the next ones come in, and are then looked
//! at together.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::thread;

/// Reads that may wait.
const WAITING: usize = 32;

/// Bytes of one read: what a pipe holds.
const READ: usize = 64 << 10;

/// A reader that gives what is there, and waits only when nothing is.
pub(super) struct Ahead {
    parts: Receiver<io::Result<Vec<u8>>>,
    waiting: Waiting,
    part: Vec<u8>,
    at: usize,
    /// An error that came after bytes that were given.
    error: Option<io::Error>,
}

/// How many reads wait to be taken.
#[derive(Clone, Default)]
pub(super) struct Waiting(Arc<AtomicUsize>);

impl Waiting {
    /// Whether there are any.
    pub(super) fn any(&self) -> bool {
        self.0.load(Relaxed) > 0
    }
}

impl Ahead {
    /// What waits, also while the reader is lent.
    pub(super) fn waiting(&self) -> Waiting {
        self.waiting.clone()
    }

    /// Begins to read.
    pub(super) fn new(mut inner: impl Read + Send + 'static) -> Self {
        let (sender, parts) = sync_channel(WAITING);
        let waiting = Waiting::default();
        let sent = waiting.clone();
        thread::spawn(move || {
            loop {
                let mut part = vec![0; READ];
                let read = inner.read(&mut part).map(|count| {
                    part.truncate(count);
                    part
                });
                let ended = !matches!(&read, Ok(part) if !part.is_empty());
                // Counted first: what is taken was counted.
                sent.0.fetch_add(1, Relaxed);
                if sender.send(read).is_err() || ended {
                    return;
                }
            }
        });
        Self { parts, waiting, part: Vec::new(), at: 0, error: None }
    }

    fn taken(&self) {
        self.waiting.0.fetch_sub(1, Relaxed);
    }

    /// Copies what is there of the current part.
    fn copy(&mut self, buffer: &mut [u8]) -> usize {
        let count = buffer.len().min(self.part.len() - self.at);
        buffer[..count].copy_from_slice(&self.part[self.at..self.at + count]);
        self.at += count;
        count
    }
}

impl Read for Ahead {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        if self.at == self.part.len() {
            let next = self.parts.recv().inspect(|_| self.taken()).unwrap_or_else(|_| Ok(Vec::new()));
            (self.part, self.at) = (next?, 0);
        }
        let mut count = self.copy(buffer);
        while count < buffer.len() && count > 0 {
            match self.parts.try_recv().inspect(|_| self.taken()) {
                Ok(Ok(part)) if part.is_empty() => break,
                Ok(Ok(part)) => (self.part, self.at) = (part, 0),
                Ok(Err(error)) => {
                    self.error = Some(error);
                    break;
                }
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
            }
            count += self.copy(&mut buffer[count..]);
        }
        Ok(count)
    }
}
