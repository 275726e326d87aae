//! Digests: what content must hash to.

use std::io::{self, Read};

use sha2::{Digest as _, Sha256, Sha512};

use super::origin::Fault;
use crate::model::GapKind;

/// A digest that is checked here: `sha256:` or `sha512:` and lower-case hexadecimal digits (OCI image specification,
/// "Descriptors").
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Digest(String);

impl Digest {
    /// The digest in `text`, if it is one.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (algorithm, hex) = text.split_once(':')?;
        let length = match algorithm {
            "sha256" => 64,
            "sha512" => 128,
            _ => return None,
        };
        let right = hex.len() == length && hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        right.then(|| Self(text.to_owned()))
    }

    /// The SHA-256 of `bytes`.
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self(format!("sha256:{}", data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))))
    }

    /// Whether `bytes` hash to it.
    pub(super) fn fits(&self, bytes: &[u8]) -> bool {
        let mut hash = Hash::of(self);
        hash.update(bytes);
        hash.finish() == self.0
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The algorithm and its digits.
    pub(super) fn parts(&self) -> (&str, &str) {
        self.0.split_once(':').unwrap_or(("", &self.0))
    }

    /// Enough of it for people.
    pub(super) fn short(&self) -> &str {
        let end = self.0.find(':').map_or(0, |at| at + 1) + 12;
        self.0.get(..end).unwrap_or(&self.0)
    }
}

enum Hash {
    Sha256(Sha256),
    Sha512(Sha512),
}

impl Hash {
    fn of(digest: &Digest) -> Self {
        if digest.0.starts_with("sha512:") { Self::Sha512(Sha512::new()) } else { Self::Sha256(Sha256::new()) }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(hash) => hash.update(bytes),
            Self::Sha512(hash) => hash.update(bytes),
        }
    }

    fn finish(self) -> String {
        let (name, bytes) = match self {
            Self::Sha256(hash) => ("sha256", hash.finalize().to_vec()),
            Self::Sha512(hash) => ("sha512", hash.finalize().to_vec()),
        };
        format!("{name}:{}", data_encoding::HEXLOWER.encode(&bytes))
    }
}

/// A blob that is hashed while it is read.
pub(super) struct Verified<R> {
    inner: R,
    digest: Digest,
    size: u64,
    hash: Hash,
    bytes: u64,
    failed: Option<Fault>,
}

impl<R: Read> Verified<R> {
    /// Reads `inner`, which should be `size` bytes that hash to `digest`.
    pub(super) fn new(inner: R, digest: Digest, size: u64) -> Self {
        let hash = Hash::of(&digest);
        Self { inner, digest, size, hash, bytes: 0, failed: None }
    }

    /// Reads what is left, and says what is wrong with the whole.
    ///
    /// # Errors
    /// If it cannot be read to its end, or is not what the digest and the size say.
    pub(super) fn finish(mut self) -> Result<(), Fault> {
        let mut waste = vec![0; 64 << 10];
        while self.failed.is_none() && matches!(self.read(&mut waste), Ok(1..)) {}
        if let Some(fault) = self.failed {
            return Err(fault);
        }
        if self.bytes < self.size {
            let detail = format!("it ends after {} bytes; its descriptor says {}", self.bytes, self.size);
            return Err(Fault { kind: GapKind::Truncated, detail });
        }
        match self.hash.finish() {
            hash if hash == self.digest.0 => Ok(()),
            hash => {
                let detail =
                    format!("its bytes hash to {hash}, and not to the digest it goes by; it was scanned as it is");
                Err(Fault { kind: GapKind::Corrupt, detail })
            }
        }
    }

    fn fail(&mut self, kind: GapKind, detail: String) -> io::Error {
        self.failed = Some(Fault { kind, detail: detail.clone() });
        crate::containers::Fault::new(kind, detail).to_error()
    }
}

impl<R: Read> Read for Verified<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if let Some(fault) = &self.failed {
            return Err(crate::containers::Fault::new(fault.kind, fault.detail.clone()).to_error());
        }
        let read = loop {
            match self.inner.read(buf) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        match read {
            Ok(n) => {
                self.hash.update(buf.get(..n).unwrap_or(&[]));
                self.bytes += n as u64;
                if self.bytes > self.size {
                    let detail =
                        format!("it is longer than the {} bytes its descriptor says; the rest was not read", self.size);
                    return Err(self.fail(GapKind::Corrupt, detail));
                }
                Ok(n)
            }
            Err(error) => {
                let fault = crate::containers::Fault::of(&error);
                Err(self.fail(fault.kind, fault.detail))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_digest_is_none() {
        let hex = "0a".repeat(32);
        assert!(Digest::parse(&format!("sha256:{hex}")).is_some());
        for bad in
            ["", "sha256:", &hex, &format!("md5:{hex}"), &format!("sha256:{}", hex.to_uppercase()), "sha256:../../x"]
        {
            assert!(Digest::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_blob_is_what_its_descriptor_says_or_a_fault() {
        let digest = Digest::of(b"content");
        let kind =
            |bytes: &'static [u8], size| Verified::new(bytes, digest.clone(), size).finish().err().map(|f| f.kind);
        assert_eq!(kind(b"content", 7), None);
        assert_eq!(kind(b"contend", 7), Some(GapKind::Corrupt));
        assert_eq!(kind(b"conten", 7), Some(GapKind::Truncated));
        assert_eq!(kind(b"content and more", 7), Some(GapKind::Corrupt));
    }
}
