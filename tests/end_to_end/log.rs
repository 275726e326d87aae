//! `tightlip log`: what CI does to text is looked through, and a stream is told as it comes.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::common::*;
use serde_json::Value;

/// How a log writes the lines of a job.
type Dress = (&'static str, fn(&[String]) -> Vec<u8>);

/// Each line behind what `before` says of its number.
fn each(lines: &[String], before: impl Fn(usize) -> String, after: &str) -> Vec<u8> {
    lines.iter().enumerate().map(|(i, line)| format!("{}{line}{after}", before(i))).collect::<String>().into_bytes()
}

fn json(line: &str) -> String {
    let text = serde_json::to_string(line).unwrap();
    text[1..text.len() - 1].to_owned()
}

const DRESSES: &[Dress] = &[
    ("plain", |lines| each(lines, |_| String::new(), "\n")),
    ("windows", |lines| each(lines, |_| String::new(), "\r\n")),
    ("github", |lines| each(lines, |i| format!("2026-09-01T10:00:{:02}.1234567Z ", i % 60), "\n")),
    ("gh run view", |lines| {
        each(lines, |i| format!("build\tRun make test\t2026-09-01T10:00:{:02}.1234567Z ", i % 60), "\n")
    }),
    ("gitlab", |lines| each(lines, |i| format!("2026-09-01T10:00:{:02}.123456Z 01O ", i % 60), "\r\n")),
    ("gitlab with colours", |lines| {
        let mut bytes = b"\x1b[0Ksection_start:1788256800:build_script\r\x1b[0K\x1b[32;1m$ make\x1b[0;m\n".to_vec();
        bytes.extend(each(lines, |_| "\x1b[0;33m".into(), "\x1b[0;m\n"));
        bytes
    }),
    ("jenkins", |lines| each(lines, |i| format!("[2026-09-01T10:00:{:02}.123Z] ", i % 60), "\n")),
    ("jenkins, time of day", |lines| each(lines, |i| format!("10:00:{:02}  ", i % 60), "\n")),
    ("docker json", |lines| {
        let line = |(i, line): (usize, &String)| {
            let time = format!("2026-09-01T10:00:{:02}.123456789Z", i % 60);
            format!("{{\"log\":\"{}\\n\",\"stream\":\"stdout\",\"time\":\"{time}\"}}\n", json(line))
        };
        lines.iter().enumerate().map(line).collect::<String>().into_bytes()
    }),
    ("kubernetes", |lines| each(lines, |i| format!("2026-09-01T10:00:{:02}.123456789Z stdout F ", i % 60), "\n")),
    ("syslog 3164", |lines| each(lines, |i| format!("<13>Sep  1 10:00:{:02} host app[12]: ", i % 60), "\n")),
    ("syslog 3164, a file", |lines| each(lines, |i| format!("Sep  1 10:00:{:02} host app[12]: ", i % 60), "\n")),
    ("syslog 5424", |lines| each(lines, |i| format!("<34>1 2026-09-01T10:00:{:02}Z host app 12 ID - ", i % 60), "\n")),
    ("journalctl", |lines| each(lines, |i| format!("2026-09-01T10:00:{:02}+0000 host app[12]: ", i % 60), "\n")),
    ("buildkit", |lines| each(lines, |i| format!("#12 {i}.456 "), "\n")),
    ("compose", |lines| each(lines, |_| "web-1  | ".into(), "\n")),
    ("compose with colours", |lines| each(lines, |_| "\x1b[36mweb-1  | \x1b[0m".into(), "\n")),
];

/// The lines of a job: every shape a secret takes in one.
struct Job {
    lines: Vec<String>,
    /// For each of its secrets the rule, and the number of the line it begins on.
    secrets: Vec<(&'static str, usize)>,
}

impl Job {
    fn new(seed: u64) -> Self {
        let mut job = Self { lines: Vec::new(), secrets: Vec::new() };
        job.say("make: Entering directory '/build'");
        job.secret("e2e-token", format!("the token is {} so far", token(seed)));
        let inside = token(seed + 1);
        job.secret(
            "e2e-token",
            format!("colours in {}\x1b[31m{}\x1b[0m{} of it", &inside[..9], &inside[9..20], &inside[20..]),
        );
        job.wrapped(seed + 2);
        job.say("-- a key --");
        job.secret("private-key", String::new());
        job.lines.pop();
        private_key(seed + 4).lines().for_each(|line| job.say(line));
        job.secret("e2e-token", format!("password=*** and once more {} unmasked", token(seed + 5)));
        job.secret("private-key", format!("KEY=\"{}\"", private_key(seed + 6).replace('\n', "\\n")));
        job.say("done");
        job
    }

    fn say(&mut self, line: &str) {
        self.lines.push(line.to_owned());
    }

    fn secret(&mut self, rule: &'static str, line: String) {
        self.secrets.push((rule, self.lines.len()));
        self.lines.push(line);
    }

    /// A text in base64, wrapped as `base64` wraps it, with a token over the break of two lines.
    fn wrapped(&mut self, seed: u64) {
        let text = format!("{}the token: {}\n{}", "x".repeat(30), token(seed), filler(200));
        let encoded = data_encoding::BASE64.encode(text.as_bytes());
        let at = self.lines.len();
        self.secrets.push(("e2e-token", at));
        encoded.as_bytes().chunks(76).for_each(|line| self.say(std::str::from_utf8(line).unwrap()));
    }
}

fn report(folder: &std::path::Path, args: &[&str]) -> Value {
    let output = command(folder, &["log", "--format", "json"]).arg("--rules").arg(pack()).args(args).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", all_output(&output)))
}

/// Rule and first line of each finding.
fn found(report: &Value) -> Vec<(String, u64)> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings.map(|f| (f["rule"].as_str().unwrap().to_owned(), f["region"]["start_line"].as_u64().unwrap())).collect()
}

/// Every shape in every dress is found on its line of the raw log, as a file and as a stream.
#[test]
fn every_dress_is_looked_through() {
    let mut missed = Vec::new();
    for (n, (name, dress)) in DRESSES.iter().enumerate() {
        let job = Job::new(100 + 10 * n as u64);
        let bytes = dress(&job.lines);
        let before = bytes.split(|byte| *byte == b'\n').count() - 1 - job.lines.len();
        let expected: Vec<(String, u64)> =
            job.secrets.iter().map(|(rule, at)| ((*rule).to_owned(), (before + at + 1) as u64)).collect();
        let tree = Tree::of("build.log", &bytes);
        let mut seen = vec![found(&report(tree.path(), &["build.log"]))];
        seen.push(follow(&bytes));
        for mut seen in seen {
            seen.sort_by_key(|(_, line)| *line);
            if seen != expected {
                missed.push(format!("{name}: {seen:?} and not {expected:?}"));
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

fn piped(args: &[&str]) -> Child {
    let mut command = Command::new(BINARY);
    command.arg("log").args(args).arg("--rules").arg(pack()).arg("-").env_remove("TIGHTLIP_KEY");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// What `--follow` tells of a stream: rule and line of each finding.
fn follow(bytes: &[u8]) -> Vec<(String, u64)> {
    followed(|stdin| stdin.write_all(bytes).unwrap())
}

fn followed(write: impl FnOnce(&mut dyn Write) + Send) -> Vec<(String, u64)> {
    let mut child = piped(&["--follow", "--format", "json"]);
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || write(&mut stdin));
        let out = child.wait_with_output().unwrap();
        let lines = out.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let told = lines.map(|line| serde_json::from_slice::<Value>(line).unwrap());
        told.filter_map(|line| Some((line["rule"].as_str()?.to_owned(), line["line"].as_u64()?))).collect()
    })
}

/// journald's export: fields of text on a line, and fields of bytes behind their length. Lines are those of the file.
#[test]
fn a_journal_with_binary_fields() {
    let entry = |i: usize, message: &str, binary: bool| {
        let text = match binary {
            false => format!("MESSAGE={message}\n").into_bytes(),
            true => [b"MESSAGE\n", &(message.len() as u64).to_le_bytes()[..], message.as_bytes(), b"\n"].concat(),
        };
        let head =
            format!("__CURSOR=s={i:032x};i={i}\n__REALTIME_TIMESTAMP={}\n_HOSTNAME=host\n", 1_788_256_800_000_000 + i);
        [head.as_bytes(), &text, b"\n"].concat()
    };
    let key = private_key(3);
    let colours = token(2);
    let bytes = [
        entry(1, &format!("the token is {}", token(1)), false),
        entry(2, &format!("it is \x1b[1m{}\x1b[0m{}", &colours[..12], &colours[12..]), true),
        entry(3, &format!("a key:\n{key}"), true),
    ]
    .concat();
    let tree = Tree::of("journal.export", &bytes);
    let expected =
        [("e2e-token", 4), ("e2e-token", 10), ("private-key", 17)].map(|(rule, line)| (rule.to_owned(), line));
    assert_eq!(found(&report(tree.path(), &["journal.export"])), expected);
    assert_eq!(follow(&bytes), expected);
}

/// A finding names the step it stands in, in every format that names its steps; in a zip of logs the member does.
#[test]
fn steps_are_named() {
    let line = |seed: u64| format!("the token is {}\n", token(seed));
    let logs = [
        ("github", format!("before\n##[group]Run make\nx\n##[endgroup]\n{}", line(1)), "Run make"),
        (
            "gitlab",
            format!("section_start:1788256800:build_script[collapsed=true]\r\x1b[0K\n{}", line(2)),
            "build_script",
        ),
        ("jenkins", format!("[Pipeline] stage\n[Pipeline] {{ (Deploy)\n{}", line(3)), "Deploy"),
    ];
    for (name, text, step) in &logs {
        let tree = Tree::of("build.log", text);
        assert_eq!(report(tree.path(), &["build.log"])["findings"][0]["step"], *step, "{name}");
    }
    let member = logs[0].1.replace("before", "\u{feff}before");
    let tree = Tree::of("logs_42.zip", zip(&[("build/3_Run make.txt", member.as_bytes()), ("0_build.txt", b"x")]));
    let finding = &report(tree.path(), &["logs_42.zip"])["findings"][0];
    assert_eq!(
        (&finding["path"], &finding["region"]["start_line"]),
        (&"logs_42.zip!build/3_Run make.txt".into(), &5.into())
    );
}

/// A writer that is slow: its finding is told while it is still there.
#[test]
fn a_finding_is_told_at_once() {
    let mut child = piped(&["--follow"]);
    let (mut stdin, mut out) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    for seed in 1..4 {
        let line = format!("the token is {}\n", token(seed));
        // In three pieces, and the line's end last of all.
        for piece in [&line[..20], &line[20..line.len() - 1], "\n"] {
            stdin.write_all(piece.as_bytes()).unwrap();
            std::thread::sleep(Duration::from_millis(20));
        }
        let begun = Instant::now();
        let mut told = String::new();
        out.read_line(&mut told).unwrap();
        assert!(told.starts_with(&format!("(standard input):{seed}:14: ")), "{told}");
        assert!(begun.elapsed() < Duration::from_secs(20));
    }
    drop(stdin);
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("3 findings"), "{rest}");
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

/// A reader that goes away ends nothing but the telling: the verdict stands.
#[test]
fn a_reader_that_goes_away_changes_no_verdict() {
    for args in [&["--follow"][..], &["--follow", "--format", "json"], &["--format", "json"], &[]] {
        let mut child = piped(args);
        drop(child.stdout.take());
        let mut stdin = child.stdin.take().unwrap();
        for seed in 1..50 {
            stdin.write_all(format!("the token is {}\n{}", token(seed), filler(3000)).as_bytes()).unwrap();
        }
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        assert!(!all_output(&output).contains("panicked"), "{args:?}: {}", all_output(&output));
        assert_eq!(output.status.code(), Some(1), "{args:?}: {}", all_output(&output));
    }
}

/// The windows of a stream are looked at side by side: that changes neither what is found nor where, be it at a cut, in
/// many windows or in none, or in a file that stands encoded over several of them.
#[test]
fn threads_make_no_difference_to_a_stream() {
    const CUT: usize = 2 << 20;
    let mut bytes = Vec::new();
    for (n, at) in [1000, CUT - 20, 2 * CUT + 7, 2 * CUT + 900, 5 * CUT - 3].into_iter().enumerate() {
        let line = format!("\nthe token is {}\n", token(n as u64));
        bytes.extend(filler(at - line.len() / 2 - bytes.len()).into_bytes());
        bytes.extend(line.into_bytes());
    }
    let packed = gzip(format!("{}\n{}\n", token(70), random(b"0123456789abcdef", 5 << 20, 71)).as_bytes());
    bytes.extend(format!("data: {}\nend {}\n", data_encoding::BASE64.encode(&packed), token(72)).into_bytes());
    let stream = |threads: &str| {
        let mut child = piped(&["--threads", threads, "--format", "json"]);
        let stdin = child.stdin.take().unwrap();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut stdin = stdin;
                stdin.write_all(&bytes).unwrap();
            });
            let out = child.wait_with_output().unwrap();
            serde_json::from_slice::<Value>(&out.stdout).unwrap_or_else(|_| panic!("{}", all_output(&out)))
        })
    };
    let one = stream("1");
    assert_eq!(found(&one).len(), 7, "{one}");
    for threads in ["2", "3", "7"] {
        assert_eq!(stream(threads)["findings"], one["findings"], "{threads}");
    }
    let tree = Tree::of("build.log", &bytes);
    assert_eq!(found(&report(tree.path(), &["build.log"])), found(&one));
}

/// However the bytes come in, and whatever stands between them.
#[test]
fn single_bytes_and_nuls() {
    let job = Job::new(900);
    let bytes = each(&job.lines, |i| format!("2026-09-01T10:00:{:02}.1234567Z ", i % 60), "\n");
    let whole = follow(&bytes);
    assert_eq!(whole.len(), job.secrets.len());
    let single = followed(|stdin| {
        bytes.iter().for_each(|byte| {
            stdin.write_all(&[*byte]).unwrap();
            stdin.flush().unwrap();
        });
    });
    assert_eq!(single, whole);
    let nuls = format!("\0\0first\0\nthe token is {}\0\0\n\0\0\0\n{}\0{}", token(1), "\0".repeat(9000), token(2));
    let expected = [("e2e-token".to_owned(), 2), ("e2e-token".to_owned(), 4)];
    assert_eq!(follow(nuls.as_bytes()), expected);
    let tree = Tree::of("build.log", nuls);
    assert_eq!(found(&report(tree.path(), &["build.log"])), expected);
}

/// The most memory a process ever had, in MiB.
fn peak(child: &Child) -> u64 {
    let told = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let high = told.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    high.map_or(0, |high| high.trim().trim_end_matches(" kB").parse::<u64>().unwrap() >> 10)
}

/// A stream that goes on and on, in lines and in one line without end, of text and of base64: its secrets are found, and
/// memory does not grow with it.
#[cfg(target_os = "linux")]
#[test]
fn endless_streams_take_constant_memory() {
    let encoded = data_encoding::BASE64.encode(filler(3 << 10).as_bytes());
    let lines = filler(1 << 10);
    let pieces = [("lines", lines.clone()), ("a line", lines.replace('\n', " ")), ("base64", encoded)];
    for (name, piece) in pieces {
        for args in [&["--follow"][..], &[]] {
            let mut child = piped(args);
            let mut stdin = child.stdin.take().unwrap();
            let block = piece.repeat((1 << 20) / piece.len());
            let mut high = 0;
            for _ in 0..24 {
                stdin.write_all(block.as_bytes()).unwrap();
                high = high.max(peak(&child));
            }
            stdin.write_all(format!(" {} ", token(5)).as_bytes()).unwrap();
            drop(stdin);
            let output = child.wait_with_output().unwrap();
            assert_eq!(output.status.code(), Some(1), "{name} {args:?}: {}", all_output(&output));
            assert!((1..100).contains(&high), "{name} {args:?}: {high} MiB");
        }
    }
}
