//! The contract of the places an image is read from: a registry, a layout on disk, an archive, an engine.

use std::io::Read;

use crate::model::GapKind;

/// The most bytes a manifest or an index may have. Registries refuse larger ones; the limit keeps a hostile one out of memory.
pub const MANIFEST_LIMIT: u64 = 4 << 20;

/// One manifest or index that the reference names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// What the reference calls it: a tag, or empty.
    pub name: String,
    /// Its media type, where the origin says one.
    pub media_type: Option<String>,
    /// What its bytes must hash to, where the reference or the origin says so: `sha256:…`.
    pub digest: Option<String>,
    /// Its bytes, as they came.
    pub bytes: Vec<u8>,
}

/// Content that an origin could not give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Under which kind the gap is counted.
    pub kind: GapKind,
    /// What happened and, where there is one, the next step. It holds no secret.
    pub detail: String,
}

impl Fault {
    /// What an error of the system means.
    pub fn of(error: &std::io::Error) -> Self {
        let fault = crate::containers::Fault::of(error);
        Self { kind: fault.kind, detail: fault.detail }
    }

    /// A limit that was reached, in words that name it.
    pub fn limit(detail: &str) -> Self {
        Self { kind: GapKind::LimitReached, detail: detail.to_owned() }
    }
}

/// Where an image is read from. Blobs may be asked for by several threads at once.
///
/// An origin hands on what it was given; that the bytes hash to their digest is for the caller to check.
pub trait Origin: Sync {
    /// The manifests to begin with. Called once, first.
    ///
    /// # Errors
    /// In words that name the reference and the next step, if nothing can be scanned.
    fn roots(&self) -> Result<Vec<Root>, String>;

    /// A manifest or index that another one names, at most [`MANIFEST_LIMIT`] bytes of it.
    ///
    /// # Errors
    /// If it cannot be read or is larger.
    fn manifest(&self, digest: &str) -> Result<Vec<u8>, Fault>;

    /// A layer, a configuration or another blob of `size` bytes, as it is stored.
    ///
    /// # Errors
    /// If it cannot be opened. What goes wrong later comes from the reader.
    fn blob(&self, digest: &str, size: u64) -> Result<Box<dyn Read + Send + '_>, Fault>;

    /// The manifests that say of themselves that they belong to this one: signatures, SBOMs.
    ///
    /// # Errors
    /// If they cannot be listed. An origin that has no such list gives none.
    fn referrers(&self, digest: &str) -> Result<Vec<Root>, Fault>;

    /// Whether large blobs can only be read in the order they are stored in: then [`Origin::blob`] gives small ones, and
    /// [`Origin::sweep`] is called for the rest.
    fn is_sequential(&self) -> bool {
        false
    }

    /// Gives every blob, one after another. What is not read of one is passed over.
    ///
    /// # Errors
    /// If not all could be given.
    fn sweep(&self, _give: &mut dyn FnMut(&str, &mut dyn Read)) -> Result<(), Fault> {
        Ok(())
    }

    /// Gives what the origin holds beside the blobs that its manifests lead to, each with a name. Called once, last.
    fn rest(&self, _used: &dyn Fn(&str) -> bool, _give: &mut dyn FnMut(&str, &mut dyn Read)) -> Result<(), Fault> {
        Ok(())
    }
}
