//! Whether a value is a secret at all: not a placeholder, a reference, a label, a digest.

mod content;
mod digest;
mod encoded;
mod keyboard;
mod letters;
mod nothing;
mod password;
mod placeholder;
mod reference;
mod secret;
mod shape;
mod token;
mod words;

pub(super) use digest::is_uuid;
pub(super) use encoded::encoded_dummy;
pub(super) use password::password;
pub(super) use placeholder::{dummy, is_template};
pub(super) use reference::is_reference;
pub(super) use secret::secret;
pub(super) use token::token;
pub(super) use words::begins_with_any;
