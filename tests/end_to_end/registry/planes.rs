//! Every refusal of the real servers, with its plane.

use crate::registry::image;
use crate::registry::preflight::Home;
use crate::registry::real::{Registry, USER, password};
use crate::registry::tokens::{Manner, Tokens};

const GRANTED: &str = "granted";
const SKIPPED: &str = "skipped";
const IDENTITY: &str = "refused on identity";
const PERMISSION: &str = "refused on permission";
const NEITHER: &str = "refused on neither";

#[test]
fn an_open_registry_grants_all_and_nothing_is_left_there() {
    let (home, registry) = (Home::new(), Registry::open());
    image::push(&registry, "team/app", "v1", b"layer");
    let image = format!("{}/team/app:v1", registry.host());
    let told = home.preflight(&[&image, "--push"], "", &[]);
    let checks = [("reach", GRANTED), ("login", GRANTED), ("pull", GRANTED), ("push", GRANTED)];
    told.asserts(0, &checks, &["plain HTTP", "wants no credentials", "begun and cancelled", "sha256:"]);
    assert_eq!(registry.uploads("team/app"), 0, "the upload was cancelled");
    assert_eq!(told.receipt["granted"], true);
    assert_eq!(told.receipt["reference"], image);

    let missing = format!("{}/team/app:v2", registry.host());
    home.preflight(&[&missing], "", &[]).asserts(3, &[("login", GRANTED), ("pull", NEITHER)], &["is not there"]);
    home.preflight(&[&missing, "--push"], "", &[]).asserts(0, &checks, &["is not there yet"]);
    let new = format!("{}/fresh/repository", registry.host());
    home.preflight(&[&new, "--push"], "", &[]).asserts(0, &checks, &["is not there yet"]);
    // Credentials that nobody asks for stay here.
    let told = home.login(USER, &password(), &[&image]);
    told.asserts(0, &[("login", GRANTED)], &["those from --username were not sent"]);
}

#[test]
fn passwords_are_asked_for_and_told_apart() {
    let (home, registry) = (Home::new(), Registry::with_password());
    let image = format!("{}/team/app:v1", registry.host());
    let authority = registry.authority().display().to_string();
    let trusting = ["--push", "--ca-file", &authority, &image];

    let told = home.login(USER, &password(), &["--push", &image]);
    told.asserts(
        3,
        &[("reach", IDENTITY), ("login", SKIPPED)],
        &["certificate", "no authority that is trusted", "--ca-file"],
    );
    let told = home.preflight(&trusting, "", &[]);
    told.asserts(3, &[("reach", GRANTED), ("login", IDENTITY), ("pull", SKIPPED)], &["wants credentials", "looked in"]);
    let told = home.login(USER, &format!("{}x", password()), &trusting);
    told.asserts(3, &[("login", IDENTITY)], &["does not know the credentials from --username"]);
    let told = home.login("mallory", &password(), &trusting);
    told.asserts(3, &[("login", IDENTITY)], &["does not know"]);
    let told = home.login(USER, &password(), &trusting);
    told.asserts(
        0,
        &[("reach", GRANTED), ("login", GRANTED), ("pull", GRANTED), ("push", GRANTED)],
        &["TLS", "accepted"],
    );
    assert_eq!(told.receipt["credentials"], "--username");
    assert_eq!(registry.uploads("team/app"), 0);
    // What speaks TLS gets no credentials in the open.
    let told = home.login(USER, &password(), &["--plain-http", &image]);
    assert_eq!(told.status, 3, "{}", told.text);
}

#[test]
fn a_certificate_for_another_name_is_a_matter_of_identity() {
    let (home, registry) = (Home::new(), Registry::with_password_at("127.0.0.2"));
    let authority = registry.authority().display().to_string();
    let told = home.login(USER, &password(), &["--ca-file", &authority, &format!("{}/app", registry.host())]);
    told.asserts(3, &[("reach", IDENTITY), ("login", SKIPPED)], &["is not trusted: it is for another name"]);
}

#[test]
fn tokens_tell_who_asks_from_what_is_granted() {
    let (home, tokens) = (Home::new(), Tokens::start(Manner::Less));
    let registry = Registry::with_tokens(&tokens);
    let at = |name: &str| format!("{}/{name}", registry.host());
    let (team, public, other) = (at("team/app"), at("public/app"), at("other/app"));

    let told = home.login("alice", &password(), &["--push", &team]);
    told.asserts(0, &[("login", GRANTED), ("pull", GRANTED), ("push", GRANTED)], &["\"push\""]);
    let told = home.login("bob", &password(), &["--push", &team]);
    let words = ["asked: pull,push; granted: pull", "--username", "have this action granted"];
    told.asserts(3, &[("login", GRANTED), ("pull", GRANTED), ("push", PERMISSION)], &words);
    assert_eq!(told.receipt["checks"][3]["asked"], "repository:team/app:pull,push");
    assert_eq!(told.receipt["checks"][3]["granted"], serde_json::json!(["pull"]));
    let told = home.login("alice", &password(), &["--push", &other]);
    told.asserts(3, &[("login", GRANTED), ("pull", PERMISSION), ("push", SKIPPED)], &["granted: nothing"]);
    let told = home.login("alice", "wrong", &[&team]);
    told.asserts(3, &[("login", IDENTITY), ("pull", SKIPPED)], &["does not know the credentials"]);

    home.preflight(&[&public, "--push"], "", &[]).asserts(3, &[("login", GRANTED), ("push", IDENTITY)], &["strangers"]);
    let told = home.preflight(&[&team], "", &[]);
    told.asserts(3, &[("pull", IDENTITY)], &["wants credentials", "registries do not tell strangers"]);
}

#[test]
fn a_token_server_that_denies_is_a_matter_of_permission() {
    let (home, tokens) = (Home::new(), Tokens::start(Manner::Denied));
    let registry = Registry::with_tokens(&tokens);
    let image = format!("{}/team/app", registry.host());
    let told = home.login("bob", &password(), &["--push", &image]);
    told.asserts(3, &[("login", GRANTED), ("pull", GRANTED), ("push", PERMISSION)], &["check the credentials too"]);
    let told = home.login("bob", &password(), &[&format!("{}/other/app", registry.host())]);
    told.asserts(3, &[("login", GRANTED), ("pull", PERMISSION)], &["does not tell whether it knows"]);
}

#[test]
fn what_has_expired_is_a_matter_of_identity() {
    let (home, tokens) = (Home::new(), Tokens::start(Manner::Expired));
    let registry = Registry::with_tokens(&tokens);
    let told = home.login("alice", &password(), &[&format!("{}/team/app", registry.host())]);
    told.asserts(3, &[("login", IDENTITY)], &["have expired", "log in again"]);
}

#[test]
fn what_cannot_be_asked_is_no_verdict() {
    let (home, registry) = (Home::new(), Registry::open());
    let image = format!("{}/app", registry.host());
    let missing = home.path().join("missing").display().to_string();
    let empty = home.file("empty.pem", "nothing\n");
    let cases: [(&[&str], &str); 8] = [
        (&["https://r.example/app"], "without `https://`"),
        (&["r.example/App"], "repository's name"),
        (&[&image, "--username", "alice"], "--password-stdin"),
        (&[&image, "--password-stdin"], "--username"),
        (&[&image, "--ca-file", &missing], "--ca-file"),
        (&[&image, "--ca-file", &empty], "no certificate"),
        (&[&image, "--username", "alice", "--password-stdin"], "no password"),
        (&[&image, "--timeout", "0"], "--timeout"),
    ];
    for (args, told) in cases {
        let run = home.preflight(args, "", &[]);
        run.asserts(2, &[], &[told]);
    }
    // Nobody listens there.
    let told = home.preflight(&["127.0.0.1:1/app"], "", &[]);
    told.asserts(3, &[("reach", NEITHER), ("pull", SKIPPED)], &["cannot be reached", "refused"]);
    // What is not on this machine is asked by the proxy, where there is one.
    let told = home.preflight(&["registry.example/app"], "", &[]);
    told.asserts(3, &[("reach", NEITHER)], &["cannot be reached"]);
}
