//! The one type a matched value lives in.

use zeroize::Zeroizing;

/// What stands in reports where a secret stood. It has one length for all, so it tells nothing of the value.
pub const MASK: &str = "********";

/// A matched value: it can be looked at by name ([`Secret::expose`]) and not otherwise.
///
/// There is no `Debug`, `Display`, `Serialize` or `Clone`, so that a format string, a derive or a log line that would
/// let the value out does not compile. The bytes are wiped when the value is dropped.
///
/// ```compile_fail
/// let secret = tightlip::model::Secret::new(b"value".to_vec());
/// println!("{secret:?}");
/// ```
///
/// ```compile_fail
/// fn serializable<T: serde::Serialize>(_: T) {}
/// serializable(tightlip::model::Secret::new(b"value".to_vec()));
/// ```
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes a value into keeping.
    pub fn new(value: Vec<u8>) -> Self {
        Self(Zeroizing::new(value))
    }

    /// The value itself. Every use of it is a place to review: nothing derived from it may reach an output, except
    /// through a keyed hash.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the value is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
