//! The reader that every decompressor's output goes through.

use std::io::{self, Read};

use super::Fault;
use super::budget::{Meter, Spent};
use super::input::{BUFFER, Trace};
use crate::model::GapKind;

/// How a metered stream stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// There may be more.
    Open,
    /// It was read to its end.
    Ended,
    /// It broke, and whoever read it was told so.
    Failed(Fault),
}

/// Charges decoded bytes to the budget, turns whatever breaks into a [`Fault`], and never touches a decoder again that
/// failed once.
pub(super) struct Metered<R> {
    inner: R,
    format: &'static str,
    meter: Meter,
    trace: Trace,
    start: u64,
    decoded: u64,
    over: Option<Fault>,
    progress: Progress,
}

impl<R: Read> Metered<R> {
    /// Meters `inner`, whose encoded bytes come out of the input that `trace` follows.
    pub(super) fn new(inner: R, format: &'static str, meter: Meter, trace: Trace) -> Self {
        let start = trace.offset();
        Self { inner, format, meter, trace, start, decoded: 0, over: None, progress: Progress::Open }
    }

    /// How the stream stands.
    pub(super) fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Decoded bytes so far.
    pub(super) fn decoded(&self) -> u64 {
        self.decoded
    }

    /// The decoder.
    pub(super) fn into_inner(self) -> R {
        self.inner
    }

    /// Reads what is left and forgets it. A stream that failed before was told before: that is not said again.
    ///
    /// # Errors
    /// The fault that ends the stream now.
    pub(super) fn drain(&mut self) -> Result<(), Fault> {
        if self.progress != Progress::Open {
            return Ok(());
        }
        let mut waste = vec![0; 64 << 10];
        while self.progress == Progress::Open {
            self.read(&mut waste).map_err(|e| Fault::of(&e))?;
        }
        Ok(())
    }

    fn charge(&mut self, bytes: usize) -> Result<(), Fault> {
        let bytes = bytes as u64;
        self.decoded += bytes;
        let told = |spent: Spent| {
            let fault = spent.fault(self.meter.limits());
            Fault::new(fault.kind, format!("{}: {}", self.format, fault.detail))
        };
        self.meter.take(bytes).map_err(told)?;
        self.meter.ratio(self.decoded, self.trace.offset() - self.start).map_err(told)
    }

    /// What an error of the decoder means: a broken input outranks what the decoder made of it.
    fn judge(&self, error: &io::Error) -> Fault {
        if let Some(fault) = self.trace.fault().or_else(|| Fault::carried(error)) {
            return fault;
        }
        let (format, at) = (self.format, self.trace.offset());
        match error.kind() {
            io::ErrorKind::UnexpectedEof => {
                Fault::new(GapKind::Truncated, format!("{format}: the data ends early, at offset {at}"))
            }
            io::ErrorKind::OutOfMemory => {
                Fault::new(GapKind::LimitReached, format!("{format}: limit on a decoder's memory reached: {error}"))
            }
            io::ErrorKind::Unsupported => Fault::new(GapKind::Unsupported, format!("{format}: {error}")),
            _ => Fault::new(GapKind::Corrupt, format!("{format}: {error}, near offset {at}")),
        }
    }

    fn advance(&mut self, buf: &mut [u8]) -> Result<usize, Fault> {
        let most = buf.len().min(BUFFER);
        let n = self.inner.read(buf.get_mut(..most).unwrap_or(&mut [])).map_err(|e| self.judge(&e))?;
        // A decoder may take an error of its input for the end.
        if n == 0 { self.trace.fault().map_or(Ok(0), Err) } else { Ok(n) }
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match &self.progress {
            Progress::Ended => return Ok(0),
            Progress::Failed(fault) => return Err(fault.to_error()),
            Progress::Open if buf.is_empty() => return Ok(0),
            Progress::Open => {}
        }
        match self.over.take().map_or_else(|| self.advance(buf), Err) {
            Ok(0) => self.progress = Progress::Ended,
            Ok(n) => {
                // What is decoded is given even when it was too much; the next read tells of the limit.
                self.over = self.charge(n).err();
                return Ok(n);
            }
            Err(fault) => {
                let error = fault.to_error();
                self.progress = Progress::Failed(fault);
                return Err(error);
            }
        }
        Ok(0)
    }
}
