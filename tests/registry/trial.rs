//! A registry as the library sees it, with little patience.

use std::io::{ErrorKind, Read};
use std::sync::Arc;
use std::time::Duration;

use tightlip::model::Secret;
use tightlip::sources::image::{ImageName, Login, Registry, RegistryOptions};

use crate::real::{USER, password};

pub const TIMEOUT: Duration = Duration::from_millis(700);

pub fn options(login: Login) -> RegistryOptions {
    RegistryOptions {
        login: Arc::new(login),
        ca_file: None,
        plain_http: false,
        timeout: TIMEOUT,
        patience: Duration::from_secs(3),
    }
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
    error.iter().for_each(|error| crate::preflight::no_secret_in(&error.to_string()));
    (bytes, error.map(|error| error.kind()))
}
