//! One budget through all nesting.
//!
//! A [`Budget`] is made for one blob of a source and lent to every container found in it. Its counters are shared with
//! the [`Meter`]s that ride in the content readers, because a reader and the budget are lent to the same callee.
//!
//! Members, bytes and time are spent for good: the first refusal is told as a gap by whoever receives it, and every
//! container above stops in silence. Depth and ratio refuse one container and leave its neighbours alone.

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use super::Fault;
use crate::model::GapKind;

/// How much work one blob of a source may cause, containers inside containers included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Containers inside containers.
    pub depth: u32,
    /// Members in all.
    pub members: u64,
    /// Decoded bytes in all.
    pub bytes: u64,
    /// Decoded bytes for each encoded byte, looked at once 16 MiB were decoded.
    pub ratio: u64,
    /// Time in all.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 16, members: 1_000_000, bytes: 64 << 30, ratio: 2000, time: Duration::from_secs(3600) }
    }
}

/// Decoded bytes below which the ratio is not looked at: a small file of blanks compresses a thousandfold.
const RATIO_FROM: u64 = 16 << 20;

/// Bytes of containers that may be held in memory at one time, through all nesting.
const HOLD: u64 = 64 << 20;

/// A limit that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    /// Containers inside containers.
    Depth,
    /// Members in all.
    Members,
    /// Decoded bytes in all.
    Bytes,
    /// Decoded bytes for each encoded byte.
    Ratio,
    /// Time in all.
    Time,
}

impl Spent {
    /// The gap it makes, in words that name the limit.
    pub fn fault(self, limits: &Limits) -> Fault {
        let detail = match self {
            Self::Depth => format!("limit on nesting reached: {} containers inside each other", limits.depth),
            Self::Members => format!("limit on members reached: {}", limits.members),
            Self::Bytes => format!("limit on decoded bytes reached: {}", limits.bytes),
            Self::Ratio => format!("limit on the compression ratio reached: {} to 1", limits.ratio),
            Self::Time => format!("limit on time reached: {} s", limits.time.as_secs_f64()),
        };
        Fault::new(GapKind::LimitReached, detail)
    }
}

/// What is left of the [`Limits`].
#[derive(Debug)]
pub struct Budget {
    depth: u32,
    meter: Meter,
}

impl Budget {
    /// A full budget; its time runs from now.
    pub fn new(limits: Limits) -> Self {
        let counters = Counters {
            limits,
            start: Instant::now(),
            members: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            held: AtomicU64::new(0),
            spent: OnceLock::new(),
        };
        Self { depth: 0, meter: Meter(Arc::new(counters)) }
    }

    /// The limits it began with.
    pub fn limits(&self) -> &Limits {
        &self.meter.0.limits
    }

    /// One container deeper. Every [`super::Container::open`] calls it, so its holder need not.
    ///
    /// # Errors
    /// [`Spent::Depth`] when that is too deep, or the limit that was spent before.
    pub fn enter(&mut self) -> Result<(), Spent> {
        self.meter.check()?;
        if self.depth >= self.limits().depth {
            return Err(Spent::Depth);
        }
        self.depth += 1;
        Ok(())
    }

    /// Back out of a container that [`Budget::enter`] let in.
    pub fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// A budget on the same counters, one container deeper: for what is found beside a container's members.
    pub fn deeper(&self) -> Self {
        Self { depth: self.depth + 1, meter: self.meter.clone() }
    }

    /// A budget on the same counters.
    pub fn sibling(&self) -> Self {
        Self { depth: self.depth, meter: self.meter.clone() }
    }

    /// Counts one member.
    ///
    /// # Errors
    /// The limit on members or time when that was the one too many, or the limit that was spent before.
    pub fn member(&mut self) -> Result<(), Spent> {
        self.meter.check()?;
        if self.meter.0.members.fetch_add(1, Relaxed) >= self.limits().members {
            return Err(self.meter.spend(Spent::Members));
        }
        self.meter.clock()
    }

    /// The limit that ended everything, if one did.
    pub fn spent(&self) -> Option<Spent> {
        self.meter.0.spent.get().copied()
    }

    /// A handle that counts decoded bytes.
    pub fn meter(&self) -> Meter {
        self.meter.clone()
    }
}

/// A handle on the counters of a [`Budget`] that a reader can keep.
#[derive(Clone, Debug)]
pub struct Meter(Arc<Counters>);

#[derive(Debug)]
struct Counters {
    limits: Limits,
    start: Instant,
    members: AtomicU64,
    bytes: AtomicU64,
    held: AtomicU64,
    spent: OnceLock<Spent>,
}

impl Meter {
    /// The limits of its budget.
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// Counts `bytes` decoded bytes.
    ///
    /// # Errors
    /// The limit on bytes or time when they were too many, or the limit that was spent before.
    pub fn take(&self, bytes: u64) -> Result<(), Spent> {
        self.check()?;
        if self.0.bytes.fetch_add(bytes, Relaxed).saturating_add(bytes) > self.0.limits.bytes {
            return Err(self.spend(Spent::Bytes));
        }
        self.clock()
    }

    /// Whether a limit ended everything.
    pub(super) fn is_spent(&self) -> bool {
        self.check().is_err()
    }

    /// Judges one stream that gave `decoded` bytes for `encoded`.
    ///
    /// # Errors
    /// [`Spent::Ratio`] when they are too many for what went in.
    pub fn ratio(&self, decoded: u64, encoded: u64) -> Result<(), Spent> {
        if decoded >= RATIO_FROM && decoded / encoded.max(1) > self.0.limits.ratio {
            return Err(Spent::Ratio);
        }
        Ok(())
    }

    /// Up to `want` bytes of memory out of the 64 MiB that all containers of a budget share; given back on drop.
    pub fn hold(&self, want: u64) -> Held {
        let before = self.0.held.load(Relaxed);
        let bytes = want.min(HOLD.saturating_sub(before));
        self.0.held.store(before + bytes, Relaxed);
        Held { meter: self.clone(), bytes }
    }

    fn check(&self) -> Result<(), Spent> {
        self.0.spent.get().map_or(Ok(()), |spent| Err(*spent))
    }

    fn clock(&self) -> Result<(), Spent> {
        if self.0.start.elapsed() > self.0.limits.time { Err(self.spend(Spent::Time)) } else { Ok(()) }
    }

    fn spend(&self, limit: Spent) -> Spent {
        *self.0.spent.get_or_init(|| limit)
    }
}

/// Memory that [`Meter::hold`] granted.
#[derive(Debug)]
pub struct Held {
    meter: Meter,
    /// How much of it.
    pub bytes: u64,
}

impl Held {
    /// Gives back all but `bytes`.
    pub(super) fn shrunk(mut self, bytes: u64) -> Self {
        let spare = self.bytes.saturating_sub(bytes);
        self.meter.0.held.fetch_sub(spare, Relaxed);
        self.bytes -= spare;
        self
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.meter.0.held.fetch_sub(self.bytes, Relaxed);
    }
}
