//! What the scan keeps of a commit: its tree, its parents, its time. Messages and names in it are content like any other.

use gix::ObjectId;
use gix::hash::oid;
use gix::objs::CommitRefIter;

use crate::model::{Commit, Shown};

/// A commit by the numbers of the store. What is not there has no number.
pub(super) struct Node {
    pub(super) number: u32,
    pub(super) tree: Option<u32>,
    pub(super) parents: Vec<u32>,
    /// The committer's clock, in seconds since 1970.
    pub(super) time: i64,
    /// How many parents it names that are not in the store.
    pub(super) missing: u32,
}

impl Node {
    /// Reads a commit: `tree`, `parent` and `committer` of its header (git's documentation, "gitdatamodel").
    pub(super) fn read(
        number: u32,
        bytes: &[u8],
        hash: gix::hash::Kind,
        find: impl Fn(&oid) -> Option<u32>,
    ) -> Option<Self> {
        let id = |text: &[u8]| ObjectId::from_hex(text).ok().filter(|id| id.kind() == hash);
        let mut lines = bytes.split(|byte| *byte == b'\n').peekable();
        let tree = id(lines.next()?.strip_prefix(b"tree ")?)?;
        let mut node = Self { number, tree: find(&tree), parents: Vec::new(), time: 0, missing: 0 };
        while let Some(parent) = lines.next_if(|line| line.starts_with(b"parent ")) {
            match id(&parent[b"parent ".len()..]).and_then(|parent| find(&parent)) {
                Some(parent) => node.parents.push(parent),
                None => node.missing += 1,
            }
        }
        let mut header = lines.take_while(|line| !line.is_empty());
        node.time = header.find_map(|line| line.strip_prefix(b"committer ")).and_then(seconds).unwrap_or(0);
        Some(node)
    }
}

/// The time in `Name <address> seconds zone`.
fn seconds(signature: &[u8]) -> Option<i64> {
    let after = &signature[memchr::memrchr(b'>', signature)? + 1..];
    std::str::from_utf8(after).ok()?.split_ascii_whitespace().next()?.parse().ok()
}

/// A commit as reports tell it.
pub(super) fn told(id: &oid, bytes: &[u8], hash: gix::hash::Kind) -> Commit {
    let author = CommitRefIter::from_bytes(bytes, hash).author().ok();
    let date = author.and_then(|author| author.time().ok()).map(date).unwrap_or_default();
    let author =
        author.map(|author| [author.name, b" <".into(), author.email, b">".into()].map(|part| part.to_vec()).concat());
    Commit { id: id.to_string(), author: Shown::from_bytes(&author.unwrap_or_default()), date }
}

/// RFC 3339, in the author's own time zone.
fn date(time: gix::date::Time) -> String {
    let told = || {
        let zone = jiff::tz::Offset::from_seconds(time.offset).ok()?;
        let moment = jiff::Timestamp::from_second(time.seconds).ok()?;
        let civil = zone.to_datetime(moment);
        let minutes = time.offset.abs() / 60;
        let sign = if time.offset < 0 { '-' } else { '+' };
        Some(format!("{}{sign}{:02}:{:02}", civil.strftime("%Y-%m-%dT%H:%M:%S"), minutes / 60, minutes % 60))
    };
    told().unwrap_or_default()
}
