//! Packs, bundles and loose objects that git itself wrote.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use super::collect::Found;
use super::pack;
use crate::containers::{Body, recognize};
use crate::model::GapKind;

/// Runs git in a repository that knows nothing of this machine's settings; what it said.
fn git(repository: &Path, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new("git")
        .current_dir(repository)
        .args(["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "gc.auto=0"])
        .args(arguments)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_AUTHOR_DATE", "2026-09-01T10:00:00Z")
        .env("GIT_COMMITTER_DATE", "2026-09-01T10:00:00Z")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("git is installed");
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "git {arguments:?}");
    output.stdout
}

/// Versions of a text of a few thousand lines, each with other lines changed, and a file that stands alone.
fn versions() -> Vec<Vec<u8>> {
    let lines: Vec<String> = (0..2000).map(|i| format!("line {i} {}\n", i * 7919 % 1000)).collect();
    let version = |v: usize| {
        let changed = |(i, line): (usize, &String)| match (i + v) % 97 {
            0 => format!("changed in {v} at {i}\n"),
            _ => line.clone(),
        };
        lines.iter().enumerate().map(changed).collect::<String>().into_bytes()
    };
    (0..12).map(version).collect()
}

/// A repository with these versions of one file, one commit each.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q", "-b", "main"], b"");
    for version in versions() {
        std::fs::write(folder.path().join("a-name-in-a-tree.txt"), version).unwrap();
        git(folder.path(), &["add", "."], b"");
        git(folder.path(), &["commit", "-q", "-m", "the words of a commit"], b"");
    }
    folder
}

/// A pack of everything, written with these options.
fn packed(repository: &Path, options: &[&str]) -> Vec<u8> {
    let arguments =
        [&["pack-objects", "--stdout", "--revs", "--all", "-q", "--no-reuse-delta", "--threads=1"], options].concat();
    git(repository, &arguments, b"")
}

fn contents(found: &Found) -> BTreeSet<&[u8]> {
    found.leaves.iter().map(|(_, content)| content.as_slice()).collect()
}

#[test]
fn every_version_is_put_together() {
    let (repository, versions) = (repository(), versions());
    let bundle = repository.path().join("all.bundle");
    git(repository.path(), &["bundle", "create", "-q", &bundle.to_string_lossy(), "--all"], b"");
    let packs = [
        packed(repository.path(), &["--delta-base-offset"]),
        packed(repository.path(), &[]),
        packed(repository.path(), &["--window=0"]),
        std::fs::read(bundle).unwrap(),
    ];
    for pack in packs {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&pack).unwrap();
        let whole = Found::of(&pack);
        for found in [
            &whole,
            &Found::opened(&pack, Body::File(&file)),
            &Found::opened(&pack, Body::Stream(&mut pack.as_slice())),
        ] {
            assert_eq!(found.gaps, vec![]);
            assert_eq!(found.leaves, whole.leaves);
            let contents = contents(found);
            assert!(versions.iter().all(|version| contents.contains(version.as_slice())));
            assert!(found.holds(b"the words of a commit") && found.tells(b"a-name-in-a-tree.txt\n"));
        }
        let id = String::from_utf8(git(repository.path(), &["rev-parse", "HEAD:a-name-in-a-tree.txt"], b"")).unwrap();
        assert_eq!(whole.map()[format!("blob {}", id.trim()).as_str()], versions[11]);
    }
}

/// Deltas whose bases are in the receiver's repository, and differences when there is no memory to hold a base.
#[test]
fn what_an_object_out_of_reach_is_given_is_scanned_and_told() {
    let (repository, versions) = (repository(), versions());
    let thin = git(
        repository.path(),
        &["pack-objects", "--stdout", "--revs", "-q", "--thin", "--no-reuse-delta"],
        b"HEAD\n^HEAD~1\n",
    );
    let found = Found::of(&thin);
    assert_eq!(found.kinds(), [GapKind::LimitReached]);
    assert!(found.holds(b"changed in 11 at"));
    let whole = packed(repository.path(), &["--delta-base-offset"]);
    let found = Found::streamed(&whole, &whole);
    assert_eq!(found.kinds(), [GapKind::LimitReached]);
    assert!(contents(&found).contains(versions[11].as_slice()));
}

#[test]
fn a_pack_cut_or_changed_anywhere_is_survived_and_told() {
    let repository = repository();
    let pack = packed(repository.path(), &["--delta-base-offset"]);
    let whole = Found::of(&pack);
    for end in (0..pack.len()).step_by(37) {
        let found = Found::opened(&pack, Body::Bytes(&pack[..end]));
        assert!(!found.gaps.is_empty() && found.leaves.len() <= whole.leaves.len() + 1, "{end}");
        let mut changed = pack.clone();
        changed[end] ^= 0x10;
        if recognize(&changed).is_some_and(|container| container.name() == "git pack") {
            let found = Found::of(&changed);
            // A bit between the end of the compressed data and its checksum means nothing.
            let complete = whole.leaves.iter().all(|leaf| found.leaves.contains(leaf));
            assert!(complete || !found.gaps.is_empty(), "{end}");
        }
    }
    let behind = [pack.as_slice(), b"and more"].concat();
    assert_eq!(Found::of(&behind).map()["(data after the archive)"], b"and more");
}

#[test]
fn loose_objects_are_read() {
    let repository = repository();
    let mut kinds = BTreeSet::new();
    for folder in std::fs::read_dir(repository.path().join(".git/objects")).unwrap() {
        for object in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            let bytes = std::fs::read(object.unwrap().path()).unwrap();
            let found = Found::of(&bytes);
            assert_eq!(found.gaps, vec![]);
            kinds.extend(found.leaves.iter().map(|(name, _)| name.clone()));
            let cut = Found::opened(&bytes, Body::Bytes(&bytes[..bytes.len() - 3]));
            assert_eq!(cut.kinds(), [GapKind::Truncated]);
        }
    }
    assert_eq!(kinds, ["blob", "commit", "tree"].map(str::to_owned).into());
    let object = pack::Stream::Zlib.pack(&[b"blob 300000\0".to_vec(), pack::sample(300_000, 9)].concat());
    let found = Found::of(&[object.as_slice(), b"behind"].concat());
    assert_eq!(
        found.map(),
        [("blob", pack::sample(300_000, 9).as_slice()), ("(data after the archive)", b"behind")].into()
    );
}
