//! The command in a made-up home, with an eye on everything that it writes.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL};
use tempfile::TempDir;

use crate::registry::real::{USER, password};

/// A home with nothing in it, gone when dropped.
pub struct Home(TempDir);

/// What a run told, on both streams and in its receipt.
pub struct Told {
    pub status: i32,
    pub text: String,
    pub receipt: serde_json::Value,
}

impl Told {
    /// How a check ended: `granted`, or `refused on PLANE`.
    pub fn check(&self, name: &str) -> String {
        let checks = self.receipt["checks"].as_array().unwrap_or_else(|| panic!("no receipt: {}", self.text));
        let check =
            checks.iter().find(|check| check["name"] == name).unwrap_or_else(|| panic!("no {name}: {}", self.text));
        match check["result"].as_str().unwrap() {
            "refused" => format!("refused on {}", check["plane"].as_str().unwrap()),
            result => result.to_owned(),
        }
    }

    pub fn asserts(&self, status: i32, checks: &[(&str, &str)], words: &[&str]) {
        assert_eq!(self.status, status, "{}", self.text);
        for (name, expected) in checks {
            assert_eq!(self.check(name), *expected, "{name}: {}", self.text);
        }
        for word in words {
            assert!(self.text.contains(word), "no {word:?} in: {}", self.text);
        }
    }
}

impl Home {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn file(&self, name: &str, text: &str) -> String {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// A program on the path.
    pub fn program(&self, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt;
        let path = self.file(&format!("bin/{name}"), &format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Runs `tightlip preflight`.
    pub fn preflight(&self, args: &[&str], stdin: &str, variables: &[(&str, &str)]) -> Told {
        let receipt = self.path().join("receipt.json").display().to_string();
        let args = [args, &["--timeout", "30", "--receipt", &receipt]].concat();
        self.run("preflight", &args, stdin, variables)
    }

    /// Runs a command. No output may hold the password in any dress.
    pub fn run(&self, command: &str, args: &[&str], stdin: &str, variables: &[(&str, &str)]) -> Told {
        let receipt = self.path().join("receipt.json");
        let _ = fs::remove_file(&receipt);
        let path = format!("{}:{}", self.path().join("bin").display(), std::env::var("PATH").unwrap());
        let mut child = Command::new(env!("CARGO_BIN_EXE_tightlip"))
            .arg(command)
            .args(args)
            .current_dir(self.path())
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.path())
            .env("XDG_RUNTIME_DIR", self.path().join("run"))
            // Nothing answers there: what is on this machine is not asked through a proxy.
            .envs([("HTTPS_PROXY", "http://127.0.0.1:1"), ("HTTP_PROXY", "http://127.0.0.1:1")])
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        let output = child.wait_with_output().unwrap();
        let receipt = fs::read_to_string(receipt).unwrap_or_default();
        let text = String::from_utf8([output.stdout, output.stderr, receipt.clone().into_bytes()].concat()).unwrap();
        no_secret_in(&text);
        let receipt = serde_json::from_str(&receipt).unwrap_or_default();
        Told { status: output.status.code().unwrap(), text, receipt }
    }

    /// With name and password from the command line.
    pub fn login(&self, user: &str, password: &str, args: &[&str]) -> Told {
        let args = [&["--username", user, "--password-stdin"], args].concat();
        self.preflight(&args, &format!("{password}\n"), &[])
    }
}

/// Asserts that a text holds the password in no dress that a server or a library could put it into.
pub fn no_secret_in(text: &str) {
    let secret = password();
    let pair = format!("{USER}:{secret}");
    for dress in [
        secret.clone(),
        secret.to_ascii_lowercase(),
        BASE64.encode(pair.as_bytes()),
        BASE64_NOPAD.encode(secret.as_bytes()),
        BASE64URL.encode(pair.as_bytes()),
        format!("{:?}", secret.as_bytes()),
    ] {
        // Not the text itself: it would be in the test's output.
        assert!(!text.contains(&dress), "a secret came out, {} bytes into the text", text.find(&dress).unwrap());
    }
    assert!(!text.contains("eyJ"), "a token came out, {} bytes into the text", text.find("eyJ").unwrap());
}
