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
    /// A file of an image's layer.
    Layer,
    /// A text of an image that is no file: of its configuration, an annotation, a name, the header of a file.
    Image,
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
    /// Which version of the blob it is, by the source's own count; 0 where a source has one of each.
    pub version: u32,
}

impl<'a> Place<'a> {
    /// A blob that stands in no container.
    pub fn new(kind: BlobKind, name: &'a [u8]) -> Self {
        Self { kind, name, within: None, version: 0 }
    }

    /// The same place as it was in another version.
    pub fn in_version(self, version: u32) -> Self {
        Self { version, ..self }
    }

    /// A member of this container.
    pub fn member<'b>(&'b self, name: &'b [u8]) -> Place<'b>
    where
        'a: 'b,
    {
        Place { kind: BlobKind::Member, name, within: Some(self), version: self.version }
    }

    /// The outermost name: the path in the tree.
    pub fn root(&self) -> &[u8] {
        self.within.map_or(self.name, Place::root)
    }

    /// The address in full, owned: container and member joined by `!`.
    pub fn provenance(&self) -> Provenance {
        let mut path = Vec::new();
        self.write(&mut path);
        Provenance { path, kind: self.kind, version: self.version }
    }

    fn write(&self, out: &mut Vec<u8>) {
        if let Some(outer) = self.within {
            outer.write(out);
            // What a compressed file holds has no name of its own: `a.tar.gz!b`, and `a.gz!` for the content itself.
            let unnamed = outer.name.is_empty() && outer.within.is_some();
            if !unnamed || self.name.is_empty() {
                out.push(b'!');
            }
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
    /// Which version of it, by the source's own count. It leads a source back to its blob and stands in no report.
    pub version: u32,
}

impl Provenance {
    /// The address of a blob that has no versions.
    pub fn new(path: impl Into<Vec<u8>>, kind: BlobKind) -> Self {
        Self { path: path.into(), kind, version: 0 }
    }

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
