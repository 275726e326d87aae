//! Redaction: what is written holds no secret, and differs from what was read at the masks alone.

use std::fs;
use std::io::{Read, Write};
use std::process::Stdio;

use crate::common::*;
use proptest::prelude::*;
use tightlip::containers::Limits;
use tightlip::engine::{Scratch, Window};
use tightlip::model::{Key, Match};
use tightlip::redact::{Pace, Redactor};

fn key() -> Key {
    Key::new(vec![7; 16]).unwrap()
}

/// The redacted text; on one thread and on three it is the same.
fn redacted(text: &[u8], by_lines: bool) -> Vec<u8> {
    let key = key();
    let on = |threads: usize| {
        let (mut out, mut redactor) = (Vec::new(), Redactor::new(engine(), &key, Limits::default(), threads));
        let pace = if by_lines { Pace::Lines(&|| true) } else { Pace::Windows };
        redactor.stream(Vec::new(), &mut &text[..], pace, &mut out).unwrap_or_else(|error| panic!("{error}"));
        out
    };
    let one = on(1);
    if text.len() > 1 << 20 {
        assert!(on(3) == one, "threads change the result");
    }
    one
}

fn found(text: &[u8]) -> Vec<String> {
    let mut matches: Vec<Match> = Vec::new();
    engine().scan(&mut Scratch::default(), &Window::whole(text), &mut matches);
    matches.iter().map(|found| engine().rules().get(found.rule).info.id.clone()).collect()
}

fn base64(text: &str) -> String {
    data_encoding::BASE64.encode(text.as_bytes())
}

/// What a redacted assignment begins with. (Our own scan would take the whole literal for one.)
const MASKED: &str = concat!("password = ", "\"[tightlip:");

const STAMP: &str = "2026-09-01T10:00:00.0000000Z ";

/// Lines with a secret in them, each in a dress of its own, and the secret's value as it could be told.
fn planted(seed: u64) -> Vec<(&'static str, String, Vec<String>)> {
    let value = random(B62, 20, seed);
    let token = token(seed);
    let plain = format!("db_password = \"{value}\"");
    let key = private_key(seed);
    let body: Vec<String> = key.lines().filter(|line| !line.contains("KEY")).map(str::to_owned).collect();
    let dressed = |before: &str, after: &str| {
        key.lines().map(|line| format!("{before}{line}{after}")).collect::<Vec<_>>().join("\n")
    };
    let docker =
        |line: &str| format!("{{\"log\":\"{line}\\n\",\"stream\":\"stdout\",\"time\":\"2026-09-01T10:00:00.1Z\"}}");
    let config = format!("[database]\nhost = db.internal\n{plain}\nport = 5432 and more of it");
    let wrapped = |between: &str| {
        let text = base64(&config);
        text.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect::<Vec<_>>().join(between)
    };
    let one = vec![value.clone()];
    vec![
        ("plain", plain.clone(), one.clone()),
        ("stamped", format!("{STAMP}+ {plain}"), one.clone()),
        ("a token", format!("using {token} for it"), vec![token.clone()]),
        (
            "a token in colours",
            format!("using {}\x1b[31m{}\x1b[0m for it", &token[..9], &token[9..]),
            vec![token[9..].to_owned()],
        ),
        ("a url", format!("git clone https://user:{value}@host.example/x.git"), one.clone()),
        ("json", format!("{{\"password\": \"{value}\", \"n\": 1}}"), one.clone()),
        (
            "json in json",
            format!("{{\"log\": {}}}", serde_json::to_string(&format!("{{\"password\": \"{value}\"}}")).unwrap()),
            one.clone(),
        ),
        ("base64", format!("data: {}", base64(&config)), vec![base64(&value)[..12].to_owned()]),
        ("base64 twice", format!("data: {}", base64(&base64(&config))), vec![]),
        ("base64 in json", format!("{{\"data\": \"{}\"}}", base64(&config)), vec![]),
        (
            "hex",
            format!("blob {}", data_encoding::HEXLOWER.encode(config.as_bytes())),
            vec![data_encoding::HEXLOWER.encode(value.as_bytes())],
        ),
        ("percent", format!("GET /?q={}", percent(&plain)), vec![percent(&value)]),
        ("wrapped", format!("data:\n{}\n", wrapped("\n")), vec![]),
        ("wrapped in a log", format!("{STAMP}{}", wrapped(&format!("\n{STAMP}"))), vec![]),
        ("joined", format!("t = \"{}\" + \"{}\";", &token[..9], &token[9..]), vec![token[9..].to_owned()]),
        ("joined over lines", format!("t = ('{}'\n     '{}')", &token[..9], &token[9..]), vec![token[9..].to_owned()]),
        ("continued", format!("export T={}\\\n{}", &token[..9], &token[9..]), vec![token[9..].to_owned()]),
        ("references", spelled(&token, |byte| format!("&#{byte};"), ""), vec![]),
        (
            "references in an attribute",
            format!("<a b=\"{}&#x{:x};\"/>", &token[..39], token.as_bytes()[39]),
            vec![token[..39].to_owned()],
        ),
        ("a soft hyphen", format!("{}\u{ad}{}", &token[..9], &token[9..]), vec![token[9..].to_owned()]),
        ("listed", format!("{{\"data\": [{}]}}", spelled(&token, |byte| byte.to_string(), ", ")), vec![]),
        ("listed on lines", spelled(&token, |byte| format!("{byte:#x}"), ",\n  "), vec![]),
        (
            "pairs",
            spelled(&config, |byte| format!("{byte:02x}"), " "),
            vec![spelled(&value, |byte| format!("{byte:02x}"), " ")],
        ),
        ("pairs with colons", spelled(&config, |byte| format!("{byte:02X}"), ":"), vec![]),
        ("dumped", dumped(&config), vec![]),
        ("a key", key.clone(), body.clone()),
        ("a key in a log", dressed(STAMP, ""), body.clone()),
        ("a key in colours", dressed("\x1b[32m", "\x1b[0m"), body.clone()),
        ("a key on one line", format!("{{\"key\": \"{}\"}}", key.replace('\n', "\\n")), body.clone()),
        ("a key in docker's json", key.lines().map(docker).collect::<Vec<_>>().join("\n"), body.clone()),
        ("wrapped in docker's json", wrapped("\n").lines().map(docker).collect::<Vec<_>>().join("\n"), vec![]),
    ]
}

fn spelled(text: &str, form: fn(u8) -> String, between: &str) -> String {
    text.bytes().map(form).collect::<Vec<_>>().join(between)
}

/// As `hexdump -C` writes it.
fn dumped(text: &str) -> String {
    let line = |(number, text): (usize, &[u8])| {
        let text = std::str::from_utf8(text).unwrap();
        let shown = text.replace('\n', ".");
        format!("{:08x}  {:48}  |{shown}|", 16 * number, spelled(text, |byte| format!("{byte:02x}"), " "))
    };
    text.as_bytes().chunks(16).enumerate().map(line).collect::<Vec<_>>().join("\n")
}

fn assert_redacted(what: &str, text: &[u8], out: &[u8], pieces: &[String]) {
    let told = String::from_utf8_lossy(out);
    assert!(found(out).is_empty(), "{what}: {:?} is left in\n{told}", found(out));
    assert!(!found(text).is_empty(), "{what}: nothing was planted in\n{}", String::from_utf8_lossy(text));
    for piece in pieces {
        assert!(!told.contains(piece.as_str()), "{what}: {piece} is left in\n{told}");
    }
    let lines = |text: &[u8]| text.iter().filter(|byte| **byte == b'\n').count();
    assert_eq!(lines(text), lines(out), "{what}\n{told}");
}

#[test]
fn every_dress_is_redacted_and_json_stays_json() {
    for seed in 1..6 {
        for (what, text, pieces) in planted(seed) {
            let text = format!("begin of it\n{text}\nend of it\n");
            for by_lines in [false, true] {
                let out = redacted(text.as_bytes(), by_lines);
                assert_redacted(what, text.as_bytes(), &out, &pieces);
                let out = String::from_utf8(out).unwrap();
                assert!(out.starts_with("begin of it\n") && out.ends_with("\nend of it\n"), "{what}: {out}");
                for (before, after) in text.lines().zip(out.lines()).filter(|(before, _)| before.starts_with('{')) {
                    let parsed = |line: &str| serde_json::from_str::<serde_json::Value>(line);
                    assert!(parsed(before).is_err() || parsed(after).is_ok(), "{what}: {after}");
                }
            }
        }
    }
}

#[test]
fn what_holds_nothing_stays_as_it_is() {
    let binary: Vec<u8> = (0..200_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 11) as u8).collect();
    for text in
        [Vec::new(), b"\n\n\r\n".to_vec(), filler(6 << 20).into_bytes(), binary, vec![0; 3 << 20], vec![b'x'; 5 << 20]]
    {
        for by_lines in [false, true] {
            assert!(redacted(&text, by_lines) == text, "{} bytes", text.len());
        }
    }
}

#[test]
fn one_secret_has_one_mask() {
    let token = token(3);
    let text = format!("a {token} b\nc {token} d\ne {} f\n", self::token(4));
    let out = String::from_utf8(redacted(text.as_bytes(), false)).unwrap();
    let masks: Vec<_> = out.lines().map(|line| &line[2..line.len() - 2]).collect();
    assert_eq!(masks[0], masks[1]);
    assert_ne!(masks[0], masks[2]);
    let digits = |mask: &str| mask.strip_suffix(']').unwrap().rsplit(':').next().unwrap().len();
    assert!(masks.iter().all(|mask| mask.starts_with("[tightlip:") && digits(mask) == 16), "{out}");
}

/// Lines where the secret stands at a window's edge, in a line of megabytes, between bytes that are no text.
#[test]
fn windows_hide_nothing() {
    for (what, text, pieces) in planted(9) {
        for (size, filler) in [
            ((2 << 20) - 40, "the fox and the dog\n"),
            ((2 << 20) - 300, "the fox and the dog "),
            ((2 << 20) + 131_000, "\u{fffd} dog "),
        ] {
            let mut blob = filler.repeat(size / filler.len()).into_bytes();
            blob.extend_from_slice(b"\n");
            blob.extend_from_slice(text.as_bytes());
            blob.extend_from_slice(b"\n\xff\xfe\0\x80\n");
            blob.extend(filler.repeat(5000).bytes());
            let out = redacted(&blob, false);
            assert_redacted(&format!("{what}, {size}"), &blob, &out, &pieces);
            let (before, after) = (size / filler.len() * filler.len(), 5000 * filler.len());
            assert!(
                out[..before] == blob[..before] && out[out.len() - after..] == blob[blob.len() - after..],
                "{what}"
            );
        }
    }
}

/// A reader that gives a few bytes at a time.
struct Drops<'a>(&'a [u8], Vec<usize>, usize);

impl Read for Drops<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.2 += 1;
        let count = self.1[self.2 % self.1.len()].min(buffer.len()).min(self.0.len());
        buffer[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever is planted, and however it trickles in: nothing is left, lines stay lines, and what lies between stays.
    #[test]
    fn nothing_is_left(seed in 1u64..1_000_000, picks in proptest::collection::vec(0usize..20, 1..7), sizes in proptest::collection::vec(1usize..200, 1..6)) {
        let mut text = String::from("begin\n");
        for (i, pick) in picks.iter().enumerate() {
            let all = planted(seed + i as u64);
            text += &format!("{}\nline number {i} of it\n", all[pick % all.len()].1);
        }
        let key = key();
        let mut whole = Vec::new();
        let mut redactor = Redactor::new(engine(), &key, Limits::default(), 2);
        let mut drops = Drops(text.as_bytes(), sizes, 0);
        redactor.stream(Vec::new(), &mut drops, Pace::Lines(&|| true), &mut whole).unwrap();
        let told = String::from_utf8_lossy(&whole);
        prop_assert!(found(&whole).is_empty(), "{:?} in\n{}\nof\n{}", found(&whole), told, text);
        prop_assert_eq!(text.lines().count(), told.lines().count(), "{}", told);
        for i in 0..picks.len() {
            let line = format!("line number {i} of it");
            prop_assert!(told.lines().any(|other| other == line), "{} is gone from\n{}", line, told);
        }
        prop_assert!(found(&redacted(text.as_bytes(), false)).is_empty());
    }
}

#[test]
fn a_filter_gives_each_line_at_once() {
    let mut child = command(std::path::Path::new("."), &["redact", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut input, mut output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let secret = random(B62, 20, 5);
    for i in 0..20 {
        // What comes after the line in the same write is no reason to wait.
        input.write_all(format!("line {i} password = \"{secret}\"\nrest").as_bytes()).unwrap();
        let mut line = Vec::new();
        while line.last() != Some(&b'\n') {
            let mut byte = [0];
            assert_eq!(output.read(&mut byte).unwrap(), 1);
            line.push(byte[0]);
        }
        let line = String::from_utf8(line).unwrap();
        let line = line.strip_prefix("rest").unwrap_or(&line);
        assert!(line.starts_with(&format!("line {i} {MASKED}")) && !line.contains(&secret), "{line}");
    }
    drop(input);
    assert!(child.wait().unwrap().success());
}

#[test]
fn archives_keep_their_structure() {
    let secret = random(B62, 20, 6);
    let text = format!("password = \"{secret}\"\n");
    let inner = zip(&[("logs/run.txt", text.as_bytes()), ("b.txt", b"nothing")]);
    let packed = gzip(&tar(&[("a/inner.zip", &inner), ("a/plain.txt", text.as_bytes()), ("a/other", b"1234")]));
    let tree = Tree::of("in/bundle.tar.gz", packed)
        .file("in/sub/x.log", &text)
        .file("in/sub/y.json", format!("{{\"password\": \"{secret}\"}}"));
    let output = command(tree.path(), &["redact", "in", "-o", "out", "--manifest", "m.jsonl"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", all_output(&output));
    assert!(scan(&tree.path().join("out")).findings.is_empty());
    let mut archive =
        tar::Archive::new(flate2::read::GzDecoder::new(fs::File::open(tree.path().join("out/bundle.tar.gz")).unwrap()));
    let mut names = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().display().to_string();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        if name == "a/inner.zip" {
            let mut zip = zip::ZipArchive::new(std::io::Cursor::new(content)).unwrap();
            let mut text = String::new();
            zip.by_name("logs/run.txt").unwrap().read_to_string(&mut text).unwrap();
            assert!(text.starts_with(MASKED) && text.ends_with("]\"\n"), "{text}");
        }
        names.push(name);
    }
    assert_eq!(names, ["a/inner.zip", "a/plain.txt", "a/other"]);
    let json = fs::read_to_string(tree.path().join("out/sub/y.json")).unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "{json}");
    let manifest = fs::read_to_string(tree.path().join("m.jsonl")).unwrap();
    assert!(!manifest.contains(&secret[..6]));
    let ended = |path: &str| {
        let lines = manifest.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let line = lines
            .into_iter()
            .find(|line| line["path"] == path)
            .unwrap_or_else(|| panic!("{path} is not in {manifest}"));
        line["ended"].as_str().unwrap().to_owned()
    };
    assert_eq!(ended("bundle.tar.gz!a/inner.zip!logs/run.txt"), "redacted");
    assert_eq!(ended("bundle.tar.gz!a/other"), "unchanged");
    assert_eq!(ended("sub/x.log"), "redacted");
}

#[test]
fn what_cannot_be_rewritten_is_refused_or_left_out() {
    let text = format!("password = \"{}\"\n", random(B62, 20, 7));
    let mut bzip = Vec::new();
    bzip2::read::BzEncoder::new(text.as_bytes(), bzip2::Compression::fast()).read_to_end(&mut bzip).unwrap();
    let cut = gzip(&tar(&[("a.txt", text.as_bytes())]));
    let cases: Vec<(&str, Tree, i32, bool)> = vec![
        // A format that is not written, with a secret in it: nothing comes out.
        ("in/a.bz2", Tree::of("in/a.bz2", &bzip), 2, false),
        ("in", Tree::of("in/a.bz2", &bzip).file("in/b.txt", "x"), 2, false),
        // Cut off: alone nothing comes out, in a folder the rest does.
        ("in/a.tgz", Tree::of("in/a.tgz", &cut[..cut.len() - 9]), 3, false),
        ("in", Tree::of("in/a.tgz", &cut[..cut.len() - 9]).file("in/b.txt", "x"), 3, true),
        // Nothing in it: it stays as it is.
        ("in", Tree::of("in/b.txt", "x").file("in/c.bz2", bzip_of(b"nothing")), 0, true),
    ];
    for (path, tree, status, written) in cases {
        let output = command(tree.path(), &["redact", path, "-o", "out"]).output().unwrap();
        let told = all_output(&output);
        assert_eq!(output.status.code(), Some(status), "{path}: {told}");
        assert_eq!(tree.path().join("out").exists(), written, "{path}: {told}");
        assert!(fs::read_dir(tree.path()).unwrap().count() <= 2, "{path}: something was left beside it");
    }
}

fn bzip_of(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    bzip2::read::BzEncoder::new(text, bzip2::Compression::fast()).read_to_end(&mut out).unwrap();
    out
}

#[test]
fn an_archive_in_encoded_text_is_replaced_where_it_holds_a_secret() {
    let secret = format!("{}password = \"{}\"\n", filler(40), random(B62, 20, 8));
    let clean = encoded(&gzip(filler(40).as_bytes()));
    let window = 2 << 20;
    // (Two windows are looked at together; the last begins in one and ends beyond both.)
    for (size, before) in [
        (0, 0),
        (3_000, 100),
        (3_000, window - 60),
        (400_000, window - 60_000),
        (2_500_000, 100),
        (400_000, 2 * window - 90_000),
    ] {
        let packed = encoded(&gzip(format!("{}\n{secret}", random(B62, size, 3)).as_bytes()));
        let text = format!("{}\nrelease: {packed}\nother: {clean}\n{}", "x ".repeat(before / 2), filler(300));
        for by_lines in [false, true] {
            let out = String::from_utf8(redacted(text.as_bytes(), by_lines)).unwrap();
            let case = format!("{size} after {before}, by lines: {by_lines}");
            assert!(out.contains("\nrelease: [tightlip:generic-password:"), "{case}");
            assert!(!out.contains(&packed[..64.min(packed.len())]) && out.contains(&clean), "{case}");
            assert_eq!(out.lines().count(), text.lines().count(), "{case}");
        }
    }
    let cut = encoded(&gzip(random(B62, 4000, 1).as_bytes()));
    let out = String::from_utf8(redacted(format!("a: {}\nb\n", &cut[..2000]).as_bytes(), true)).unwrap();
    assert!(out.starts_with("a: [tightlip:unreadable-archive:") && out.ends_with("]\nb\n"), "{out}");
}

fn encoded(bytes: &[u8]) -> String {
    data_encoding::BASE64.encode(bytes)
}

#[test]
fn a_bomb_is_left_out_and_not_unfolded() {
    let zeros = gzip(&vec![0; 64 << 20]);
    let bomb = gzip(&tar(&[("a", &zeros), ("b", &zeros), ("c", &zeros), ("ok.txt", b"fine")]));
    let mut deep = b"text".to_vec();
    for _ in 0..40 {
        deep = gzip(&deep);
    }
    let tree = Tree::of("in/bomb.tar.gz", bomb).file("in/deep.gz", deep).file("in/ok.txt", "fine");
    let config = "[limits]\nbytes = 100000000\n";
    fs::write(tree.path().join("limits.toml"), config).unwrap();
    let args = ["redact", "in", "-o", "out", "--manifest", "m.jsonl", "--config", "limits.toml"];
    let output = command(tree.path(), &args).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", all_output(&output));
    let told = all_output(&output);
    assert!(told.contains("limit on decoded bytes reached") && told.contains("limit on nesting reached"), "{told}");
    assert_eq!(fs::read(tree.path().join("out/ok.txt")).unwrap(), b"fine");
    assert!(!tree.path().join("out/deep.gz").exists());
}
