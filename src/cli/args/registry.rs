//! Flags about registries, for every command that asks one.

use std::path::PathBuf;

use clap::Args as ClapArgs;

/// Flags about registries.
///
/// Without any of them credentials are looked for where docker and podman keep theirs.
#[derive(ClapArgs, Debug)]
#[command(next_help_heading = "Registry")]
pub(in crate::cli) struct RegistryFlags {
    /// Log in under this name, with the password from --password-stdin.
    #[arg(long, value_name = "NAME", requires = "password_stdin")]
    pub(in crate::cli) username: Option<String>,
    /// Read the password, or a token in its place, from standard input.
    #[arg(long, requires = "username", conflicts_with = "authfile")]
    pub(in crate::cli) password_stdin: bool,
    /// Read credentials from this file and no other; its format is that of docker's config.json.
    /// [env: REGISTRY_AUTH_FILE]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) authfile: Option<PathBuf>,
    /// Trust the certificate authorities in this file (PEM), beside the system's.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) ca_file: Option<PathBuf>,
    /// Speak plain HTTP. This machine itself may speak it without the flag.
    #[arg(long)]
    pub(in crate::cli) plain_http: bool,
    /// Give up when the registry has sent nothing for so many seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(in crate::cli) timeout: u64,
}
