//! From flags to a registry that can be asked.

use std::collections::BTreeSet;
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

use super::args::RegistryFlags;
use super::error::CliError;
use crate::model::Secret;
use crate::sources::image::{ImageName, Login, Registry, RegistryOptions};

/// How long a registry that asks for peace is waited for, in all.
const PATIENCE: Duration = Duration::from_secs(60);

/// The longest password that is read.
const MAX_PASSWORD: u64 = 64 << 10;

/// How the registries of one command are asked.
pub(super) struct Registries<'a> {
    login: Arc<Login>,
    flags: &'a RegistryFlags,
}

impl<'a> Registries<'a> {
    /// What the flags say, for these images. A password that was typed is for one registry: it is not shown to others.
    pub(super) fn new(flags: &'a RegistryFlags, images: &[ImageName]) -> Result<Self, CliError> {
        let registries: BTreeSet<&str> = images.iter().map(ImageName::registry).collect();
        if flags.username.is_some() && registries.len() > 1 {
            let text =
                "--username is for one registry, and the images are in several; log in to each, as with docker login";
            return Err(CliError::Usage(text.into()));
        }
        let login = if images.is_empty() { Login::none() } else { login(flags)? };
        Ok(Self { login: Arc::new(login), flags })
    }

    /// An image, and who asks for it. Nothing is asked yet.
    pub(super) fn open(&self, image: ImageName) -> Result<Registry, CliError> {
        let options = RegistryOptions {
            login: self.login.clone(),
            ca_file: self.flags.ca_file.clone(),
            plain_http: self.flags.plain_http,
            timeout: Duration::from_secs(self.flags.timeout),
            patience: PATIENCE,
        };
        Registry::new(image, options).map_err(|error| CliError::Usage(format!("--ca-file: {error}")))
    }
}

fn login(flags: &RegistryFlags) -> Result<Login, CliError> {
    Ok(match (&flags.username, &flags.authfile) {
        (Some(user), _) => Login::given(user.clone(), password()?),
        (None, Some(file)) => Login::file(file.clone()),
        (None, None) => Login::usual(|name| std::env::var_os(name)),
    })
}

/// The password on standard input, without the line's end that `echo` puts behind it.
fn password() -> Result<Secret, CliError> {
    let mut text = Zeroizing::new(Vec::new());
    let read = std::io::stdin().lock().take(MAX_PASSWORD).read_to_end(&mut text);
    read.map_err(|error| CliError::Usage(format!("the password cannot be read from standard input ({error})")))?;
    let line = text.strip_suffix(b"\n").unwrap_or(&text);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    match line.is_empty() {
        true => Err(CliError::Usage("--password-stdin: standard input holds no password".into())),
        false => Ok(Secret::new(line.to_vec())),
    }
}
