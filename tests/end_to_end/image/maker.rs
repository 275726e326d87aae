//! Small images, made here: layouts as an engine writes them, and as none would.

use crate::common;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

pub fn sha256(bytes: &[u8]) -> String {
    format!("sha256:{}", data_encoding::HEXLOWER.encode(&Sha256::digest(bytes)))
}

/// How a layer is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    Plain,
    Gzip,
    Zstd,
    /// Many frames with a skippable one between them, as lazy pulling wants them.
    ZstdFrames,
}

impl Stored {
    pub const ALL: [Self; 4] = [Self::Plain, Self::Gzip, Self::Zstd, Self::ZstdFrames];

    fn media_type(self) -> &'static str {
        match self {
            Self::Plain => "application/vnd.oci.image.layer.v1.tar",
            Self::Gzip => "application/vnd.oci.image.layer.v1.tar+gzip",
            Self::Zstd | Self::ZstdFrames => "application/vnd.oci.image.layer.v1.tar+zstd",
        }
    }

    fn pack(self, tar: &[u8]) -> Vec<u8> {
        match self {
            Self::Plain => tar.to_vec(),
            Self::Gzip => common::gzip(tar),
            Self::Zstd => zstd::encode_all(tar, 1).unwrap(),
            Self::ZstdFrames => {
                let skipped = [&[0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0][..], b"toc!"].concat();
                tar.chunks(700)
                    .flat_map(|part| [zstd::encode_all(part, 1).unwrap(), skipped.clone()].concat())
                    .collect()
            }
        }
    }
}

/// A tar, entry by entry.
pub struct Tar(tar::Builder<Vec<u8>>);

impl Tar {
    pub fn new() -> Self {
        Self(tar::Builder::new(Vec::new()))
    }

    /// The usual: files of these paths and contents.
    pub fn of(files: &[(&str, &str)]) -> Self {
        files.iter().fold(Self::new(), |tar, (name, content)| tar.file(name, content.as_bytes()))
    }

    pub fn file(self, name: &str, content: &[u8]) -> Self {
        self.entry(name, tar::EntryType::Regular, "", content)
    }

    pub fn folder(self, name: &str) -> Self {
        self.entry(name, tar::EntryType::Directory, "", b"")
    }

    /// The name is written as it is, whatever it leads to.
    pub fn entry(mut self, name: &str, kind: tar::EntryType, link: &str, content: &[u8]) -> Self {
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(kind);
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        let old = header.as_old_mut();
        old.name[..name.len()].copy_from_slice(name.as_bytes());
        old.linkname[..link.len()].copy_from_slice(link.as_bytes());
        header.set_cksum();
        self.0.append(&header, content).unwrap();
        self
    }

    pub fn bytes(self) -> Vec<u8> {
        self.0.into_inner().unwrap()
    }
}

/// A layer of an image that is being made.
pub struct Layer {
    pub descriptor: Value,
    pub diff_id: String,
    pub made_by: Value,
}

/// A layout in a folder that is gone when dropped.
pub struct Layout {
    folder: TempDir,
    pub entries: Vec<Value>,
}

impl Layout {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("l/blobs/sha256")).unwrap();
        fs::write(folder.path().join("l/oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).unwrap();
        Self { folder, entries: Vec::new() }
    }

    /// A folder beside the layout.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("l")
    }

    pub fn blob_path(&self, digest: &str) -> PathBuf {
        self.path().join("blobs").join(digest.replace(':', "/"))
    }

    /// Stores a blob; its descriptor.
    pub fn blob(&self, media_type: &str, bytes: &[u8]) -> Value {
        let digest = sha256(bytes);
        fs::write(self.blob_path(&digest), bytes).unwrap();
        json!({"mediaType": media_type, "digest": digest, "size": bytes.len()})
    }

    pub fn document(&self, media_type: &str, json: &Value) -> Value {
        self.blob(media_type, json.to_string().as_bytes())
    }

    pub fn layer(&self, stored: Stored, made_by: &str, tar: Tar) -> Layer {
        let tar = tar.bytes();
        let descriptor = self.blob(stored.media_type(), &stored.pack(&tar));
        Layer { descriptor, diff_id: sha256(&tar), made_by: json!({"created_by": made_by}) }
    }

    /// Stores an image of these layers; `change` may change its configuration and its manifest.
    pub fn image(&self, layers: &[&Layer], change: impl FnOnce(&mut Value, &mut Value)) -> Value {
        let mut config = json!({
            "architecture": "amd64", "os": "linux", "config": {"Env": ["PATH=/bin"]},
            "rootfs": {"type": "layers", "diff_ids": layers.iter().map(|l| l.diff_id.clone()).collect::<Vec<_>>()},
            "history": layers.iter().map(|l| l.made_by.clone()).collect::<Vec<_>>(),
        });
        let descriptors: Vec<&Value> = layers.iter().map(|l| &l.descriptor).collect();
        let mut manifest = json!({"schemaVersion": 2, "mediaType": MANIFEST, "config": {}, "layers": descriptors});
        change(&mut config, &mut manifest);
        manifest["config"] = self.document("application/vnd.oci.image.config.v1+json", &config);
        self.document(MANIFEST, &manifest)
    }

    /// Puts a manifest into the layout's index, under a tag.
    pub fn tag(&mut self, descriptor: &Value, tag: &str) {
        let mut entry = descriptor.clone();
        if !tag.is_empty() {
            entry["annotations"]["org.opencontainers.image.ref.name"] = json!(tag);
        }
        self.entries.push(entry);
        let index = json!({"schemaVersion": 2, "manifests": self.entries});
        fs::write(self.path().join("index.json"), index.to_string()).unwrap();
    }

    /// The layout as one archive.
    pub fn archive(&self) -> PathBuf {
        let path = self.beside("image.tar");
        let mut builder = tar::Builder::new(fs::File::create(&path).unwrap());
        builder.append_dir_all(".", self.path()).unwrap();
        builder.finish().unwrap();
        path
    }
}

pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// What `docker save` writes of one image: layers under names of their own, the old names links to them.
pub fn docker_save(folder: &Path, name: &str, config: &Value, layers: &[Vec<u8>]) -> PathBuf {
    let config = config.to_string();
    let id = sha256(config.as_bytes()).replace("sha256:", "");
    let mut tar = Tar::new();
    let mut files = Vec::new();
    for (i, layer) in layers.iter().enumerate() {
        let file = format!("{}.tar", sha256(layer).replace("sha256:", ""));
        let old = format!("layer{i}/layer.tar");
        tar = tar.file(&file, layer).entry(&old, tar::EntryType::Symlink, &format!("../{file}"), b"");
        // Every other layer is named by its link, as old engines do.
        files.push(if i % 2 == 0 { old } else { file });
    }
    let manifest = json!([{"Config": format!("{id}.json"), "RepoTags": [name], "Layers": files}]);
    let tar = tar.file(&format!("{id}.json"), config.as_bytes()).file("manifest.json", manifest.to_string().as_bytes());
    let path = folder.join("saved.tar");
    fs::File::create(&path).unwrap().write_all(&tar.bytes()).unwrap();
    path
}

/// The same as kaniko, ko and crane write it: layers compressed, under the digests of what is stored.
pub fn compressed_save(folder: &Path, name: &str, config: &Value, layers: &[Vec<u8>]) -> PathBuf {
    let config = config.to_string();
    let mut tar = Tar::new().file(&sha256(config.as_bytes()), config.as_bytes());
    let mut files = Vec::new();
    for layer in layers {
        let stored = common::gzip(layer);
        let file = format!("{}.tar.gz", sha256(&stored).replace("sha256:", ""));
        tar = tar.file(&file, &stored);
        files.push(file);
    }
    let manifest = json!([{"Config": sha256(config.as_bytes()), "RepoTags": [name], "Layers": files}]);
    let path = folder.join("kaniko.tar");
    fs::write(&path, tar.file("manifest.json", manifest.to_string().as_bytes()).bytes()).unwrap();
    path
}
