//! Where in a container image a finding stands.

use serde::Serialize;

use super::Shown;

/// What became of a layer's file in the image's final file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It is there: every container that runs the image has it.
    Visible,
    /// A later layer deletes it, or a folder it stands in. It is still in the image.
    Deleted {
        /// That layer's number, from 1.
        layer: u64,
    },
    /// A later layer puts something else in its place. It is still in the image.
    Overwritten {
        /// That layer's number, from 1.
        layer: u64,
    },
    /// A later layer could not be read, or has more files than are remembered.
    Unknown,
}

impl Fate {
    /// The word used in every report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Visible => "visible",
            Self::Deleted { .. } => "deleted",
            Self::Overwritten { .. } => "overwritten",
            Self::Unknown => "unknown",
        }
    }

    /// The layer that deleted or overwrote it.
    pub fn layer(self) -> Option<u64> {
        match self {
            Self::Deleted { layer } | Self::Overwritten { layer } => Some(layer),
            Self::Visible | Self::Unknown => None,
        }
    }
}

/// A layer, as a finding in it tells of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct InLayer {
    /// Its number in the image, from 1 for the lowest.
    pub number: u64,
    /// How many layers the image has.
    pub of: u64,
    /// Its digest as it is stored: `sha256:…`.
    pub digest: String,
    /// The instruction that made it, as the configuration's history says, without the values of build arguments and with
    /// every secret masked.
    pub instruction: Option<Shown>,
    /// Whether the base image has it too.
    pub base: bool,
    /// What became of the file.
    pub fate: Fate,
}

/// The image that a finding stands in: of several that share the content, one in which it is visible, and the first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct InImage {
    /// The reference as it was given, with the tag it was found under.
    pub name: Shown,
    /// Digest of the image's manifest; of an archive that holds none (`docker save`), of its configuration.
    pub digest: String,
    /// `os/architecture[/variant]`, where the image says one.
    pub platform: Option<Shown>,
    /// The layer; none for what stands in the configuration or in a manifest.
    pub layer: Option<InLayer>,
    /// How many of the scanned images hold it.
    pub images: u64,
}
