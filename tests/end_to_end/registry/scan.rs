//! `tightlip image` on images in registries, from end to end.

use std::sync::OnceLock;

use serde_json::json;

use crate::common::{B62, gzip, random, tar};
use crate::registry::http::{Reply, Server};
use crate::registry::image::{self, INDEX, MANIFEST, digest};
use crate::registry::preflight::{Home, Told};
use crate::registry::real::{Registry, USER, password};
use crate::registry::tokens::{Manner, Tokens};

/// A layer with a password in it, the same at every call.
fn layer() -> &'static [u8] {
    static LAYER: OnceLock<Vec<u8>> = OnceLock::new();
    LAYER.get_or_init(|| {
        let text = format!("password = \"{}\"\n", random(B62, 14, 11));
        gzip(&tar(&[("app/settings.py", text.as_bytes()), ("app/readme", b"nothing here\n")]))
    })
}

const CONFIG: &[u8] = br#"{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[]}}"#;

fn manifest() -> String {
    let blob = |kind: &str, bytes: &[u8]| {
        let media_type = format!("application/vnd.oci.image.{kind}");
        json!({"mediaType": media_type, "digest": digest(bytes), "size": bytes.len()})
    };
    json!({
        "schemaVersion": 2, "mediaType": MANIFEST, "config": blob("config.v1+json", CONFIG),
        "layers": [blob("layer.v1.tar+gzip", layer())],
    })
    .to_string()
}

fn push(registry: &Registry, repository: &str) {
    image::push_blob(registry, repository, CONFIG);
    image::push_blob(registry, repository, layer());
    image::push_manifest(registry, repository, "v1", MANIFEST, &manifest());
}

fn scan(home: &Home, args: &[&str], stdin: &str) -> Told {
    home.run("image", &[&["--no-config"], args].concat(), stdin, &[])
}

#[test]
fn an_image_is_scanned_where_it_stands() {
    let (home, registry) = (Home::new(), Registry::open());
    push(&registry, "team/app");
    image::push_manifest(&registry, "team/app", "all", INDEX, &image::index(&[manifest()]));
    for tag in ["v1", "all"] {
        let told = scan(&home, &[&format!("{}/team/app:{tag}", registry.host())], "");
        told.asserts(1, &[], &["app/settings.py", "password", &digest(manifest().as_bytes())]);
    }
    // By digest, and two names of one image: found once.
    let names = [format!("team/app@{}", digest(manifest().as_bytes())), "team/app:v1".to_owned()];
    let names = names.map(|name| format!("docker://{}/{name}", registry.host()));
    let told = scan(&home, &["--quiet", "--format", "json", &names[0], &names[1]], "");
    told.asserts(1, &[], &[]);
    let report: serde_json::Value = serde_json::from_str(&told.text).unwrap();
    assert_eq!(report["findings"].as_array().unwrap().len(), 1, "{}", told.text);
}

#[test]
fn a_registry_that_wants_to_know_is_told_and_only_as_much_as_it_needs() {
    let (home, tokens) = (Home::new(), Tokens::start(Manner::Denied));
    let open = Registry::open();
    push(&open, "team/app");
    let registry = Registry::with_tokens_over(&tokens, &open);
    let image = format!("{}/team/app:v1", registry.host());
    let login = ["--username", "bob", "--password-stdin", &image];
    scan(&home, &login, &password()).asserts(1, &[], &["app/settings.py"]);
    assert!(tokens.server.seen().iter().all(|request| !request.path.contains("push")));
    scan(&home, &login, "wrong").asserts(
        2,
        &[],
        &["identity: ", "does not know the credentials", "nothing was scanned"],
    );
    scan(&home, &[&image], "").asserts(2, &[], &["identity: ", "wants credentials"]);
    let other = format!("{}/other/app", registry.host());
    let told = scan(&home, &["--username", "bob", "--password-stdin", &other], &password());
    told.asserts(2, &[], &["permission: ", "not all of what is needed is granted on other/app"]);
    // A password is for one registry.
    let both = ["--username", "bob", "--password-stdin", &image, "registry.example/app"];
    scan(&home, &both, &password()).asserts(2, &[], &["--username is for one registry"]);
}

/// A registry that has the image, and answers so when asked for its layer.
fn unruly(answer: fn() -> Reply) -> Server {
    Server::start(move |request| match request.path.as_str() {
        path if path.contains("/manifests/v1") => Reply::new(200, manifest()).with("Content-Type", MANIFEST),
        path if path.ends_with(&digest(CONFIG)) => Reply::new(200, CONFIG),
        path if path.ends_with(&digest(layer())) => answer(),
        "/v2/" => Reply::new(200, "{}"),
        _ => Reply::new(404, ""),
    })
}

/// An answer, and what comes of it: status and a word in the report.
type Case = (fn() -> Reply, i32, &'static str);

#[test]
fn a_layer_that_does_not_come_as_it_should_is_a_gap() {
    let cases: [Case; 8] = [
        (|| Reply::new(200, layer()), 1, "app/settings.py"),
        (|| Reply::new(404, ""), 3, "missing"),
        (|| Reply::new(403, ""), 3, "unreadable"),
        (|| Reply::new(500, ""), 3, "status 500"),
        (|| Reply::new(429, "").with("Retry-After", "3600"), 3, "3600 s of peace"),
        (|| Reply::new(200, &layer()[..20]).claiming(layer().len()), 3, "broke off"),
        (|| Reply::new(200, &layer()[..20]).claiming(layer().len()).stalling(), 3, "next to nothing for 2 s"),
        (|| Reply::new(200, vec![7; layer().len()]), 3, "sha256"),
    ];
    for (answer, status, word) in cases {
        let (home, server) = (Home::new(), unruly(answer));
        let timeout = if word.contains("for 2 s") { "2" } else { "30" };
        let told = scan(&home, &["--timeout", timeout, &format!("{}/team/app:v1", server.host())], "");
        told.asserts(status, &[], &[word]);
    }
}

#[test]
fn what_is_no_name_of_an_image_is_refused_and_not_repeated() {
    let home = Home::new();
    let pasted = format!("{USER}:{}@registry.example/app", password());
    for (text, word) in
        [(pasted.as_str(), "@registry.example/app"), ("build.tar", "no such file"), ("./x", "no such file")]
    {
        scan(&home, &[text], "").asserts(2, &[], &[word, "nothing was scanned"]);
    }
    assert!(home.path().join("receipt.json").metadata().is_err());
}
