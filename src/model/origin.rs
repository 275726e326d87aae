//! What a repository tells of where a finding comes from.

use serde::Serialize;

use super::Shown;

/// A commit, as far as a report speaks of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Commit {
    /// Its id in hexadecimal digits.
    pub id: String,
    /// Who wrote it: `Name <address>`, as the commit says, with every secret masked.
    pub author: Shown,
    /// When it was written, in the author's time zone: RFC 3339.
    pub date: String,
}

/// From where a git object can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// From the index: it is staged and in no commit yet.
    Index,
    /// From a branch, a tag or another ordinary ref.
    Refs,
    /// From `refs/stash` or its log only.
    Stash,
    /// From a ref's log only: a commit that was amended, rebased or reset away.
    Reflog,
    /// From nothing. It leaves with no push, and stays on this machine until git's collector takes it.
    Nothing,
}

impl Reach {
    /// The word used in every report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::Refs => "refs",
            Self::Stash => "stash",
            Self::Reflog => "reflog",
            Self::Nothing => "nothing",
        }
    }
}

/// How a secret came into a repository, and where it still is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct History {
    /// The object that the finding was read from, in hexadecimal digits: the newest version that holds it.
    pub object: String,
    /// The commit that brought the secret to this path. Of several, the earliest.
    pub introduced: Option<Commit>,
    /// How many commits brought it there: more than one where it was removed and came back, or came on several branches.
    pub times: u64,
    /// How many versions of the file hold it.
    pub versions: u64,
    /// Whether the commit that is checked out holds it at this path.
    pub in_head: bool,
    /// From where the commits that brought it can be reached.
    pub reach: Reach,
    /// The refs that lead to it, by their short names, sorted; at most [`History::MAX_REFS`] of them.
    pub refs: Vec<Shown>,
    /// How many refs lead to it in all.
    pub refs_in_all: u64,
    /// An address that shows the line in a browser, where the remote is a host whose addresses are known.
    pub link: Option<Shown>,
}

impl History {
    /// What stands for the line in [`History::link`] until the finding is known. An escaped path cannot hold it.
    pub const LINE: &'static str = "{line}";

    /// How many refs are listed by name.
    pub const MAX_REFS: usize = 8;
}
