//! Lists of what belongs to an image, from a registry that has the API for them, and from one that plays with it.

use serde_json::json;
use tightlip::model::GapKind;
use tightlip::sources::image::Origin;

use crate::registry::http::{Reply, Server};
use crate::registry::image::{INDEX, MANIFEST, digest};
use crate::registry::trial::stranger;

/// A page of the list.
fn page(digests: &[String]) -> Reply {
    let manifests: Vec<_> =
        digests.iter().map(|digest| json!({"mediaType": MANIFEST, "digest": digest, "size": 2})).collect();
    Reply::new(200, json!({"schemaVersion": 2, "manifests": manifests}).to_string()).with("Content-Type", INDEX)
}

fn manifest(number: usize) -> String {
    json!({"schemaVersion": 2, "mediaType": MANIFEST, "number": number}).to_string()
}

/// A registry that answers so when asked for a list, and has a hundred manifests.
fn listing(answer: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(move |request| match request.path.as_str() {
        "/v2/" => Reply::new(200, ""),
        path if path.contains("/referrers/") => answer(path),
        path => {
            let wanted = (0..100).map(manifest).find(|manifest| path.ends_with(&digest(manifest.as_bytes())));
            wanted.map_or(Reply::new(404, ""), |text| Reply::new(200, text).with("Content-Type", MANIFEST))
        }
    })
}

fn asked(server: &Server) -> Result<Vec<Vec<u8>>, GapKind> {
    let found = stranger(&format!("{}/team/app:v1", server.host())).referrers(&digest(b"subject"));
    found.map(|roots| roots.into_iter().map(|root| root.bytes).collect()).map_err(|fault| fault.kind)
}

#[test]
fn a_list_is_read_to_its_last_page() {
    let server = listing(|path| {
        let number: usize = path.split("page=").nth(1).map_or(0, |number| number.parse().unwrap());
        let reply = page(&[digest(manifest(number).as_bytes())]);
        match number {
            3 => reply,
            _ => reply.with("Link", format!("</v2/team/app/referrers/x?page={}>; rel=\"next\"", number + 1)),
        }
    });
    let all: Vec<Vec<u8>> = (0..4).map(|number| manifest(number).into_bytes()).collect();
    assert_eq!(asked(&server), Ok(all));
}

#[test]
fn a_list_that_does_not_end_or_makes_no_sense_is_a_gap() {
    let again = |path: &str| page(&[]).with("Link", format!("<{path}>; rel=\"next\""));
    let many = |_: &str| page(&vec![digest(b"x"); 1001]);
    let strange = |_: &str| page(&["../../other".to_owned()]);
    let absent = |_: &str| page(&[digest(b"absent")]);
    let cases: [(Server, GapKind); 7] = [
        (listing(again), GapKind::LimitReached),
        (listing(many), GapKind::LimitReached),
        (listing(strange), GapKind::Corrupt),
        (listing(absent), GapKind::Missing),
        (listing(|_| Reply::new(200, "<html>")), GapKind::Corrupt),
        (listing(|_| Reply::new(200, "x".repeat(100_000)).endless()), GapKind::LimitReached),
        (listing(|_| Reply::new(403, "")), GapKind::Unreadable),
    ];
    for (number, (server, kind)) in cases.iter().enumerate() {
        assert_eq!(asked(server), Err(*kind), "case {number}");
        assert!(server.seen().len() < 100, "case {number}");
    }
    // The next page is asked for where it is, without anything that is for this registry alone.
    let other = Server::start(|_| page(&[]));
    let host = other.host();
    let server = listing(move |_| page(&[]).with("Link", format!("<http://{host}/next>; rel=\"next\"")));
    assert_eq!(asked(&server), Ok(Vec::new()));
    assert!(other.seen().iter().all(|request| request.header("authorization").is_none()));
    for status in [400, 404, 405, 501] {
        assert_eq!(asked(&listing(move |_| Reply::new(status, ""))), Ok(Vec::new()), "{status}: there is no such API");
    }
}
