//! What a manifest says of a member: read once more by nobody, digested as it passes.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

use crate::model::Provenance;

/// A member: a file, a link's target, a member of an archive.
pub struct Member {
    /// Its address, with every secret in it masked.
    pub place: Provenance,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: [u8; 32],
}

/// Digests what is read.
pub(super) struct Digesting<R> {
    inner: R,
    hash: Sha256,
    bytes: u64,
}

impl<R: Read> Digesting<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, hash: Sha256::new(), bytes: 0 }
    }

    /// Size and digest, after what was left unread was read.
    pub(super) fn finish(mut self) -> (u64, [u8; 32]) {
        // What cannot be read was told by whoever read before.
        let _ = io::copy(&mut self, &mut io::sink());
        (self.bytes, self.hash.finalize().into())
    }
}

impl<R: Read> Read for Digesting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hash.update(&buffer[..count]);
        self.bytes += count as u64;
        Ok(count)
    }
}
