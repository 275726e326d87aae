//! Images that lie, bombs and loops: nothing unlooked-at passes, nothing is written, nothing takes for ever.

use std::fs;

use serde_json::{Value, json};
use tar::EntryType::{Block, Char, Fifo, Link, Regular, Symlink};
use tightlip::model::Verdict;

use super::maker::*;
use super::*;

fn digest(descriptor: &Value) -> &str {
    descriptor["digest"].as_str().unwrap()
}

/// An image of two layers with a secret each, one of them changed by `damage`; the kinds of the gaps, and how many findings.
fn damaged(damage: impl FnOnce(&Layout, &mut Value, &Layer)) -> (Vec<&'static str>, usize) {
    let mut layout = Layout::new();
    let layers = [
        layout.layer(Stored::Gzip, "1", Tar::of(&[("a", &secret(1))])),
        layout.layer(Stored::Gzip, "2", Tar::of(&[("b", &secret(2)), ("c", &filler(200_000))])),
    ];
    let second = &layers[1];
    let image = layout.image(&layers.each_ref(), |_, manifest| damage(&layout, manifest, second));
    layout.tag(&image, "");
    let outcome = scan_image(&oci(&layout.path()));
    let mut kinds: Vec<&str> = outcome.gaps.iter().map(|gap| gap.kind.as_str()).collect();
    kinds.dedup();
    (kinds, outcome.findings.len())
}

#[test]
fn a_layer_that_is_not_what_it_should_be_is_a_gap() {
    let path = |layout: &Layout, layer: &Layer| layout.blob_path(digest(&layer.descriptor));
    let read = |layout: &Layout, layer: &Layer| fs::read(path(layout, layer)).unwrap();
    assert_eq!(damaged(|_, _, _| {}), (vec![], 2));
    assert_eq!(damaged(|layout, _, layer| fs::remove_file(path(layout, layer)).unwrap()), (vec!["missing"], 1));
    let lie = |layout: &Layout, _: &mut Value, layer: &Layer| {
        let other = common::gzip(&Tar::of(&[("b", &secret(9))]).bytes());
        let mut other = [other, vec![0; 4096]].concat();
        other.resize(read(layout, layer).len(), 0);
        fs::write(path(layout, layer), other).unwrap();
    };
    assert_eq!(damaged(lie), (vec!["corrupt"], 2));
    let (kinds, found) = damaged(|layout, _, layer| {
        let bytes = read(layout, layer);
        fs::write(path(layout, layer), &bytes[..bytes.len() - 20]).unwrap();
    });
    assert!(kinds.contains(&"truncated") && found == 2, "{kinds:?} {found}");
    assert_eq!(damaged(|_, manifest, _| manifest["layers"][1]["size"] = json!(1_000_000)).0, ["truncated"]);
    assert_eq!(damaged(|_, manifest, _| manifest["layers"][1]["size"] = json!(3)).0[..1], ["corrupt"]);
    assert_eq!(damaged(|_, manifest, _| manifest["layers"][1]["digest"] = json!("md5:00")), (vec!["corrupt"], 1));
    assert_eq!(damaged(|_, manifest, _| manifest["layers"][1]["digest"] = json!("sha256:../../etc/passwd")).1, 1);
    assert_eq!(damaged(|_, manifest, _| manifest["layers"][1]["mediaType"] = json!("x/y")), (vec!["unsupported"], 2));
    let encrypted = "application/vnd.oci.image.layer.v1.tar+gzip+encrypted";
    assert_eq!(damaged(|_, manifest, _| manifest["layers"][1]["mediaType"] = json!(encrypted)).0, ["encrypted"]);
    let foreign = |layout: &Layout, manifest: &mut Value, layer: &Layer| {
        manifest["layers"][1]["urls"] = json!(["https://example.org/layer"]);
        fs::remove_file(path(layout, layer)).unwrap();
    };
    assert_eq!(damaged(foreign), (vec!["elsewhere"], 1));
    let text = |layout: &Layout, manifest: &mut Value, _: &Layer| {
        let plain = layout.blob("application/vnd.oci.image.layer.v1.tar", secret(3).repeat(30).as_bytes());
        manifest["layers"][1] = plain;
    };
    assert_eq!(damaged(text).0, ["corrupt"]);
}

#[cfg(unix)]
#[test]
fn a_blob_that_is_no_file_does_not_block() {
    let (kinds, _) = damaged(|layout, _, layer| {
        let path = layout.blob_path(digest(&layer.descriptor));
        fs::remove_file(&path).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    });
    assert_eq!(kinds, ["special-file"]);
}

/// The status and the gaps of a layout whose root is this document under its own digest, or under another.
fn root(document: &Value, under: Option<&str>) -> Outcome {
    let mut layout = Layout::new();
    let mut entry = layout.document(INDEX, document);
    if let Some(under) = under {
        fs::write(layout.blob_path(under), document.to_string()).unwrap();
        entry["digest"] = json!(under);
    }
    layout.tag(&entry, "");
    scan_image(&oci(&layout.path()))
}

#[test]
fn documents_that_lie_loop_or_never_end_are_gaps() {
    let zero = format!("sha256:{}", "0".repeat(64));
    let entry = |digest: &str, size: u64| json!({"mediaType": INDEX, "digest": digest, "size": size});
    // An index that names itself cannot have its digest.
    let looping = root(&json!({"schemaVersion": 2, "manifests": [entry(&zero, 9), entry(&zero, 9)]}), Some(&zero));
    assert!(gaps(&looping).iter().any(|gap| gap.starts_with("corrupt")), "{:?}", gaps(&looping));
    let many: Vec<Value> = (0..20_000).map(|i| entry(&format!("sha256:{i:064x}"), 9)).collect();
    let many = root(&json!({"schemaVersion": 2, "manifests": many}), None);
    assert_eq!(many.gaps.len(), 20_000);
    for (document, kind) in [
        (json!({"schemaVersion": 2}), "unsupported"),
        (json!({"schemaVersion": 1, "fsLayers": [{"blobSum": zero}]}), "unsupported"),
        (json!({"manifests": [], "layers": [], "config": {}}), "unsupported"),
        (json!({"config": {"digest": zero, "size": 3}, "layers": []}), "missing"),
        (json!({"config": {"digest": zero, "size": 1_u64 << 40}, "layers": []}), "limit-reached"),
        (json!({"layers": []}), "corrupt"),
        (json!([]), "unsupported"),
    ] {
        let outcome = root(&document, None);
        assert!(gaps(&outcome).iter().any(|gap| gap.starts_with(kind)), "{document}: {:?}", gaps(&outcome));
        assert_eq!(outcome.verdict(), Verdict::Incomplete, "{document}");
    }
}

#[test]
fn what_parsers_disagree_on_is_a_gap() {
    let mut layout = Layout::new();
    let text = br#"{"schemaVersion":2,"config":{},"layers":[{"x":1}],"Layers":[]}"#;
    let entry = layout.blob(MANIFEST, text);
    layout.tag(&entry, "");
    let outcome = scan_image(&oci(&layout.path()));
    assert!(outcome.gaps.iter().any(|gap| gap.detail.as_str().contains("twice")), "{:?}", outcome.gaps);
}

#[test]
fn indexes_in_indexes_and_large_documents_end_somewhere() {
    let mut layout = Layout::new();
    let layer = layout.layer(Stored::Gzip, "COPY", Tar::of(&[("a", &secret(1))]));
    let mut entry = layout.image(&[&layer], |_, _| {});
    for _ in 0..12 {
        entry = layout.document(INDEX, &json!({"schemaVersion": 2, "manifests": [entry]}));
    }
    layout.tag(&entry, "deep");
    let padding = "x".repeat(5 << 20);
    let large = layout.document(MANIFEST, &json!({"schemaVersion": 2, "layers": [], "padding": padding}));
    layout.tag(&large, "large");
    let nested = layout.blob(MANIFEST, format!("{{\"layers\":{}", "[".repeat(100_000)).as_bytes());
    layout.tag(&nested, "nested");
    let outcome = scan_image(&oci(&layout.path()));
    let kinds: Vec<&str> = outcome.gaps.iter().map(|gap| gap.kind.as_str()).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == "limit-reached").count(), 2, "{:?}", gaps(&outcome));
    assert!(kinds.contains(&"corrupt"), "{:?}", gaps(&outcome));
}

#[test]
fn layers_without_number_meet_their_limit() {
    let mut layout = Layout::new();
    let digest = format!("sha256:{}", "0".repeat(64));
    let layers: Vec<Value> = (0..25_000).map(|i| json!({"digest": digest, "size": i})).collect();
    for i in 0..9 {
        let image = layout.image(&[], |config, manifest| {
            config["n"] = json!(i);
            manifest["layers"] = json!(layers);
        });
        layout.tag(&image, "");
    }
    let outcome = scan_image(&oci(&layout.path()));
    assert_eq!(gaps(&outcome).iter().filter(|gap| gap.starts_with("limit-reached")).count(), 1, "{:?}", gaps(&outcome));
}

#[test]
fn names_are_labels_and_nothing_is_written() {
    let mut layout = Layout::new();
    let before = fs::read_dir(layout.beside("")).unwrap().count();
    let tar = Tar::new()
        .entry("../../escape.txt", Regular, "", secret(1).as_bytes())
        .entry("/tmp/tightlip-absolute.txt", Regular, "", secret(2).as_bytes())
        .entry("dev/sda", Block, "", b"")
        .entry("dev/null", Char, "", b"")
        .entry("run/pipe", Fifo, "", b"")
        .entry("etc/shadow", Link, "../../../../etc/shadow", b"")
        .entry("up", Symlink, "/", b"")
        .entry("up/through.txt", Regular, "", secret(3).as_bytes());
    let layer = layout.layer(Stored::Gzip, "COPY", tar);
    let image = layout.image(&[&layer], |_, _| {});
    layout.tag(&image, "");
    let outcome = scan_image(&oci(&layout.path()));
    let expected = [
        "../../escape.txt 1:5 layer 1 visible",
        "tmp/tightlip-absolute.txt 1:5 layer 1 visible",
        "up/through.txt 1:5 layer 1 visible",
    ];
    assert_eq!(all_placed(&outcome), expected);
    assert_eq!(gaps(&outcome), Vec::<String>::new());
    assert!(!std::path::Path::new("/tmp/tightlip-absolute.txt").exists());
    assert_eq!(fs::read_dir(layout.beside("")).unwrap().count(), before);
}

#[test]
fn bombs_meet_their_limit() {
    let mut layout = Layout::new();
    let zeros = Tar::new().file("zeros", &vec![0; 64 << 20]).file("key", secret(1).as_bytes());
    let layer = layout.layer(Stored::Zstd, "COPY", zeros);
    let image = layout.image(&[&layer], |_, _| {});
    layout.tag(&image, "");
    let limited = scan_images(&[oci(&layout.path())], 2, |options| options.limits.bytes = 1 << 20);
    assert!(gaps(&limited).iter().any(|gap| gap.starts_with("limit-reached")), "{:?}", gaps(&limited));
    let members = scan_images(&[oci(&layout.path())], 2, |options| options.limits.members = 1);
    assert!(gaps(&members).iter().any(|gap| gap.starts_with("limit-reached")), "{:?}", gaps(&members));
}

#[test]
fn of_an_archive_that_breaks_off_anywhere_something_is_told() {
    let mut layout = Layout::new();
    let layer = layout.layer(Stored::Gzip, "COPY", Tar::of(&[("a", &secret(1))]));
    let image = layout.image(&[&layer], |_, _| {});
    layout.tag(&image, "");
    let archive = layout.archive();
    let bytes = fs::read(&archive).unwrap();
    let reference = archive.display().to_string();
    for end in (0..bytes.len() - 1024).step_by(256) {
        fs::write(&archive, &bytes[..end]).unwrap();
        let Ok(Reference::Local(origin)) = Reference::open(&reference) else { continue };
        let targets = vec![Given { text: reference.clone(), origin }];
        let source = Images::new(targets, ImageOptions::default());
        let policy = tightlip::policy::Policy::new(tightlip::policy::PolicyOptions::default()).unwrap();
        let target = tightlip::model::Target { command: "image", names: Vec::new() };
        let options = tightlip::pipeline::Options { threads: 1, limits: Limits::default(), key: None, target };
        let Ok(outcome) = tightlip::pipeline::scan(&source, engine(), &policy, &options, &tightlip::pipeline::Silent)
        else {
            continue;
        };
        assert_ne!(outcome.verdict(), Verdict::Clean, "cut at {end} of {}", bytes.len());
    }
}

#[test]
fn two_files_of_one_name_in_an_archive_are_a_gap() {
    let mut layout = Layout::new();
    let image = layout.image(&[], |_, _| {});
    layout.tag(&image, "");
    let archive = layout.archive();
    let bytes = fs::read(&archive).unwrap();
    let index = fs::read(layout.path().join("index.json")).unwrap();
    let twice = [&bytes[..bytes.len() - 1024], &Tar::new().file("index.json", &index).bytes()[..]].concat();
    fs::write(&archive, twice).unwrap();
    let outcome = scan_image(&archive.display().to_string());
    assert!(outcome.gaps.iter().any(|gap| gap.detail.as_str().contains("same name")), "{:?}", outcome.gaps);
}

#[test]
fn an_image_of_no_layers_or_of_nothing_is_told() {
    let mut layout = Layout::new();
    layout.tag(&json!({"mediaType": INDEX, "digest": "x", "size": 1}), "");
    assert_eq!(scan_image(&oci(&layout.path())).verdict(), Verdict::Incomplete);
    fs::write(layout.path().join("index.json"), r#"{"schemaVersion":2,"manifests":[]}"#).unwrap();
    assert_eq!(scan_image(&oci(&layout.path())).verdict(), Verdict::Incomplete);
}
