//! Credentials where docker and podman keep them.

use data_encoding::BASE64;

use crate::registry::preflight::Home;
use crate::registry::real::{Registry, USER, password};
use crate::registry::tokens::{Manner, Tokens};

fn auths(registry: &str, password: &str) -> String {
    let pair = BASE64.encode(format!("{USER}:{password}").as_bytes());
    format!(r#"{{"auths":{{"{registry}":{{"auth":"{pair}"}}}}}}"#)
}

#[test]
fn every_usual_place_is_looked_in_and_named() {
    let registry = Registry::with_password();
    let image = format!("{}/team/app", registry.host());
    let authority = registry.authority().display().to_string();
    let good = auths(&registry.host(), &password());
    let bad = auths(&registry.host(), "wrong");
    let args = [image.as_str(), "--push", "--ca-file", &authority];

    for place in [".docker/config.json", ".config/containers/auth.json", "run/containers/auth.json"] {
        let home = Home::new();
        home.file(place, &good);
        home.preflight(&args, "", &[]).asserts(0, &[("login", "granted")], &[place]);
    }
    // The nearer place wins, and a file that is named outranks all others.
    let home = Home::new();
    home.file(".docker/config.json", &bad);
    home.file("run/containers/auth.json", &good);
    home.preflight(&args, "", &[]).asserts(0, &[], &["run/containers"]);
    let named = home.file("named.json", &bad);
    home.preflight(&args, "", &[("REGISTRY_AUTH_FILE", &named)]).asserts(
        3,
        &[("login", "refused on identity")],
        &["named.json"],
    );
    let config = home.file("docker/config.json", &good).replace("/config.json", "");
    let home_of_docker = [("DOCKER_CONFIG", config.as_str()), ("XDG_RUNTIME_DIR", "/nowhere")];
    home.preflight(&args, "", &home_of_docker).asserts(0, &[], &["docker/config.json"]);
    let flag = home.file("flag.json", &good);
    let told = home.preflight(&[&args[..], &["--authfile", &flag]].concat(), "", &[("REGISTRY_AUTH_FILE", &named)]);
    told.asserts(0, &[], &["flag.json"]);
    let missing = home.path().join("missing.json").display().to_string();
    let told = home.preflight(&[&args[..], &["--authfile", &missing]].concat(), "", &[]);
    told.asserts(3, &[("login", "refused on identity")], &["missing.json", "cannot be read"]);
    let broken = home.file("broken.json", &format!("{{\"auths\": {} }}", password()));
    let told = home.preflight(&[&args[..], &["--authfile", &broken]].concat(), "", &[]);
    told.asserts(3, &[("login", "refused on identity")], &["broken.json", "line 1"]);
}

#[test]
fn what_skopeo_logs_in_with_is_found() {
    let (home, registry) = (Home::new(), Registry::with_password());
    let file = home.path().join("auth.json").display().to_string();
    let folder = registry.folder.path();
    std::fs::create_dir(folder.join("certs")).unwrap();
    std::fs::copy(registry.authority(), folder.join("certs/ca.crt")).unwrap();
    let certs = folder.join("certs").display().to_string();
    let host = registry.host();
    let args = ["login", "--authfile", &file, "--cert-dir", &certs, "-u", USER, "-p", &password(), &host];
    crate::registry::real::tool("skopeo", &args, folder);
    let authority = registry.authority().display().to_string();
    let told =
        home.preflight(&[&format!("{host}/team/app"), "--push", "--authfile", &file, "--ca-file", &authority], "", &[]);
    told.asserts(0, &[("push", "granted")], &["auth.json"]);
}

#[test]
fn a_helper_is_asked_for_the_registry_and_its_words_stay_with_it() {
    let registry = Registry::with_password();
    let (host, authority) = (registry.host(), registry.authority().display().to_string());
    let image = format!("{host}/team/app");
    let args = [image.as_str(), "--push", "--ca-file", &authority];
    let answer = |user: &str, secret: &str| {
        format!(
            "test \"$1\" = get && test \"$(cat)\" = {host} || exit 1\n\
                 echo '{{\"ServerURL\":\"x\",\"Username\":\"{user}\",\"Secret\":\"{secret}\"}}'"
        )
    };
    let wrong = format!("echo 'internal error: {}'; echo {} >&2; exit 1", password(), password());
    let absent = "echo 'credentials not found in native keychain'; exit 1";
    let cases = [
        ("good", answer(USER, &password()), 0, vec!["docker-credential-good", "accepted"]),
        ("bad", answer(USER, "wrong"), 3, vec!["docker-credential-bad", "does not know"]),
        ("fails", wrong, 3, vec!["docker-credential-fails", "it failed"]),
        ("absent", absent.to_owned(), 3, vec!["wants credentials"]),
        ("chatty", format!("echo {}", password()), 3, vec!["not in the protocol"]),
        ("deaf", "exec 0<&-; exit 0".to_owned(), 3, vec!["not in the protocol"]),
    ];
    for (name, script, status, words) in cases {
        for key in [format!(r#""credsStore":"{name}""#), format!(r#""credHelpers":{{"{host}":"{name}"}}"#)] {
            let home = Home::new();
            home.program(&format!("docker-credential-{name}"), &script);
            home.file(".docker/config.json", &format!("{{{key}}}"));
            home.preflight(&args, "", &[]).asserts(status, &[], &words);
        }
    }
    let home = Home::new();
    home.file(".docker/config.json", r#"{"credsStore":"not-installed"}"#);
    home.preflight(&args, "", &[]).asserts(
        3,
        &[("login", "refused on identity")],
        &["docker-credential-not-installed", "does not start"],
    );
    // Helpers for other registries are left alone.
    let home = Home::new();
    home.program("docker-credential-other", "touch \"$HOME/asked\"");
    home.file(".docker/config.json", r#"{"credHelpers":{"other.example":"other"}}"#);
    home.preflight(&args, "", &[]).asserts(3, &[], &["wants credentials"]);
    assert!(!home.path().join("asked").exists());
}

#[test]
fn tokens_in_place_of_passwords_are_exchanged_or_sent_as_they_are() {
    let (home, tokens) = (Home::new(), Tokens::start(Manner::Less));
    let registry = Registry::with_tokens(&tokens);
    let (host, image) = (registry.host(), format!("{}/team/app", registry.host()));
    let entry = |text: &str| format!(r#"{{"auths":{{"{host}":{{{text}}}}}}}"#);
    let cases = [
        (format!(r#""identitytoken":"{}""#, password()), 0, "accepted"),
        (r#""identitytoken":"stale""#.to_owned(), 3, "does not know"),
        (format!(r#""registrytoken":"{}""#, tokens.token("alice", "team/app")), 0, "accepted"),
        (format!(r#""registrytoken":"{}""#, tokens.token("bob", "team/app")), 3, "granted: pull"),
        (r#""registrytoken":"nonsense""#.to_owned(), 3, "identity"),
    ];
    for (text, status, word) in cases {
        let file = home.file("auth.json", &entry(&text));
        home.preflight(&[&image, "--push", "--authfile", &file], "", &[]).asserts(status, &[], &[word]);
    }
    // A helper may keep such a token, too.
    home.program(
        "docker-credential-idp",
        &format!("echo '{{\"Username\":\"<token>\",\"Secret\":\"{}\"}}'", password()),
    );
    let file = home.file("helped.json", r#"{"credsStore":"idp"}"#);
    home.preflight(&[&image, "--push", "--authfile", &file], "", &[]).asserts(
        0,
        &[("push", "granted")],
        &["docker-credential-idp"],
    );
}
