//! `tightlip init`: what it writes, that the hook it installs refuses, and that nothing of the user's is harmed.

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::common::repo::{Repo, clean_command, git_command, script_in};
use crate::common::{BINARY, all_output};

/// A secret of a built-in rule, made from its own template: the hook has no rules of the tests.
fn secret() -> String {
    let rules = tightlip::rules::load(&[]).unwrap();
    let (_, rule) = rules.by_name("github-personal-token").unwrap();
    rules.evidence(rule).filled_examples(&rule.info.id).remove(0)
}

fn init(folder: &Path, args: &[&str]) -> Output {
    clean_command(BINARY, folder).arg("init").args(args).output().unwrap()
}

fn ok(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", all_output(output));
    all_output(output)
}

/// Everything in a repository but its hooks: what an installation must leave alone.
fn state(repo: &Repo) -> Vec<String> {
    ["rev-parse --verify -q HEAD", "for-each-ref", "ls-files -s", "config --local -l", "count-objects -v"]
        .map(|args| all_output(&repo.try_git(&args.split(' ').collect::<Vec<_>>())))
        .to_vec()
}

#[test]
fn a_repository_is_set_up_and_its_hook_refuses() {
    let repo = Repo::new();
    repo.stage("a", "a\n").commit("first");
    let before = state(&repo);
    let told = ok(&init(repo.path(), &[]));
    assert!(told.contains("tightlip.toml: written") && told.contains("proved: pre-commit refuses"), "{told}");
    assert_eq!(state(&repo), before);
    repo.stage("b", secret());
    let refused = repo.try_git(&["commit", "-q", "-m", "secret"]);
    assert!(!refused.status.success() && all_output(&refused).contains("nothing was committed"));
    repo.stage("b", "b\n");
    repo.git(&["commit", "-q", "-m", "fine"]);
    repo.git(&["add", "tightlip.toml"]);
    repo.git(&["commit", "-q", "-m", "the starter is a valid configuration"]);
    repo.stage("b", secret());
    assert!(!repo.try_git(&["commit", "-q", "-m", "secret"]).status.success());

    fs::write(repo.path().join("tightlip.toml"), "version = 1\n").unwrap();
    let told = ok(&init(repo.path(), &[]));
    assert!(told.contains("stays as it is") && told.contains("is up to date"), "{told}");
    assert_eq!(fs::read_to_string(repo.path().join("tightlip.toml")).unwrap(), "version = 1\n");
    ok(&init(repo.path(), &["--uninstall"]));
    assert!(!repo.path().join(".git/hooks/pre-commit").exists());
}

#[test]
fn a_hook_that_was_there_runs_after_ours_and_comes_back() {
    let repo = Repo::new();
    let hooks = repo.path().join(".git/hooks");
    script_in(&hooks, "pre-commit", "#!/bin/sh\necho ran >> .git/ran\ntest ! -e stop\n");
    let told = ok(&init(repo.path(), &[]));
    assert!(told.contains("pre-commit.before-tightlip"), "{told}");
    let ran = || fs::read_to_string(repo.path().join(".git/ran")).unwrap_or_default().lines().count();
    assert_eq!(ran(), 0, "the proof does not run the other hook on the user's repository");
    repo.stage("a", "a\n").git(&["commit", "-q", "-m", "fine"]);
    assert_eq!(ran(), 1);
    repo.write("stop", "").stage("a", "b\n");
    assert!(!repo.try_git(&["commit", "-q", "-m", "the other hook refuses"]).status.success());
    ok(&init(repo.path(), &[]));
    ok(&init(repo.path(), &["--uninstall"]));
    assert!(fs::read_to_string(hooks.join("pre-commit")).unwrap().contains("echo ran"));
    assert!(!hooks.join("pre-commit.before-tightlip").exists());
    let told = ok(&init(repo.path(), &["--uninstall"]));
    assert!(told.contains("not ours"), "{told}");
}

#[test]
fn pushes_and_servers_have_their_hooks() {
    let repo = Repo::new();
    let bare = repo.around().join("there.git");
    repo.git(&["init", "-q", "--bare", bare.to_str().unwrap()]);
    let told = ok(&init(repo.around(), &[bare.to_str().unwrap()]));
    assert!(told.contains("proved: pre-receive refuses") && !told.contains("tightlip.toml"), "{told}");
    let hooks = repo.path().join(".git/hooks");
    script_in(&hooks, "pre-push", "#!/bin/sh\ncat > .git/pushed\n");
    let told = ok(&init(repo.path(), &["--pre-push"]));
    assert!(told.contains("proved: pre-push refuses"), "{told}");
    repo.git(&["remote", "add", "origin", bare.to_str().unwrap()]);
    repo.stage("a", "a\n").git(&["commit", "-q", "-m", "fine"]);
    repo.git(&["push", "-q", "origin", "main"]);
    let pushed = fs::read_to_string(repo.path().join(".git/pushed")).unwrap();
    assert!(pushed.starts_with("refs/heads/main ") && pushed.ends_with('\n'), "the other hook has its input: {pushed}");
    repo.stage("a", secret()).commit("past the hook");
    let refused = repo.try_git(&["push", "-q", "origin", "main"]);
    assert!(all_output(&refused).contains("nothing was pushed"));
    let refused = repo.try_git(&["push", "-q", "--no-verify", "origin", "main"]);
    assert!(!refused.status.success() && all_output(&refused).contains("the push was refused"));
}

#[test]
fn hooks_are_put_where_git_looks_for_them() {
    let repo = Repo::new();
    repo.stage("a", "a\n").commit("first");
    repo.git(&["config", "core.hooksPath", "tools/hooks"]);
    ok(&init(repo.path(), &[]));
    assert!(repo.path().join("tools/hooks/pre-commit").exists() && !repo.path().join(".git/hooks/pre-commit").exists());
    repo.stage("a", secret());
    assert!(!repo.try_git(&["commit", "-q", "-m", "secret"]).status.success());
    let elsewhere = repo.around().join("shared-hooks");
    repo.git(&["config", "core.hooksPath", elsewhere.to_str().unwrap()]);
    let refused = init(repo.path(), &[]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(all_output(&refused).contains("serves other repositories too"), "{}", all_output(&refused));
    repo.git(&["config", "core.hooksPath", "/dev/null"]);
    assert!(all_output(&init(repo.path(), &[])).contains("git runs no hooks here"));

    let linked = Repo::new();
    linked.stage("a", "a\n").commit("first");
    let there = linked.around().join("linked");
    linked.git(&["worktree", "add", "-q", there.to_str().unwrap()]);
    ok(&init(&there, &[]));
    assert!(linked.path().join(".git/hooks/pre-commit").exists());
    fs::write(there.join("a"), secret()).unwrap();
    let commit = git_command(&there).args(["commit", "-q", "-a", "-m", "secret"]).output().unwrap();
    assert!(!commit.status.success());
}

#[test]
fn what_another_tool_manages_is_left_alone() {
    let repo = Repo::new();
    let hooks = repo.path().join(".git/hooks");
    script_in(&hooks, "pre-commit", "#!/bin/sh\n# File generated by pre-commit: https://pre-commit.com\n");
    let refused = init(repo.path(), &[]);
    assert!(refused.status.code() == Some(2) && all_output(&refused).contains(".pre-commit-config.yaml"));
    fs::remove_file(hooks.join("pre-commit")).unwrap();
    std::os::unix::fs::symlink("../../managed", hooks.join("pre-commit")).unwrap();
    repo.write("managed", "#!/bin/sh\n");
    assert!(all_output(&init(repo.path(), &[])).contains("symbolic link"));
    let nowhere = tempfile::tempdir().unwrap();
    let refused = init(nowhere.path(), &[]);
    assert!(refused.status.code() == Some(2) && all_output(&refused).contains("no git repository"));
}
