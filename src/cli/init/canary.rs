//! The proof: a commit with a made-up secret must be refused, and one without must pass. It is made in a repository of
//! its own, in a folder that is gone afterwards; the user's repository lends nothing but its hooks.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use super::hook::Hook;
use crate::cli::error::CliError;
use crate::rules::{self, Rule};

/// The rule whose example is the canary: its token has a checksum, so that no threshold lets it pass.
const RULE: &str = "github-personal-token";

/// Runs the hook on a made-up secret.
///
/// # Errors
/// If it was not refused, if a harmless commit was, or if there is no git to ask.
pub(super) fn prove(hook: Hook, hooks: &Path) -> Result<(), CliError> {
    let stage = Stage::new(hook, hooks)?;
    let refused = stage.attempt(&secret()?)?;
    if refused.status.success() {
        return Err(unproven(hook, "a commit with a made-up secret passed; is another hook in its place?"));
    }
    if !told(&refused).contains(RULE) {
        return Err(unproven(hook, &format!("it failed without finding anything: {}", last_line(&refused))));
    }
    let passed = stage.attempt("nothing to see here\n")?;
    if !passed.status.success() {
        return Err(unproven(hook, &format!("a harmless commit was refused: {}", last_line(&passed))));
    }
    Ok(())
}

/// Made at run time from the rule's own template, like every example.
fn secret() -> Result<String, CliError> {
    let rules = rules::load(&[]).map_err(|error| CliError::Config(error.into()))?;
    let example = |rule: &Rule| rules.evidence(rule).filled_examples(RULE).into_iter().next();
    let example = rules.by_name(RULE).and_then(|(_, rule)| example(rule));
    example.ok_or_else(|| CliError::Usage("the rule of the proof is gone; this is a defect of tightlip".into()))
}

/// Two repositories, of which one runs the hook.
struct Stage {
    folder: TempDir,
    hook: Hook,
    hooks: std::path::PathBuf,
}

impl Stage {
    fn new(hook: Hook, hooks: &Path) -> Result<Self, CliError> {
        let io = |error| CliError::Output { name: "a folder for the proof".into(), error };
        let folder = tempfile::Builder::new().prefix("tightlip-proof-").tempdir().map_err(io)?;
        let stage = Self { folder, hook, hooks: fs::canonicalize(hooks).map_err(io)? };
        let top = stage.folder.path();
        stage.git(top, &["init", "--quiet", "--template=", "-b", "main", "work"], false)?;
        stage.git(top, &["init", "--quiet", "--template=", "--bare", "there.git"], false)?;
        // The hook of the receiving side is found by its own configuration.
        if hook == Hook::Receive {
            let path = stage.hooks.to_string_lossy().into_owned();
            stage.git(&top.join("there.git"), &["config", "core.hooksPath", &path], false)?;
        }
        Ok(stage)
    }

    /// Commits a file with this content, and pushes it if the hook is one of a push. What is refused is undone.
    fn attempt(&self, content: &str) -> Result<Output, CliError> {
        let work = self.folder.path().join("work");
        let io = |error| CliError::Output { name: "a folder for the proof".into(), error };
        fs::write(work.join("proof.txt"), content).map_err(io)?;
        self.git(&work, &["add", "proof.txt"], false)?;
        let commit = ["commit", "--quiet", "--no-gpg-sign", "-m", "proof"];
        if self.hook == Hook::Commit {
            return self.git(&work, &commit, true);
        }
        // Each commit stands alone: the second must not carry the first.
        self.git(&work, &["update-ref", "-d", "HEAD"], false)?;
        self.git(&work, &commit, false)?;
        let own = self.hook == Hook::Push;
        self.git(&work, &["push", "--quiet", "../there.git", "HEAD:refs/heads/main"], own)
    }

    fn git(&self, folder: &Path, args: &[&str], with_hooks: bool) -> Result<Output, CliError> {
        let mut git = Command::new("git");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GIT_") {
                git.env_remove(name);
            }
        }
        let none = self.folder.path().join("no-hooks");
        let hooks = if with_hooks { &self.hooks } else { &none };
        git.current_dir(folder)
            .args(["-c", "user.name=tightlip", "-c", "user.email=tightlip@localhost"])
            .env("GIT_CONFIG_GLOBAL", if cfg!(windows) { "NUL" } else { "/dev/null" })
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .stdin(Stdio::null());
        // A server's hook is found by the server's own configuration.
        if with_hooks || self.hook != Hook::Receive {
            // By variables, since a path need not be text.
            git.env("GIT_CONFIG_COUNT", "1").env("GIT_CONFIG_KEY_0", "core.hooksPath").env("GIT_CONFIG_VALUE_0", hooks);
        }
        let output = git.args(args).output();
        output.map_err(|error| unproven(self.hook, &format!("git cannot be started ({error})")))
    }
}

fn unproven(hook: Hook, why: &str) -> CliError {
    CliError::Usage(format!("{} is installed and not proven: {why}", hook.name()))
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned()
}

fn last_line(output: &Output) -> String {
    told(output).lines().last().unwrap_or("it said nothing").to_owned()
}
