//! `tightlip preflight`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::registry::RegistryFlags;

const EXAMPLES: &str = "\
Examples:
  tightlip preflight ghcr.io/acme/app:1.4.2
  tightlip preflight --push --receipt preflight.json registry.example.com/team/app:1.4.2
  printenv TOKEN | tightlip preflight --username ci --password-stdin registry.example.com/team/app

Exit status:
  0  everything that was asked for is granted
  2  usage or configuration error, or a receipt that could not be written
  3  something is not granted, or could not be asked for";

/// Check that a registry lets an image be read and written.
///
/// It tells apart who asks (credentials, certificate) from what that one may do (pull, push) and from all else, and
/// says what to do about it. With --push an upload is begun and cancelled at once; nothing is written to the registry.
/// Credentials are named by where they came from and never shown.
#[derive(ClapArgs, Debug)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct PreflightArgs {
    /// An image in a registry, as in registry.example.com/team/app:tag.
    #[arg(value_name = "IMAGE")]
    pub(in crate::cli) image: String,
    /// Check that an image can be written, too.
    #[arg(long)]
    pub(in crate::cli) push: bool,
    /// Format of the result on standard output.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = PreflightFormat::Text)]
    pub(in crate::cli) format: PreflightFormat,
    /// Write the result to a file as JSON as well. The file appears whole or not at all.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) receipt: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) registry: RegistryFlags,
}

/// How the result is written.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum PreflightFormat {
    /// For people.
    Text,
    /// The receipt.
    Json,
}
