//! `tightlip image`.

use clap::Args as ClapArgs;

use super::flags::{EXIT_STATUS, ScanFlags};
use super::registry::RegistryFlags;

const IMAGE_EXAMPLES: &str = "\
Examples:
  tightlip image oci-archive:build.tar && skopeo copy oci-archive:build.tar docker://registry.example.org/app:1
  tightlip image oci:layout:v1
  tightlip image docker-archive:saved.tar:app:1
  tightlip image podman:localhost/app:1
  tightlip image --platform linux/arm64 registry.example.org/app:1
  tightlip image --base oci:base oci:build";

/// Scan container images before they are published: every layer, platform and configuration, with no engine running.
///
/// A target is an OCI layout (oci:DIR[:TAG]), an archive (oci-archive:FILE[:TAG], docker-archive:FILE[:NAME]), an image of
/// an engine on this machine (docker-daemon:NAME, podman:NAME), a path to any of these, or the name of an image in a
/// registry. A file that a later layer deletes is still in the image: it is found, and the report says which layer
/// deletes it. Layers are read straight into the scan; nothing is written to disk.
#[derive(ClapArgs, Debug)]
#[command(after_help = format!("{IMAGE_EXAMPLES}\n\n{EXIT_STATUS}"))]
pub(in crate::cli) struct ImageArgs {
    /// Images to scan. A layer that several share is scanned once.
    #[arg(value_name = "IMAGE", required = true)]
    pub(in crate::cli) images: Vec<String>,
    /// Scan the images of one platform only, as os/architecture[/variant]; the others are listed as excluded
    /// [default: every platform]
    #[arg(long, value_name = "PLATFORM", help_heading = "What is scanned")]
    pub(in crate::cli) platform: Option<String>,
    /// An image that the others are built on: findings in its layers are marked. May be given several times.
    #[arg(long, value_name = "IMAGE", help_heading = "What is scanned")]
    pub(in crate::cli) base: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) registry: RegistryFlags,
    #[command(flatten)]
    pub(in crate::cli) scan: ScanFlags,
}
