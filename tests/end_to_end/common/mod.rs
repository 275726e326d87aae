//! What the end-to-end tests share: trees, secrets made at run time, scans through the library and the command.

#[cfg(unix)]
pub mod repo;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use tempfile::TempDir;
use tightlip::containers::Limits;
use tightlip::engine::Engine;
use tightlip::model::{Finding, Outcome, Target};
use tightlip::pipeline::{self, Options, Silent};
use tightlip::policy::{Policy, PolicyOptions};
use tightlip::sources::{Dir, DirOptions, Source};

pub const BINARY: &str = env!("CARGO_BIN_EXE_tightlip");

/// The rules of the tests, beside the built-in ones.
pub fn pack() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/packs/e2e.toml")
}

/// One engine for all tests of a file.
pub fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::new(tightlip::rules::load(&[pack()]).unwrap_or_else(|error| panic!("{error}"))))
}

/// A tree that is gone when dropped.
pub struct Tree(TempDir);

impl Tree {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A tree that holds one file.
    pub fn of(name: &str, content: impl AsRef<[u8]>) -> Self {
        Self::new().file(name, content)
    }

    /// Adds a file, and the folders it stands in.
    pub fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

/// The command with these arguments, in a folder, with the rules of the tests and nothing of the caller's environment
/// that could change what it writes.
pub fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command.current_dir(folder).args(args).env_remove("TIGHTLIP_KEY").env_remove("NO_COLOR");
    command
}

/// `tightlip dir` with the rules of the tests.
pub fn dir(folder: &Path, args: &[&str]) -> Output {
    command(folder, &["dir"]).arg("--rules").arg(pack()).args(args).output().unwrap()
}

/// Scans a tree through the library.
pub fn scan(path: &Path) -> Outcome {
    scan_with(path, 2, Limits::default())
}

pub fn scan_with(path: &Path, threads: usize, limits: Limits) -> Outcome {
    let source = Dir::new(vec![path.to_owned()], DirOptions { threads, ..DirOptions::default() });
    scan_source(&source, threads, limits)
}

pub fn scan_source(source: &dyn Source, threads: usize, limits: Limits) -> Outcome {
    let policy = Policy::new(PolicyOptions::default()).unwrap();
    let options = Options { threads, limits, key: None, target: Target { command: "dir", names: Vec::new() } };
    pipeline::scan(source, engine(), &policy, &options, &Silent).unwrap_or_else(|error| panic!("{error}"))
}

/// A finding in one line: all that may not depend on how the blob was held.
pub fn told(finding: &Finding) -> String {
    let (region, span) = (&finding.region, &finding.span);
    format!(
        "{} {} {}..{} {}:{}-{}:{} {:?} {} #{}",
        finding.rule.id,
        finding.confidence.as_str(),
        span.start,
        span.end,
        region.start_line,
        region.start_column,
        region.end_line,
        region.end_column,
        finding.via,
        finding.excerpt.text,
        finding.identity.group,
    )
}

pub fn all_told(outcome: &Outcome) -> Vec<String> {
    outcome.findings.iter().map(told).collect()
}

/// The gaps as `kind at place`.
pub fn gaps(outcome: &Outcome) -> Vec<String> {
    outcome.gaps.iter().map(|gap| format!("{} at {}", gap.kind.as_str(), gap.place.shown())).collect()
}

pub const B62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// `n` characters of an alphabet, the same for the same seed.
pub fn random(alphabet: &[u8], n: usize, seed: u64) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        // xorshift64*, Vigna 2016
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33
    };
    (0..n).map(|_| char::from(alphabet[next() as usize % alphabet.len()])).collect()
}

/// A token of the tests' pack.
pub fn token(seed: u64) -> String {
    ["tlt_", &random(B62, 36, seed)].concat()
}

/// A private key block around bytes with the form of a key (RFC 5958: a SEQUENCE that begins with a version).
pub fn private_key(seed: u64) -> String {
    let rest = random(B62, 600, seed);
    let length = rest.len() as u16 + 3;
    let der = [&[0x30, 0x82], &length.to_be_bytes()[..], &[2, 1, 0], rest.as_bytes()].concat();
    let body = data_encoding::BASE64.encode(&der);
    let lines: Vec<&str> = body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let edge = |word: &str| format!("-----{word} {} KEY-----", "PRIVATE");
    [edge("BEGIN"), lines.join("\n"), edge("END"), String::new()].join("\n")
}

/// Text in which there is nothing to find, of about `n` bytes, in lines.
pub fn filler(n: usize) -> String {
    "the quick brown fox jumps over the lazy dog, and nothing happens to it at all.\n".repeat(n / 79 + 1)
}

/// A tar of these members.
pub fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, content) in members {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append_data(&mut header, name, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

pub fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// A zip of these members, deflated.
pub fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// UTF-16 or UTF-32: every character in `width` bytes.
pub fn wide(text: &str, width: usize, big_endian: bool) -> Vec<u8> {
    text.bytes()
        .flat_map(|byte| {
            let mut unit = vec![0; width];
            unit[if big_endian { width - 1 } else { 0 }] = byte;
            unit
        })
        .collect()
}

pub fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Standard output and standard error as one text.
pub fn all_output(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned()
}
