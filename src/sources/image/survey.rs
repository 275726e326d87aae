//! What the targets lead to: images, their layers, and everything that is scanned, each digest once.

use std::collections::HashMap;

use super::digest::Digest;
use super::manifest::{Config, LayerKind, Platform};
use super::origin::Origin;
use super::sheet::Sheet;
use crate::model::GapKind;

/// A target, as it was typed, and where it is read from.
pub struct Given {
    /// What was typed.
    pub text: String,
    /// Where it is read from.
    pub origin: Box<dyn Origin>,
}

/// What the walk has found out.
#[derive(Default)]
pub(super) struct Survey {
    pub(super) images: Vec<Image>,
    /// What is scanned; a thing's number is its position and one.
    pub(super) things: Vec<Thing>,
    pub(super) told: Vec<Told>,
    /// The images that a document belongs to.
    pub(super) belongs: HashMap<String, Vec<usize>>,
    pub(super) blobs: HashMap<Digest, usize>,
    pub(super) configs: HashMap<Digest, Config>,
    pub(super) bytes: u64,
    pub(super) nodes: usize,
    pub(super) layers: usize,
}

/// One manifest that describes an image, or another artifact.
pub(super) struct Image {
    /// As it was typed, and the tag it was found under.
    pub(super) name: String,
    pub(super) digest: String,
    pub(super) platform: Option<Platform>,
    pub(super) strata: Vec<Stratum>,
    pub(super) is_image: bool,
    /// The digest of its base image, where its builder said it.
    pub(super) built_on: Option<String>,
}

/// A layer in its image.
pub(super) struct Stratum {
    /// The thing it is; `None` where its descriptor could not be read.
    pub(super) thing: Option<usize>,
    pub(super) diff_id: Option<String>,
    pub(super) instruction: Option<String>,
    pub(super) base: bool,
}

/// Something that is scanned.
pub(super) enum Thing {
    Blob(Blob),
    /// A text, and the digest of the document it stands in.
    Text(Sheet, String),
}

/// A blob.
pub(super) struct Blob {
    pub(super) digest: Digest,
    pub(super) size: u64,
    pub(super) kind: LayerKind,
    /// What it is called where a path inside of it does not say enough.
    pub(super) label: String,
    /// Targets that have it.
    pub(super) origins: Vec<usize>,
}

/// What is told of a place that is no file.
pub(super) enum Told {
    Gap { place: String, kind: GapKind, bytes: u64, detail: String },
    Excluded { place: String, reason: String, bytes: u64 },
}

impl Survey {
    /// The images that a document belongs to.
    pub(super) fn images_of(&self, document: &str) -> &[usize] {
        self.belongs.get(document).map(Vec::as_slice).unwrap_or_default()
    }

    /// The blob of a digest, by the thing's position.
    pub(super) fn blob(&self, digest: &str) -> Option<(usize, &Blob)> {
        let at = *self.blobs.get(&Digest::parse(digest)?)?;
        match self.things.get(at) {
            Some(Thing::Blob(blob)) => Some((at, blob)),
            Some(Thing::Text(..)) | None => None,
        }
    }

    /// Whether some document or blob has this digest.
    pub(super) fn knows(&self, digest: &str) -> bool {
        self.belongs.contains_key(digest) || self.blob(digest).is_some()
    }

    /// Marks the layers that are those of a base image: the ones that both have from the lowest on.
    pub(super) fn mark_bases(&mut self, bases: &Survey) {
        let layers = |image: &Image| image.strata.iter().map(|s| s.diff_id.clone()).collect::<Vec<_>>();
        let given: Vec<_> = bases.images.iter().filter(|image| image.is_image).map(layers).collect();
        let own: Vec<_> = self.images.iter().map(|image| (image.digest.clone(), layers(image))).collect();
        for image in &mut self.images {
            let built_on =
                own.iter().filter(|(digest, _)| image.built_on.as_ref() == Some(digest)).map(|(_, layers)| layers);
            let same = |base: &Vec<Option<String>>| {
                image.strata.iter().zip(base).take_while(|(own, base)| base.is_some() && own.diff_id == **base).count()
            };
            let shared = given.iter().chain(built_on).map(same).max().unwrap_or(0);
            image.strata.iter_mut().take(shared).for_each(|stratum| stratum.base = true);
        }
    }
}
