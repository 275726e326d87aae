//! Manifests, indexes and configurations, as far as the walk follows them (OCI image specification 1.1; Docker image
//! manifest version 2, schema 2). What is not understood is told, not passed over.

use super::digest::Digest;
use super::json::Json;

/// The type of an image's configuration.
const CONFIG_TYPES: [&str; 2] =
    ["application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"];

/// What the archive of `docker save` is given as: a manifest that was made of its `manifest.json`.
pub(super) const SAVED_TYPE: &str = "application/vnd.docker.image.saved+json";

/// Types of layers that are no file system: what a builder attests, lists of parts, texts.
const STATEMENT_TYPES: [&str; 5] =
    ["application/vnd.in-toto", "application/spdx+json", "application/vnd.cyclonedx", "application/json", "text/"];

/// Something that a document refers to.
#[derive(Clone, Debug)]
pub(super) struct Descriptor {
    pub(super) digest: Digest,
    pub(super) size: u64,
    pub(super) media_type: String,
    pub(super) platform: Option<Platform>,
    /// Addresses that a foreign layer may be fetched from.
    pub(super) urls: bool,
    /// The file's name, where the descriptor gives it one.
    pub(super) title: Option<String>,
    /// The manifest that this one attests.
    pub(super) attests: Option<String>,
}

/// How a layer is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LayerKind {
    /// A file system: tar, compressed or not.
    FileSystem,
    /// One whose content may be kept elsewhere.
    Foreign,
    /// Encrypted.
    Encrypted,
    /// A statement or another file that is no part of the file system.
    File,
    /// Nothing that is known.
    Unknown,
}

impl Descriptor {
    /// The descriptor in `json`; what is wrong with it in words.
    pub(super) fn read(json: &Json) -> Result<Self, String> {
        let text = json.text("digest").or_else(|| json.text("blobSum")).ok_or("a descriptor without a digest")?;
        let digest = Digest::parse(text).ok_or("a digest that is neither SHA-256 nor SHA-512 in hexadecimal digits")?;
        let size = json.number("size").ok_or("a descriptor without a size")?;
        let annotation = |key: &str| json.get("annotations").and_then(|all| all.text(key)).map(str::to_owned);
        Ok(Self {
            digest,
            size,
            media_type: json.text("mediaType").unwrap_or("").to_owned(),
            platform: json.get("platform").and_then(Platform::read),
            urls: !json.list("urls").is_empty(),
            title: annotation("org.opencontainers.image.title"),
            attests: annotation("vnd.docker.reference.digest"),
        })
    }

    pub(super) fn layer_kind(&self) -> LayerKind {
        let kind = self.media_type.split(';').next().unwrap_or("").trim();
        let layer = kind.starts_with("application/vnd.oci.image.layer.")
            || kind.starts_with("application/vnd.docker.image.rootfs.");
        match () {
            () if kind.ends_with("+encrypted") => LayerKind::Encrypted,
            () if layer && (kind.contains("nondistributable") || kind.contains("foreign")) => LayerKind::Foreign,
            () if layer && self.urls => LayerKind::Foreign,
            () if layer && ["tar", "gzip", "zstd"].iter().any(|end| kind.ends_with(end)) => LayerKind::FileSystem,
            () if STATEMENT_TYPES.iter().any(|known| kind.starts_with(known)) => LayerKind::File,
            () => LayerKind::Unknown,
        }
    }
}

/// What a manifest or an index says.
pub(super) enum Document {
    Index(Vec<Result<Descriptor, String>>),
    Manifest(Box<Manifest>),
}

/// An image, or another artifact that is stored as one.
pub(super) struct Manifest {
    pub(super) config: Result<Descriptor, String>,
    pub(super) layers: Vec<Result<Descriptor, String>>,
    /// The digest of the base image, where the builder said it.
    pub(super) base: Option<String>,
}

impl Manifest {
    /// Whether it is an image, which can be run.
    pub(super) fn is_image(&self) -> bool {
        self.config.as_ref().is_ok_and(|config| CONFIG_TYPES.contains(&config.media_type.as_str()))
    }
}

impl Document {
    /// Reads a document whose type may be known.
    ///
    /// # Errors
    /// In words, if it is neither a manifest nor an index that is read here.
    pub(super) fn read(json: &Json, media_type: Option<&str>) -> Result<Self, String> {
        let said = json.text("mediaType").or(media_type).unwrap_or("");
        if let Some(key) = ["manifests", "layers", "config"].iter().find(|key| json.repeats(key)) {
            return Err(format!("the key `{key}` stands in it twice, and readers disagree on which one counts"));
        }
        let (index, manifest) =
            (json.get("manifests").is_some(), json.get("layers").is_some() || json.get("config").is_some());
        match () {
            () if index && manifest => {
                Err("it is an index and a manifest at once, and readers disagree on which".into())
            }
            () if index => Ok(Self::Index(json.list("manifests").iter().map(Descriptor::read).collect())),
            () if manifest => Ok(Self::Manifest(Box::new(read_manifest(json)))),
            () if json.get("fsLayers").is_some() => {
                Err("it is a manifest of the first schema, which is not read; push it again with a newer engine".into())
            }
            () if said.is_empty() => Err("it is neither a manifest nor an index".into()),
            () => Err(format!("it lists neither manifests nor layers; documents of type {said} are not read so")),
        }
    }
}

fn read_manifest(json: &Json) -> Manifest {
    let config =
        json.get("config").map_or_else(|| Err("a manifest without a configuration".to_owned()), Descriptor::read);
    let annotation = json.get("annotations").and_then(|all| all.text("org.opencontainers.image.base.digest"));
    Manifest {
        config,
        layers: json.list("layers").iter().map(Descriptor::read).collect(),
        base: annotation.map(str::to_owned),
    }
}

/// What a configuration says of the image.
#[derive(Clone, Debug, Default)]
pub(super) struct Config {
    pub(super) platform: Option<Platform>,
    /// Digests of the layers' uncompressed content.
    pub(super) diff_ids: Vec<String>,
    /// What made the layers, one for each; empty where the history does not say.
    pub(super) instructions: Vec<String>,
}

impl Config {
    pub(super) fn read(json: &Json) -> Self {
        let diff_ids = json.get("rootfs").map(|rootfs| rootfs.list("diff_ids")).unwrap_or_default();
        let text = |json: &Json| if let Json::Text(text) = json { text.clone() } else { String::new() };
        let made = json.list("history").iter().filter(|entry| entry.get("empty_layer") != Some(&Json::Bool(true)));
        let instructions: Vec<String> = made.map(|entry| entry.text("created_by").unwrap_or("").to_owned()).collect();
        Self {
            platform: Platform::read(json),
            instructions: if instructions.len() == diff_ids.len() { instructions } else { Vec::new() },
            diff_ids: diff_ids.iter().map(text).collect(),
        }
    }
}

/// For which system an image is: `os/architecture[/variant]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Platform {
    os: String,
    architecture: String,
    variant: Option<String>,
}

impl Platform {
    /// Reads `os/architecture[/variant]`; `None` if it is not written so.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('/');
        let (os, architecture) = (parts.next()?, parts.next()?);
        let variant = parts.next().map(str::to_owned);
        let whole = !os.is_empty() && !architecture.is_empty() && parts.next().is_none();
        whole.then(|| Self { os: os.to_owned(), architecture: architecture.to_owned(), variant })
    }

    /// The platform that an object's keys name, if it is one that something can run on.
    fn read(json: &Json) -> Option<Self> {
        let (os, architecture) = (json.text("os")?, json.text("architecture")?);
        if os.is_empty() || os == "unknown" {
            return None;
        }
        let variant = json.text("variant").filter(|variant| !variant.is_empty()).map(str::to_owned);
        Some(Self { os: os.to_owned(), architecture: architecture.to_owned(), variant })
    }

    /// Whether an image for `other` is wanted by whoever asks for this one. A variant that is not asked for is any.
    pub(super) fn wants(&self, other: &Platform) -> bool {
        self.os == other.os
            && self.architecture == other.architecture
            && (self.variant.is_none() || self.variant == other.variant)
    }
}

impl std::fmt::Display for Platform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)?;
        self.variant.as_ref().map_or(Ok(()), |variant| write!(f, "/{variant}"))
    }
}

/// An instruction as its Dockerfile has it, of what a history says: without the shell, the builder's marks, and the values
/// of build arguments, which are often secrets.
pub(super) fn instruction(created_by: &str) -> Option<String> {
    /// Longer ones are cut; a report shows less.
    const MOST: usize = 2000;
    let text = created_by.trim();
    let text = text.strip_suffix("# buildkit").unwrap_or(text).trim_end();
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    let (run, shell) = if word == "RUN" { (true, rest.trim_start()) } else { (false, text) };
    let (command, arguments) = match shell.strip_prefix('|') {
        Some(counted) => (counted.split_once("/bin/sh -c").map_or("\u{2026}", |(_, command)| command), true),
        None => (shell.strip_prefix("/bin/sh -c").unwrap_or(shell), false),
    };
    let by_shell = arguments || command.len() < shell.len();
    let command = command.trim_start();
    let told = match command.strip_prefix("#(nop)") {
        Some(other) => other.trim_start().to_owned(),
        None if run || by_shell => format!("RUN {command}"),
        None => command.to_owned(),
    };
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = told.char_indices().nth(MOST).and_then(|(end, _)| told.get(..end)?.rfind(' ')).unwrap_or(told.len());
    (!told.is_empty()).then(|| told.get(..end).unwrap_or("").to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_instruction_is_told_as_it_was_written() {
        let cases = [
            ("/bin/sh -c #(nop) COPY dir:1a2b in /app ", "COPY dir:1a2b in /app"),
            ("/bin/sh -c npm ci", "RUN npm ci"),
            ("RUN /bin/sh -c npm ci # buildkit", "RUN npm ci"),
            ("COPY . /app # buildkit", "COPY . /app"),
            ("|1 TOKEN=abc /bin/sh -c npm ci", "RUN npm ci"),
            ("RUN |2 A=b TOKEN=a b c /bin/sh -c npm  ci # buildkit", "RUN npm ci"),
            ("RUN |1 TOKEN=abc", "RUN \u{2026}"),
            ("layer 3", "layer 3"),
        ];
        for (history, told) in cases {
            assert_eq!(instruction(history).as_deref(), Some(told), "{history}");
        }
        assert_eq!(instruction(" "), None);
    }

    #[test]
    fn a_platform_is_what_was_asked_for() {
        let platform = |text| Platform::parse(text).unwrap();
        for (asked, has, wanted) in [
            ("linux/arm64", "linux/arm64/v8", true),
            ("linux/arm/v7", "linux/arm/v7", true),
            ("linux/arm/v7", "linux/arm/v6", false),
            ("linux/amd64", "linux/arm64", false),
            ("linux/amd64", "windows/amd64", false),
        ] {
            assert_eq!(platform(asked).wants(&platform(has)), wanted, "{asked} of {has}");
        }
        for bad in ["linux", "", "/", "linux/", "a/b/c/d"] {
            assert!(Platform::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn media_types_are_told_apart() {
        let kind = |media_type: &str| {
            let json = format!(r#"{{"digest":"sha256:{}","size":1,"mediaType":"{media_type}"}}"#, "a".repeat(64));
            Descriptor::read(&Json::parse(json.as_bytes()).unwrap()).unwrap().layer_kind()
        };
        for (media_type, expected) in [
            ("application/vnd.oci.image.layer.v1.tar", LayerKind::FileSystem),
            ("application/vnd.oci.image.layer.v1.tar+gzip", LayerKind::FileSystem),
            ("application/vnd.oci.image.layer.v1.tar+zstd", LayerKind::FileSystem),
            ("application/vnd.docker.image.rootfs.diff.tar.gzip", LayerKind::FileSystem),
            ("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", LayerKind::Foreign),
            ("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", LayerKind::Foreign),
            ("application/vnd.oci.image.layer.v1.tar+gzip+encrypted", LayerKind::Encrypted),
            ("application/vnd.in-toto+json", LayerKind::File),
            ("application/vnd.oci.image.layer.v1.tar+brotli", LayerKind::Unknown),
            ("", LayerKind::Unknown),
        ] {
            assert_eq!(kind(media_type), expected, "{media_type}");
        }
    }
}
