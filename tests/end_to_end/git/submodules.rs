//! Submodules: scanned as histories of their own where they are here, and gaps where they are not.

use std::fs;

use crate::common::repo::Repo;
use crate::common::{self, token};
use serde_json::Value;

fn line(seed: u64) -> String {
    format!("key = {}\n", token(seed))
}

fn add(repo: &Repo, other: &Repo, path: &str) {
    let url = other.path().to_str().unwrap();
    repo.git(&["-c", "protocol.file.allow=always", "submodule", "add", "-q", url, path]);
    repo.commit(&format!("{path} comes in"));
}

/// A repository with a submodule that has one itself; a secret was in the history of each.
fn nested() -> (Repo, [Repo; 2]) {
    let (innermost, inner, outer) = (Repo::new(), Repo::new(), Repo::new());
    innermost.stage("deep.txt", line(1)).commit("a secret");
    innermost.stage("deep.txt", "fine\n").commit("and gone");
    inner.stage("a/b.txt", line(2)).commit("a secret");
    add(&inner, &innermost, "vendored");
    outer.stage("own.txt", line(3)).commit("a secret");
    add(&outer, &inner, "third-party/inner");
    outer.git(&["-c", "protocol.file.allow=always", "submodule", "update", "-q", "--init", "--recursive"]);
    (outer, [inner, innermost])
}

fn report(repo: &Repo, args: &[&str]) -> Value {
    let mut command = common::command(repo.path(), &["git", "--format", "json", "--quiet", "--rules"]);
    let output = command.arg(common::pack()).args(args).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", common::all_output(&output)))
}

fn found(report: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    findings.map(|found| (text(&found["path"]), text(&found["history"]["introduced"]["id"]))).collect()
}

fn gaps(report: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    report["gaps"].as_array().unwrap().iter().map(|gap| (text(&gap["path"]), text(&gap["detail"]))).collect()
}

#[test]
fn they_are_scanned_under_their_paths_with_commits_of_their_own() {
    let (outer, [inner, innermost]) = nested();
    let alone = report(&outer, &[]);
    assert_eq!(found(&alone).len(), 1);
    let told = gaps(&alone);
    assert!(told.len() == 1 && told[0].0 == "inner" && told[0].1.contains("--submodules"), "{told:?}");

    let all = report(&outer, &["--submodules"]);
    let first = |repo: &Repo| repo.git(&["rev-list", "--max-parents=0", "HEAD"]);
    let mut expected = vec![
        ("own.txt".to_owned(), first(&outer)),
        ("third-party/inner/a/b.txt".to_owned(), first(&inner)),
        ("third-party/inner/vendored/deep.txt".to_owned(), first(&innermost)),
    ];
    let mut seen = found(&all);
    expected.sort();
    seen.sort();
    assert_eq!(seen, expected);
    assert_eq!(gaps(&all), []);
    assert_eq!(all, report(&outer, &["--submodules", "--plain"]));
}

#[test]
fn those_that_are_not_here_are_gaps_that_name_the_next_step() {
    let (outer, _) = nested();
    fs::remove_dir_all(outer.path().join(".git/modules/third-party/inner/modules")).unwrap();
    let told = gaps(&report(&outer, &["--submodules"]));
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].0, "third-party/inner/vendored");
    assert!(told[0].1.contains("git submodule update --init"), "{told:?}");
    fs::remove_dir_all(outer.path().join(".git/modules")).unwrap();
    let told = gaps(&report(&outer, &["--submodules"]));
    assert!(told.len() == 1 && told[0].0 == "inner", "{told:?}");
}

/// A file in the repository does not lead the scan out of it.
#[test]
fn what_leads_out_of_the_repository_is_not_followed() {
    let (outer, other) = (Repo::new(), Repo::new());
    other.stage("a.txt", line(1)).commit("a secret");
    let section = |name: &str, path: &str| format!("[submodule \"{name}\"]\n\tpath = {path}\n\turl = ./x\n");
    let escape = other.path().to_str().unwrap();
    for (name, path) in [("../../..", "x"), ("x", "../other"), (escape, "y"), ("y", escape), (".", "."), ("", "")] {
        outer.stage(".gitmodules", section(name, path)).commit("leads out");
        let told = report(&outer, &["--submodules"]);
        assert_eq!(found(&told), [], "{name} {path}");
    }
}
