//! Where a blob comes from: borrowed while scanning, owned once there is something to say of it.

use serde::{Serialize, Serializer};

use super::Shown;

/// What kind of content a blob is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlobKind {
    /// A file of a working tree.
    File,
    /// The text of a symbolic link's target.
    SymlinkTarget,
    /// A file's name, where the name itself is content.
    Name,
    /// A member of an archive or the content of a compressed stream.
    Member,
    /// Standard input.
    Stream,
    /// A commit of a repository: its message and the names in it.
    Commit,
    /// An annotated tag of a repository: its message and the names in it.
    Tag,
}

/// A blob's address while it is being scanned: a name, and the container it stands in.
///
/// Costs nothing to make, so a source makes one for every blob; [`Place::provenance`] owns it for hits only.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// What it is.
    pub kind: BlobKind,
    /// Its name as raw bytes: a path relative to the target with `/` separators, or a member's name.
    pub name: &'a [u8],
    /// The container that holds it.
    pub within: Option<&'a Place<'a>>,
}

impl<'a> Place<'a> {
    /// A blob that stands in no container.
    pub fn new(kind: BlobKind, name: &'a [u8]) -> Self {
        Self { kind, name, within: None }
    }

    /// A member of this container.
    pub fn member<'b>(&'b self, name: &'b [u8]) -> Place<'b>
    where
        'a: 'b,
    {
        Place { kind: BlobKind::Member, name, within: Some(self) }
    }

    /// The outermost name: the path in the tree.
    pub fn root(&self) -> &[u8] {
        self.within.map_or(self.name, Place::root)
    }

    /// The address in full, owned: container and member joined by `!`.
    pub fn provenance(&self) -> Provenance {
        let mut path = Vec::new();
        self.write(&mut path);
        Provenance { path, kind: self.kind }
    }

    fn write(&self, out: &mut Vec<u8>) {
        if let Some(outer) = self.within {
            outer.write(out);
            out.push(b'!');
        }
        out.extend_from_slice(self.name);
    }
}

/// Where a blob came from, owned: `bundle.tar.zst!logs/run.zip!step-3.txt`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Provenance {
    /// The address as raw bytes; names need not be UTF-8.
    pub path: Vec<u8>,
    /// What it is.
    pub kind: BlobKind,
}

impl Provenance {
    /// The address, safe to print: control and invalid bytes are escaped.
    pub fn shown(&self) -> Shown {
        Shown::from_bytes(&self.path)
    }
}

impl Serialize for Provenance {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.shown().as_str())
    }
}
