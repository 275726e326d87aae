//! From flags to a registry that can be asked.

use std::io::Read;
use std::time::Duration;

use zeroize::Zeroizing;

use super::args::RegistryFlags;
use super::error::CliError;
use crate::model::Secret;
use crate::sources::image::{Login, Reference, Registry, RegistryOptions};

/// How long a registry that asks for peace is waited for, in all.
const PATIENCE: Duration = Duration::from_secs(60);

/// The longest password that is read.
const MAX_PASSWORD: u64 = 64 << 10;

/// An image in a registry, and who asks for it. Nothing is asked yet.
pub(super) fn open(image: Reference, flags: &RegistryFlags) -> Result<Registry, CliError> {
    let options = RegistryOptions {
        login: login(flags)?,
        ca_file: flags.ca_file.clone(),
        plain_http: flags.plain_http,
        timeout: Duration::from_secs(flags.timeout),
        patience: PATIENCE,
    };
    Registry::new(image, options).map_err(|error| CliError::Usage(format!("--ca-file: {error}")))
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
