//! Small images, put into an open registry by hand, and what reads them back.

use std::fmt::Write as _;

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::registry::real::Registry;

pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";

pub fn digest(bytes: &[u8]) -> String {
    let mut text = "sha256:".to_owned();
    Sha256::digest(bytes).iter().for_each(|byte| write!(text, "{byte:02x}").unwrap());
    text
}

/// A manifest of one layer.
pub fn manifest(layer: &[u8]) -> String {
    let config = b"{}";
    json!({
        "schemaVersion": 2, "mediaType": MANIFEST,
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": digest(config), "size": config.len()},
        "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": digest(layer), "size": layer.len()}],
    })
    .to_string()
}

/// An index of manifests.
pub fn index(manifests: &[String]) -> String {
    let entry = |text: &String| json!({"mediaType": MANIFEST, "digest": digest(text.as_bytes()), "size": text.len()});
    json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests.iter().map(entry).collect::<Vec<_>>()})
        .to_string()
}

/// A client that goes by no proxy.
fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().proxy(None).build().into()
}

pub fn push_blob(registry: &Registry, repository: &str, blob: &[u8]) {
    let begun =
        agent().post(format!("http://{}/v2/{repository}/blobs/uploads/", registry.host())).send_empty().unwrap();
    let at = begun.headers()["location"].to_str().unwrap().to_owned();
    let mark = if at.contains('?') { '&' } else { '?' };
    agent().put(format!("{at}{mark}digest={}", digest(blob))).send(blob).unwrap();
}

pub fn push_manifest(registry: &Registry, repository: &str, name: &str, media_type: &str, text: &str) {
    let at = format!("http://{}/v2/{repository}/manifests/{name}", registry.host());
    agent().put(at).header("content-type", media_type).send(text).unwrap();
}

/// An image of one layer under a tag.
pub fn push(registry: &Registry, repository: &str, tag: &str, layer: &[u8]) -> String {
    push_blob(registry, repository, b"{}");
    push_blob(registry, repository, layer);
    let manifest = manifest(layer);
    push_manifest(registry, repository, tag, MANIFEST, &manifest);
    manifest
}
