//! One window: scanned, with what reports and policy need of the surroundings of its matches.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::context::{Context, LINE_REACH, Surroundings};
use super::embedded::Embedded;
use super::lines::{Count, Tail};
use super::windows::Piece;
use crate::containers;
use crate::decoders::Input;
use crate::engine::{Engine, Scratch, Window};
use crate::model::{GapKind, Match};

/// Matches of one window that are kept.
const MAX_MATCHES: usize = 4096;

/// Bytes from which on a window of one byte alone is not scanned. Shorter ones may be a secret as a whole.
const FILLING: usize = 64 << 10;

/// What one window yields.
pub(super) struct Yield {
    number: usize,
    tail: Tail,
    matches: Vec<(Match, Context)>,
    /// Files that stand encoded in it.
    pub(super) embedded: Vec<Embedded>,
    trouble: Option<Trouble>,
}

impl Yield {
    /// The count after the window, when `before` came before it.
    pub(super) fn after(&self, before: Count) -> Count {
        before.after(self.tail)
    }

    /// Whether there is nothing to say of the window.
    pub(super) fn is_empty(&self) -> bool {
        self.embedded.is_empty() && self.matches.is_empty() && self.trouble.is_none()
    }

    /// How many matches it has.
    pub(super) fn len(&self) -> usize {
        self.matches.len()
    }

    /// The same under another number, which its matches know it by.
    pub(super) fn numbered(mut self, number: usize) -> Self {
        self.number = number;
        self.matches.iter_mut().for_each(|(_, context)| context.window = number);
        self
    }

    /// The same without its matches, and with the trouble that they are too many.
    pub(super) fn over(self) -> Self {
        Self { matches: Vec::new(), trouble: Some(Trouble::TooMany), ..self }
    }
}

/// What kept a window from being looked at in full.
#[derive(Clone, Copy)]
pub(super) enum Trouble {
    /// More matches than are kept.
    TooMany,
    /// The engine failed on so many bytes.
    Failed(u64),
}

impl Trouble {
    pub(super) fn kind(self) -> GapKind {
        match self {
            Self::TooMany => GapKind::LimitReached,
            Self::Failed(_) => GapKind::Internal,
        }
    }

    pub(super) fn bytes(self) -> u64 {
        match self {
            Self::TooMany => 0,
            Self::Failed(bytes) => bytes,
        }
    }

    pub(super) fn detail(self) -> &'static str {
        match self {
            Self::TooMany => "too many matches close together; the rest of them is not listed",
            Self::Failed(_) => {
                "the scan failed on it: a defect in tightlip, please report it with the file's type and size"
            }
        }
    }
}

/// The windows of a blob, put together.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) matches: Vec<(Match, Context)>,
    /// By window: the lines before it.
    pub(super) counts: Vec<Count>,
    /// With their lines.
    pub(super) embedded: Vec<Embedded>,
    pub(super) troubles: Vec<Trouble>,
}

/// Scans one window, and keeps what was found if anything of it is `wanted`. A panic of the engine is a defect, and
/// becomes a gap instead of a silence.
pub(super) fn look(
    engine: &Engine,
    scratch: &mut Scratch,
    bytes: &[u8],
    piece: &Piece,
    wanted: impl Fn(&[Match]) -> bool,
) -> Yield {
    if is_filling(bytes) {
        let tail = Tail::of_one(bytes[0], piece.core.len());
        return Yield { number: piece.number, tail, matches: Vec::new(), embedded: Vec::new(), trouble: None };
    }
    // Some context is scanned as well, so that what is shown of it can be masked.
    let core = piece.core.start.saturating_sub(LINE_REACH)..(piece.core.end + LINE_REACH).min(bytes.len());
    let window = Window { input: Input { bytes, base: piece.base, carry: piece.carry }, core, begins: piece.begins };
    let found = catch_unwind(AssertUnwindSafe(|| {
        let mut matches = Vec::new();
        engine.scan(scratch, &window, &mut matches);
        matches
    }));
    let (matches, trouble) = match found {
        Ok(matches) if matches.len() > MAX_MATCHES => (matches, Some(Trouble::TooMany)),
        Ok(matches) => (matches, None),
        Err(_) => {
            *scratch = Scratch::opening(containers::embeds);
            (Vec::new(), Some(Trouble::Failed(piece.core.len() as u64)))
        }
    };
    // Lines are counted for windows that others follow.
    let tail = if piece.is_last() { Tail::default() } else { Tail::of(&bytes[piece.core.clone()]) };
    let embedded = embedded(bytes, piece, scratch);
    let matches =
        if !matches.is_empty() && wanted(&matches) { with_context(bytes, piece, matches) } else { Vec::new() };
    Yield { number: piece.number, tail, matches, embedded, trouble }
}

/// Whether the bytes are what disk images and sparse files are filled with: one byte, again and again. There is nothing
/// to find in it, and gigabytes of it are stored in a few kilobytes.
fn is_filling(bytes: &[u8]) -> bool {
    bytes.len() >= FILLING && bytes[1..] == bytes[..bytes.len() - 1]
}

/// The encoded files that belong to the window.
fn embedded(bytes: &[u8], piece: &Piece, scratch: &mut Scratch) -> Vec<Embedded> {
    let start = piece.base + piece.core.start as u64;
    let own = scratch
        .embedded()
        .into_iter()
        .filter(|begins| (start..piece.base + piece.core.end as u64).contains(&begins.at));
    let mut own: Vec<_> = own.collect();
    own.sort_by(|a, b| (a.at, &a.via).cmp(&(b.at, &b.via)));
    own.dedup_by(|a, b| (a.at, &a.via) == (b.at, &b.via));
    let placed = own.into_iter().map(|begins| {
        let before = &bytes[piece.core.start..(begins.at - piece.base) as usize];
        Embedded { breaks: memchr::memchr_iter(b'\n', before).count() as u64, line: 0, begins }
    });
    placed.collect()
}

/// The matches that belong to the window, each with its surroundings, in which all matches are masked.
fn with_context(bytes: &[u8], piece: &Piece, mut matches: Vec<Match>) -> Vec<(Match, Context)> {
    matches.sort_by_key(|found| (found.span, found.rule, found.anchor));
    matches.dedup_by_key(|found| (found.span, found.rule, found.anchor));
    let surroundings = Surroundings::new(bytes, piece.base, piece.core.start, piece.number, &matches);
    let owned = piece.base + piece.core.start as u64..piece.base + piece.core.end as u64;
    let own = matches.into_iter().filter(|found| owned.contains(&found.anchor)).take(MAX_MATCHES);
    own.map(|found| {
        let context = surroundings.of(&found);
        (found, context)
    })
    .collect()
}

/// The windows that something was found in, each with the count before it. They are numbered as they stand here.
pub(super) fn gather_counted(yields: Vec<Yield>, counts: Vec<Count>) -> Gathered {
    let mut gathered = Gathered { counts, ..Gathered::default() };
    for window in yields {
        gathered.matches.extend(window.matches);
        gathered.troubles.extend(window.trouble);
    }
    gathered.troubles.dedup_by_key(|trouble| trouble.detail());
    gathered
}

/// Puts the windows of a blob in order and counts their lines.
pub(super) fn gather(mut yields: Vec<Yield>) -> Gathered {
    yields.sort_by_key(|window| window.number);
    let mut gathered = Gathered::default();
    let mut count = Count::default();
    for window in yields {
        gathered.counts.push(count);
        gathered.embedded.extend(
            window.embedded.into_iter().map(|embedded| Embedded { line: count.line(embedded.breaks), ..embedded }),
        );
        count = count.after(window.tail);
        gathered.matches.extend(window.matches);
        gathered.troubles.extend(window.trouble);
    }
    gathered
}
