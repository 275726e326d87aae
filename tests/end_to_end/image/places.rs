//! A secret in each place an image can have one: found there, and once.

use serde_json::json;

use super::maker::*;
use super::*;

/// An image with a secret of its own, by number, in every place; and where each is to be found.
fn everywhere() -> (Layout, Vec<String>) {
    let mut layout = Layout::new();
    let base = Tar::of(&[("app/file.txt", &secret(1)), ("app/gone.txt", &secret(2))]);
    let nested = common::gzip(&common::tar(&[("in/side.txt", secret(3).as_bytes())]));
    let second = Tar::new()
        .file("app/.wh.gone.txt", b"")
        .file("app/data.tgz", &nested)
        .entry("app/link", tar::EntryType::Symlink, &token(4), b"")
        .entry("app/hard", tar::EntryType::Link, &token(5), b"")
        .file(&format!("app/x {}", token(6)), b"nothing")
        .folder(&format!("app/{}/", token(7)));
    let layers = [
        layout.layer(Stored::Gzip, "COPY app /app", base),
        layout.layer(Stored::ZstdFrames, &format!("|1 KEY={} /bin/sh -c make", token(8)), second),
    ];
    let image = layout.image(&layers.each_ref(), |config, manifest| {
        let inner = &mut config["config"];
        inner["Env"] = json!(["PATH=/bin", format!("A={}", token(9)), "DB_PASSWORD=Gr8umpy-Walrus!7"]);
        inner["Cmd"] = json!(["run", format!("--with={}", token(10))]);
        inner["Entrypoint"] = json!(["sh", "--password", "Gr8umpy-Walrus!8"]);
        inner["Labels"] = json!({"com.example.a": token(11)});
        inner["OnBuild"] = json!([format!("RUN x {}", token(12))]);
        inner["Healthcheck"] = json!({"Test": ["CMD", "curl", token(13)]});
        config["author"] = json!(token(14));
        config["history"][0]["comment"] = json!(token(15));
        config["x-of-a-builder"] = json!({"deep": [{"er": token(16)}]});
        manifest["annotations"] = json!({"a.note": token(17)});
        manifest["layers"][0]["annotations"] = json!({"b.note": token(18)});
    });
    let statement = layout.blob("application/vnd.in-toto+json", json!({"predicate": token(19)}).to_string().as_bytes());
    let attestation = json!({"schemaVersion": 2, "mediaType": MANIFEST, "layers": [statement],
        "config": layout.blob("application/vnd.oci.image.config.v1+json", b"{}")});
    let mut attestation = layout.document(MANIFEST, &attestation);
    attestation["platform"] = json!({"os": "unknown", "architecture": "unknown"});
    let mut index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": [image, attestation]});
    index["annotations"] = json!({"c.note": token(20)});
    let index = layout.document(INDEX, &index);
    layout.tag(&index, &format!("v1-{}", token(21)));
    let statement = sha256(json!({"predicate": token(19)}).to_string().as_bytes());
    let expected = [
        "app/******** 1:5 layer 2 visible".to_owned(),
        "app/x ******** 1:3 layer 2 visible".to_owned(),
        "app/data.tgz!in/side.txt 1:5 layer 2 visible".to_owned(),
        "app/file.txt 1:5 layer 1 visible".to_owned(),
        "app/gone.txt 1:5 layer 1 deleted in 2".to_owned(),
        "app/hard 1:1 layer 2 visible".to_owned(),
        "app/link 1:1 layer 2 visible".to_owned(),
        "config:Cmd[1] 1:8".to_owned(),
        "config:Entrypoint[2] 1:1".to_owned(),
        "config:Env[1] 1:3".to_owned(),
        "config:Env[2] 1:13".to_owned(),
        "config:Healthcheck.Test[2] 1:1".to_owned(),
        "config:Labels.com.example.a 1:15".to_owned(),
        "config:OnBuild[0] 1:7".to_owned(),
        "config:author 1:1".to_owned(),
        "config:history[0].comment 1:1".to_owned(),
        "config:history[1].created_by 1:8".to_owned(),
        "config:x-of-a-builder.deep[0].er 1:4".to_owned(),
        "index:annotations.c.note 1:8".to_owned(),
        "index:manifests[0].annotations.org.opencontainers.image.ref.name 1:38".to_owned(),
        format!("blob {} 1:15", &statement[..19]),
        "manifest:annotations.a.note 1:8".to_owned(),
        "manifest:layers[0].annotations.b.note 1:8".to_owned(),
    ];
    (layout, expected.to_vec())
}

#[test]
fn a_secret_is_found_in_every_place_and_once() {
    let (layout, mut expected) = everywhere();
    let outcome = scan_image(&oci(&layout.path()));
    // A folder's name begins at its start.
    expected[0] = "app/******** 1:1 layer 2 visible".to_owned();
    expected.sort();
    assert_eq!(all_placed(&outcome), expected);
    assert_eq!(gaps(&outcome), Vec::<String>::new());
}

#[test]
fn a_finding_leads_to_its_image_layer_and_instruction() {
    let mut layout = Layout::new();
    let layers = [
        layout.layer(Stored::Plain, "FROM scratch", Tar::of(&[("a", "nothing")])),
        layout.layer(Stored::Gzip, "RUN |1 K=v /bin/sh -c make # buildkit", Tar::of(&[("b", &secret(1))])),
    ];
    let image = layout.image(&layers.each_ref(), |config, _| {
        config["architecture"] = json!("arm64");
        config["variant"] = json!("v8");
        let empty = json!({"created_by": "ENV A=b", "empty_layer": true});
        config["history"].as_array_mut().unwrap().insert(1, empty);
    });
    layout.tag(&image, "v1");
    let outcome = scan_image(&format!("{}:v1", oci(&layout.path())));
    let [finding] = &outcome.findings[..] else { panic!("{:?}", all_placed(&outcome)) };
    let image_of = finding.image.as_ref().unwrap();
    let layer = image_of.layer.as_ref().unwrap();
    assert_eq!(image_of.digest, image["digest"].as_str().unwrap());
    assert_eq!(image_of.platform.as_ref().unwrap().as_str(), "linux/arm64/v8");
    assert!(image_of.name.as_str().ends_with("l:v1"));
    assert_eq!((layer.number, layer.of, layer.base), (2, 2, false));
    assert_eq!(layer.digest, layers[1].descriptor["digest"].as_str().unwrap());
    assert_eq!(layer.instruction.as_ref().unwrap().as_str(), "RUN make");
    let notes: Vec<&str> = outcome.notes.iter().map(|note| note.text.as_str()).collect();
    assert!(notes.iter().any(|note| note.contains(image["digest"].as_str().unwrap())), "{notes:?}");
}

#[test]
fn an_instruction_shows_no_secret_of_its_own() {
    let mut layout = Layout::new();
    let made_by = format!("RUN curl -H 'Authorization: Bearer {}' -d password=hunter2hunter", token(3));
    let layer = layout.layer(Stored::Plain, &made_by, Tar::of(&[("b", &secret(1))]));
    let image = layout.image(&[&layer], |_, _| {});
    layout.tag(&image, "");
    let outcome = scan_image(&oci(&layout.path()));
    let layers = outcome.findings.iter().filter_map(|f| f.image.as_ref()?.layer.as_ref());
    let told: Vec<&str> = layers.map(|layer| layer.instruction.as_ref().unwrap().as_str()).collect();
    assert!(!told.is_empty() && told.iter().all(|text| text.starts_with("RUN curl")), "{told:?}");
    assert!(told.iter().all(|text| !text.contains("tlt_") && !text.contains("hunter2")), "{told:?}");
}

#[test]
fn keys_and_their_secrets_are_seen_together_in_an_environment() {
    let mut layout = Layout::new();
    let id = ["AK", "IA", "QWERTYUIOPASDFGH"].concat();
    let key = random(B62, 40, 77);
    let image = layout.image(&[], |config, _| {
        config["config"]["Env"] = json!([format!("AWS_ACCESS_KEY_ID={id}"), format!("AWS_SECRET_ACCESS_KEY={key}")]);
    });
    layout.tag(&image, "");
    let found = all_placed(&scan_image(&oci(&layout.path())));
    assert!(found.contains(&"config:Env[1] 1:23".to_owned()), "{found:?}");
}

#[test]
fn layers_that_are_shared_are_scanned_once() {
    let mut layout = Layout::new();
    let big: String = (0..50).map(|i| format!("line {i}: {}", filler(1000))).collect();
    let shared = layout.layer(Stored::Gzip, "COPY a", Tar::of(&[("a", &secret(1)), ("big", &big)]));
    let one = layout.image(&[&shared], |config, _| config["n"] = json!(0));
    layout.tag(&one, "t0");
    let single = scan_image(&oci(&layout.path()));
    for i in 1..10 {
        let own = layout.layer(Stored::Gzip, "COPY b", Tar::of(&[("b", &i.to_string())]));
        let image = layout.image(&[&shared, &own], |config, _| config["n"] = json!(i));
        layout.tag(&image, &format!("t{i}"));
    }
    let together = scan_image(&oci(&layout.path()));
    let tags: Vec<String> = (0..10).map(|i| format!("{}:t{i}", oci(&layout.path()))).collect();
    for outcome in [&together, &scan_images(&tags, 2, |_| {})] {
        assert_eq!(all_placed(outcome), ["a 1:5 layer 1 visible"]);
        assert_eq!(outcome.findings[0].image.as_ref().unwrap().images, 10);
        let (all, alone) = (outcome.coverage.scanned.bytes, single.coverage.scanned.bytes);
        assert!(all < alone + 20_000, "{all} bytes, and {alone} for one");
    }
}

#[test]
fn platforms_are_all_scanned_or_the_one_that_is_asked_for() {
    let mut layout = Layout::new();
    let mut entries = Vec::new();
    for (i, architecture) in ["amd64", "arm64"].iter().enumerate() {
        let layer = layout.layer(Stored::Gzip, "COPY", Tar::of(&[(architecture, &secret(i as u64))]));
        let mut image = layout.image(&[&layer], |config, _| config["architecture"] = json!(architecture));
        image["platform"] = json!({"os": "linux", "architecture": architecture});
        entries.push(image);
    }
    let index = layout.document(INDEX, &json!({"schemaVersion": 2, "manifests": entries}));
    layout.tag(&index, "v1");
    let reference = [format!("{}:v1", oci(&layout.path()))];
    let both = scan_images(&reference, 2, |_| {});
    assert_eq!(all_placed(&both), ["amd64 1:5 layer 1 visible", "arm64 1:5 layer 1 visible"]);
    let one = scan_images(&reference, 2, |options| options.platform = platform("linux/arm64"));
    assert_eq!(all_placed(&one), ["arm64 1:5 layer 1 visible"]);
    assert!(one.exclusions.iter().any(|e| e.reason == "--platform linux/arm64"), "{:?}", one.exclusions);
    let none = scan_images(&reference, 2, |options| options.platform = platform("linux/s390x"));
    assert!(gaps(&none).iter().any(|gap| gap.starts_with("missing")), "{:?}", gaps(&none));
}

#[test]
fn layers_of_a_base_image_are_told_apart_and_not_skipped() {
    let mut layout = Layout::new();
    let base = layout.layer(Stored::Gzip, "base", Tar::of(&[("base.txt", &secret(1))]));
    let again = Layout::new().layer(Stored::Zstd, "base", Tar::of(&[("base.txt", &secret(1))]));
    let own = layout.layer(Stored::Gzip, "own", Tar::of(&[("own.txt", &secret(2))]));
    let base_image = layout.image(&[&base], |_, _| {});
    let annotated = layout.image(&[&base, &own], |_, manifest| {
        manifest["annotations"] = json!({"org.opencontainers.image.base.digest": base_image["digest"]});
    });
    layout.tag(&base_image, "base");
    layout.tag(&annotated, "own");
    let marks = |outcome: &Outcome| -> Vec<(String, bool)> {
        let layer =
            |f: &Finding| (f.place.shown().into_string(), f.image.as_ref().unwrap().layer.as_ref().unwrap().base);
        outcome
            .findings
            .iter()
            .filter(|f| f.image.as_ref().unwrap().name.as_str().ends_with("own"))
            .map(layer)
            .collect()
    };
    let both = scan_image(&oci(&layout.path()));
    assert!(marks(&both).contains(&("own.txt".to_owned(), false)));
    // The base may be compressed otherwise: its layers are told by their content.
    let mut elsewhere = Layout::new();
    std::fs::write(elsewhere.blob_path(again.descriptor["digest"].as_str().unwrap()), b"").unwrap();
    let other = elsewhere.image(&[&again], |_, _| {});
    elsewhere.tag(&other, "");
    let reference = [format!("{}:own", oci(&layout.path()))];
    let outcome = scan_images(&reference, 2, |options| options.bases = given(&[oci(&elsewhere.path())]));
    assert_eq!(marks(&outcome), [("base.txt".to_owned(), true), ("own.txt".to_owned(), false)]);
}

#[test]
fn what_refers_to_an_image_is_scanned_with_it() {
    let mut layout = Layout::new();
    let layer = layout.layer(Stored::Gzip, "COPY", Tar::of(&[("a", "nothing")]));
    let image = layout.image(&[&layer], |_, _| {});
    layout.tag(&image, "v1");
    let sbom = layout.blob("application/spdx+json", secret(5).as_bytes());
    let config = layout.blob("application/vnd.oci.empty.v1+json", b"{}");
    let referrer =
        json!({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [sbom], "subject": image});
    let referrer = layout.document(MANIFEST, &referrer);
    layout.tag(&referrer, "");
    let outcome = scan_image(&format!("{}:v1", oci(&layout.path())));
    assert_eq!(outcome.findings.len(), 1, "{:?}", all_placed(&outcome));
}

#[test]
fn every_report_tells_the_place_and_none_the_secret() {
    let (layout, _) = everywhere();
    let written = tempfile::tempdir().unwrap();
    let file = |format: &str| written.path().join(format);
    let formats: Vec<&str> = tightlip::reporters::Format::ALL.iter().map(|format| format.as_str()).collect();
    let outputs = formats.iter().flat_map(|f| ["--output".to_owned(), format!("{f}={}", file(f).display())]);
    let output = command(&layout.path(), &["image", "-v", "--rules"])
        .arg(pack())
        .args(outputs)
        .arg(oci(&layout.path()))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", all_output(&output));
    let mut all = vec![("standard output", all_output(&output))];
    all.extend(formats.iter().map(|format| (*format, std::fs::read_to_string(file(format)).unwrap())));
    for (format, text) in all {
        for seed in 1..=21 {
            let value = token(seed);
            for piece in value.as_bytes()[4..].windows(6).map(|piece| std::str::from_utf8(piece).unwrap()) {
                assert!(!text.contains(piece), "{format}: a piece of secret {seed}");
            }
        }
        assert!(!text.contains("Walrus"), "{format}");
        if !matches!(format, "junit" | "github") {
            assert!(text.contains("app/gone.txt"), "{format}");
        }
    }
}
