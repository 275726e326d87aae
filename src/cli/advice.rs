//! What to do when a hook has refused: how the secret comes out of the commit, and that it may be known already.

use super::mode::Mode;

/// What is said below the report.
pub(super) fn lines(mode: Mode) -> &'static [&'static str] {
    match mode {
        Mode::Staged => STAGED,
        Mode::Push => PUSH,
        Mode::Receive => RECEIVE,
        Mode::History | Mode::Range => &[],
    }
}

const STAGED: &[&str] = &[
    "nothing was committed. Take the secret out of the file, `git add` it again, and commit.",
    "It was on this machine only; if it was ever pushed or shared, it must be rotated at its provider.",
    "If it is no secret: accept it in tightlip.toml with a reason and commit that file first \
     (`git commit tightlip.toml`).",
];

const PUSH: &[&str] = &[
    "nothing was pushed. A new commit on top does not help: the commits named above hold the secret.",
    "In the newest commit: take it out of the file, then `git commit --amend`.",
    "In an older one: `git rebase -i COMMIT~1`, mark it `edit`, take the secret out, `git commit --amend`, \
     `git rebase --continue`.",
    "In many: `git filter-repo --replace-text FILE` (github.com/newren/git-filter-repo).",
    "If it was ever pushed anywhere, it must be rotated at its provider: removing it does not unsay it.",
];

const RECEIVE: &[&str] = &[
    "the push was refused; nothing of it was kept. A new commit on top does not help: the commits named above hold \
     the secret.",
    "In the newest commit: take it out of the file, then `git commit --amend` and push again.",
    "In an older one: `git rebase -i COMMIT~1`, mark it `edit`, take the secret out, `git commit --amend`, \
     `git rebase --continue`, and push again.",
    "In many: `git filter-repo --replace-text FILE` (github.com/newren/git-filter-repo).",
    "It has left its author's machine: rotate it at its provider.",
];
