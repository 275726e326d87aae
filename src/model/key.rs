//! The key under which secrets are told apart without being told.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::Secret;

/// A key for fingerprints. Like [`Secret`] it cannot be printed, serialized or cloned, and is wiped when dropped.
///
/// ```compile_fail
/// let key = tightlip::model::Key::new(vec![7; 16]).ok();
/// println!("{key:?}");
/// ```
pub struct Key(Zeroizing<Vec<u8>>);

/// A key that is too short to keep short secrets from being guessed by trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyTooShort {
    /// Its length in bytes.
    pub bytes: usize,
}

impl std::fmt::Display for KeyTooShort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the key has {} bytes and needs at least {}", self.bytes, Key::MIN_BYTES)
    }
}

impl std::error::Error for KeyTooShort {}

impl Key {
    /// The least length in bytes. RFC 2104 §3 asks for the hash's length (32) and calls less than that weaker; sixteen
    /// random bytes cannot be guessed either.
    pub const MIN_BYTES: usize = 16;

    /// What every fingerprint begins with, so that it is known for one and can be replaced by a later kind.
    pub const PREFIX: &'static str = "tl1:";

    /// How many bytes of the hash a fingerprint shows.
    pub const SHOWN_BYTES: usize = 16;

    /// Takes a key into keeping.
    ///
    /// # Errors
    /// If it has fewer than [`Key::MIN_BYTES`] bytes.
    pub fn new(bytes: Vec<u8>) -> Result<Self, KeyTooShort> {
        let bytes = Zeroizing::new(bytes);
        if bytes.len() < Self::MIN_BYTES {
            return Err(KeyTooShort { bytes: bytes.len() });
        }
        Ok(Self(bytes))
    }

    /// A key for one run, that nobody else has: it tells secrets apart within the run and nothing afterwards.
    pub fn random() -> Self {
        let mut bytes = Zeroizing::new(vec![0; 32]);
        getrandom::fill(&mut bytes).expect("every supported system has a source of random bytes");
        Self(bytes)
    }

    /// The same key for another holder. It is no `Clone`, so that each place that copies a key can be found.
    pub fn again(&self) -> Self {
        Self(self.0.clone())
    }

    /// The fingerprint of a secret: `tl1:` and the first sixteen bytes of HMAC-SHA-256 (RFC 2104) in lower-case hex.
    pub fn fingerprint(&self, secret: &Secret) -> String {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length: it hashes longer ones");
        mac.update(secret.expose());
        let hash = mac.finalize().into_bytes();
        let mut text = String::with_capacity(Self::PREFIX.len() + 2 * Self::SHOWN_BYTES);
        text.push_str(Self::PREFIX);
        for byte in hash.iter().take(Self::SHOWN_BYTES) {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }

    /// Whether `text` has the form of a fingerprint.
    pub fn is_fingerprint(text: &str) -> bool {
        text.strip_prefix(Self::PREFIX).is_some_and(|hex| {
            hex.len() == 2 * Self::SHOWN_BYTES && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn agrees_with_the_published_vectors() {
        // RFC 4231, test cases 1 and 6: a key shorter and a key longer than the hash's block.
        let cases: &[(Vec<u8>, &[u8], &str)] = &[
            (vec![0x0b; 20], b"Hi There", "tl1:b0344c61d8db38535ca8afceaf0bf12b"),
            (
                vec![0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "tl1:60e431591ee0b67f0d8a26aacbf5b77f",
            ),
        ];
        for (key, value, expected) in cases {
            let fingerprint = Key::new(key.clone()).unwrap().fingerprint(&Secret::new(value.to_vec()));
            assert_eq!(fingerprint, *expected);
            assert!(Key::is_fingerprint(&fingerprint));
        }
    }

    #[test]
    fn a_short_key_is_refused() {
        assert_eq!(Key::new(vec![1; 15]).err(), Some(KeyTooShort { bytes: 15 }));
        assert!(Key::new(vec![1; 16]).is_ok());
    }

    #[test]
    fn only_its_own_form_is_a_fingerprint() {
        let good = ["tl1:", &"0a".repeat(16)].concat();
        assert!(Key::is_fingerprint(&good));
        for bad in ["", "tl1:", &good[4..], &good[..35], &good.to_uppercase(), &good.replace('a', "g")] {
            assert!(!Key::is_fingerprint(bad), "{bad}");
        }
    }
}
