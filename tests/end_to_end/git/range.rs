//! The commits of a range: merges of every shape, what was added and removed again, and what the base had already.

use std::fs;

use crate::common::repo::{Repo, Said, expect, git_command, script_in};
use crate::common::{self, token, zip};
use serde_json::Value;

fn line(seed: u64) -> String {
    format!("key = {}\n", token(seed))
}

/// A repository with one harmless commit on `main`, and the branch `work` at it.
fn begun() -> Repo {
    let repo = Repo::new();
    repo.stage("a", "a\n").commit("first");
    repo.git(&["checkout", "-q", "-b", "work"]);
    repo
}

fn range(repo: &Repo) -> Said {
    repo.scan(&["--range", "main..work"])
}

fn only(report: &Value) -> &Value {
    assert_eq!(report["findings"].as_array().unwrap().len(), 1, "{report}");
    &report["findings"][0]
}

#[test]
fn what_was_added_and_removed_again_is_found() {
    let repo = begun();
    repo.stage("a", line(1)).commit("added");
    repo.stage("a", "a\n").commit("removed");
    assert_eq!(range(&repo), expect(1, &["open a:1"]));
}

#[test]
fn one_finding_for_each_secret_and_path() {
    let repo = begun();
    let brought = repo.stage("a", format!("{}1\n", line(1))).commit("one");
    repo.stage("a", format!("{}2\n", line(1))).commit("two");
    repo.stage("a", format!("x\n{}3\n", line(1))).stage("b", line(1)).commit("three");
    assert_eq!(range(&repo), expect(1, &["open a:2", "open b:1"]));
    let report = repo.report(&["--range", "main..work"]);
    assert_eq!(report["findings"][0]["group"], report["findings"][1]["group"]);
    // The report's words for it are tested with the reporters; here it is what stands behind them.
    let history = &report["findings"][0]["history"];
    if !history.is_null() {
        assert_eq!((&history["versions"], &history["times"]), (&Value::from(3), &Value::from(1)));
        assert_eq!(history["introduced"]["id"], Value::from(brought));
    }
}

#[test]
fn what_the_base_has_is_unchanged_and_what_is_taken_away_is_not_told() {
    let repo = Repo::new();
    repo.stage("kept", line(1)).stage("moved", line(2)).stage("gone", line(3)).commit("first");
    repo.git(&["checkout", "-q", "-b", "work"]);
    repo.stage("kept", format!("new\nlines\n{}", line(1)));
    repo.git(&["mv", "moved", "elsewhere"]);
    repo.stage("gone", "nothing\n").commit("change");
    assert_eq!(range(&repo), expect(0, &["unchanged elsewhere:1", "unchanged kept:3"]));
    repo.stage("kept", format!("{}{}", line(1), line(4))).commit("another secret in the same place");
    assert_eq!(range(&repo), expect(1, &["unchanged elsewhere:1", "unchanged kept:1", "open kept:2"]));
}

#[test]
fn a_move_inside_of_the_range_is_no_excuse() {
    let repo = Repo::new();
    let allow = "[[allow]]\nrule = \"e2e-token\"\npaths = [\"tests/\"]\nreason = \"made up\"\n";
    repo.stage("tightlip.toml", allow).commit("first");
    repo.git(&["checkout", "-q", "-b", "work"]);
    repo.stage("tests/a", line(1)).commit("where it is accepted");
    repo.git(&["mv", "tests/a", "live"]);
    repo.commit("where it is not");
    assert_eq!(range(&repo), expect(1, &["open live:1", "allow tests/a:1"]));
}

#[test]
fn dates_that_lie_change_nothing() {
    let repo = begun();
    let commit = |date: &str| {
        let mut git = git_command(repo.path());
        git.env("GIT_COMMITTER_DATE", date).env("GIT_AUTHOR_DATE", date);
        assert!(git.args(["commit", "-q", "-m", "x"]).status().unwrap().success());
    };
    repo.stage("a", line(1));
    commit("2030-01-01T00:00:00Z");
    repo.stage("a", format!("{}x\n", line(1)));
    commit("1999-01-01T00:00:00Z");
    repo.stage("b", line(2));
    commit("2010-01-01T00:00:00Z");
    assert_eq!(range(&repo), expect(1, &["open a:1", "open b:1"]));
    assert_eq!(repo.scan(&["--range", "main..work", "--expect-commits", "3"]).status, 1);
}

#[test]
fn a_secret_born_in_a_merge_is_found_and_merged_history_is_not_new() {
    let repo = begun();
    repo.stage("a", "ours\n").commit("ours");
    repo.git(&["checkout", "-q", "-b", "side", "main"]);
    repo.stage("a", "theirs\n").stage("theirs", line(9)).commit("theirs");
    repo.git(&["checkout", "-q", "work"]);
    assert!(!repo.try_git(&["merge", "side"]).status.success());
    repo.stage("a", format!("both\n{}", line(1))).commit("resolved");
    assert_eq!(range(&repo), expect(1, &["open a:2", "open theirs:1"]));
    assert_eq!(repo.scan(&["--range", "side..work"]), expect(1, &["open a:2"]));
}

#[test]
fn octopus_and_criss_cross_merges_bring_only_what_is_new() {
    let repo = begun();
    for (i, name) in ["one", "two", "three"].into_iter().enumerate() {
        repo.git(&["checkout", "-q", "-b", name, "main"]);
        repo.stage(name, line(i as u64 + 1)).commit(name);
    }
    repo.git(&["checkout", "-q", "work"]);
    repo.stage("own", "own\n").commit("own");
    repo.git(&["merge", "-q", "--no-edit", "one", "two", "three"]);
    assert_eq!(repo.git(&["rev-list", "--parents", "-1", "HEAD"]).split(' ').count(), 5);
    assert_eq!(range(&repo), expect(1, &["open one:1", "open three:1", "open two:1"]));
    let scan = repo.command_in(repo.path(), &["--format", "json", "--range", "one..work"]).output().unwrap();
    assert_eq!(common::repo::said(&scan).findings, ["open three:1", "open two:1"]);

    let cross = begun();
    cross.stage("l", line(1)).commit("left");
    cross.git(&["checkout", "-q", "-b", "right", "main"]);
    cross.stage("r", line(2)).commit("right");
    let right = cross.git(&["rev-parse", "right"]);
    cross.git(&["merge", "-q", "--no-edit", "work"]);
    cross.git(&["checkout", "-q", "work"]);
    cross.git(&["merge", "-q", "--no-edit", &right]);
    cross.stage("n", line(3)).commit("new");
    for form in ["right..work", "right...work"] {
        assert_eq!(cross.scan(&["--range", form]), expect(1, &["open n:1"]), "{form}");
    }
}

#[test]
fn messages_names_tags_and_archives_are_content() {
    let repo = begun();
    let said = |repo: &Repo| repo.scan(&["--range", "main..work"]);
    let id = repo.commit(&format!("the key is {}", token(1)));
    assert_eq!(said(&repo), expect(1, &[&format!("open commit {}:6", &id[..12])]));
    let named = begun();
    named.stage(&format!("{}/file", token(2)), "x\n").stage(&format!("keys/{}", token(3)), "x\n").commit("names");
    assert_eq!((said(&named).status, said(&named).findings.len()), (1, 2), "{:?}", said(&named));
    let archived = begun();
    archived.stage("deep.zip", zip(&[("inner.zip", &zip(&[("k", line(4).as_bytes())]))])).commit("archive");
    assert_eq!(said(&archived), expect(1, &["open deep.zip!inner.zip!k:1"]));
    let tagged = begun();
    tagged.commit("to be tagged");
    tagged.git(&["tag", "-a", "v1", "-m", &token(5)]);
    assert_eq!(tagged.scan(&["--range", "main..v1"]), expect(1, &["open tag v1:6"]));
}

#[test]
fn bad_and_empty_ranges_are_errors() {
    let repo = begun();
    repo.commit("x");
    for (args, told) in [
        (&["--range", "work..main"][..], "holds no commit"),
        (&["--range", "work"], "is no range"),
        (&["--range", "gone..work"], "`gone` names no commit here"),
        (&["--range", "main..gone"], "`gone` names no commit here"),
        (&["--branch", "gone"], "`gone` names no commit here"),
        (&["--since", "someday"], "is no day"),
        (&["--since", "2100-01-01"], "holds no commit"),
        (&["--range", "main..1111111111111111111111111111111111111111"], "names no commit here"),
    ] {
        let said = repo.scan(args);
        assert!(said.status == 2 && said.findings[0].contains(told), "{args:?}: {said:?}");
    }
    assert_eq!(repo.scan(&["--range", "main..work", "--expect-commits", "1"]), expect(0, &[]));
    let other = repo.scan(&["--range", "main..work", "--expect-commits", "2"]);
    assert_eq!((other.status, other.gaps), (3, vec!["missing main..work".to_owned()]));
}

#[test]
fn days_and_branches_limit_a_scan() {
    let repo = Repo::new();
    let commit = |name: &str, seed: u64, date: &str| {
        repo.stage(name, line(seed));
        let mut git = git_command(repo.path());
        git.env("GIT_COMMITTER_DATE", date).args(["commit", "-q", "-m", name]);
        assert!(git.status().unwrap().success());
    };
    commit("old", 1, "2020-01-01T12:00:00Z");
    commit("new", 2, "2022-01-01T12:00:00Z");
    repo.git(&["checkout", "-q", "--orphan", "other"]);
    repo.git(&["rm", "-rqf", "."]);
    commit("apart", 3, "2023-01-01T12:00:00Z");
    assert_eq!(repo.scan(&["--since", "2021-01-01", "--branch", "main"]), expect(1, &["open new:1"]));
    assert_eq!(repo.scan(&["--branch", "main"]), expect(1, &["open new:1", "open old:1"]));
    assert_eq!(repo.scan(&["--branch", "other"]), expect(1, &["open apart:1"]));
}

#[test]
fn the_policy_is_that_of_the_base_and_the_packs_it_names_too() {
    let repo = Repo::new();
    let pack = fs::read_to_string(common::pack()).unwrap().replace("tlt_", "own_").replace("e2e-", "own-");
    repo.stage("rules/own.toml", &pack).stage("tightlip.toml", "[rules]\npacks = [\"rules/own.toml\"]\n").commit("1");
    repo.git(&["checkout", "-q", "-b", "work"]);
    let allow = "[rules]\npacks = []\n[[exclude]]\npaths = [\"b\"]\nreason = \"hide it\"\n";
    repo.stage("tightlip.toml", allow).stage("rules/own.toml", "").stage("b", line(1).replace("tlt_", "own_"));
    repo.commit("change and policy at once");
    let report = repo.report(&["--range", "main..work"]);
    let finding = only(&report);
    assert_eq!((&finding["rule"], &finding["pack"]), (&Value::from("own-token"), &Value::from("rules/own.toml")));
    let notes = report["notes"].to_string();
    for told in ["the change brings [[exclude]]", "another version of this file", "judged by main"] {
        assert!(notes.contains(told), "{told}: {notes}");
    }
    assert_eq!(report.to_string(), repo.report(&["--range", "main..work"]).to_string(), "the same at every run");
    // Of three dots the policy is that of the commit both come from.
    repo.git(&["checkout", "-q", "main"]);
    repo.stage("tightlip.toml", "[[exclude]]\npaths = [\"b\"]\nreason = \"later\"\n").commit("later");
    assert_eq!(repo.scan(&["--range", "main..work"]), expect(0, &[]));
    assert_eq!(repo.scan(&["--range", "main...work"]).status, 1);
}

#[test]
fn a_shallow_boundary_in_the_range_is_a_gap() {
    let repo = begun();
    repo.stage("b", line(1)).commit("one");
    repo.stage("c", "c\n").commit("two");
    let clone = repo.around().join("shallow");
    let url = format!("file://{}", repo.path().display());
    repo.git(&["clone", "-q", "--depth", "1", "-b", "work", &url, clone.to_str().unwrap()]);
    let scan = repo.command_in(&clone, &["--format", "json", "--branch", "work"]).output().unwrap();
    let said = common::repo::said(&scan);
    let id = repo.git(&["rev-parse", "work"]);
    assert_eq!((said.status, said.gaps), (1, vec![format!("missing commit {}", &id[..12])]));
}

#[test]
fn missing_objects_are_gaps() {
    let repo = begun();
    repo.stage("b", line(1)).stage("sub/c", "c\n").commit("one");
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let clone = repo.around().join("partial");
    let url = format!("file://{}", repo.path().display());
    repo.git(&["clone", "-q", "--no-checkout", "--filter=blob:none", "-b", "work", &url, clone.to_str().unwrap()]);
    let scan = |args: &[&str]| {
        let output = repo.command_in(&clone, &[&["--format", "json"], args].concat()).output().unwrap();
        common::repo::said(&output)
    };
    let said = scan(&["--range", "HEAD~1..HEAD"]);
    assert_eq!((said.status, said.gaps), (3, vec!["missing b".to_owned(), "missing sub/c".to_owned()]));
    let treeless = repo.around().join("treeless");
    repo.git(&["clone", "-q", "--no-checkout", "--filter=tree:0", "-b", "work", &url, treeless.to_str().unwrap()]);
    let output = repo.command_in(&treeless, &["--format", "json", "--range", "HEAD~1..HEAD"]).output().unwrap();
    assert_eq!(common::repo::said(&output).status, 2, "not even the policy can be read");
    let output = repo.command_in(&treeless, &["--format", "json", "--no-config", "--range", "HEAD~1..HEAD"]).output();
    assert_eq!(common::repo::said(&output.unwrap()).status, 3);
}

#[test]
fn a_tree_that_repeats_itself_ends() {
    // Ten folders in each of ten levels, all the same tree: ten milliards of paths in eleven objects.
    let repo = begun();
    let make = |listing: &str| {
        use std::io::Write;
        let mut git = git_command(repo.path());
        git.args(["mktree"]).stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
        let mut child = git.spawn().unwrap();
        child.stdin.take().unwrap().write_all(listing.as_bytes()).unwrap();
        String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap().trim().to_owned()
    };
    repo.write("x", "x\n");
    let blob = repo.git(&["hash-object", "-w", "x"]);
    let mut tree = make(&format!("100644 blob {blob}\tx\n"));
    for _ in 0..10 {
        tree = make(&(0..10).map(|i| format!("040000 tree {tree}\td{i}\n")).collect::<String>());
    }
    let bomb = repo.git(&["commit-tree", "-p", "main", "-m", "bomb", &tree]);
    let said = repo.scan(&["--range", &format!("main..{bomb}")]);
    assert_eq!(said.status, 3, "{:?}", said.findings);
    assert!(said.gaps.iter().all(|gap| gap.starts_with("limit-reached")) && !said.gaps.is_empty());
}

#[test]
fn refs_that_are_not_read_are_an_error_and_ids_are_read() {
    let repo = Repo::init(&["--ref-format=reftable"]);
    let first = repo.stage("a", "a\n").commit("first");
    let second = repo.stage("b", line(1)).commit("second");
    for args in [&["--branch", "HEAD"][..], &["--range", "HEAD~1..HEAD"], &["--staged"]] {
        assert_eq!(repo.scan(args).status, 2, "{args:?}");
    }
    assert!(repo.staged().findings[0].contains("git refs migrate"));
    assert_eq!(repo.scan(&["--range", &format!("{first}..{second}")]), expect(1, &["open b:1"]));
}

#[test]
fn a_repository_of_somebody_else_is_read() {
    let repo = begun();
    repo.stage("b", line(1)).commit("one");
    let nobody = 65_534;
    if std::os::unix::fs::chown(repo.path().join(".git"), Some(nobody), Some(nobody)).is_err()
        || std::os::unix::fs::chown(repo.path(), Some(nobody), Some(nobody)).is_err()
    {
        // Only root can give a folder away; then there is nobody else's repository to test with.
        return;
    }
    assert!(!repo.try_git(&["status"]).status.success(), "git refuses");
    assert_eq!(range(&repo), expect(1, &["open b:1"]));
    assert_eq!(repo.staged(), expect(0, &[]));
}

#[test]
fn nothing_that_a_repository_names_is_run() {
    let repo = begun();
    repo.stage("b", line(1)).stage(".gitattributes", "* diff=x filter=x\n").commit("x");
    let trap = repo.around().join("trap");
    let script = format!("touch {}", trap.display());
    for key in ["core.fsmonitor", "core.sshCommand", "diff.external", "diff.x.textconv", "filter.x.smudge"] {
        repo.git(&["config", key, &script]);
    }
    script_in(&repo.path().join(".git/hooks"), "post-checkout", &format!("#!/bin/sh\n{script}\n"));
    fs::write(repo.path().join(".git/objects/info/commit-graph"), "no graph").unwrap();
    assert_eq!(range(&repo), expect(1, &["open b:1"]));
    assert!(!trap.exists());
}
