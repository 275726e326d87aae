//! An OCI image layout, in a folder or in an archive (OCI image specification, "Image Layout").

use std::io::Read;

use super::digest::Digest;
use super::json::Json;
use super::origin::{Fault, MANIFEST_LIMIT, Origin, Root};
use super::shelf::{Shelf, Take};
use crate::model::GapKind;

const INDEX_TYPE: &str = "application/vnd.oci.image.index.v1+json";

/// Manifests of a layout that are read for what they refer to.
const REFERRING: usize = 1000;

/// Which images of a layout are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Chosen {
    All,
    Tag(String),
    Digest(String),
}

pub(super) struct Layout<S> {
    pub(super) shelf: S,
    pub(super) chosen: Chosen,
}

impl<S: Shelf> Layout<S> {
    fn index(&self) -> Result<Vec<u8>, String> {
        match self.shelf.read("index.json", MANIFEST_LIMIT) {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => Err("it has no index.json, so it is no OCI image layout".to_owned()),
            Err(fault) => Err(format!("its index.json cannot be read: {}", fault.detail)),
        }
    }

    fn get(&self, digest: &str) -> Result<Box<dyn Read + Send + '_>, Fault> {
        let missing = || Fault { kind: GapKind::Missing, detail: format!("{digest} is not in the layout") };
        let digest = Digest::parse(digest).ok_or_else(missing)?;
        let (algorithm, hex) = digest.parts();
        self.shelf.open(&format!("blobs/{algorithm}/{hex}"))?.ok_or_else(missing)
    }
}

impl<S: Shelf> Origin for Layout<S> {
    fn roots(&self) -> Result<Vec<Root>, String> {
        let whole = self.index()?;
        let bytes = match &self.chosen {
            Chosen::All => whole,
            chosen => select(&whole, chosen)?,
        };
        Ok(vec![Root { name: String::new(), media_type: Some(INDEX_TYPE.to_owned()), digest: None, bytes }])
    }

    fn manifest(&self, digest: &str) -> Result<Vec<u8>, Fault> {
        let mut bytes = Vec::new();
        let read = self.get(digest)?.take(MANIFEST_LIMIT + 1).read_to_end(&mut bytes);
        read.map_err(|error| Fault::of(&error))?;
        if bytes.len() as u64 > MANIFEST_LIMIT {
            return Err(Fault::limit(&format!("limit on a manifest reached: {MANIFEST_LIMIT} bytes")));
        }
        Ok(bytes)
    }

    fn blob(&self, digest: &str, _size: u64) -> Result<Box<dyn Read + Send + '_>, Fault> {
        self.get(digest)
    }

    /// Where all of the layout is scanned, what refers to an image is among it.
    fn referrers(&self, digest: &str) -> Result<Vec<Root>, Fault> {
        if self.chosen == Chosen::All {
            return Ok(Vec::new());
        }
        let index = self.index().ok().and_then(|bytes| Json::parse(&bytes).ok()).unwrap_or(Json::Null);
        let mut roots = Vec::new();
        for entry in index.list("manifests").iter().take(REFERRING) {
            let Some(own) = entry.text("digest") else { continue };
            let Ok(bytes) = self.manifest(own) else { continue };
            let subject =
                Json::parse(&bytes).ok().and_then(|json| Some(json.get("subject")?.text("digest")? == digest));
            if subject == Some(true) {
                let media_type = entry.text("mediaType").map(str::to_owned);
                roots.push(Root { name: String::new(), media_type, digest: Some(own.to_owned()), bytes });
            }
        }
        Ok(roots)
    }

    fn is_sequential(&self) -> bool {
        self.shelf.is_sequential()
    }

    fn sweep(&self, give: Take<'_>) -> Result<(), Fault> {
        self.shelf.pour(&mut |name, reader| {
            if let Some(digest) = digest_of(name) {
                give(&digest, reader);
            }
        })
    }

    fn rest(&self, used: &dyn Fn(&str) -> bool, give: Take<'_>) -> Result<(), Fault> {
        let all = self.chosen == Chosen::All;
        let used = |name: &str| !all || name == "index.json" || digest_of(name).is_some_and(|digest| used(&digest));
        self.shelf.rest(&used, give)
    }
}

/// The digest that a file of a layout goes by.
fn digest_of(name: &str) -> Option<String> {
    let (algorithm, hex) = name.strip_prefix("blobs/")?.split_once('/')?;
    Digest::parse(&format!("{algorithm}:{hex}")).map(|digest| digest.as_str().to_owned())
}

/// The index with the chosen entries alone.
fn select(index: &[u8], chosen: &Chosen) -> Result<Vec<u8>, String> {
    let damaged = |at: String| format!("its index.json is no JSON document ({at})");
    let mut json: serde_json::Value = serde_json::from_slice(index).map_err(|error| damaged(error.to_string()))?;
    let entries =
        json.get_mut("manifests").and_then(|list| list.as_array_mut()).ok_or("its index.json lists no manifests")?;
    let name = |entry: &serde_json::Value, key: &str| entry["annotations"][key].as_str().map(str::to_owned);
    let tags = |entry: &serde_json::Value| {
        ["org.opencontainers.image.ref.name", "io.containerd.image.name"]
            .into_iter()
            .filter_map(|key| name(entry, key))
            .collect::<Vec<_>>()
    };
    let all: Vec<String> = entries.iter().flat_map(&tags).collect();
    entries.retain(|entry| match chosen {
        Chosen::All => true,
        Chosen::Tag(tag) => tags(entry).contains(tag),
        Chosen::Digest(digest) => entry["digest"].as_str() == Some(digest),
    });
    if entries.is_empty() {
        let asked = match chosen {
            Chosen::All => "an image",
            Chosen::Tag(name) | Chosen::Digest(name) => name,
        };
        let has = if all.is_empty() { "none has a name".to_owned() } else { format!("there are {}", all.join(", ")) };
        return Err(format!("it has no image {asked}; {has}"));
    }
    serde_json::to_vec(&json).map_err(|error| damaged(error.to_string()))
}
