//! What is staged, in repositories of every kind, through real commits and real hooks.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;

use crate::common::repo::{Repo, expect, script_in};
use crate::common::{self, filler, token};
use proptest::prelude::*;

fn line(seed: u64) -> String {
    format!("key = {}\n", token(seed))
}

#[test]
fn only_changed_lines_block_unless_whole_files_are_wanted() {
    let repo = Repo::new();
    repo.stage("a", format!("one\n{}two\n", line(1))).commit("first");
    repo.stage("a", format!("one\n{}two\nthree\n", line(1)));
    assert_eq!(repo.staged(), expect(0, &["unchanged a:2"]));
    assert_eq!(repo.scan(&["--staged", "--whole-files"]), expect(1, &["open a:2"]));
    repo.stage("a", format!("zero\none\n{}two\n{}", line(1), line(2)));
    assert_eq!(repo.staged(), expect(1, &["unchanged a:3", "open a:5"]));
    repo.stage("a", format!("one\r\n{}two\r\n", line(1).replace('\n', "\r\n")));
    assert_eq!(repo.staged(), expect(0, &["unchanged a:2"]));
}

#[test]
fn an_index_that_equals_head_is_clean() {
    let repo = Repo::new();
    assert_eq!(repo.staged(), expect(0, &[]), "nothing was ever staged");
    repo.stage("a", line(1)).commit("first");
    assert_eq!(repo.staged(), expect(0, &[]));
    fs::remove_file(repo.path().join(".git/index")).unwrap();
    assert_eq!(repo.staged(), expect(0, &[]), "everything is deleted");
}

#[test]
fn an_unborn_branch_has_everything_new() {
    let repo = Repo::new();
    repo.stage("deep/er/a", line(1));
    assert_eq!(repo.staged(), expect(1, &["open deep/er/a:1"]));
}

#[test]
fn moves_are_unchanged_and_copies_are_not() {
    let repo = Repo::new();
    repo.stage("a/b/x", line(1)).stage("y", line(2)).stage("z", line(3)).commit("first");
    repo.git(&["mv", "a/b", "c"]);
    repo.git(&["mv", "y", "w"]);
    repo.stage("copy", line(3));
    assert_eq!(repo.staged(), expect(1, &["unchanged c/x:1", "open copy:1", "unchanged w:1"]));
}

#[test]
fn modes_and_kinds_are_told_apart() {
    let repo = Repo::new();
    repo.stage("tool", line(1)).stage("plain", token(2)).commit("first");
    repo.git(&["update-index", "--chmod=+x", "tool"]);
    assert_eq!(repo.staged(), expect(0, &[]), "an executable bit is no content");
    fs::remove_file(repo.path().join("plain")).unwrap();
    symlink(token(2), repo.path().join("plain")).unwrap();
    symlink(token(3), repo.path().join("link")).unwrap();
    repo.git(&["add", "plain", "link"]);
    assert_eq!(repo.staged(), expect(1, &["open link:1", "unchanged plain:1"]), "HEAD has the same text at `plain`");
}

#[test]
fn names_are_content_and_need_not_be_text() {
    let repo = Repo::new();
    let name = std::ffi::OsStr::from_bytes(b"na\xffme");
    fs::write(repo.path().join(name), line(1)).unwrap();
    repo.write(&format!("{}/x", token(7)), "x").git(&["add", "."]);
    let said = repo.staged();
    assert_eq!((said.status, said.findings.len()), (1, 2), "{said:?}");
    assert!(said.findings.contains(&"open na\\xffme:1".to_owned()), "{said:?}");
}

#[test]
fn intent_to_add_stages_nothing_and_conflicts_stage_all() {
    let repo = Repo::new();
    repo.stage("a", "base\n").commit("first");
    repo.write("later", line(1)).git(&["add", "-N", "later"]);
    assert_eq!(repo.staged(), expect(0, &[]));
    repo.git(&["rm", "-q", "--cached", "later"]);
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.stage("a", line(2)).commit("side");
    repo.git(&["checkout", "-q", "main"]);
    repo.stage("a", "ours\n").commit("ours");
    assert!(!repo.try_git(&["merge", "side"]).status.success());
    let said = repo.staged();
    assert_eq!((said.status, said.findings), (1, vec!["open a:1".to_owned()]));
}

#[test]
fn submodules_are_noted() {
    let (repo, other) = (Repo::new(), Repo::new());
    other.stage("inside", line(1)).commit("first");
    let url = other.path().to_str().unwrap();
    repo.git(&["-c", "protocol.file.allow=always", "submodule", "add", "-q", url, "sub"]);
    let report = repo.report(&["--staged"]);
    assert_eq!(report["exit_status"], 0, "{report}");
    assert!(report["notes"].as_array().unwrap().iter().any(|note| note["place"] == "sub"), "{report}");
}

#[test]
fn every_layout_of_index_and_store_says_the_same() {
    let plain = |repo: &Repo| {
        repo.stage("x/a", format!("{}end\n", line(1))).stage("y/b", "b\n").stage("top", "t\n").commit("first");
    };
    let change = |repo: &Repo| {
        repo.stage("x/a", format!("{}{}end\n", line(1), line(2))).stage("z/new", line(3));
    };
    let expected = || expect(1, &["unchanged x/a:1", "open x/a:2", "open z/new:1"]);
    let layouts: &[&[&str]] = &[
        &["config", "core.bare", "false"],
        &["update-index", "--split-index"],
        &["update-index", "--index-version", "4"],
        &["config", "index.skipHash", "true"],
        &["gc", "-q"],
        &["config", "feature.manyFiles", "true"],
    ];
    for layout in layouts {
        let repo = Repo::new();
        plain(&repo);
        repo.git(layout);
        change(&repo);
        assert_eq!(repo.staged(), expected(), "{layout:?}");
        // Git notes the trees again; the verdict stays.
        repo.git(&["write-tree"]);
        assert_eq!(repo.staged(), expected(), "{layout:?}, trees noted");
    }
    let sha256 = Repo::init(&["--object-format=sha256"]);
    plain(&sha256);
    change(&sha256);
    assert_eq!(sha256.staged(), expected());
}

#[test]
fn a_sparse_index_is_looked_into() {
    let repo = Repo::new();
    repo.stage("in/a", "a\n").stage("out/deep/b", line(1)).commit("first");
    repo.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "in"]);
    repo.stage("in/a", line(2));
    assert_eq!(repo.staged(), expect(1, &["open in/a:1"]));
    let tree = repo.git(&["rev-parse", "HEAD~0"]);
    repo.git(&["reset", "-q", "--soft", &tree]);
    // A commit that changed what is outside of the cone, reset softly: the folder's entry is another tree than HEAD's.
    let other = Repo::new();
    other.stage("in/a", "a\n").stage("out/deep/b", "b\n").commit("first");
    other.stage("out/deep/b", line(3)).commit("second");
    other.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "in"]);
    other.git(&["reset", "-q", "--soft", "HEAD~1"]);
    assert_eq!(other.staged(), expect(1, &["open out/deep/b:1"]));
}

#[test]
fn commits_of_every_kind_are_judged_by_the_index_they_make() {
    let repo = Repo::new();
    repo.stage("a", "a\n").stage("sub/b", "b\n").commit("first");
    repo.hook("pre-commit", "--staged");
    let refused = |args: &[&str]| !repo.try_git(args).status.success();
    repo.write("a", line(1));
    assert!(!refused(&["commit", "-q", "--allow-empty", "-m", "nothing staged"]));
    assert!(refused(&["commit", "-q", "-a", "-m", "all"]));
    assert!(refused(&["commit", "-q", "-m", "one file", "a"]));
    assert!(refused(&["commit", "-q", "--amend", "-a", "--no-edit"]));
    assert!(refused(&["-C", "sub", "commit", "-q", "-a", "-m", "from below"]));
    repo.write("a", "harmless\n");
    repo.stage("sub/b", line(2)).write("sub/b", "b\n");
    assert!(!refused(&["commit", "-q", "-m", "only the harmless file", "a"]));
    assert!(refused(&["commit", "-q", "-m", "what is staged"]), "the working tree is harmless, the index is not");
    let worktree = repo.around().join("linked");
    repo.git(&["worktree", "add", "-q", worktree.to_str().unwrap()]);
    fs::write(worktree.join("a"), line(3)).unwrap();
    let there = worktree.to_str().unwrap();
    assert!(refused(&["-C", there, "commit", "-q", "-a", "-m", "in a linked worktree"]));
    fs::write(worktree.join("a"), "fine\n").unwrap();
    assert!(!refused(&["-C", there, "commit", "-q", "-a", "-m", "in a linked worktree"]));
}

#[test]
fn the_environment_of_another_repository_is_not_obeyed() {
    let (repo, other) = (Repo::new(), Repo::new());
    repo.stage("a", line(1));
    let scan = |variables: &[(&str, &str)]| {
        let mut command = repo.command_in(other.path(), &["--format", "json", "--staged"]);
        command.arg(repo.path()).envs(variables.iter().copied());
        common::repo::said(&command.output().unwrap())
    };
    let index = other.path().join(".git/index");
    let theirs = [("GIT_DIR", other.path().join(".git")), ("GIT_INDEX_FILE", index)];
    let theirs = theirs.each_ref().map(|(name, path)| (*name, path.to_str().unwrap()));
    assert_eq!(scan(&theirs), expect(1, &["open a:1"]));
    assert_eq!(scan(&[]), expect(1, &["open a:1"]));
}

#[test]
fn pointers_and_encrypted_files_are_told() {
    let repo = Repo::new();
    let oid = "ab".repeat(32);
    let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize 46\n");
    repo.stage("big.bin", &pointer);
    let said = repo.staged();
    assert_eq!((said.status, said.gaps), (3, vec!["elsewhere big.bin".to_owned()]));
    repo.write(&format!(".git/lfs/objects/ab/ab/{oid}"), format!("version {}", token(1)));
    assert_eq!(repo.staged(), expect(1, &["open big.bin:1"]));
    repo.git(&["rm", "-q", "--cached", "big.bin"]);
    let noise: Vec<u8> = (0..200u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    repo.stage("secret", [b"\0GITCRYPT\0", &noise[..]].concat()).stage("plain", "plain\n");
    let report = repo.report(&["--staged"]);
    assert_eq!(report["exit_status"], 0, "{report}");
    assert!(report["exclusions"][0]["reason"].as_str().unwrap().starts_with("git-crypt"), "{report}");
}

#[test]
fn missing_and_damaged_objects_are_gaps_and_a_damaged_index_is_an_error() {
    let repo = Repo::new();
    repo.stage("a", filler(400)).stage("b", "fine\n");
    let id = repo.git(&["rev-parse", ":a"]);
    let object = repo.path().join(".git/objects").join(&id[..2]).join(&id[2..]);
    let whole = fs::read(&object).unwrap();
    fs::remove_file(&object).unwrap();
    assert_eq!((repo.staged().status, repo.staged().gaps), (3, vec!["missing a".to_owned()]));
    fs::write(&object, &whole[..whole.len() / 2]).unwrap();
    assert_eq!((repo.staged().status, repo.staged().gaps), (3, vec!["corrupt a".to_owned()]));
    let index = repo.path().join(".git/index");
    let bytes = fs::read(&index).unwrap();
    for cut in [0, 3, 11, 40, bytes.len() - 30] {
        fs::write(&index, &bytes[..cut]).unwrap();
        assert_eq!(repo.staged().status, 2, "{cut}");
    }
}

#[test]
fn nothing_that_a_repository_names_is_run_or_read() {
    let repo = Repo::new();
    repo.stage("a", "a\n").commit("first");
    repo.stage("a", line(1)).stage(".gitattributes", "* filter=x diff=x\n");
    let trap = repo.around().join("trap");
    let script = format!("touch {}", trap.display());
    let config = repo.path().join(".git/config");
    let mut text = fs::read_to_string(&config).unwrap();
    let include = repo.around().join("included");
    fs::write(&include, "this is [no configuration\n").unwrap();
    text.push_str(&format!(
        "[core]\n\tfsmonitor = {script}\n\tsshCommand = {script}\n\tpager = {script}\n[filter \"x\"]\n\tclean = \
         {script}\n\tsmudge = {script}\n\tprocess = {script}\n\trequired = true\n[diff]\n\texternal = {script}\n[diff \
         \"x\"]\n\ttextconv = {script}\n[include]\n\tpath = {}\n",
        include.display()
    ));
    fs::write(&config, text).unwrap();
    script_in(&repo.path().join(".git/hooks"), "post-index-change", &format!("#!/bin/sh\n{script}\n"));
    assert_eq!(repo.staged(), expect(1, &["open a:1"]));
    assert!(!trap.exists());
}

#[test]
fn replacements_hide_nothing() {
    let repo = Repo::new();
    repo.stage("a", line(1));
    let (own, other) = (repo.git(&["rev-parse", ":a"]), {
        repo.write("other", "harmless\n");
        repo.git(&["hash-object", "-w", "other"])
    });
    repo.git(&["replace", &own, &other]);
    assert_eq!(repo.staged(), expect(1, &["open a:1"]));
}

#[test]
fn the_policy_is_that_of_head_and_what_the_commit_brings_to_it_is_told() {
    let repo = Repo::new();
    let allow = "[[allow]]\nrule = \"e2e-token\"\npaths = [\"a\"]\nreason = \"made up\"\n";
    repo.stage("x", "x\n").commit("first");
    repo.stage("a", line(1)).stage("tightlip.toml", allow);
    let report = repo.report(&["--staged"]);
    assert_eq!(report["exit_status"], 1);
    let notes = report["notes"].to_string();
    assert!(notes.contains("the change brings [[allow]]") && notes.contains("not obeyed"), "{notes}");
    repo.git(&["commit", "-q", "-m", "policy first", "tightlip.toml"]);
    assert_eq!(repo.staged(), expect(0, &["allow a:1"]));
    repo.write("tightlip.toml", "not = [read");
    assert_eq!(repo.staged(), expect(0, &["allow a:1"]), "the working tree's is not read");
    let first = Repo::new();
    first.stage("a", line(1)).stage("tightlip.toml", allow);
    assert_eq!(first.staged(), expect(0, &["allow a:1"]), "before the first commit there is nothing but the index");
    let named = first.around().join("gate.toml");
    fs::write(&named, "[gate]\nblock = \"confirmed\"\n").unwrap();
    let said = first.scan(&["--staged", "--config", named.to_str().unwrap()]);
    assert_eq!(said, expect(0, &["open a:1"]), "a configuration that is named outranks");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Whatever happens in the working tree, the verdict is that of the index.
    #[test]
    fn the_working_tree_changes_nothing(
        staged in proptest::collection::vec((0usize..4, 0u64..4), 1..4),
        working in proptest::collection::vec((0usize..5, 0u64..4, any::<bool>()), 0..6),
    ) {
        let names = ["a", "b", "c/d", "e/f/g", "tightlip.toml"];
        let content = |seed: u64| if seed == 0 { "harmless\n".to_owned() } else { line(seed) };
        let repo = Repo::new();
        repo.stage("a", content(1)).stage("c/d", content(0)).commit("first");
        for (name, seed) in staged {
            repo.stage(names[name], content(seed));
        }
        let before = repo.report(&["--staged"]).to_string();
        for (name, seed, delete) in working {
            let path = repo.path().join(names[name]);
            if delete {
                let _ = fs::remove_file(path);
            } else {
                repo.write(names[name], content(seed));
            }
        }
        prop_assert_eq!(before, repo.report(&["--staged"]).to_string());
    }
}
