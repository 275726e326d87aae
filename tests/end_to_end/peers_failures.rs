//! What scanners are known to miss, or to cry wolf over: none of it may ever be ours.

use crate::common::*;
use tightlip::model::{Confidence, Verdict};

/// The findings that block.
fn blocking(outcome: &tightlip::model::Outcome) -> usize {
    outcome.findings.iter().filter(|finding| finding.blocks(Confidence::Likely)).count()
}

/// A classic GitHub token around `middle`: its last six characters are the CRC-32 of the thirty before them, in base62.
fn github(middle: &str, seed: u64) -> String {
    let body = [middle, &random(B62, 30 - middle.len(), seed)].concat();
    let mut checksum = crc32fast::hash(body.as_bytes()) as usize;
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = B62[checksum % 62];
        checksum /= 62;
    }
    ["gh", "p_", &body, std::str::from_utf8(&digits).unwrap()].concat()
}

#[test]
fn what_peers_miss_is_found() {
    let (value, token) = (random(B62, 16, 20), token(20));
    let github = |middle: &str| github(middle, 21);
    let text = |text: String| text.into_bytes();
    let base64 = |text: &str| data_encoding::BASE64.encode(text.as_bytes());
    let config = format!("[db]\nhost = 10.0.0.7\npassword = \"{value}\"\nmode = on\n");
    let cases: Vec<(&str, Vec<u8>)> = vec![
        // Stop words matched against a part of a value dropped these for years.
        ("a token that holds `false`", text(github("false"))),
        ("a token that begins with `true`", text(format!("token: {}", github("true")))),
        ("a token that holds `test`", text(format!("GITHUB_TOKEN={}", github("test")))),
        ("ssl=false", text(format!("postgres://app:{value}@db.internal:5432/app?ssl=false\n"))),
        ("retryWrites=false", text(format!("mongodb+srv://svc:{value}@c0.internal.net/?retryWrites=false\n"))),
        ("null in a query", text(format!("amqp://app:{value}@mq.internal/?default=null"))),
        // Bytes that are no UTF-8 are text all the same.
        ("utf16le without a mark", wide(&config, 2, false)),
        ("utf16be without a mark", wide(&config, 2, true)),
        ("utf32le without a mark", wide(&config, 4, false)),
        ("utf32be without a mark", wide(&config, 4, true)),
        ("utf16le with a mark", [&b"\xff\xfe"[..], &wide(&config, 2, false)].concat()),
        ("utf16 after other bytes", [&b"\x01\x02\x03binary\x00"[..], &wide(&config, 2, false)].concat()),
        ("between zeros", [&[0; 300][..], format!("password={value}").as_bytes(), &[0; 300]].concat()),
        ("latin-1", [b"caf\xe9 \xa9\npassword = \"", value.as_bytes(), b"\" # na\xefve\n"].concat()),
        // Only the ends of a large file are decoded by some.
        (
            "base64 in the middle of 2 MB",
            text(format!("{0}data: {1}\n{0}", filler(1 << 20), base64(&format!("the key is {token} there")))),
        ),
        // Line readers stop short.
        ("no newline at the end", text(format!("a\nb\npassword={value}"))),
        ("the last byte", text(format!("{} {token}", filler(70_000)))),
        ("the first byte", text(format!("{token}\n{}", filler(70_000)))),
        ("CR alone ends lines", text(format!("one\rpassword = \"{value}\"\rthree\r"))),
        ("one line of 8 MB", text(format!("{} {token} {}", filler(4 << 20), filler(4 << 20)).replace('\n', " "))),
        // What stands before a value joins it to its neighbour.
        ("after \\n", text(format!("\"one\\n{token}\\ntwo\""))),
        ("a name after \\n", text(format!("{{\"env\": \"A=1\\npassword={value}\\nB=2\"}}"))),
        ("a name after \\n, and a keyword at once", text(format!("'x\\napi_key: \\'{}\\''", random(B62, 33, 22)))),
        ("after a colour", text(format!("\x1b[32m{token}\x1b[0m\n"))),
        ("a name in colour", text(format!("\x1b[1mpassword\x1b[0m=\x1b[32m{value}\x1b[0m\n"))),
        ("after %3D", text(format!("https://x.internal/?q=1&token%3D{token}%26b"))),
        ("after =", text(format!("curl -H X-Key={token}"))),
        ("in a byte string", text(format!("b'{token}'"))),
        ("in a file of many NULs", [&b"MZ\x90\0\x03\0\0\0"[..], &[0; 5000], token.as_bytes(), &[0; 50]].concat()),
    ];
    let missed: Vec<_> = cases
        .iter()
        .filter(|(_, bytes)| blocking(&scan(Tree::of("a.txt", bytes).path())) == 0)
        .map(|(what, _)| what)
        .collect();
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn a_secret_across_the_edge_of_a_window() {
    // A file over 4 MiB is read in windows of 2 MiB: every place of the token is the edge once.
    let (token, edge) = (token(30), 2 << 20);
    let mut text = filler((4 << 20) + 100_000).replace('\n', " ").into_bytes();
    for shift in (0..=token.len() + 1).step_by(4) {
        let at = edge - token.len() - 1 + shift;
        let kept = text[at - 1..=at + token.len()].to_vec();
        text[at - 1] = b' ';
        text[at + token.len()] = b' ';
        text[at..at + token.len()].copy_from_slice(token.as_bytes());
        let outcome = scan(Tree::of("a.txt", &text).path());
        let spans: Vec<_> = outcome.findings.iter().map(|finding| finding.span.start as usize).collect();
        assert_eq!(spans, [at], "{shift} bytes after the edge");
        text[at - 1..=at + token.len()].copy_from_slice(&kept);
    }
}

#[test]
fn what_peers_cry_wolf_over_is_not_found() {
    const HEX: &[u8] = b"0123456789abcdef";
    const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
    let hex = |n| random(HEX, n, 40 + n as u64);
    let uuid = [hex(8), hex(4), hex(4), hex(4), hex(12)].join("-");
    let base64 = |n: usize| data_encoding::BASE64.encode(random(B62, n, 41).as_bytes());
    let cases = [
        // A prefix of a provider's test keys, before a word of somebody's own.
        ("test_ and 35 letters", "a_test.go", format!("func test_{}() {{}}\n", random(LOWER, 35, 42))),
        ("test_ and 35 letters as a value", "a.py", format!("name = \"test_{}\"\n", random(LOWER, 35, 43))),
        ("uuids", "a.json", format!("{{\"id\": \"{uuid}\", \"requestId\": \"{uuid}\"}}\n")),
        (
            "an SRI hash",
            "a.html",
            format!("<script src=\"a.js\" integrity=\"sha384-{}\" crossorigin></script>\n", base64(48)),
        ),
        (
            "go.sum",
            "go.sum",
            format!("github.com/pkg/token v1.0.0 h1:{0}\ngithub.com/pkg/secret v1.0.0/go.mod h1:{0}\n", base64(32)),
        ),
        (
            "a lock file of npm",
            "package-lock.json",
            format!(
                "\"node_modules/js-tokens\": {{ \"version\": \"4.0.0\", \"integrity\": \"sha512-{}\" }}\n",
                base64(64)
            ),
        ),
        ("a lock file of cargo", "Cargo.lock", format!("name = \"secret-service\"\nchecksum = \"{}\"\n", hex(64))),
        (
            "a lock file of python",
            "poetry.lock",
            format!("{{file = \"keyring-1.whl\", hash = \"sha256:{}\"}}\n", hex(64)),
        ),
        ("a commit", "notes.md", format!("Fixed in commit {} and in {}.\n", hex(40), hex(12))),
        ("a digest of an image", "Dockerfile", format!("FROM alpine@sha256:{}\n", hex(64))),
        (
            "a source map",
            "a.js.map",
            format!(
                "{{\"version\":3,\"names\":[\"token\",\"password\"],\"mappings\":\"{}\"}}\n",
                "AAAA,SAASA,QAAQC,GACf,OAAOA,EAAEC,KAAI,SAAUC,GACrB,OAAOC,EAAKD".repeat(40)
            ),
        ),
        (
            "minified code",
            "a.min.js",
            "function a(e,t){return e.password=t.password||\"\",e.token=t.getToken(),n(e.secret,t)}".repeat(50),
        ),
        (
            "paths of an SVG",
            "a.svg",
            "<path d=\"M12.5 2c-1.1.2-2 .9-2 2v16c0 1.1.9 2 2 2h10l4-4V4c0-1.1-.9-2-2-2z\"/>".repeat(40),
        ),
        (
            "an inlined picture",
            "a.css",
            format!("a{{background:url(data:image/png;base64,iVBORw0KGgo{})}}", base64(900)),
        ),
        (
            "code that speaks of secrets",
            "a.rs",
            "let token = lexer.next_token();\nlet secret = secrets.get(key)?;\n".into(),
        ),
        ("references", "a.yml", "password: ${{ secrets.DB_PASSWORD }}\ntoken: $TOKEN\nsecret: !vault db\n".into()),
        (
            "placeholders",
            ".env.example",
            "PASSWORD=changeme\nAPI_KEY=your-api-key-here\nTOKEN=<token>\nSECRET=\n".into(),
        ),
    ];
    let noise: Vec<_> = cases
        .iter()
        .filter_map(|(what, name, text)| {
            let outcome = scan(Tree::of(name, text).path());
            (blocking(&outcome) > 0 || outcome.verdict() != Verdict::Clean).then(|| (what, all_told(&outcome)))
        })
        .collect();
    assert!(noise.is_empty(), "{noise:#?}");
}
