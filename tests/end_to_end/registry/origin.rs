//! What is read from real registries.

use std::thread;

use tightlip::model::GapKind;
use tightlip::sources::image::{Origin, Plane};

use crate::registry::image::{self, INDEX, MANIFEST, digest};
use crate::registry::real::{Registry, tool};
use crate::registry::trial::{drain, stranger};

#[test]
fn manifests_indexes_and_blobs_come_as_they_are_stored() {
    let registry = Registry::open();
    let large: Vec<u8> = (0..5_000_000u32).map(|i| ((i * 31) >> 7) as u8).collect();
    let parts =
        [image::push(&registry, "team/app", "amd64", &large), image::push(&registry, "team/app", "arm64", b"two")];
    let index = image::index(&parts);
    image::push_manifest(&registry, "team/app", "v1", INDEX, &index);

    let origin = stranger(&format!("{}/team/app:v1", registry.host()));
    let roots = origin.roots().unwrap();
    assert_eq!(roots.len(), 1);
    let root = &roots[0];
    assert_eq!((root.name.as_str(), root.media_type.as_deref()), ("v1", Some(INDEX)));
    assert_eq!((root.digest.clone(), &root.bytes), (Some(digest(index.as_bytes())), &index.clone().into_bytes()));
    for part in &parts {
        assert_eq!(origin.manifest(&digest(part.as_bytes())).unwrap(), part.as_bytes());
    }
    // By several threads at once, small ones while a large one is read.
    let sizes = [(&large[..], large.len()), (b"two", 3), (b"{}", 2)];
    thread::scope(|scope| {
        for _ in 0..3 {
            for (bytes, size) in sizes {
                let origin = &origin;
                scope.spawn(move || {
                    let read = drain(origin.blob(&digest(bytes), size as u64).unwrap());
                    assert!(read == (bytes.to_vec(), None), "{size}: {} bytes, {:?}", read.0.len(), read.1);
                });
            }
        }
    });
    // A reader that is let go in the middle leaves nothing behind that is in the way of the next.
    drop(origin.blob(&digest(&large), large.len() as u64).unwrap());
    assert_eq!(drain(origin.blob(&digest(b"two"), 3).unwrap()).0, b"two");

    let by_digest = stranger(&format!("{}/team/app@{}", registry.host(), digest(index.as_bytes())));
    let root = &by_digest.roots().unwrap()[0];
    assert_eq!((root.name.as_str(), root.digest.clone()), ("", Some(digest(index.as_bytes()))));
}

#[test]
fn what_is_not_there_is_missing_and_what_is_no_digest_is_never_asked_for() {
    let registry = Registry::open();
    image::push(&registry, "team/app", "v1", b"layer");
    let origin = stranger(&format!("{}/team/app:v1", registry.host()));
    let absent = digest(b"absent");
    assert_eq!(origin.manifest(&absent).unwrap_err().kind, GapKind::Missing);
    let fault = origin.blob(&absent, 6).map(drop).unwrap_err();
    assert_eq!(fault.kind, GapKind::Missing);
    assert!(fault.detail.contains(&absent), "{}", fault.detail);
    for hostile in ["", "v1", "../../other/app/manifests/v1", "sha256:../../x", "sha256:00", &absent.to_uppercase()] {
        assert_eq!(origin.blob(hostile, 1).map(drop).unwrap_err().kind, GapKind::Corrupt, "{hostile}");
        assert_eq!(origin.manifest(hostile).unwrap_err().kind, GapKind::Corrupt, "{hostile}");
        assert_eq!(origin.referrers(hostile).unwrap_err().kind, GapKind::Corrupt, "{hostile}");
    }
    let refusal = stranger(&format!("{}/team/app:v2", registry.host())).root().unwrap_err();
    assert_eq!(refusal.plane(), Plane::Neither);
    assert!(refusal.to_string().contains("/team/app:v2 is not there"), "{refusal}");
}

#[test]
fn what_belongs_to_an_image_is_found_by_its_tags() {
    let registry = Registry::open();
    let text = image::push(&registry, "team/app", "v1", b"layer");
    let origin = stranger(&format!("{}/team/app:v1", registry.host()));
    assert_eq!(origin.referrers(&digest(text.as_bytes())), Ok(Vec::new()));

    // Debian's registry has no referrers API, so that these are the tags by which others write.
    let tag = digest(text.as_bytes()).replace(':', "-");
    let sbom = image::push(&registry, "team/app", "sbom", b"an sbom");
    image::push_manifest(&registry, "team/app", &tag, INDEX, &image::index(std::slice::from_ref(&sbom)));
    let signature = image::push(&registry, "team/app", &format!("{tag}.sig"), b"a signature");
    let found = origin.referrers(&digest(text.as_bytes())).unwrap();
    let found: Vec<_> =
        found.iter().map(|root| (root.name.as_str(), root.media_type.as_deref(), &root.bytes)).collect();
    let signed = format!("{tag}.sig");
    assert_eq!(
        found,
        [("", Some(MANIFEST), &sbom.into_bytes()), (signed.as_str(), Some(MANIFEST), &signature.into_bytes())]
    );
}

#[test]
fn what_skopeo_pushed_is_read() {
    let registry = Registry::open();
    let layout = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = layout.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    };
    let config = br#"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]},"config":{}}"#;
    let manifest = serde_json::json!({
        "schemaVersion": 2, "mediaType": MANIFEST, "layers": [],
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": digest(config), "size": config.len()},
    })
    .to_string();
    for bytes in [&config[..], manifest.as_bytes()] {
        write(&digest(bytes).replace(':', "/").replacen("sha256", "blobs/sha256", 1), bytes);
    }
    write("oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#);
    write("index.json", image::index(std::slice::from_ref(&manifest)).as_bytes());
    let to = format!("docker://{}/team/app:1", registry.host());
    let args = ["--insecure-policy", "copy", "--dest-tls-verify=false", "oci:.", &to];
    tool("skopeo", &args, layout.path());
    let origin = stranger(&to);
    let root = &origin.roots().unwrap()[0];
    assert_eq!(root.digest, Some(digest(&root.bytes)));
    let read: serde_json::Value = serde_json::from_slice(&root.bytes).unwrap();
    let config = &read["config"];
    let bytes = drain(origin.blob(config["digest"].as_str().unwrap(), config["size"].as_u64().unwrap()).unwrap());
    assert_eq!((Some(digest(&bytes.0).as_str()), bytes.1), (config["digest"].as_str(), None));
}
