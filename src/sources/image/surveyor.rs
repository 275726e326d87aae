//! The walk that finds out what the targets lead to, before any layer is read: documents are followed and taken down,
//! blobs listed. What cannot be followed is told.

use std::io::Read;

use super::digest::{Digest, Verified};
use super::json::Json;
use super::manifest::{Config, Descriptor, Document, LayerKind, Manifest, Platform, SAVED_TYPE, instruction};
use super::origin::{Fault, MANIFEST_LIMIT, Root};
use super::sheet::Sheet;
use super::survey::{Blob, Given, Image, Stratum, Survey, Thing, Told};
use crate::model::GapKind;

/// Indexes inside of each other, and what refers to what refers.
const DEPTH: u32 = 8;

/// Manifests and indexes in all.
const DOCUMENTS: usize = 10_000;

/// Bytes of manifests, indexes and configurations in all.
const BYTES: u64 = 256 << 20;

/// Layers of all images, each counted where it stands.
const LAYERS: usize = 200_000;

/// Bytes of a configuration that is held.
const CONFIG_LIMIT: u64 = 8 << 20;

/// Objects and lists of all documents that are taken apart; what comes after is scanned as it is written.
const NODES: usize = 300_000;

/// A document on its way, and how it was come by.
struct Found<'a> {
    origin: usize,
    name: &'a str,
    media_type: Option<&'a str>,
    digest: Option<Digest>,
    bytes: Vec<u8>,
    depth: u32,
}

/// Follows the targets.
pub(super) struct Surveyor<'a> {
    pub(super) given: &'a [Given],
    pub(super) platform: Option<&'a Platform>,
    pub(super) survey: Survey,
    /// Platforms of the target that are left out.
    platforms: Vec<String>,
}

impl<'a> Surveyor<'a> {
    /// A surveyor of these targets.
    pub(super) fn new(given: &'a [Given], platform: Option<&'a Platform>) -> Self {
        Self { given, platform, survey: Survey::default(), platforms: Vec::new() }
    }
}

impl Surveyor<'_> {
    /// Follows everything that target number `origin` leads to.
    ///
    /// # Errors
    /// If there is nothing to begin with.
    pub(super) fn target(&mut self, origin: usize) -> Result<(), String> {
        let given = &self.given[origin];
        let roots = given.origin.roots()?;
        let (told, mut led) = (self.survey.told.len(), 0);
        for root in roots {
            let name = called(&given.text, &root.name);
            led += self.root(origin, &name, root, 0).len();
        }
        let others = std::mem::take(&mut self.platforms);
        if let (0, Some(platform)) = (led, self.platform) {
            let others = if others.is_empty() { "none".to_owned() } else { others.join(", ") };
            let detail = format!("there is no image for {platform}; its platforms are: {others}");
            self.gap(&given.text, GapKind::Missing, 0, detail);
        } else if led == 0 && self.survey.told.len() == told {
            self.gap(&given.text, GapKind::Empty, 0, "it holds no image".to_owned());
        }
        Ok(())
    }

    fn root(&mut self, origin: usize, name: &str, root: Root, depth: u32) -> Vec<usize> {
        let digest = root.digest.as_deref().and_then(Digest::parse);
        let media_type = root.media_type.as_deref();
        self.document(Found { origin, name, media_type, digest, bytes: root.bytes, depth })
    }

    /// Follows a document; the images that it leads to.
    fn document(&mut self, found: Found<'_>) -> Vec<usize> {
        let own = Digest::of(&found.bytes);
        let digest = found.digest.clone().unwrap_or(own);
        if let Some(known) = self.survey.belongs.get(digest.as_str()) {
            return known.clone();
        }
        let saved = found.media_type == Some(SAVED_TYPE);
        let place = format!("{} {}", found.name, digest.short());
        self.survey.bytes += found.bytes.len() as u64;
        if self.survey.belongs.len() >= DOCUMENTS || self.survey.bytes > BYTES || found.depth > DEPTH {
            let detail =
                format!("limit on manifests reached: {DOCUMENTS} of them, {BYTES} bytes, {DEPTH} inside each other");
            self.gap(&place, GapKind::LimitReached, found.bytes.len() as u64, detail);
            return Vec::new();
        }
        self.survey.belongs.insert(digest.as_str().to_owned(), Vec::new());
        if !digest.fits(&found.bytes) {
            let detail = format!(
                "its bytes hash to {}, and not to the digest it goes by; it was followed as it is",
                Digest::of(&found.bytes).as_str()
            );
            self.gap(&place, GapKind::Corrupt, found.bytes.len() as u64, detail);
        }
        let images = self.follow(&found, &digest, &place, saved);
        if found.digest.is_some() {
            self.referrers(&found, &digest, &place);
        }
        self.survey.belongs.insert(digest.as_str().to_owned(), images.clone());
        images
    }

    fn follow(&mut self, found: &Found<'_>, digest: &Digest, place: &str, saved: bool) -> Vec<usize> {
        let json = match Json::parse(&found.bytes) {
            Ok(json) => json,
            Err(at) => {
                let detail = format!("it is no JSON document ({at}); it was scanned as it is");
                self.gap(place, GapKind::Corrupt, found.bytes.len() as u64, detail);
                self.raw("manifest", &found.bytes, digest);
                return Vec::new();
            }
        };
        let document = Document::read(&json, found.media_type);
        let root = if matches!(document, Ok(Document::Index(_))) { "index" } else { "manifest" };
        match saved {
            true => self.survey.things.push(Thing::Text(Sheet::of("name", found.name), digest.as_str().to_owned())),
            false => self.texts(root, &json, &found.bytes, digest),
        }
        match document {
            Ok(Document::Index(entries)) => self.index(found, &json, entries, place),
            Ok(Document::Manifest(manifest)) => {
                self.manifest(found, *manifest, digest, place, saved).into_iter().collect()
            }
            Err(why) => {
                self.gap(place, GapKind::Unsupported, found.bytes.len() as u64, why);
                Vec::new()
            }
        }
    }

    fn index(
        &mut self,
        found: &Found<'_>,
        json: &Json,
        entries: Vec<Result<Descriptor, String>>,
        place: &str,
    ) -> Vec<usize> {
        let wanted = |entry: &Descriptor| match (self.platform, &entry.platform) {
            (Some(asked), Some(has)) => asked.wants(has),
            _ => true,
        };
        let attested = |entry: &Descriptor| {
            let Some(digest) = &entry.attests else { return true };
            let of = entries.iter().flatten().find(|other| other.digest.as_str() == digest.as_str());
            of.is_none_or(wanted)
        };
        let chosen: Vec<bool> =
            entries.iter().map(|entry| entry.as_ref().map_or(true, |e| wanted(e) && attested(e))).collect();
        let mut images = Vec::new();
        for ((entry, chosen), json) in entries.iter().zip(chosen).zip(json.list("manifests")) {
            match entry {
                Ok(entry) if !chosen => self.leave_out(entry, place),
                Ok(entry) => images.extend(self.entry(found, entry, &tag(json))),
                Err(why) => self.gap(place, GapKind::Corrupt, 0, why.clone()),
            }
        }
        images
    }

    fn leave_out(&mut self, entry: &Descriptor, place: &str) {
        let platform = entry.platform.as_ref().map(ToString::to_string).unwrap_or_default();
        let asked = self.platform.map(ToString::to_string).unwrap_or_default();
        self.platforms.extend((!platform.is_empty()).then(|| platform.clone()));
        self.survey.told.push(Told::Excluded {
            place: format!("{place} {platform} {}", entry.digest.short()),
            reason: format!("--platform {asked}"),
            bytes: entry.size,
        });
    }

    fn entry(&mut self, found: &Found<'_>, entry: &Descriptor, tag: &str) -> Vec<usize> {
        if let Some(known) = self.survey.belongs.get(entry.digest.as_str()) {
            return known.clone();
        }
        let name = called(found.name, tag);
        match self.given[found.origin].origin.manifest(entry.digest.as_str()) {
            Ok(bytes) if bytes.len() as u64 > MANIFEST_LIMIT => {
                let detail = format!("limit on a manifest reached: {MANIFEST_LIMIT} bytes");
                self.gap(&format!("{name} {}", entry.digest.short()), GapKind::LimitReached, entry.size, detail);
                Vec::new()
            }
            Ok(bytes) => self.document(Found {
                origin: found.origin,
                name: &name,
                media_type: Some(entry.media_type.as_str()).filter(|kind| !kind.is_empty()),
                digest: Some(entry.digest.clone()),
                bytes,
                depth: found.depth + 1,
            }),
            Err(fault) => {
                self.gap(&format!("{name} {}", entry.digest.short()), fault.kind, entry.size, fault.detail);
                Vec::new()
            }
        }
    }

    fn referrers(&mut self, found: &Found<'_>, digest: &Digest, place: &str) {
        match self.given[found.origin].origin.referrers(digest.as_str()) {
            Ok(roots) => {
                for root in roots {
                    self.root(found.origin, found.name, root, found.depth + 1);
                }
            }
            Err(Fault { kind, detail }) => {
                self.gap(place, kind, 0, format!("what refers to it cannot be listed: {detail}"))
            }
        }
    }

    fn manifest(
        &mut self,
        found: &Found<'_>,
        manifest: Manifest,
        digest: &Digest,
        place: &str,
        saved: bool,
    ) -> Option<usize> {
        self.survey.layers += manifest.layers.len();
        if self.survey.layers > LAYERS {
            let detail = format!("limit on layers reached: {LAYERS} in all images");
            self.gap(place, GapKind::LimitReached, 0, detail);
            return None;
        }
        let is_image = saved || manifest.is_image();
        let config = match &manifest.config {
            Ok(descriptor) => self.config(found.origin, descriptor, place, is_image),
            Err(why) => {
                self.gap(place, GapKind::Corrupt, 0, why.clone());
                Config::default()
            }
        };
        if let (Some(asked), Some(has)) = (self.platform, &config.platform)
            && !asked.wants(has)
        {
            let (place, reason) = (format!("{place} {has}"), format!("--platform {asked}"));
            self.platforms.push(has.to_string());
            self.survey.told.push(Told::Excluded { place, reason, bytes: found.bytes.len() as u64 });
            return None;
        }
        let own = match &manifest.config {
            Ok(config) if saved => config.digest.as_str().to_owned(),
            _ => digest.as_str().to_owned(),
        };
        let strata = manifest.layers.iter().enumerate().map(|(i, layer)| {
            let thing = match layer {
                Ok(layer) => Some(self.layer(found.origin, layer, is_image, place)),
                Err(why) => {
                    self.gap(place, GapKind::Corrupt, 0, format!("layer {}: {why}", i + 1));
                    None
                }
            };
            let made = config.instructions.get(i).and_then(|made| instruction(made));
            Stratum { thing, diff_id: config.diff_ids.get(i).cloned(), instruction: made, base: false }
        });
        let strata = strata.collect();
        let number = self.survey.images.len();
        if let Ok(config) = &manifest.config {
            self.survey.belongs.entry(config.digest.as_str().to_owned()).or_default().push(number);
        }
        self.survey.images.push(Image {
            name: found.name.to_owned(),
            digest: own,
            platform: config.platform.clone(),
            strata,
            is_image,
            built_on: manifest.base,
        });
        Some(number)
    }

    /// Reads a configuration, once.
    fn config(&mut self, origin: usize, descriptor: &Descriptor, place: &str, is_image: bool) -> Config {
        if let Some(known) = self.survey.configs.get(&descriptor.digest) {
            return known.clone();
        }
        let config = match self.read(origin, descriptor) {
            Ok(bytes) => self.read_config(&bytes, &descriptor.digest, place, is_image),
            Err((bytes, fault)) => {
                let label = format!("{place}: configuration {}", descriptor.digest.short());
                self.gap(&label, fault.kind, descriptor.size, fault.detail);
                if bytes.is_empty() {
                    Config::default()
                } else {
                    self.read_config(&bytes, &descriptor.digest, place, false)
                }
            }
        };
        self.survey.configs.insert(descriptor.digest.clone(), config.clone());
        config
    }

    fn read_config(&mut self, bytes: &[u8], digest: &Digest, place: &str, is_image: bool) -> Config {
        match Json::parse(bytes) {
            Ok(json) => {
                self.texts("config", &json, bytes, digest);
                Config::read(&json)
            }
            Err(at) => {
                self.raw("config", bytes, digest);
                if is_image {
                    let detail = format!("the configuration is no JSON document ({at}); it was scanned as it is");
                    self.gap(place, GapKind::Corrupt, bytes.len() as u64, detail);
                }
                Config::default()
            }
        }
    }

    /// The bytes of a small blob; of one that is not as it should be, what there is and what is wrong.
    fn read(&self, origin: usize, descriptor: &Descriptor) -> Result<Vec<u8>, (Vec<u8>, Fault)> {
        if descriptor.size > CONFIG_LIMIT {
            let detail = format!("limit on a configuration reached: {CONFIG_LIMIT} bytes");
            return Err((Vec::new(), Fault { kind: GapKind::LimitReached, detail }));
        }
        let opened = self.given[origin].origin.blob(descriptor.digest.as_str(), descriptor.size);
        let reader = opened.map_err(|fault| (Vec::new(), fault))?;
        let mut reader = Verified::new(reader, descriptor.digest.clone(), descriptor.size);
        let mut bytes = Vec::new();
        // What went wrong is told by `finish`.
        let _ = reader.by_ref().take(descriptor.size + 1).read_to_end(&mut bytes);
        match reader.finish() {
            Ok(()) => Ok(bytes),
            Err(fault) => Err((bytes, fault)),
        }
    }

    /// Lists a blob; each digest is one thing.
    fn layer(&mut self, origin: usize, layer: &Descriptor, in_image: bool, place: &str) -> usize {
        let kind = match layer.layer_kind() {
            LayerKind::Unknown if !in_image => LayerKind::File,
            kind => kind,
        };
        if let Some(known) = self.survey.blobs.get(&layer.digest).copied() {
            if let Some(Thing::Blob(blob)) = self.survey.things.get_mut(known) {
                if !blob.origins.contains(&origin) {
                    blob.origins.push(origin);
                }
                if blob.kind == LayerKind::File {
                    blob.kind = kind;
                }
            }
            return known;
        }
        if kind == LayerKind::Unknown {
            let detail = format!(
                "the media type {:?} of layer {} is not known; its bytes were scanned as they are",
                layer.media_type,
                layer.digest.short()
            );
            self.gap(place, GapKind::Unsupported, layer.size, detail);
        }
        if kind == LayerKind::Encrypted {
            self.gap(place, GapKind::Encrypted, layer.size, format!("layer {} is encrypted", layer.digest.short()));
        }
        let number = self.survey.things.len();
        let noun = if kind == LayerKind::File { "blob" } else { "layer" };
        let label = layer.title.clone().unwrap_or_else(|| format!("{noun} {}", layer.digest.short()));
        let (digest, size) = (layer.digest.clone(), layer.size);
        self.survey.blobs.insert(digest.clone(), number);
        self.survey.things.push(Thing::Blob(Blob { digest, size, kind, label, origins: vec![origin] }));
        number
    }

    /// Takes down the texts of a document; of one with too many parts, the document as it is.
    fn texts(&mut self, root: &str, json: &Json, bytes: &[u8], digest: &Digest) {
        self.survey.nodes = self.survey.nodes.saturating_add(json.nodes());
        if self.survey.nodes > NODES {
            return self.raw(root, bytes, digest);
        }
        let own = digest.as_str().to_owned();
        self.survey.things.extend(Sheet::all(root, json).into_iter().map(|sheet| Thing::Text(sheet, own.clone())));
    }

    fn raw(&mut self, root: &str, bytes: &[u8], digest: &Digest) {
        let text = String::from_utf8_lossy(bytes);
        self.survey.things.push(Thing::Text(Sheet::of(root, &text), digest.as_str().to_owned()));
    }

    fn gap(&mut self, place: &str, kind: GapKind, bytes: u64, detail: String) {
        self.survey.told.push(Told::Gap { place: place.to_owned(), kind, bytes, detail });
    }
}

/// A target with the tag that something of it was found under.
fn called(target: &str, tag: &str) -> String {
    if tag.is_empty() || target.ends_with(tag) { target.to_owned() } else { format!("{target} {tag}") }
}

/// What an index calls an entry.
fn tag(entry: &Json) -> String {
    let annotation = |key: &str| entry.get("annotations").and_then(|all| all.text(key));
    let name = annotation("io.containerd.image.name").or_else(|| annotation("org.opencontainers.image.ref.name"));
    name.unwrap_or("").to_owned()
}
