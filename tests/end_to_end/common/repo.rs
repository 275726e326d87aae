//! Git repositories made by the real git, and scans of them by the real command.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use super::{BINARY, pack};

/// A repository that is gone when dropped, in a folder that can hold others.
pub struct Repo {
    folder: TempDir,
    path: PathBuf,
}

/// What a scan said, in short.
#[derive(Debug, PartialEq, Eq)]
pub struct Said {
    pub status: i32,
    /// `open path:line`, `unchanged path:line`, sorted as the report has them.
    pub findings: Vec<String>,
    /// `kind path`.
    pub gaps: Vec<String>,
}

/// Git with nothing of the caller's settings.
pub fn git_command(folder: &Path) -> Command {
    clean_command("git", folder)
}

/// Any program with nothing of the caller's settings.
pub fn clean_command(program: &str, folder: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_") || name.to_string_lossy().starts_with("PRE_COMMIT") {
            command.env_remove(name);
        }
    }
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", "A U Thor")
        .env("GIT_AUTHOR_EMAIL", "author@example.org")
        .env("GIT_COMMITTER_NAME", "A U Thor")
        .env("GIT_COMMITTER_EMAIL", "author@example.org")
        .env("TIGHTLIP_KEY", "")
        .env("NO_COLOR", "1")
        .current_dir(folder);
    command
}

impl Repo {
    pub fn new() -> Self {
        Self::init(&[])
    }

    pub fn init(args: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("repo");
        fs::create_dir(&path).unwrap();
        let repo = Self { folder, path };
        repo.git(&[&["init", "-q", "-b", "main"], args].concat());
        repo
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder that holds the repository and can hold others.
    pub fn around(&self) -> &Path {
        self.folder.path()
    }

    pub fn try_git(&self, args: &[&str]) -> Output {
        git_command(&self.path).args(args).output().unwrap()
    }

    pub fn git(&self, args: &[&str]) -> String {
        let output = self.try_git(args);
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    /// Writes a file and stages it.
    pub fn stage(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        self.write(name, content).git(&["add", "-f", "--", name]);
        self
    }

    /// Commits what is staged.
    pub fn commit(&self, message: &str) -> String {
        self.git(&["commit", "-q", "--allow-empty", "--no-verify", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// `tightlip git` with these arguments, in a folder.
    pub fn command_in(&self, folder: &Path, args: &[&str]) -> Command {
        let mut command = clean_command(BINARY, folder);
        command.args(["git", "--rules"]).arg(pack()).args(args);
        command
    }

    pub fn scan(&self, args: &[&str]) -> Said {
        said(&self.command_in(&self.path, &[&["--format", "json"], args].concat()).output().unwrap())
    }

    pub fn report(&self, args: &[&str]) -> Value {
        let output = self.command_in(&self.path, &[&["--format", "json"], args].concat()).output().unwrap();
        json(&output)
    }

    pub fn staged(&self) -> Said {
        self.scan(&["--staged"])
    }

    /// A hook that runs tightlip as its only command, with the rules of the tests.
    pub fn hook(&self, name: &str, arguments: &str) {
        hook_in(&self.path.join(".git/hooks"), name, arguments);
    }
}

/// Writes a hook into a folder.
pub fn hook_in(folder: &Path, name: &str, arguments: &str) {
    let script = format!("#!/bin/sh\nexec '{BINARY}' git --rules '{}' {arguments}\n", pack().display());
    script_in(folder, name, &script);
}

/// Writes a hook with any text.
pub fn script_in(folder: &Path, name: &str, script: &str) {
    use std::os::unix::fs::PermissionsExt;
    fs::create_dir_all(folder).unwrap();
    let path = folder.join(name);
    fs::write(&path, script).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

pub fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", super::all_output(output)))
}

pub fn said(output: &Output) -> Said {
    let status = output.status.code().unwrap();
    if output.stdout.is_empty() {
        return Said { status, findings: vec![super::all_output(output)], gaps: Vec::new() };
    }
    let report = json(output);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let finding = |value: &Value| {
        let status = match &value["suppression"] {
            Value::Null => "open".to_owned(),
            by => text(&by["kind"]),
        };
        format!("{status} {}:{}", text(&value["path"]), value["region"]["start_line"])
    };
    let gap = |value: &Value| format!("{} {}", text(&value["kind"]), text(&value["path"]));
    Said {
        status,
        findings: report["findings"].as_array().unwrap().iter().map(finding).collect(),
        gaps: report["gaps"].as_array().unwrap().iter().map(gap).collect(),
    }
}

/// What a scan is expected to say, without gaps.
pub fn expect(status: i32, findings: &[&str]) -> Said {
    Said { status, findings: findings.iter().map(|text| (*text).to_owned()).collect(), gaps: Vec::new() }
}
