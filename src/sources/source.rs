//! The contract between a source and whoever looks at its blobs.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use crate::model::{BlobKind, Finding, Gap, GapKind, History, MadeOf, Place, Shown, Trace};

/// A blob's bytes, in the form the source has them.
pub enum Content<'a> {
    /// All of them, lent for the call: a small file, a git object, an archive member.
    Bytes(&'a [u8]),
    /// An open regular file and its length when it was opened. It may be kept and read later, by any thread.
    File(File, u64),
    /// A stream of unknown length: standard input, a layer.
    Stream(&'a mut dyn Read),
}

/// Whether the source should go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Flow {
    /// Push the next blob.
    Continue,
    /// Stop as soon as possible; nothing more is wanted.
    Stop,
}

/// What a source cannot even begin with. Everything later is a gap, not an error.
#[derive(Debug)]
pub enum SourceError {
    /// The target does not exist.
    NotFound(PathBuf),
    /// The target cannot be opened.
    Unreadable(PathBuf, std::io::Error),
    /// The target is there, and what was asked of it cannot be: a range without commits, an index that is damaged.
    Unusable {
        /// The target, or the part of it that is meant.
        target: Shown,
        /// What is wrong, and what to do.
        problem: String,
    },
}

impl std::fmt::Display for SourceError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = |path: &PathBuf| crate::model::Shown::from_bytes(path.as_os_str().as_encoded_bytes());
        match self {
            Self::NotFound(path) => write!(f, "{}: no such file or directory; nothing was scanned", shown(path)),
            Self::Unreadable(path, error) => {
                write!(f, "{}: cannot be opened ({error}); nothing was scanned", shown(path))
            }
            Self::Unusable { target, problem } => write!(f, "{target}: {problem}; nothing was scanned"),
        }
    }
}

impl std::error::Error for SourceError {}

/// A version of a file, or another object of a repository, by the source's own number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u32);

/// Somewhere content comes from.
pub trait Source: Sync {
    /// Pushes every blob once, in any order, from any number of threads, each with a worker of its own.
    fn walk(&self, visitor: &dyn Visitor) -> Result<(), SourceError>;

    /// Adds to findings what only the source knows (commits, authors, layers), and takes away what it had looked at for
    /// comparison alone. Called once, when everything else was judged.
    fn locate(&self, _findings: &mut Vec<Finding>, _gaps: &mut Vec<Gap>) {}

    /// Where versions stand that there is something to tell of. Called once, after the walk, by a run that was pushed
    /// versions; `None` from a source that pushes none.
    fn whereabouts(&self, _versions: &[Version]) -> Option<Box<dyn Whereabouts + '_>> {
        None
    }
}

/// Where versions stand in a repository and how they came there. Versions go by their position in the list that was
/// asked for, places by a number.
pub trait Whereabouts: Sync {
    /// Every place at which the version ever stood.
    fn places(&self, version: usize) -> &[u32];

    /// A place: its path, and what stands there.
    fn place(&self, place: u32) -> (&[u8], BlobKind);

    /// How these versions, which have something in common, came to this place; and which of them stands for all.
    fn history(&self, place: u32, versions: &[usize]) -> (History, usize);

    /// The bytes of a version; or a stream of them, where they are too many to be held.
    ///
    /// # Errors
    /// In words, if it cannot be read again.
    fn read(&self, version: usize, out: &mut Vec<u8>) -> Result<Option<Box<dyn Read + '_>>, String>;
}

/// Hands out one [`Worker`] per thread of a source.
pub trait Visitor: Sync {
    /// A worker with its own scratch memory; it reports what it gathered when dropped.
    fn worker(&self) -> Box<dyn Worker + Send + '_>;

    /// A reviewer with its own scratch memory; it reports what it gathered when dropped.
    fn reviewer(&self) -> Box<dyn Reviewer + Send + '_>;
}

/// Looks at blobs on one thread.
pub trait Worker {
    /// Whether the blob's content is wanted; asked before it is read. A refusal is counted as an exclusion.
    fn wants(&mut self, place: &Place<'_>, bytes: Option<u64>) -> bool;

    /// Looks at one blob.
    fn blob(&mut self, place: &Place<'_>, content: Content<'_>) -> Flow;

    /// Looks at the name of a folder, which can hold a secret as a file's name can.
    fn folder(&mut self, place: &Place<'_>);

    /// Records content that could not be looked at.
    fn gap(&mut self, place: &Place<'_>, kind: GapKind, bytes: u64, detail: &str);

    /// Records content that a declared rule of the source took out.
    fn excluded(&mut self, place: &Place<'_>, reason: &str, bytes: Option<u64>);

    /// Records what the reader of the report should know of a place, in the source's own words.
    fn note(&mut self, place: &Place<'_>, text: &str);

    /// Declares that there was nothing to look at, and that this is as it should be: a commit that changes no file. A
    /// target without content is a gap otherwise.
    fn nothing(&mut self, place: &Place<'_>, reason: &str);
}

/// What came of a version.
pub struct Reviewed {
    /// What the scan left, for versions that are made of this one; none of what was opened as a container.
    pub trace: Option<Trace>,
    /// Whether there is something to tell of it: the source will be asked where it stands.
    pub told: bool,
}

/// Looks at versions on one thread: at content whose places are told later, and only where there is something to tell.
pub trait Reviewer {
    /// Looks at one version. `made_of` is the version that it was made of.
    fn version(&mut self, version: Version, bytes: &[u8], made_of: Option<MadeOf<'_>>) -> Reviewed;

    /// Looks at a version that is too large to be held; whether there is something to tell of it.
    fn stream(&mut self, version: Version, stream: &mut dyn Read) -> bool;

    /// Looks at a name; whether there is something to tell of it.
    fn name(&mut self, version: Version, name: &[u8]) -> bool;

    /// Records a version that could not be looked at.
    fn gap(&mut self, version: Version, kind: GapKind, bytes: u64, detail: &str);

    /// Records a version that a declared rule of the source took out.
    fn excluded(&mut self, version: Version, reason: &str, bytes: u64);
}
