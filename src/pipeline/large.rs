//! Files too large to be held whole: kept open until the source is done.

use std::fs::File;

use crate::model::{BlobKind, Place};

/// Large files that are kept open at a time; further ones are scanned by the thread that met them.
pub(super) const MAX_OPEN: usize = 64;

/// A large file.
pub(super) struct Large {
    pub(super) name: Vec<u8>,
    pub(super) kind: BlobKind,
    pub(super) file: File,
    pub(super) length: u64,
}

impl Large {
    pub(super) fn new(place: &Place<'_>, file: File, length: u64) -> Self {
        Self { name: place.name.to_vec(), kind: place.kind, file, length }
    }
}
