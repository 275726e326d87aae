//! A registry that stalls, cuts off, leads astray, asks for peace, or wants to hear a password twice.

use std::io::ErrorKind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use data_encoding::BASE64;
use tightlip::model::GapKind;
use tightlip::sources::image::{ImageName, Login, Origin, Plane, Refusal, Registry, RegistryOptions, Trouble};

use crate::registry::http::{Reply, Request, Server};
use crate::registry::image::{MANIFEST, digest};
use crate::registry::preflight::{Home, no_secret_in};
use crate::registry::real::{self, USER, password};
use crate::registry::trial::{drain, hasty, known, options, stranger};

fn image(server: &Server) -> String {
    format!("{}/team/app:v1", server.host())
}

fn basic() -> String {
    format!("Basic {}", BASE64.encode(format!("{USER}:{}", password()).as_bytes()))
}

/// Wants a password, and answers those who have it.
fn guarded(request: &Request, answer: impl Fn(&Request) -> Reply) -> Reply {
    match request.header("authorization") {
        Some(header) if header == basic() => answer(request),
        _ => Reply::new(401, "").with("WWW-Authenticate", "Basic realm=\"r\""),
    }
}

fn manifest() -> Reply {
    Reply::new(200, "{}").with("Content-Type", MANIFEST)
}

fn refusal(registry: &Registry) -> Refusal {
    let refusal = registry.root().unwrap_err();
    no_secret_in(&format!("{refusal} {refusal:?}"));
    refusal
}

/// What a blob's reader gave and how it ended, from a server that answers so.
fn blob(
    ask: fn(&str) -> Registry,
    size: u64,
    answer: impl Fn() -> Reply + Send + Sync + 'static,
) -> (Vec<u8>, Option<ErrorKind>) {
    let server = Server::start(move |_| answer());
    drain(ask(&image(&server)).blob(&digest(b"blob"), size).unwrap())
}

#[test]
fn a_blob_is_as_long_as_it_should_be_or_its_reader_fails() {
    let text = || (b"12345".to_vec(), None);
    assert_eq!(blob(stranger, 5, || Reply::new(200, "12345")), text());
    assert_eq!(blob(stranger, 5, || Reply::new(200, "12345 and more")), text(), "cut off");
    assert_eq!(blob(stranger, 5, || Reply::new(200, "12345").endless()), text(), "cut off");
    let short = |reply: fn() -> Reply| blob(stranger, 9, reply);
    let broken = |kind| (b"12345".to_vec(), Some(kind));
    assert_eq!(short(|| Reply::new(200, "12345")), broken(ErrorKind::UnexpectedEof));
    assert_eq!(short(|| Reply::new(200, "12345").claiming(9)), broken(ErrorKind::UnexpectedEof));
    let before = Instant::now();
    assert_eq!(blob(hasty, 9, || Reply::new(200, "12345").claiming(9).stalling()), broken(ErrorKind::TimedOut));
    assert!(before.elapsed() < Duration::from_secs(20), "{:?}", before.elapsed());
    // Whether the bytes are those of the digest is for the caller to see.
    assert_eq!(blob(stranger, 3, || Reply::new(200, "lie")), (b"lie".to_vec(), None));
}

#[test]
fn one_connection_is_enough_for_one_thread() {
    let server = Server::start(|request| match request.path.as_str() {
        path if path.ends_with("v1") => guarded(request, |_| manifest()).keeping(),
        path if path.contains("/blobs/") => Reply::new(200, "12345").keeping(),
        _ => Reply::new(404, "not here").keeping(),
    });
    let registry = known(&image(&server));
    registry.root().unwrap();
    for number in 0..5 {
        assert_eq!(drain(registry.blob(&digest(&[number]), 5).unwrap()).0, b"12345");
        assert_eq!(registry.referrers(&digest(&[number])), Ok(Vec::new()));
    }
    // The first was to see whether it speaks TLS.
    assert_eq!((server.connections(), server.seen().len()), (2, 2 + 5 * 6));
}

#[test]
fn a_registry_that_says_nothing_is_given_up() {
    let server = Server::start(|_| Reply::silent());
    let before = Instant::now();
    let refusal = refusal(&hasty(&image(&server)));
    assert!(matches!(refusal, Refusal::Transport { trouble: Trouble::Stalled(_) | Trouble::Unreachable(_), .. }));
    assert_eq!(refusal.plane(), Plane::Neither);
    assert!(before.elapsed() < Duration::from_secs(20), "{:?}", before.elapsed());

    let server = Server::start(|request| if request.path == "/v2/" { Reply::new(200, "") } else { Reply::silent() });
    let fault = hasty(&image(&server)).blob(&digest(b"x"), 1).map(drop).unwrap_err();
    assert_eq!(fault.kind, GapKind::Unreadable);
    assert!(fault.detail.contains("--timeout"), "{}", fault.detail);
}

#[test]
fn manifests_have_a_limit() {
    let server = Server::start(|_| Reply::new(200, "x".repeat(10_000)).endless());
    let registry = stranger(&image(&server));
    assert!(matches!(refusal(&registry), Refusal::TooLarge { .. }));
    assert_eq!(registry.manifest(&digest(b"x")).unwrap_err().kind, GapKind::LimitReached);
    let server = Server::start(|_| manifest().with("X-Large", "x".repeat(200_000)));
    assert!(matches!(refusal(&stranger(&image(&server))), Refusal::Transport { .. }));
}

#[test]
fn credentials_do_not_follow_to_another_host() {
    // The other one asks for a password, and sends back what it got.
    let other = Server::start(|request| match request.path.as_str() {
        "/open" => Reply::new(200, "layer"),
        _ => Reply::new(401, format!("{request:?}")).with("WWW-Authenticate", "Basic realm=\"give\""),
    });
    let host = other.host();
    let server = Server::start(move |request| {
        guarded(request, |request| match request.path.contains("/blobs/") {
            true => Reply::new(307, "").with("Location", format!("http://{host}/open")),
            false => Reply::new(302, "").with("Location", format!("http://{host}/closed")),
        })
    });
    let registry = known(&image(&server));
    assert_eq!(drain(registry.blob(&digest(b"layer"), 5).unwrap()), (b"layer".to_vec(), None));
    let refusal = refusal(&registry);
    assert!(matches!(&refusal, Refusal::Failed { status: 401, host, .. } if *host == other.host()), "{refusal}");
    assert_eq!(other.seen().len(), 2);
    for request in other.seen() {
        assert_eq!(request.header("authorization"), None, "{}", request.path);
    }
}

#[test]
fn credentials_do_not_come_back_with_a_redirection_either() {
    let home = Server::start(|request| match request.path.as_str() {
        "/back" => Reply::new(200, if request.header("authorization").is_some() { "known" } else { "unknown" }),
        "/here" => Reply::new(200, if request.header("authorization") == Some(&basic()) { "known" } else { "unknown" }),
        path => guarded(request, |_| {
            let to = if path.contains("/blobs/sha256:0") { "/here" } else { "//ELSEWHERE/x" };
            Reply::new(302, "").with("Location", to.replace("ELSEWHERE", &path_host(path)))
        }),
    });
    let back = format!("http://{}/back", home.host());
    let away = Server::start(move |_| Reply::new(302, "").with("Location", back.clone()));
    let zeros = format!("sha256:{}", "0".repeat(64));
    let registry = known(&image(&home));
    assert_eq!(drain(registry.blob(&zeros, 5).unwrap()).0, b"known", "on the same server they stay");
    let port = format!("sha256:{:064}", away.port + 10_000);
    let port = port.replacen(":0", ":1", 1);
    assert_eq!(drain(registry.blob(&port, 7).unwrap()).0, b"unknown");
}

/// A host whose port stands in the digest that is asked for.
fn path_host(path: &str) -> String {
    let port: u32 = path[path.len() - 6..].trim_start_matches('0').parse().unwrap_or(10_000);
    format!("127.0.0.1:{}", port - 10_000)
}

#[test]
fn redirections_end() {
    let server = Server::start(|request| match request.path.as_str() {
        path if path.contains("v1") => Reply::new(302, "").with("Location", "/v2/team/app/manifests/v1"),
        path if path.contains("v2/team/app/manifests/file") => {
            Reply::new(302, "").with("Location", "file:///etc/passwd")
        }
        _ => Reply::new(200, ""),
    });
    for tag in ["v1", "file"] {
        let refusal = refusal(&stranger(&format!("{}/team/app:{tag}", server.host())));
        assert!(matches!(refusal, Refusal::Transport { trouble: Trouble::Redirect(_), .. }), "{refusal}");
    }
    assert!(server.count("v1") < 10);
}

#[test]
fn a_closed_line_is_not_left_for_an_open_one() {
    let (folder, other) = (tempfile::tempdir().unwrap(), Server::start(|_| manifest()));
    real::certificates(folder.path(), "127.0.0.1");
    let write = |name: &str, location: &str| {
        let path = folder.path().join("v2/team/app/manifests").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, format!("HTTP/1.0 302 Found\r\nLocation: {location}\r\n\r\n")).unwrap();
    };
    write("v1", &format!("http://{}/open", other.host()));
    let server = real::Sender::start(folder.path());
    let image = ImageName::parse(&format!("127.0.0.1:{}/team/app:v1", server.port)).unwrap();
    let ca_file = Some(folder.path().join("ca.crt"));
    let registry = Registry::new(image, RegistryOptions { ca_file, ..options(Login::none()) }).unwrap();
    let refusal = refusal(&registry);
    assert!(matches!(refusal, Refusal::Transport { trouble: Trouble::Redirect(_), .. }), "{refusal}");
    assert!(other.seen().is_empty());
}

/// Busy at first, so many times, with this header.
fn busy(times: usize, status: u16, header: Option<&'static str>) -> Server {
    let asked = AtomicUsize::new(0);
    Server::start(move |request| {
        if request.path == "/v2/" || asked.fetch_add(1, Ordering::SeqCst) >= times {
            return manifest();
        }
        let reply = Reply::new(status, "");
        header.into_iter().fold(reply, |reply, after| reply.with("Retry-After", after))
    })
}

#[test]
fn peace_is_kept_for_as_long_as_a_registry_says_and_no_longer_than_there_is_time() {
    let (server, before) = (busy(2, 429, Some("1")), Instant::now());
    assert_eq!(stranger(&image(&server)).root().unwrap().bytes, b"{}");
    assert!(before.elapsed() >= Duration::from_secs(2), "{:?}", before.elapsed());
    assert_eq!(server.count("manifests"), 3);
    for (times, status, header, asked) in [
        (9, 429, None, 1),
        (9, 503, Some("3600"), 1),
        (9, 429, Some("soon"), 1),
        (9, 429, Some("2"), 2),
        (9, 502, Some("1"), 1),
    ] {
        let server = busy(times, status, header);
        let refusal = refusal(&stranger(&image(&server)));
        assert_eq!(refusal.plane(), Plane::Neither);
        let is_busy = matches!(refusal, Refusal::Busy { .. });
        assert_eq!((is_busy, server.count("manifests")), (status != 502, asked), "{status} {header:?}: {refusal}");
    }
}

/// A registry with tokens that are good for so many requests.
fn fleeting(uses: usize, error: &'static str) -> (Server, Server) {
    let made = AtomicUsize::new(0);
    let tokens = Server::start(move |_| {
        let number = made.fetch_add(1, Ordering::SeqCst);
        Reply::new(200, format!(r#"{{"token":"t{number}","expires_in":300}}"#))
    });
    let realm = format!("http://{}/token", tokens.host());
    let used = AtomicUsize::new(0);
    let registry = Server::start(move |request| {
        let good = request.path != "/v2/"
            && request.header("authorization").is_some_and(|header| {
                let number: usize = header.strip_prefix("Bearer t").unwrap().parse().unwrap();
                number == used.load(Ordering::SeqCst) / uses.max(1) && uses > 0
            });
        if good {
            used.fetch_add(1, Ordering::SeqCst);
            return manifest();
        }
        let challenge = format!("Bearer realm=\"{realm}\",service=\"s\",scope=\"repository:other/app:push\"{error}");
        Reply::new(401, "").with("WWW-Authenticate", challenge)
    });
    (registry, tokens)
}

#[test]
fn a_token_that_expires_in_the_middle_is_renewed_once() {
    let (server, tokens) = fleeting(2, ",error=\"invalid_token\"");
    let registry = known(&image(&server));
    for _ in 0..6 {
        assert_eq!(registry.root().unwrap().bytes, b"{}");
    }
    assert_eq!(tokens.seen().len(), 3);
    // What is asked for is what we need, not what a challenge would like us to ask for.
    assert!(tokens.seen().iter().all(|request| request.path.contains("scope=repository%3Ateam%2Fapp%3Apull")));
    for (error, plane, asked) in
        [(",error=\"invalid_token\"", Plane::Identity, 1), (",error=\"insufficient_scope\"", Plane::Permission, 1)]
    {
        let (server, tokens) = fleeting(0, error);
        let refusal = refusal(&known(&image(&server)));
        assert_eq!((refusal.plane(), tokens.seen().len()), (plane, asked), "{refusal}");
    }
}

#[test]
fn nothing_that_a_server_sends_back_is_told() {
    let echo = |status: u16| {
        move |request: &Request| {
            if request.header("authorization").is_none() {
                return Reply::new(401, "").with("WWW-Authenticate", "Basic realm=\"r\"");
            }
            let all = format!("{} {}", request.header("authorization").unwrap(), password());
            let error = serde_json::json!({"errors": [{"code": all, "message": all, "detail": all}]});
            Reply::new(status, error.to_string())
                .with(
                    "WWW-Authenticate",
                    format!("Bearer realm=\"http://{}\",error=\"{all}\",scope=\"{all}\"", password()),
                )
                .with("Docker-Content-Digest", all.clone())
                .with("Content-Type", all.clone())
                .with("Location", format!("/{}", password()))
                .with("Retry-After", all)
        }
    };
    for status in [200, 202, 301, 400, 401, 403, 404, 429, 500] {
        let (home, server) = (Home::new(), Server::start(echo(status)));
        let told = home.login(USER, &password(), &["--push", &image(&server)]);
        let expected = if [200, 202].contains(&status) { 0 } else { 3 };
        assert_eq!(told.status, expected, "{status}: {}", told.text);
    }
}

#[test]
fn an_upload_that_leads_elsewhere_is_not_followed() {
    let other = Server::start(|_| Reply::new(204, ""));
    let host = other.host();
    let server = Server::start(move |request| match request.method.as_str() {
        "POST" => Reply::new(202, "").with("Location", format!("http://{host}/upload?state=1")),
        _ => manifest(),
    });
    let home = Home::new();
    let told = home.preflight(&["--push", &image(&server)], "", &[]);
    told.asserts(0, &[("push", "granted")], &["cannot be cancelled here"]);
    assert!(other.seen().is_empty());
}

#[test]
fn what_is_no_registry_is_told_so() {
    let home = Home::new();
    for (reply, word) in [
        ((|| Reply::new(404, "<html>")) as fn() -> Reply, "no registry behind"),
        (|| Reply::new(500, ""), "status 500"),
        (|| Reply::new(401, "").with("WWW-Authenticate", "Negotiate"), "in no way that is spoken here"),
        (|| Reply::new(401, ""), "in no way that is spoken here"),
        (|| Reply::new(401, "").with("WWW-Authenticate", "Bearer realm=\"token\""), "no server for tokens"),
        // A realm on another machine over an open line hears nothing.
        (|| Reply::new(401, "").with("WWW-Authenticate", "Bearer realm=\"http://tokens.example/\""), "plain HTTP"),
    ] {
        let server = Server::start(move |_| reply());
        let told = home.login(USER, &password(), &[&image(&server)]);
        told.asserts(3, &[], &[word]);
        let checks = told.receipt["checks"].as_array().unwrap();
        assert!(
            checks.iter().any(|check| check["plane"] == "neither" && check["result"] == "refused"),
            "{}",
            told.text
        );
    }
}
