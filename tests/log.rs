//! `tightlip log`: what CI does to text is looked through, and a stream is told as it comes.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic)]
mod common;

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::*;
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
    ("kubernetes", |lines| {
        each(lines, |i| format!("2026-09-01T10:00:{:02}.123456789Z stdout F ", i % 60), "\n")
    }),
    ("syslog 3164", |lines| each(lines, |i| format!("<13>Sep  1 10:00:{:02} host app[12]: ", i % 60), "\n")),
    ("syslog 3164, a file", |lines| each(lines, |i| format!("Sep  1 10:00:{:02} host app[12]: ", i % 60), "\n")),
    ("syslog 5424", |lines| each(lines, |i| format!("<34>1 2026-09-01T10:00:{:02}Z host app 12 ID - ", i % 60), "\n")),
    ("journalctl", |lines| {
        each(lines, |i| format!("2026-09-01T10:00:{:02}+0000 host app[12]: ", i % 60), "\n")
    }),
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
        job.secret("e2e-token", format!("colours in {}\x1b[31m{}\x1b[0m{} of it", &inside[..9], &inside[9..20], &inside[20..]));
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
    let mut child = piped(&["--follow", "--format", "json"]);
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(bytes));
        let out = child.wait_with_output().unwrap();
        let lines = out.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let told = lines.map(|line| serde_json::from_slice::<Value>(line).unwrap());
        told.filter_map(|line| Some((line["rule"].as_str()?.to_owned(), line["line"].as_u64()?))).collect()
    })
}
