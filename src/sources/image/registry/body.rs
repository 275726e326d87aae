//! What comes over the line, held to what was promised: enough of it in time, and no more than was asked for.

use std::io::{self, ErrorKind, Read};
use std::time::{Duration, Instant};

/// The least that must come in each stretch of waiting. Less is a registry that keeps us waiting without end.
const LEAST: u64 = 64 << 10;

/// The body of an answer.
///
/// Only time spent waiting for it counts, not time that its reader spends on what came.
pub(super) struct Watched<R> {
    inner: R,
    patience: Duration,
    waited: Duration,
    came: u64,
    told: fn(&io::Error, Duration) -> io::Error,
}

impl<R: Read> Watched<R> {
    /// `told` says in our own words what went wrong.
    pub(super) fn new(inner: R, patience: Duration, told: fn(&io::Error, Duration) -> io::Error) -> Self {
        Self { inner, patience, waited: Duration::ZERO, came: 0, told }
    }

    fn account(&mut self, count: usize, took: Duration) -> io::Result<usize> {
        self.came += count as u64;
        self.waited += took;
        if self.came >= LEAST || count == 0 {
            (self.came, self.waited) = (0, Duration::ZERO);
        }
        match self.waited > self.patience {
            true => Err((self.told)(&ErrorKind::TimedOut.into(), self.patience)),
            false => Ok(count),
        }
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let before = Instant::now();
        let read = self.inner.read(buffer);
        match read {
            Ok(count) => self.account(count, before.elapsed()),
            Err(error) if error.kind() == ErrorKind::Interrupted => Err(error),
            Err(error) => Err((self.told)(&error, self.patience)),
        }
    }
}

/// A body that has a size: it ends there, and breaking off before is an error. At its end it is read once more, for a
/// connection is used again only if its body was read to the end.
pub(super) struct Measured<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Measured<R> {
    pub(super) fn new(inner: R, size: u64) -> Self {
        Self { inner, left: size }
    }
}

impl<R: Read> Read for Measured<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if most == 0 {
            return Ok(0);
        }
        let count = self.inner.read(&mut buffer[..most])?;
        if count == 0 {
            let told = format!("the registry broke off {} bytes before the end", self.left);
            return Err(io::Error::new(ErrorKind::UnexpectedEof, told));
        }
        self.left -= count as u64;
        if self.left == 0 {
            // Whatever comes of it: all that was asked for is here.
            let _ = self.inner.read(&mut [0]);
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn told(error: &io::Error, _: Duration) -> io::Error {
        error.kind().into()
    }

    #[test]
    fn a_body_ends_at_its_size_or_says_that_it_broke_off() {
        for (sent, size, expected) in [("12345", 5, Ok("12345")), ("12345", 3, Ok("123")), ("", 0, Ok(""))] {
            let mut text = String::new();
            let read = Measured::new(sent.as_bytes(), size).read_to_string(&mut text).map(|_| text.as_str());
            assert_eq!(read.map_err(|error| error.kind()), expected, "{sent} of {size}");
        }
        let error = Measured::new(&b"12345"[..], 7).read_to_end(&mut Vec::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
        assert!(error.to_string().contains("2 bytes before"), "{error}");
    }

    /// Gives one byte at a time, after some time.
    struct Trickle(u32, Duration);

    impl Read for Trickle {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            std::thread::sleep(self.1);
            let Some(left) = self.0.checked_sub(1) else { return Ok(0) };
            self.0 = left;
            buffer[0] = b'x';
            Ok(1)
        }
    }

    #[test]
    fn a_trickle_is_a_stall_and_a_slow_reader_is_not() {
        let patience = Duration::from_millis(60);
        let trickle = Trickle(200, Duration::from_millis(5));
        let error = Watched::new(trickle, patience, told).read_to_end(&mut Vec::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);

        let mut prompt = Watched::new(Trickle(40, Duration::ZERO), patience * 10, told);
        let mut byte = [0];
        while prompt.read(&mut byte).unwrap() > 0 {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}
