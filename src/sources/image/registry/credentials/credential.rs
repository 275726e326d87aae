//! What is shown to a registry, and where it came from.

use crate::model::Secret;

/// What is shown to a registry.
pub(in crate::sources::image::registry) enum Credential {
    /// A user's name and password.
    Password {
        /// The name.
        user: String,
        /// The password, or a token in its place.
        password: Secret,
    },
    /// A token that is exchanged for others.
    Identity(Secret),
    /// A token for the registry itself.
    Registry(Secret),
}

/// A credential and where it came from.
pub(in crate::sources::image::registry) struct Found {
    pub(in crate::sources::image::registry) credential: Credential,
    /// In words, for messages: `--username`, a file, a helper.
    pub(in crate::sources::image::registry) source: String,
}
