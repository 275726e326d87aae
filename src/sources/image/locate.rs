//! What the image knows of a finding: which image and platform, which layer, what made it, and whether a container would
//! see it.

use std::collections::hash_map::RandomState;

use super::contents::{Contents, Effect};
use super::manifest::LayerKind;
use super::survey::{Image, Survey, Thing};
use crate::model::{BlobKind, Fate, Finding, Gap, InImage, InLayer, MASK, Provenance, Shown};

/// What is left of a walk, for those who ask where things stand.
pub(super) struct Located {
    pub(super) survey: Survey,
    /// By thing: what stands in the layer, where one was read.
    pub(super) contents: Vec<Option<Contents>>,
    pub(super) hashes: RandomState,
}

impl Located {
    /// Says of a finding where in an image it stands.
    pub(super) fn finding(&self, finding: &mut Finding) {
        let Some((number, thing)) = self.thing(&finding.place) else { return };
        match thing {
            Thing::Text(sheet, document) => {
                sheet.place(finding);
                let images = self.survey.images_of(document);
                let first = images.first().and_then(|image| self.survey.images.get(*image));
                finding.image = first.map(|image| Box::new(told(image, None, images.len())));
            }
            Thing::Blob(_) => finding.image = self.layer(number, &finding.place).map(Box::new),
        }
    }

    /// Says of a gap in which layer it is.
    pub(super) fn gap(&self, gap: &mut Gap) {
        let Some((number, Thing::Blob(blob))) = self.thing(&gap.place) else { return };
        let Some(at) = self.layer(number, &gap.place) else { return };
        let Some(layer) = at.layer else {
            gap.detail = Shown::from_bytes(format!("{} (image {})", gap.detail, at.name).as_bytes());
            return;
        };
        let text = format!(
            "{} (layer {} of {}, {}, image {})",
            gap.detail,
            layer.number,
            layer.of,
            blob.digest.short(),
            at.name
        );
        gap.detail = Shown::from_bytes(text.as_bytes());
    }

    fn thing(&self, place: &Provenance) -> Option<(usize, &Thing)> {
        let number = usize::try_from(place.version).ok()?.checked_sub(1)?;
        Some((number, self.survey.things.get(number)?))
    }

    /// The image to tell of: one in which the file is visible, and the first of several.
    fn layer(&self, thing: usize, place: &Provenance) -> Option<InImage> {
        let holders = || self.survey.images.iter().filter_map(move |image| Some((image, position(image, thing)?)));
        let images = holders().count();
        let chosen = holders().map(|(image, at)| (image, at, self.fate(image, at, thing, place)));
        let (image, at, fate) = chosen.min_by_key(|(_, _, fate)| !matches!(fate, Fate::Visible))?;
        let stratum = image.strata.get(at)?;
        let Some(Thing::Blob(blob)) = self.survey.things.get(thing) else { return None };
        if !image.is_image || blob.kind == LayerKind::File {
            // An attestation, an SBOM or another file: it is attached, and no part of a file system.
            return Some(told(image, None, images));
        }
        let layer = InLayer {
            number: at as u64 + 1,
            of: image.strata.len() as u64,
            digest: blob.digest.as_str().to_owned(),
            instruction: stratum.instruction.as_ref().map(|text| Shown::from_bytes(text.as_bytes())),
            base: stratum.base,
            fate,
        };
        Some(told(image, Some(layer), images))
    }

    fn fate(&self, image: &Image, at: usize, thing: usize, place: &Provenance) -> Fate {
        let own = self.contents.get(thing).and_then(Option::as_ref);
        if image.strata.len() > at + 1 && memchr::memmem::find(&place.path, MASK.as_bytes()).is_some() {
            // The name itself is a secret, and is not known any more.
            return Fate::Unknown;
        }
        let path = own.map_or(&place.path[..], |own| self.path(own, place));
        for (i, stratum) in image.strata.iter().enumerate().skip(at + 1) {
            let later = stratum.thing.and_then(|thing| self.contents.get(thing)?.as_ref());
            let layer = i as u64 + 1;
            match later.map(|later| (later.effect(&self.hashes, path), later.complete)) {
                Some((Some(Effect::Deletes), _)) => return Fate::Deleted { layer },
                Some((Some(Effect::Overwrites), _)) => return Fate::Overwritten { layer },
                Some((None, true)) => {}
                Some((None, false)) | None => return Fate::Unknown,
            }
        }
        Fate::Visible
    }

    /// The path of the layer's own file, of an address that may lead into an archive.
    fn path<'p>(&self, own: &Contents, place: &'p Provenance) -> &'p [u8] {
        if place.kind != BlobKind::Member {
            return &place.path;
        }
        // A name may hold the mark as well: the longest that is a file's is meant.
        let marks = place.path.iter().enumerate().rev().filter(|(_, byte)| **byte == b'!');
        let mut outer = marks.filter_map(|(at, _)| place.path.get(..at));
        outer.find(|path| own.holds(&self.hashes, path)).unwrap_or(&place.path)
    }
}

fn position(image: &Image, thing: usize) -> Option<usize> {
    image.strata.iter().position(|stratum| stratum.thing == Some(thing))
}

fn told(image: &Image, layer: Option<InLayer>, images: usize) -> InImage {
    InImage {
        name: Shown::from_bytes(image.name.as_bytes()),
        digest: image.digest.clone(),
        platform: image.platform.as_ref().map(|platform| Shown::from_bytes(platform.to_string().as_bytes())),
        layer,
        images: images as u64,
    }
}
