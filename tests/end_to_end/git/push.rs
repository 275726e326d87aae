//! Pushes between real repositories, through real hooks and git's own quarantine.

use std::path::{Path, PathBuf};
use std::process::Output;

use crate::common::repo::{Repo, git_command, hook_in, script_in};
use crate::common::{BINARY, all_output, pack, token};

fn line(seed: u64) -> String {
    format!("key = {}\n", token(seed))
}

/// A repository with a remote `origin`, a bare one beside it.
fn with_remote() -> (Repo, PathBuf) {
    let repo = Repo::new();
    let bare = repo.around().join("there.git");
    repo.git(&["init", "-q", "--bare", "-b", "main", bare.to_str().unwrap()]);
    repo.git(&["remote", "add", "origin", bare.to_str().unwrap()]);
    repo.stage("a", "a\n").commit("first");
    repo.git(&["push", "-q", "origin", "main"]);
    repo.git(&["remote", "set-head", "origin", "main"]);
    (repo, bare)
}

fn push(repo: &Repo, args: &[&str]) -> Result<(), String> {
    let output: Output = repo.try_git(&[&["push", "-q"], args].concat());
    if output.status.success() { Ok(()) } else { Err(all_output(&output)) }
}

fn refs(bare: &Path) -> String {
    String::from_utf8(git_command(bare).args(["for-each-ref"]).output().unwrap().stdout).unwrap()
}

/// Objects of the server, with what a refused push may have left.
fn objects(bare: &Path) -> String {
    let list = git_command(bare).args(["count-objects", "-v"]).output().unwrap();
    String::from_utf8(list.stdout).unwrap()
}

#[test]
fn a_push_is_refused_for_what_the_remote_does_not_have() {
    let (repo, bare) = with_remote();
    repo.hook("pre-push", "--pre-push \"$@\"");
    repo.stage("b", "b\n").commit("fine");
    push(&repo, &["origin", "main"]).unwrap();
    repo.stage("b", line(1)).commit("secret");
    repo.stage("b", "b\n").commit("removed again");
    let told = push(&repo, &["origin", "main"]).unwrap_err();
    for part in ["b:1", "nothing was pushed", "git rebase -i", "filter-repo", "must be rotated"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!told.contains(&token(1)[4..12]), "the secret is told");
    assert!(push(&repo, &["origin", "main:refs/heads/new"]).is_err(), "a new branch");
    assert!(push(&repo, &["origin", "HEAD~1:refs/tags/v1"]).is_err(), "a tag");
    let told = push(&repo, &[bare.to_str().unwrap(), "main"]).unwrap_err();
    assert!(told.contains("b:1"), "by its address: {told}");
    repo.git(&["reset", "-q", "--hard", "HEAD~2"]);
    repo.stage("c", "c\n").commit("without");
    push(&repo, &["origin", "main"]).unwrap();
    push(&repo, &["origin", "main:refs/heads/new"]).unwrap();
    push(&repo, &["origin", ":refs/heads/new"]).unwrap();
    push(&repo, &["--force", "origin", "HEAD~1:main"]).unwrap();
}

#[test]
fn what_the_remote_has_already_may_be_pushed_again() {
    let (repo, _) = with_remote();
    repo.stage("b", line(1)).commit("it is there already");
    push(&repo, &["origin", "main"]).unwrap();
    repo.hook("pre-push", "--pre-push \"$@\"");
    push(&repo, &["origin", "main:refs/heads/other"]).unwrap();
    repo.stage("b", format!("{}more\n", line(1))).commit("on top");
    push(&repo, &["origin", "main"]).unwrap();
}

#[test]
fn a_server_refuses_from_quarantine_and_keeps_nothing() {
    let (repo, bare) = with_remote();
    hook_in(&bare.join("hooks"), "pre-receive", "--pre-receive");
    let before = (refs(&bare), objects(&bare));
    repo.stage("b", line(1)).commit("secret");
    repo.stage("b", "b\n").commit("removed again");
    let told = push(&repo, &["origin", "main"]).unwrap_err();
    for part in ["b:1", "the push was refused", "git commit --amend", "rotate it"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(push(&repo, &["origin", "main:refs/heads/x", "main:refs/heads/y"]).is_err());
    assert_eq!((refs(&bare), objects(&bare)), before);
    repo.git(&["reset", "-q", "--hard", "HEAD~2"]);
    // Packed in the push, and loose.
    for limit in ["1", "1000"] {
        git_command(&bare).args(["config", "receive.unpackLimit", limit]).status().unwrap();
        repo.stage("c", format!("{limit}\n")).commit("fine");
        push(&repo, &["origin", "main"]).unwrap();
        repo.stage("c", line(2)).commit("secret");
        assert!(push(&repo, &["origin", "main"]).is_err());
        repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
    }
    push(&repo, &["origin", "main:refs/heads/x"]).unwrap();
    push(&repo, &["origin", ":refs/heads/x"]).unwrap();
    repo.git(&["tag", "-a", "v1", "-m", &token(3)]);
    assert!(push(&repo, &["origin", "v1"]).is_err(), "the message of a tag");
}

#[test]
fn two_pushes_do_not_make_a_policy() {
    let (repo, bare) = with_remote();
    hook_in(&bare.join("hooks"), "pre-receive", "--pre-receive");
    repo.git(&["checkout", "-q", "-b", "work"]);
    repo.stage("tightlip.toml", "[[exclude]]\npaths = [\"*\"]\nreason = \"let me pass\"\n").commit("policy");
    push(&repo, &["origin", "work"]).unwrap();
    repo.stage("b", line(1)).commit("secret");
    let told = push(&repo, &["origin", "work"]).unwrap_err();
    assert!(told.contains("b:1") && told.contains("brings [[exclude]]"), "{told}");
}

#[test]
fn hooks_that_are_told_nonsense_refuse() {
    let (repo, _) = with_remote();
    for (arguments, feed) in [("--pre-push \"$@\"", "echo nonsense"), ("--pre-receive", "echo a b")] {
        let script = format!("#!/bin/sh\n{feed} | '{BINARY}' git --rules '{}' {arguments}\n", pack().display());
        script_in(&repo.path().join(".git/hooks"), "pre-push", &script);
        repo.stage("b", "b\n").commit("b");
        assert!(push(&repo, &["origin", "main"]).unwrap_err().contains("none that git writes to this hook"));
    }
}

#[test]
fn the_pre_commit_program_tells_by_variables() {
    let (repo, _) = with_remote();
    let old = repo.git(&["rev-parse", "HEAD"]);
    repo.stage("b", line(1)).commit("secret");
    let new = repo.git(&["rev-parse", "HEAD"]);
    let mut command = repo.command_in(repo.path(), &["--pre-push"]);
    command.env("PRE_COMMIT_FROM_REF", &old).env("PRE_COMMIT_TO_REF", &new).env("PRE_COMMIT_REMOTE_NAME", "origin");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", all_output(&output));
    assert!(all_output(&output).contains("b:1"));
}

/// It names no revisions where a root commit is among what is pushed, and nothing at all outside of a push.
#[test]
fn the_pre_commit_program_tells_of_a_first_push_by_its_branch() {
    let repo = Repo::new();
    repo.stage("a", line(1)).commit("secret");
    repo.stage("a", "fine\n").commit("removed again");
    let run = |variables: &[(&str, &str)]| {
        let mut command = repo.command_in(repo.path(), &["--pre-push"]);
        command.env("PRE_COMMIT", "1").envs(variables.iter().copied());
        let output = command.output().unwrap();
        (output.status.code(), all_output(&output))
    };
    let told = [("PRE_COMMIT_LOCAL_BRANCH", "refs/heads/main"), ("PRE_COMMIT_REMOTE_BRANCH", "refs/heads/main")];
    let (status, said) = run(&told);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("a:1"), "{said}");
    let (status, said) = run(&[]);
    assert_eq!(status, Some(2), "{said}");
    assert!(said.contains("tells of no push"), "{said}");
}
