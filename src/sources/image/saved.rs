//! The archive of `docker save`: `manifest.json` names configurations and layers by their files (Moby image
//! specification 1.2). The names of the files themselves say nothing: some are links to others.

use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::sync::{Mutex, PoisonError};

use serde_json::json;

use super::digest::Digest;
use super::json::Json;
use super::manifest::SAVED_TYPE;
use super::origin::{Fault, MANIFEST_LIMIT, Origin, Root};
use super::shelf::{Shelf, Take};
use crate::model::GapKind;

/// Bytes of a configuration.
const CONFIG_LIMIT: u64 = 8 << 20;

/// Keys that only such a description has.
const LEGACY_KEYS: [&str; 6] = ["id", "parent", "container", "container_config", "docker_version", "throwaway"];

pub(super) struct Saved<S> {
    shelf: S,
    /// The image that is meant; all where none is named.
    chosen: Option<String>,
    /// By digest, the file; known once the roots were asked for.
    files: Mutex<HashMap<String, String>>,
}

impl<S: Shelf> Saved<S> {
    pub(super) fn new(shelf: S, chosen: Option<String>) -> Self {
        Self { shelf, chosen, files: Mutex::default() }
    }

    fn file(&self, digest: &str) -> Option<String> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).get(digest).cloned()
    }

    /// An image as a manifest would describe it.
    fn root(&self, image: &Json) -> Result<Root, String> {
        let name = image.text("Config").ok_or("an image of its manifest.json has no configuration")?;
        let config = match self.shelf.read(name, CONFIG_LIMIT) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Err(format!("its manifest.json names {name}, which is not in the archive")),
            Err(fault) => return Err(format!("{name} cannot be read: {}", fault.detail)),
        };
        let digest = named(name).unwrap_or_else(|| Digest::of(&config));
        self.keep(digest.as_str(), name);
        let json = Json::parse(&config).unwrap_or(Json::Null);
        let diff_ids = json.get("rootfs").map(|rootfs| rootfs.list("diff_ids")).unwrap_or_default();
        let mut layers = Vec::new();
        for (i, layer) in image.list("Layers").iter().enumerate() {
            let (Json::Text(file), Some(Json::Text(diff_id))) = (layer, diff_ids.get(i)) else {
                layers.push(json!({}));
                continue;
            };
            // Some tools store layers compressed, under the digest of what is stored; else it is the content as it is.
            let named = named(&self.shelf.real(file));
            let digest = named.as_ref().map_or(diff_id.as_str(), Digest::as_str);
            self.keep(digest, file);
            let media_type = "application/vnd.oci.image.layer.v1.tar";
            let size = self.shelf.size(file).unwrap_or(0);
            layers.push(json!({"mediaType": media_type, "digest": digest, "size": size}));
        }
        layers.extend(diff_ids.iter().skip(layers.len()).map(|_| json!({})));
        let kind = "application/vnd.docker.container.image.v1+json";
        let config = json!({"mediaType": kind, "digest": digest.as_str(), "size": config.len()});
        let bytes = json!({"config": config, "layers": layers}).to_string().into_bytes();
        Ok(Root { name: tags(image).join(", "), media_type: Some(SAVED_TYPE.to_owned()), digest: None, bytes })
    }

    fn keep(&self, digest: &str, file: &str) {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.entry(digest.to_owned()).or_insert_with(|| self.shelf.real(file));
    }
}

impl<S: Shelf> Origin for Saved<S> {
    fn roots(&self) -> Result<Vec<Root>, String> {
        let bytes = match self.shelf.read("manifest.json", MANIFEST_LIMIT) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Err("it has no manifest.json, so it is no archive of `docker save`".to_owned()),
            Err(fault) => return Err(format!("its manifest.json cannot be read: {}", fault.detail)),
        };
        let json = Json::parse(&bytes).map_err(|at| format!("its manifest.json is no JSON document ({at})"))?;
        let Json::List(images) = json else { return Err("its manifest.json is no list of images".to_owned()) };
        let wanted = |image: &&Json| self.chosen.as_ref().is_none_or(|name| is_called(image, name));
        let roots = images.iter().filter(wanted).map(|image| self.root(image)).collect::<Result<Vec<_>, _>>()?;
        match &self.chosen {
            Some(name) if roots.is_empty() => {
                let has: Vec<String> = images.iter().flat_map(tags).collect();
                Err(format!("it has no image {name}; there are {}", has.join(", ")))
            }
            _ => Ok(roots),
        }
    }

    fn manifest(&self, digest: &str) -> Result<Vec<u8>, Fault> {
        Err(Fault { kind: GapKind::Missing, detail: format!("{digest} is not in the archive") })
    }

    fn blob(&self, digest: &str, _size: u64) -> Result<Box<dyn Read + Send + '_>, Fault> {
        let missing = || Fault { kind: GapKind::Missing, detail: format!("{digest} is not in the archive") };
        self.shelf.open(&self.file(digest).ok_or_else(missing)?)?.ok_or_else(missing)
    }

    fn referrers(&self, _digest: &str) -> Result<Vec<Root>, Fault> {
        Ok(Vec::new())
    }

    fn is_sequential(&self) -> bool {
        self.shelf.is_sequential()
    }

    fn sweep(&self, give: Take<'_>) -> Result<(), Fault> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let digests: HashMap<&str, &str> =
            files.iter().map(|(digest, file)| (file.as_str(), digest.as_str())).collect();
        self.shelf.pour(&mut |name, reader| {
            if let Some(digest) = digests.get(name) {
                give(digest, reader);
            }
        })
    }

    fn rest(&self, used: &dyn Fn(&str) -> bool, give: Take<'_>) -> Result<(), Fault> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let known: Vec<&str> = files.iter().filter(|(digest, _)| used(digest)).map(|(_, file)| file.as_str()).collect();
        let all = self.chosen.is_none();
        let texts = self.texts(&known);
        self.shelf.rest(&|name| !all || known.contains(&name), &mut |name, reader| {
            if !is_legacy(name) {
                return give(name, reader);
            }
            let mut bytes = Vec::new();
            let whole = (&mut *reader).take(CONFIG_LIMIT).read_to_end(&mut bytes).is_ok();
            let json = Json::parse(&bytes).ok().filter(|_| whole && bytes.len() < CONFIG_LIMIT as usize);
            let copies = json.is_some_and(|json| {
                json.texts().iter().all(|text| is_id(text) || LEGACY_KEYS.contains(text) || texts.contains(*text))
            });
            if !copies {
                give(name, &mut bytes.as_slice().chain(reader));
            }
        })
    }
}

impl<S: Shelf> Saved<S> {
    /// Every text of the configurations among these files.
    fn texts(&self, files: &[&str]) -> HashSet<String> {
        let mut texts = HashSet::new();
        for file in files.iter().filter(|file| named(file).is_some()) {
            let json = self.shelf.read(file, CONFIG_LIMIT).ok().flatten().and_then(|bytes| Json::parse(&bytes).ok());
            texts.extend(json.iter().flat_map(Json::texts).map(str::to_owned));
        }
        texts
    }
}

/// Whether a file is a layer's description as engines before Docker 1.10 read it: parts of the configuration once more,
/// which tools still write.
fn is_legacy(name: &str) -> bool {
    name.strip_suffix("/json").is_some_and(is_id)
}

fn is_id(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The digest that a file is named by: `blobs/sha256/HEX`, `HEX.json`, `HEX.tar`, `HEX.tar.gz`, `sha256:HEX`.
fn named(file: &str) -> Option<Digest> {
    let base = file.rsplit('/').next().unwrap_or(file);
    let hex = base.strip_prefix("sha256:").unwrap_or(base).split('.').next().unwrap_or(base);
    Digest::parse(&format!("sha256:{hex}"))
}

fn tags(image: &Json) -> Vec<String> {
    let text = |json: &Json| if let Json::Text(text) = json { Some(text.clone()) } else { None };
    image.list("RepoTags").iter().filter_map(text).collect()
}

/// Whether a name means this image: as it is stored, or without the parts that engines add.
fn is_called(image: &Json, name: &str) -> bool {
    let long = |name: &str| {
        let name = name.strip_prefix("docker.io/").unwrap_or(name);
        let name = name.strip_prefix("library/").unwrap_or(name);
        let tagged = name.rsplit('/').next().is_some_and(|last| last.contains(':'));
        if tagged { name.to_owned() } else { format!("{name}:latest") }
    };
    tags(image).iter().any(|tag| tag == name || long(tag) == long(name))
}
