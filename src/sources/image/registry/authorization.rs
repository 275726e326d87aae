//! The one header that holds a secret.

use ureq::http::HeaderValue;
use zeroize::Zeroizing;

use crate::model::Secret;

/// The value of an `Authorization` header. It cannot be printed.
pub(super) struct Authorization(Secret);

impl Authorization {
    /// A user's name and password.
    pub(super) fn basic(user: &str, password: &Secret) -> Self {
        let pair = Zeroizing::new([user.as_bytes(), b":", password.expose()].concat());
        let encoded = Zeroizing::new(data_encoding::BASE64.encode(&pair));
        Self(Secret::new([b"Basic ", encoded.as_bytes()].concat()))
    }

    /// A token.
    pub(super) fn bearer(token: &Secret) -> Self {
        Self(Secret::new([b"Bearer ", token.expose()].concat()))
    }

    /// As the client takes it; nothing where it holds what no header may hold.
    pub(super) fn header(&self) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_bytes(self.0.expose()).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}
