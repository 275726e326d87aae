//! A registry as the library sees it.

use std::io::{ErrorKind, Read};
use std::sync::Arc;
use std::time::Duration;

use tightlip::model::Secret;
use tightlip::sources::image::{ImageName, Login, Registry, RegistryOptions};

use crate::registry::real::{USER, password};

/// Patience with registries that answer; the machine may be busy.
pub fn options(login: Login) -> RegistryOptions {
    let (timeout, patience) = (Duration::from_secs(30), Duration::from_secs(3));
    RegistryOptions { login: Arc::new(login), ca_file: None, plain_http: false, timeout, patience }
}

/// An image as a stranger without patience asks for it.
pub fn hasty(image: &str) -> Registry {
    let options = RegistryOptions { timeout: Duration::from_millis(700), ..options(Login::none()) };
    Registry::new(ImageName::parse(image).unwrap(), options).unwrap()
}

/// An image as a stranger asks for it.
pub fn stranger(image: &str) -> Registry {
    Registry::new(ImageName::parse(image).unwrap(), options(Login::none())).unwrap()
}

/// An image as somebody with a password asks for it.
pub fn known(image: &str) -> Registry {
    let login = Login::given(USER.into(), Secret::new(password().into_bytes()));
    Registry::new(ImageName::parse(image).unwrap(), options(login)).unwrap()
}

/// All of a blob, and how its reader ended.
pub fn drain(mut reader: impl Read) -> (Vec<u8>, Option<ErrorKind>) {
    let mut bytes = Vec::new();
    let error = reader.read_to_end(&mut bytes).err();
    error.iter().for_each(|error| crate::registry::preflight::no_secret_in(&error.to_string()));
    (bytes, error.map(|error| error.kind()))
}
