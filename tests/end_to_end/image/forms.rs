//! The forms an image comes in, and the ways to scan it: the same bytes give the same findings.

use std::fs;

use serde_json::json;

use super::maker::*;
use super::*;

/// Layers with files of all sizes: small ones, one that is held whole, one that is read in windows, many.
fn layers() -> Vec<Vec<(String, Vec<u8>)>> {
    let text = |n: usize, seed| [filler(n / 2), secret(seed), filler(n / 2)].concat().into_bytes();
    let many = (0..300).map(|i| (format!("many/{}/f{i}", i % 7), text(3000, if i % 50 == 0 { i } else { 1000 })));
    let sized = [("big.txt", 6 << 20, 1), ("whole.txt", 3 << 20, 2), ("small.txt", 100, 3)];
    vec![
        many.collect(),
        sized.iter().map(|(name, n, seed)| ((*name).to_owned(), text(*n, *seed))).collect(),
        vec![
            ("a/inner.zip".to_owned(), common::zip(&[("x/y.txt", secret(4).as_bytes())])),
            ("a/inner.tgz".to_owned(), common::gzip(&common::tar(&[("z.txt", secret(5).as_bytes())]))),
            ("empty".to_owned(), Vec::new()),
            (".env".to_owned(), b"DB_PASSWORD=Gr8umpy-Walrus!7\n".to_vec()),
        ],
    ]
}

fn tar_of(files: &[(String, Vec<u8>)]) -> Tar {
    files.iter().fold(Tar::new(), |tar, (name, content)| tar.file(name, content))
}

fn layout_of(stored: Stored) -> Layout {
    let mut layout = Layout::new();
    let layers: Vec<Layer> = layers().iter().map(|files| layout.layer(stored, "COPY", tar_of(files))).collect();
    let image = layout.image(&layers.iter().collect::<Vec<_>>(), |_, _| {});
    layout.tag(&image, "v1");
    layout
}

#[test]
fn packed_is_unpacked() {
    let folder = layers().iter().flatten().fold(Tree::new(), |tree, (name, content)| tree.file(name, content));
    let expected = scan(folder.path());
    assert!(expected.findings.len() > 10 && expected.gaps.is_empty());
    let told = |outcome: &Outcome| -> Vec<String> {
        outcome.findings.iter().map(|f| format!("{} {}", f.place.shown(), common::told(f))).collect()
    };
    for stored in Stored::ALL {
        let outcome = scan_image(&oci(&layout_of(stored).path()));
        assert_eq!(told(&outcome), told(&expected), "{stored:?}");
        assert_eq!(gaps(&outcome), Vec::<String>::new(), "{stored:?}");
    }
}

#[test]
fn one_thread_or_many_say_the_same() {
    let layout = layout_of(Stored::Gzip);
    let report = |threads: &str| {
        let args = ["image", "--format", "json", "--threads", threads, "--rules"];
        let output = command(&layout.path(), &args).arg(pack()).arg(oci(&layout.path())).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", all_output(&output));
        output.stdout
    };
    let one = report("1");
    for threads in ["2", "3", "8"] {
        assert_eq!(report(threads), one, "{threads} threads");
    }
}

#[test]
fn every_form_of_an_image_gives_the_same_findings() {
    let layout = layout_of(Stored::Plain);
    let layers: Vec<Vec<u8>> = layers().iter().map(|files| tar_of(files).bytes()).collect();
    let diff_ids: Vec<String> = layers.iter().map(|layer| sha256(layer)).collect();
    let config = json!({"os": "linux", "architecture": "amd64", "rootfs": {"diff_ids": diff_ids}});
    let saved = docker_save(&layout.beside(""), "app:v1", &config, &layers);
    let compressed = compressed_save(&layout.beside(""), "app:v1", &config, &layers);
    let archive = layout.archive();
    let squeezed = layout.beside("image.tar.gz");
    fs::write(&squeezed, common::gzip(&fs::read(&archive).unwrap())).unwrap();
    let saved_squeezed = layout.beside("saved.tar.zst");
    fs::write(&saved_squeezed, zstd::encode_all(&fs::read(&saved).unwrap()[..], 1).unwrap()).unwrap();
    let expected = all_placed(&scan_image(&oci(&layout.path())));
    assert!(expected.len() > 10);
    let forms = [
        format!("{}:v1", oci(&layout.path())),
        layout.path().display().to_string(),
        format!("oci-archive:{}", archive.display()),
        format!("oci-archive:{}:v1", archive.display()),
        archive.display().to_string(),
        format!("oci-archive:{}", squeezed.display()),
        format!("docker-archive:{}", saved.display()),
        format!("docker-archive:{}:app:v1", saved.display()),
        saved.display().to_string(),
        compressed.display().to_string(),
        format!("docker-archive:{}", saved_squeezed.display()),
        saved_squeezed.display().to_string(),
    ];
    for form in forms {
        let outcome = scan_image(&form);
        assert_eq!(all_placed(&outcome), expected, "{form}");
        assert_eq!(gaps(&outcome), Vec::<String>::new(), "{form}");
    }
}

#[test]
fn an_archive_is_looked_at_beside_its_images_too() {
    let layout = layout_of(Stored::Gzip);
    layout.blob("application/json", secret(77).as_bytes());
    fs::write(layout.path().join("notes.txt"), secret(78)).unwrap();
    let archive = layout.archive();
    let beside = |reference: &str| {
        let outcome = scan_image(reference);
        outcome.findings.iter().filter(|f| f.image.is_none()).count()
    };
    assert_eq!(beside(&format!("oci-archive:{}", archive.display())), 2);
    let squeezed = layout.beside("image.tar.gz");
    fs::write(&squeezed, common::gzip(&fs::read(&archive).unwrap())).unwrap();
    assert_eq!(beside(&format!("oci-archive:{}", squeezed.display())), 2);
    // Whoever names one image means it alone.
    assert_eq!(beside(&format!("oci-archive:{}:v1", archive.display())), 0);
}

#[test]
fn an_archive_in_both_forms_is_read_as_the_engine_reads_it() {
    let layout = Layout::new();
    let tar = Tar::of(&[("key", &secret(1))]).bytes();
    let config = json!({"os": "linux", "architecture": "amd64", "rootfs": {"diff_ids": [sha256(&tar)]},
        "config": {"Env": [format!("A={}", token(2))]}});
    let config = layout.document("application/vnd.docker.container.image.v1+json", &config);
    let layer = layout.blob("application/vnd.docker.image.rootfs.diff.tar", &tar);
    let file =
        |descriptor: &serde_json::Value| format!("blobs/{}", descriptor["digest"].as_str().unwrap().replace(':', "/"));
    let saved = json!([{"Config": file(&config), "RepoTags": ["app:v1"], "Layers": [file(&layer)]}]);
    fs::write(layout.path().join("manifest.json"), saved.to_string()).unwrap();
    // The index of such an archive may name platforms that were not saved.
    let gone = json!({"mediaType": MANIFEST, "digest": format!("sha256:{}", "0".repeat(64)), "size": 5});
    fs::write(layout.path().join("index.json"), json!({"manifests": [gone]}).to_string()).unwrap();
    let archive = layout.archive();
    for reference in [archive.display().to_string(), format!("docker-archive:{}:app:v1", archive.display())] {
        let outcome = scan_image(&reference);
        assert_eq!(all_placed(&outcome), ["config:Env[0] 1:3", "key 1:5 layer 1 visible"], "{reference}");
        assert_eq!(gaps(&outcome), Vec::<String>::new());
    }
}

#[test]
fn policy_is_the_users_and_marks_in_an_image_are_not_obeyed() {
    let mut layout = Layout::new();
    let marked = format!("use {} here # tightlip:allow e2e-token because\n", token(1));
    let files = [
        ("own/marked.txt", marked.as_str()),
        ("vendor/x.txt", &secret(2)),
        ("tightlip.toml", "[gate]\nblock = \"confirmed\"\n"),
    ];
    let layer = layout.layer(Stored::Gzip, "COPY", Tar::of(&files));
    let image = layout.image(&[&layer], |_, _| {});
    layout.tag(&image, "");
    let here = Tree::of("tightlip.toml", "[[exclude]]\npaths = [\"vendor/**\"]\nreason = \"not ours\"\n");
    let output = command(here.path(), &["image", "--format", "json", "--rules"])
        .arg(pack())
        .arg(oci(&layout.path()))
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{report:#}");
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(
        (findings.len(), findings[0]["path"].as_str(), findings[0]["blocks"].as_bool()),
        (1, Some("own/marked.txt"), Some(true))
    );
    assert_eq!(report["exclusions"][0]["path"], "vendor/x.txt");
}

#[test]
fn what_is_no_image_is_an_error_with_a_next_step() {
    let here =
        Tree::new().file("plain.txt", "text").file("folder/a.txt", "x").file("a.tar", common::tar(&[("x", b"y")]));
    let cases: &[(&str, &str)] = &[
        ("oci:gone", "no such file or folder"),
        ("./gone", "no such file or folder"),
        ("gone.tar.gz", "docker://NAME"),
        ("plain.txt", "neither a tar archive"),
        ("folder", "`tightlip dir`"),
        ("oci:plain.txt", "oci-archive:"),
        ("oci-archive:folder", "write oci:"),
        ("oci-archive:a.tar", "no index.json"),
        ("docker-archive:a.tar", "no manifest.json"),
        ("containers-storage:x", "skopeo copy"),
    ];
    for (reference, told) in cases {
        let output = command(here.path(), &["image", reference]).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{reference}: {stderr}");
        assert!(stderr.contains(told), "{reference}: {stderr}");
    }
    let layout = layout_of(Stored::Gzip);
    for (reference, told) in [
        (format!("{}:v2", oci(&layout.path())), "there are v1"),
        (format!("--platform=x {}", oci(&layout.path())), "linux/arm64"),
    ] {
        let output = command(here.path(), &["image"]).args(reference.split(' ')).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{reference}");
        assert!(all_output(&output).contains(told), "{reference}: {}", all_output(&output));
    }
}
