//! Trees that resist: nothing blocks, nothing ends the run, and whatever could not be looked at is told.

use std::fs::{self, File, Permissions};
use std::io::{Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use crate::common::*;
use tightlip::containers::Limits;
use tightlip::model::{GapKind, Outcome, Verdict};

fn secret() -> String {
    format!("password = \"{}\"\n", random(B62, 15, 50))
}

fn places(outcome: &Outcome) -> Vec<String> {
    outcome.findings.iter().map(|finding| finding.place.shown().into_string()).collect()
}

fn run(program: &str, folder: &Path, args: &[&str]) {
    let mut command = Command::new(program);
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(variable);
    }
    let output = command.current_dir(folder).args(args).output().unwrap();
    assert!(output.status.success(), "{program} {args:?}: {}", all_output(&output));
}

fn git(folder: &Path, args: &[&str]) {
    let who = ["-c", "user.name=t", "-c", "user.email=t@t.invalid", "-c", "init.defaultBranch=main"];
    run("git", folder, &[&who[..], &["-c", "protocol.file.allow=always"], args].concat());
}

/// Scans as a user whom permissions bind, wherever the tests run: root is let in everywhere.
fn dir_as_nobody(tree: &Tree, args: &[&str]) -> std::process::Output {
    let root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    if !root {
        return dir(tree.path(), args);
    }
    // The build's own folder may be closed to others.
    let home = tempfile::tempdir().unwrap();
    let (binary, rules) = (home.path().join("tightlip"), home.path().join("pack.toml"));
    fs::copy(BINARY, &binary).unwrap();
    fs::copy(pack(), &rules).unwrap();
    for open in [home.path(), tree.path(), &binary] {
        fs::set_permissions(open, Permissions::from_mode(0o755)).unwrap();
    }
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
        .arg(&binary)
        .arg("dir")
        .arg("--rules")
        .arg(&rules);
    command.args(args).current_dir(tree.path()).env_remove("TIGHTLIP_KEY").output().unwrap()
}

#[test]
fn what_may_not_be_read_is_a_gap() {
    let tree = Tree::of("open.txt", "x").file("shut.txt", secret()).file("folder/in.txt", secret());
    let shut = [tree.path().join("shut.txt"), tree.path().join("folder")];
    shut.iter().for_each(|path| fs::set_permissions(path, Permissions::from_mode(0o000)).unwrap());
    let output = dir_as_nobody(&tree, &["--format", "json"]);
    shut.iter().for_each(|path| fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap());
    assert_eq!(output.status.code(), Some(3), "{}", all_output(&output));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let gaps: Vec<String> =
        report["gaps"].as_array().unwrap().iter().map(|gap| format!("{} {}", gap["path"], gap["kind"])).collect();
    assert_eq!(gaps, ["\"folder\" \"unreadable\"", "\"shut.txt\" \"unreadable\""], "{report:#}");
}

#[test]
fn a_read_that_fails_is_a_gap_for_root_too() {
    // The kernel opens this file and refuses to read its first page.
    let output = dir(Path::new("/proc/self"), &["mem"]);
    assert_eq!(output.status.code(), Some(3), "{}", all_output(&output));
    assert!(all_output(&output).contains("unreadable"), "{}", all_output(&output));
}

#[test]
fn files_that_change_are_scanned_or_told() {
    let tree = Tree::of("steady.txt", secret());
    let stop = AtomicBool::new(false);
    let names = ["grows", "shrinks", "comes and goes"].map(|name| tree.path().join(name));
    let large = filler(5 << 20);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Relaxed) {
                File::options().append(true).create(true).open(&names[0]).unwrap().write_all(&[b'x'; 4096]).unwrap();
                fs::write(&names[1], &large).unwrap();
                File::options().write(true).open(&names[1]).unwrap().set_len(10).unwrap();
                fs::write(&names[2], "x").unwrap();
                fs::remove_file(&names[2]).unwrap();
            }
        });
        for _ in 0..8 {
            let outcome = scan(tree.path());
            let known = [GapKind::Vanished, GapKind::ChangedWhileReading];
            assert!(outcome.gaps.iter().all(|gap| known.contains(&gap.kind)), "{:?}", gaps(&outcome));
            assert_eq!(places(&outcome), ["steady.txt"]);
            assert!(outcome.coverage.scanned.units + outcome.coverage.gaps.units >= 1);
        }
        stop.store(true, Relaxed);
    });
}

#[test]
fn nothing_that_could_block_is_opened() {
    let tree = Tree::of("a.txt", secret());
    run("mkfifo", tree.path(), &["fifo"]);
    let _socket = std::os::unix::net::UnixListener::bind(tree.path().join("socket")).unwrap();
    // Links out of the tree, to a device that never ends and to one that never answers.
    symlink("/dev/zero", tree.path().join("zero")).unwrap();
    symlink("fifo", tree.path().join("to-fifo")).unwrap();
    let begun = Instant::now();
    let outcome = scan(tree.path());
    assert!(begun.elapsed() < Duration::from_secs(20));
    assert_eq!(gaps(&outcome), ["special-file at fifo", "special-file at socket"]);
    assert_eq!(outcome.verdict(), Verdict::Findings, "findings outrank gaps");
    // Named by the user they are targets, and still not opened.
    for name in ["fifo", "socket", "to-fifo", "zero"] {
        let output = dir(tree.path(), &[name]);
        assert_eq!(output.status.code(), Some(3), "{name}: {}", all_output(&output));
    }
}

#[test]
fn links_lead_nowhere() {
    let outside = Tree::of("secret.txt", secret());
    let tree = Tree::of("a/b/c.txt", "x");
    let link = |to: &str, name: &str| symlink(to, tree.path().join(name)).unwrap();
    link(".", "self");
    link("../..", "a/b/up");
    link("two", "one");
    link("one", "two");
    link("gone", "dangling");
    link(outside.path().to_str().unwrap(), "outside");
    link(outside.path().join("secret.txt").to_str().unwrap(), "file-outside");
    let outcome = scan(tree.path());
    assert_eq!(outcome.coverage.scanned.units, 8, "one file and seven links: {:?}", gaps(&outcome));
    assert_eq!(outcome.verdict(), Verdict::Clean, "{:?}", places(&outcome));
    // A link that the user names is followed; one that leads nowhere is an error.
    assert_eq!(dir(tree.path(), &["outside"]).status.code(), Some(1));
    for gone in ["dangling", "one", "missing"] {
        let output = dir(tree.path(), &[gone]);
        assert_eq!(output.status.code(), Some(2), "{gone}: {}", all_output(&output));
        assert!(output.stdout.is_empty() && all_output(&output).contains(gone));
    }
}

#[test]
fn names_of_every_kind() {
    let tree = Tree::new();
    let long = [b'n'; 255];
    let names: [&[u8]; 8] = [
        b"new\nline",
        b"\x1b[31mred\x07",
        b"\xff\xfe not utf-8",
        b" ",
        b"-rf",
        b"a!b",
        &long,
        "\u{202e}gpj.exe".as_bytes(),
    ];
    for name in names {
        fs::write(tree.path().join(std::ffi::OsStr::from_bytes(name)), secret()).unwrap();
    }
    let outcome = scan(tree.path());
    assert_eq!(outcome.findings.len(), names.len(), "{:?}", gaps(&outcome));
    for args in [&["--color", "never"][..], &["--format", "json"], &["--format", "sarif"]] {
        let output = dir(tree.path(), args);
        assert_eq!(output.status.code(), Some(1));
        let all = [output.stdout, output.stderr].concat();
        let control = |byte: &u8| *byte < 0x20 && *byte != b'\n' || *byte == 0x7f;
        assert!(!all.iter().any(control), "{args:?}: a control byte in {}", String::from_utf8_lossy(&all));
        assert!(!String::from_utf8(all).unwrap().contains('\u{202e}'), "{args:?}");
    }
}

#[test]
fn deep_folders() {
    // 500 levels of ten bytes each: longer than a path may be in one call.
    let tree = Tree::new();
    let deep = |n: usize| format!("{}/", "d".repeat(9)).repeat(n);
    let reachable = 350;
    fs::create_dir_all(tree.path().join(deep(reachable))).unwrap();
    fs::write(tree.path().join(deep(reachable)).join("a.txt"), secret()).unwrap();
    let script = format!("mkdir -p {0} && printf '%s' '{1}' > {0}/b.txt", deep(150), secret());
    run("sh", &tree.path().join(deep(reachable)), &["-c", &script]);
    let outcome = scan(tree.path());
    // What lies beyond the system's limit on paths is found, or told.
    assert!(places(&outcome).iter().any(|place| place.ends_with("a.txt")), "{:?}", gaps(&outcome));
    let told = places(&outcome).iter().any(|place| place.ends_with("b.txt")) || !outcome.gaps.is_empty();
    assert!(told, "the deepest file was neither found nor told");
    run("sh", tree.path(), &["-c", "rm -rf d*"]);
}

#[test]
fn ignored_files_that_git_tracks_are_scanned() {
    let tree = Tree::of(".gitignore", "*.env\nout/\n")
        .file("tracked.env", secret())
        .file("out/tracked.txt", secret())
        .file("untracked.env", secret())
        .file("out/untracked.txt", secret());
    git(tree.path(), &["init", "-q"]);
    git(tree.path(), &["add", "-f", "tracked.env", "out/tracked.txt", ".gitignore"]);
    let outcome = scan(tree.path());
    assert_eq!(places(&outcome), ["out/tracked.txt", "tracked.env"], "{:?}", gaps(&outcome));
    let excluded: Vec<_> = outcome.exclusions.iter().map(|e| e.place.shown().into_string()).collect();
    assert!(excluded.contains(&"untracked.env".to_owned()), "{excluded:?}");
    // What an ignored folder holds beside its tracked files is listed as well, by itself or by the folder.
    assert!(excluded.iter().any(|place| place == "out" || place == "out/untracked.txt"), "{excluded:?}");
    // The scan of a folder within the repository knows the repository's index.
    fs::write(tree.path().join("out/.gitignore"), "*").unwrap();
    assert_eq!(places(&scan(&tree.path().join("out"))), ["tracked.txt"]);
    let all = dir(tree.path(), &["--no-ignore", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&all.stdout).unwrap();
    assert_eq!(report["findings"].as_array().unwrap().len(), 4, "{report:#}");
}

#[test]
fn repositories_within_repositories() {
    let other = Tree::of("in-module.env", secret()).file(".gitignore", "*.env");
    git(other.path(), &["init", "-q"]);
    git(other.path(), &["add", "-f", "."]);
    git(other.path(), &["commit", "-qm", "x"]);
    let tree = Tree::of(".gitignore", "*.env\n").file("nested/in-nested.env", secret());
    git(tree.path(), &["init", "-q"]);
    git(&tree.path().join("nested"), &["init", "-q"]);
    git(&tree.path().join("nested"), &["add", "-f", "in-nested.env"]);
    git(tree.path(), &["submodule", "--quiet", "add", other.path().to_str().unwrap(), "module"]);
    git(tree.path(), &["add", ".gitignore"]);
    git(tree.path(), &["commit", "-qm", "x"]);
    git(tree.path(), &["worktree", "add", "-q", "worktree"]);
    // A `.git` that is a file points to a folder elsewhere: submodules and worktrees have one.
    assert!(tree.path().join("module/.git").is_file() && tree.path().join("worktree/.git").is_file());
    fs::write(tree.path().join("worktree/in-worktree.env"), secret()).unwrap();
    git(&tree.path().join("worktree"), &["add", "-f", "in-worktree.env"]);
    // Internals hold the same secrets, packed or plain, and are another command's business.
    fs::write(tree.path().join(".git/plain.txt"), secret()).unwrap();
    let outcome = scan(tree.path());
    assert_eq!(
        places(&outcome),
        ["module/in-module.env", "nested/in-nested.env", "worktree/in-worktree.env"],
        "{:?}",
        gaps(&outcome)
    );
    assert!(outcome.gaps.is_empty(), "{:?}", gaps(&outcome));
    // They are told once each, with where to look; the file that points to one is a file.
    let histories = outcome.exclusions.iter().filter(|one| one.reason.contains("`tightlip git`"));
    let told: Vec<_> = histories.map(|one| one.place.shown().into_string()).collect();
    assert_eq!(told, [".git", "nested/.git"]);
    fs::write(tree.path().join("worktree/.git"), secret()).unwrap();
    assert!(places(&scan(tree.path())).contains(&"worktree/.git".to_owned()));
}

#[test]
fn a_repository_without_a_tree_is_not_clean() {
    let tree = tempfile::tempdir().unwrap();
    git(tree.path(), &["init", "-q"]);
    let outcome = scan(tree.path());
    assert_eq!((outcome.coverage.excluded.units, outcome.verdict()), (1, Verdict::Incomplete));
}

#[test]
fn a_broken_index_is_a_gap() {
    let tree = Tree::of(".gitignore", "*.env\n").file("tracked.env", secret());
    git(tree.path(), &["init", "-q"]);
    git(tree.path(), &["add", "-f", "."]);
    let index = tree.path().join(".git/index");
    let sound = fs::read(&index).unwrap();
    let half = sound[..sound.len() / 2].to_vec();
    for (what, broken) in [("cut", half), ("empty", Vec::new()), ("no index", b"nonsense".repeat(40))] {
        fs::write(&index, broken).unwrap();
        let outcome = scan(tree.path());
        assert_eq!(outcome.verdict(), Verdict::Incomplete, "{what}: {:?} {:?}", places(&outcome), gaps(&outcome));
        assert!(outcome.gaps.iter().any(|gap| gap.place.path.ends_with(b".git")), "{what}: {:?}", gaps(&outcome));
    }
    // A repository without a commit has no index, and that is no fault.
    fs::remove_file(&index).unwrap();
    assert_eq!(scan(tree.path()).verdict(), Verdict::Clean);
    // A `.git` that leads nowhere.
    let lost = Tree::of(".git", "gitdir: /nowhere/at/all\n").file("a.txt", "x");
    assert_eq!(scan(lost.path()).verdict(), Verdict::Incomplete, "{:?}", gaps(&scan(lost.path())));
}

#[test]
fn archives_that_cannot_be_read_are_told_by_address() {
    let inner = gzip(&filler(3000).into_bytes());
    let mut corrupt = inner.clone();
    corrupt[40] ^= 0xff;
    let mut checksum = inner.clone();
    let last = checksum.len() - 6;
    checksum[last] ^= 1;
    let mut encrypted = zip(&[("a.txt", b"something")]);
    // The flag of encryption, in the local header and in the directory (APPNOTE 4.4.4).
    let directory = encrypted.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    encrypted[6] |= 1;
    encrypted[directory + 8] |= 1;
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("cut.gz", inner[..inner.len() / 2].to_vec(), "truncated"),
        ("corrupt.gz", corrupt, "corrupt"),
        ("checksum.gz", checksum.clone(), "corrupt"),
        ("encrypted.zip", encrypted, "encrypted"),
        ("cut.tar", tar(&[("a.txt", &[b'x'; 5000])])[..3000].to_vec(), "truncated"),
        ("seven.7z", [&b"7z\xbc\xaf\x27\x1c\0\x04"[..], &[0; 100]].concat(), "corrupt"),
        // No magic, only a header that makes sense.
        ("alone.lzma", [&b"\x5d\0\0\x80\0"[..], &[0xff; 8], &[0; 40]].concat(), "truncated"),
        ("nested.tar", tar(&[("ok.txt", b"x"), ("deep/b.gz", &checksum)]), "corrupt at nested.tar!deep/b.gz"),
    ];
    for (name, bytes, expected) in cases {
        let tree = Tree::of(name, bytes);
        let outcome = scan(tree.path());
        assert_eq!(outcome.verdict(), Verdict::Incomplete, "{name}: {:?}", gaps(&outcome));
        assert!(
            gaps(&outcome).iter().any(|gap| gap.contains(expected) && gap.contains(name)),
            "{name}: {:?}",
            gaps(&outcome)
        );
        let output = dir(tree.path(), &[]);
        assert_eq!(output.status.code(), Some(3), "{name}");
        assert!(all_output(&output).contains(name), "{name}");
    }
}

/// A self-extracting archive begins with its program; the zip is known by its end alone.
#[test]
fn a_zip_behind_something_else_is_opened() {
    let archive = [b"#!/bin/sh\nexec unzip \"$0\"\n".repeat(60), zip(&[("a.txt", secret().as_bytes())])].concat();
    let outcome = scan(Tree::of("setup.run", archive).path());
    assert_eq!(outcome.verdict(), Verdict::Findings, "{:?}", gaps(&outcome));
    assert_eq!(outcome.findings[0].place.shown().as_str(), "setup.run!a.txt");
}

#[test]
fn bombs_end_soon() {
    let mut zeros = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::copy(&mut std::io::repeat(0).take(64 << 20), &mut zeros).unwrap();
    let zeros = zeros.finish().unwrap();
    let mut nested = secret().into_bytes();
    for _ in 0..40 {
        nested = gzip(&nested);
    }
    let many = zip(&(0..3000).map(|_| ("a", &b""[..])).collect::<Vec<_>>()[..1]);
    let wide: Vec<(String, Vec<u8>)> = (0..500).map(|i| (format!("m{i}"), many.clone())).collect();
    let wide = tar(&wide.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect::<Vec<_>>());
    let limits = Limits { ratio: 100, members: 300, ..Limits::default() };
    for (what, bytes) in [("ratio", zeros), ("depth", nested), ("members", wide)] {
        let begun = Instant::now();
        let outcome = scan_with(Tree::of("bomb", bytes).path(), 1, limits);
        assert!(outcome.gaps.iter().any(|gap| gap.kind == GapKind::LimitReached), "{what}: {:?}", gaps(&outcome));
        assert_eq!(outcome.verdict(), Verdict::Incomplete, "{what}");
        assert!(begun.elapsed() < Duration::from_secs(20), "{what}: {:?}", begun.elapsed());
    }
}

#[test]
fn reports_go_out_while_nobody_reads_errors() {
    // A closed standard error is no reason to stop or to panic.
    let tree = Tree::of("a.txt", secret());
    let mut child = command(tree.path(), &["dir", "-v"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stderr.take());
    let mut report = String::new();
    child.stdout.take().unwrap().read_to_string(&mut report).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert!(report.contains("generic-password"));
}
