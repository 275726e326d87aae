//! Nothing secret comes out: secrets planted on every surface, and every output searched for any six bytes of them.

use std::fs;

use crate::common::*;
use tightlip::containers::Limits;
use tightlip::model::{Commit, Finding, Gap, History, Reach, Shown, Status, Suppression, SuppressionKind};
use tightlip::pipeline;
use tightlip::reporters::{Format, Style};
use tightlip::sources::{Dir, DirOptions, Source, SourceError, Visitor};

/// Bytes in a row that must never be seen.
const PIECE: usize = 6;

/// A planted secret: the value, and a text in which it is found.
struct Canary {
    value: String,
    text: String,
}

fn canary(value: String, around: (&str, &str)) -> Canary {
    Canary { text: [around.0, &value, around.1].concat(), value }
}

/// One of each kind. Values are random, so that their pieces occur nowhere else.
fn kinds(seed: u64) -> Vec<Canary> {
    let value = |n| random(B62, n, seed * 100 + n as u64);
    let key = private_key(seed);
    vec![
        canary(value(15), ("password = \"", "\"")),
        canary(value(33), ("api_key: '", "'")),
        canary(token(seed), ("go ", " on")),
        canary(value(18), ("postgres://app:", "@db.internal/x")),
        Canary { value: key.lines().filter(|line| !line.contains("KEY")).collect(), text: key },
    ]
}

/// Every piece of the values, and of the forms they may stand in.
fn assert_silent(output: &[u8], values: &[String], what: &str) {
    let text = String::from_utf8_lossy(output);
    for value in values {
        for piece in value.as_bytes().windows(PIECE) {
            let piece = std::str::from_utf8(piece).unwrap();
            assert!(!text.contains(piece), "{what}: {piece:?} of {value:?} is in\n{text}");
        }
        // Eight bytes of an encoded form tell six bytes of the value.
        for form in [data_encoding::BASE64.encode(value.as_bytes()), data_encoding::HEXLOWER.encode(value.as_bytes())] {
            for piece in form.as_bytes().windows(2 * PIECE) {
                let piece = std::str::from_utf8(piece).unwrap();
                assert!(!text.contains(piece), "{what}: {piece:?} of an encoded form is in\n{text}");
            }
        }
    }
}

/// Runs the command in every format, to standard output and to files, and searches all that it wrote. At least
/// `findings` must be found: a canary that nobody sees is kept secret by nobody.
fn assert_kept(tree: &Tree, args: &[&str], values: &[String], findings: usize, what: &str) {
    let written = tempfile::tempdir().unwrap();
    let file = |format: &str| written.path().join(format);
    let names: Vec<&str> = Format::ALL.iter().map(|format| format.as_str()).collect();
    let files: Vec<String> = names.iter().map(|name| format!("{name}={}", file(name).display())).collect();
    let runs = [("text", "always", "-v", &files[..]), ("json", "never", "-q", &[]), ("github", "never", "-v", &[])];
    for (format, colour, talk, files) in runs {
        let mut all = vec!["--format", format, "--color", colour, talk];
        all.extend(files.iter().flat_map(|file| ["--output", file]));
        all.extend(args);
        let output = dir(tree.path(), &all);
        let all = [output.stdout, output.stderr].concat();
        assert!(matches!(output.status.code(), Some(0..=3)), "{what}: {}", String::from_utf8_lossy(&all));
        assert_silent(&all, values, &format!("{what}, {format}"));
    }
    for name in names {
        assert_silent(&fs::read(file(name)).unwrap(), values, &format!("{what}, file {name}"));
    }
    let report: serde_json::Value = serde_json::from_slice(&fs::read(file("json")).unwrap()).unwrap();
    let count = report["findings"].as_array().unwrap().len();
    assert!(count >= findings, "{what}: only {count} of {findings} findings: {report:#}");
}

fn values(canaries: &[Canary]) -> Vec<String> {
    canaries.iter().map(|canary| canary.value.clone()).collect()
}

#[test]
fn content_of_every_kind() {
    let kinds = kinds(1);
    let tree = (0..).zip(&kinds).fold(Tree::new(), |tree, (i, kind)| tree.file(&format!("{i}.txt"), &kind.text));
    assert_kept(&tree, &[], &values(&kinds), 5, "every kind");
}

#[test]
fn neighbours_on_one_line() {
    // A finding is shown with its line, and the line holds other secrets.
    let canaries: Vec<Canary> = kinds(2).into_iter().take(4).collect();
    let texts: Vec<&str> = canaries.iter().map(|canary| canary.text.as_str()).collect();
    let reversed: Vec<&str> = texts.iter().rev().copied().collect();
    for (line, count) in [
        (texts.join(" "), 4),
        (reversed.join("; "), 4),
        ([texts.join(" "), texts.join(" "), texts.join(" ")].join(" "), 12),
    ] {
        assert_kept(&Tree::of("a.txt", &line), &[], &values(&canaries), count, &line);
    }
}

#[test]
fn across_lines_and_line_ends() {
    let canaries = kinds(3);
    let mut tree = Tree::new();
    for (i, end) in ["\n", "\r\n", "\r", "\\n"].iter().enumerate() {
        let text = canaries[..4].iter().map(|canary| canary.text.clone()).collect::<Vec<_>>().join(end);
        tree = tree.file(&i.to_string(), text);
    }
    assert_kept(&tree, &[], &values(&canaries[..4]), 16, "line ends");
}

#[test]
fn encoded_content() {
    let mut tree = Tree::new();
    for (i, canary) in kinds(4).into_iter().enumerate() {
        let padded = format!("a configuration: {} and more of it", canary.text);
        let base64 = |text: &str| data_encoding::BASE64.encode(text.as_bytes());
        let forms = [
            ("base64", format!("data: {}\n", base64(&padded)).into_bytes()),
            ("base64 twice", format!("data: {}\n", base64(&base64(&padded))).into_bytes()),
            ("hex", format!("data: {}\n", data_encoding::HEXLOWER.encode(padded.as_bytes())).into_bytes()),
            ("percent", percent(&padded).into_bytes()),
            ("unicode escapes", padded.bytes().map(|b| format!("\\u{b:04x}")).collect::<String>().into_bytes()),
            ("utf16le", wide(&padded, 2, false)),
            ("utf16be", wide(&padded, 2, true)),
            ("utf32le", wide(&padded, 4, false)),
            ("utf16le after a mark", [&[0xff, 0xfe][..], &wide(&padded, 2, false)].concat()),
            ("a json string", serde_json::to_vec(&padded).unwrap()),
        ];
        for (name, bytes) in forms {
            tree = tree.file(&format!("kind {i} in {name}"), bytes);
        }
    }
    assert_kept(&tree, &[], &values(&kinds(4)), 50, "encoded");
}

/// A secret that can stand in a name.
fn in_a_name(seed: u64) -> [Canary; 2] {
    let value = random(B62, 20, seed);
    [canary(value, ("password=", "")), canary(token(seed), ("", ""))]
}

#[test]
fn names_of_files_and_folders() {
    for (i, canary) in in_a_name(5).into_iter().enumerate() {
        let [name, value] = [canary.text, canary.value];
        let other = kinds(6).swap_remove(0);
        let tree = Tree::of(".ignore", "ignored\n")
            .file(&format!("1/{name}"), "nothing")
            .file(&format!("2/{name}"), &other.text)
            .file(&format!("3/{name}/a.txt"), "nothing")
            .file(&format!("4/{name}/b/c.txt"), &other.text)
            .file(&format!("5/{name}"), &gzip(b"nothing")[..12])
            .file(&format!("ignored/{name}"), "nothing")
            .file(&format!("6/ignored/{name}/x"), "nothing");
        assert_kept(&tree, &[], &[value, other.value], 7, &format!("names, {i}"));
    }
}

#[cfg(unix)]
#[test]
fn links_and_their_targets() {
    for canary in in_a_name(7) {
        let tree = Tree::new();
        std::os::unix::fs::symlink(&canary.text, tree.path().join("link")).unwrap();
        assert_kept(&tree, &[], &[canary.value], 1, "the target of a link");
    }
}

#[test]
fn members_of_archives() {
    for (i, canary) in in_a_name(8).into_iter().enumerate() {
        let other = kinds(9).swap_remove(1);
        let mut linked = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Symlink);
        header.set_size(0);
        linked.append_link(&mut header, "link", &canary.text).unwrap();
        let cut = gzip(&tar(&[(&canary.text, &[7; 5000])]));
        let content = other.text.as_bytes();
        let tree = Tree::of("name.tar", tar(&[(&canary.text, b"x")]))
            .file("content.tar", tar(&[(&canary.text, content)]))
            .file("content.zip", zip(&[(&canary.text, content)]))
            .file("folder.tar", tar(&[(&format!("{}/x", canary.text), content)]))
            .file("link.tar", linked.into_inner().unwrap())
            .file("cut.tgz", &cut[..cut.len() - 9]);
        assert_kept(&tree, &[], &[canary.value, other.value], 9, &format!("archives, {i}"));
    }
}

#[test]
fn reasons_of_marks_and_policies() {
    let [finding, reason] = [kinds(10).swap_remove(0), kinds(11).swap_remove(0)];
    let values = [finding.value.clone(), reason.value.clone()];
    let mark = |rule: &str| format!("{} # tightlip:allow {rule} {}", finding.text, reason.text);
    // A mark that is obeyed, one that names no rule, one with the secret in the rule's place.
    for line in [mark("generic-password"), mark("nonsense"), mark(&reason.value), mark("")] {
        assert_kept(&Tree::of("a.txt", &line), &[], &values, 1, &line);
    }
    let policy = format!(
        "[[exclude]]\npaths = [\"vendor/**\"]\nreason = '{0}'\n[[allow]]\nrule = \"generic-password\"\npaths = [\"a.txt\"]\n\
         reason = '{0}'\nowner = '{0}'\n[[allow]]\nrule = \"generic-password\"\npaths = [\"gone\"]\nreason = '{0}'\n",
        reason.text
    );
    let tree = Tree::of("a.txt", &finding.text).file("vendor/x", "y").file("tightlip.toml", policy);
    assert_kept(&tree, &[], &values, 2, "a policy's reasons");
}

/// A tree whose findings are told to come from a commit, with secrets in all that a repository says of it.
struct Told<'a>(Dir, &'a str);

impl Source for Told<'_> {
    fn walk(&self, visitor: &dyn Visitor) -> Result<(), SourceError> {
        self.0.walk(visitor)
    }

    fn locate(&self, findings: &mut Vec<Finding>, _: &mut Vec<Gap>) {
        let text = Shown::from_bytes(self.1.as_bytes());
        for finding in findings {
            finding.history = Some(Box::new(History {
                object: "0f".repeat(20),
                introduced: Some(Commit {
                    id: "1a".repeat(20),
                    author: text.clone(),
                    date: "2026-03-01T00:00:00Z".into(),
                }),
                times: 1,
                versions: 1,
                in_head: true,
                reach: Reach::Refs,
                refs: vec![text.clone()],
                refs_in_all: 1,
                link: Some(Shown::from_bytes(["https://code.example/", self.1].concat().as_bytes())),
            }));
            let by = Suppression { kind: SuppressionKind::Unchanged, reason: text.clone(), owner: Some(self.1.into()) };
            finding.status = Status::Suppressed(by);
        }
    }
}

#[test]
fn authors_refs_and_reasons_of_a_source() {
    let kinds: Vec<Canary> = kinds(15).into_iter().take(3).collect();
    for kind in &kinds {
        let tree = Tree::of("a.txt", &kind.text);
        let source = Told(Dir::new(vec![tree.path().into()], DirOptions::default()), &kind.text);
        let outcome = scan_source(&source, 1, Limits::default());
        assert!(!outcome.findings.is_empty());
        for format in Format::ALL {
            let report = pipeline::render(&outcome, engine(), *format, Style::default());
            assert_silent(&report, std::slice::from_ref(&kind.value), format.as_str());
            let told = [&b"1a1a1a1a1a"[..], b"unchanged"].map(|word| memchr::memmem::find(&report, word).is_some());
            assert!(told[0] || told[1] || *format == Format::Gitlab, "{format:?} tells the history or the suppression");
        }
    }
}

#[test]
fn baselines_and_what_is_said_of_them() {
    let kinds = kinds(14);
    let tree = (0..).zip(&kinds).fold(Tree::new(), |tree, (i, kind)| tree.file(&format!("{i}.txt"), &kind.text));
    let tree = tree.file(&format!("named {}", kinds[2].text), &kinds[0].text);
    let reason = format!("because {} and {}", kinds[0].text, kinds[2].text);
    let dir = ["dir", "--rules", pack().to_str().unwrap(), "--format", "json", "-v"].map(str::to_owned);
    let run = |words: &[&str]| {
        let words: Vec<&str> = words.iter().copied().chain(dir.iter().map(String::as_str)).collect();
        let output = command(tree.path(), &words).output().unwrap();
        assert_silent(all_output(&output).as_bytes(), &values(&kinds), &format!("{words:?}"));
        output.status.code()
    };
    assert_eq!(run(&["baseline", "create", "--reason", &reason, "--owner", &reason]), Some(0));
    let written = fs::read(tree.path().join(".tightlip-baseline")).unwrap();
    assert!(written.iter().filter(|byte| **byte == b'\n').count() > kinds.len(), "every canary is in it, by its hash");
    assert_silent(&written, &values(&kinds), "the baseline");
    fs::remove_file(tree.path().join("1.txt")).unwrap();
    assert_eq!(run(&["baseline", "check"]), Some(0));
    assert_eq!(run(&["baseline", "update", "--prune"]), Some(0));
    // A secret that was pasted into the file is not repeated by the error.
    fs::write(tree.path().join(".tightlip-baseline"), [&written[..], kinds[0].text.as_bytes(), b"\n"].concat())
        .unwrap();
    assert_eq!(run(&["baseline", "check"]), Some(2));
}

#[test]
fn the_printed_configuration() {
    let secret = kinds(12).swap_remove(0);
    let policy = format!(
        "[inline]\nalso = ['{0}']\n[rules]\ndisable = [{{ id = \"private-key\", reason = '{0}' }}]\n\
         [[exclude]]\npaths = [\"vendor/**\"]\nreason = '{0}'\n",
        secret.text
    );
    let tree = Tree::of("tightlip.toml", policy);
    let output = command(tree.path(), &["config"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", all_output(&output));
    assert_silent(all_output(&output).as_bytes(), &[secret.value], "config");
}

#[test]
fn errors_in_files_that_hold_a_secret() {
    let value = random(B62, 24, 13);
    let rule = "id = \"x\"\nname = \"x\"\nseverity = \"low\"\nconfidence = \"likely\"\nkeywords = [\"xyz\"]\nrisk = \"r\"\nrevoke = \"r\"\n";
    let configs = [
        format!("password = \"{value}\"\n"),
        format!("[gate]\nblock = \"{value}\"\n"),
        format!("[fingerprint]\nsalt = \"{value}\"\n"),
        format!("[fingerprint]\nsalt = \"{value}\n"),
        format!("[[allow]]\nfingerprint = \"{value}\"\nreason = \"r\"\n"),
        format!("[[allow]]\nrule = \"x\"\npaths = [\"a\"]\nexpires = \"{value}\"\nreason = \"r\"\n"),
        format!("[[allow]]\nrule = \"x\"\npaths = \"{value}\"\nreason = \"r\"\n"),
        format!("[scan]\nthreads = \"{value}\"\n"),
        format!("[limits]\nbytes = \"{value}\"\n"),
        format!("version = \"{value}\"\n"),
        format!("{value}\n"),
        format!("password = {value}\n"),
        format!("[rules]\ndisable = [\"{value}\"]\n"),
        format!("[rules]\ndisable = [{{ id = \"x\", reason = \"r\", \"password={value}\" = 1 }}]\n"),
    ];
    for config in &configs {
        let tree = Tree::of("a.txt", "x").file("tightlip.toml", config);
        for args in [&["dir"][..], &["config"], &["rules", "list"], &["dir", "-v", "--color", "always"]] {
            let output = command(tree.path(), args).output().unwrap();
            assert_eq!(output.status.code(), Some(2), "{config}");
            assert_silent(all_output(&output).as_bytes(), std::slice::from_ref(&value), config);
        }
    }
    // Patterns are shown: they are the author's text, and `rules show` prints them. Examples are not.
    let packs = [
        format!(
            "[[rule]]\n{rule}pattern = 'xyz{{3}}'\nexamples = [\"password={value}\"]\ncounterexamples = \"{value}\"\n"
        ),
        format!("[[rule]]\n{rule}pattern = 'xyz'\npassword = \"{value}\"\n"),
        format!(
            "[[rule]]\n{rule}pattern = 'xyz'\nproof = \"{value}\"\nexamples = [\"xyz\"]\ncounterexamples = [\"y\"]\n"
        ),
        format!("[[rule]]\n{rule}pattern = 'xyz'\nexamples = [\"{value}\"]\ncounterexamples = [\"y xyz {value}\"]\n"),
        format!("password = {value}\n"),
        format!("[[rule]]\nid = \"{value}\n"),
    ];
    for pack in &packs {
        let tree = Tree::of("a.txt", "x").file("pack/bad.toml", pack);
        let output = command(tree.path(), &["rules", "check", "--rules", "pack/bad.toml"]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{pack}\n{}", all_output(&output));
        assert_silent(all_output(&output).as_bytes(), std::slice::from_ref(&value), pack);
    }
}
