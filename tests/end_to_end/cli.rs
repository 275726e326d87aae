//! The command line as a user meets it: statuses, errors, and what is written where. Scans themselves have their own
//! tests.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_tightlip");

fn tightlip(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command.current_dir(folder).args(args).env_remove("TIGHTLIP_KEY").env_remove("NO_COLOR");
    command
}

fn run(folder: &Path, args: &[&str]) -> Output {
    tightlip(folder, args).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

/// Asserts status 2, nothing on standard output, and all of `told` on standard error.
fn assert_error(output: &Output, told: &[&str]) {
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(output.stdout.is_empty(), "{}", text(&output.stdout));
    for part in told {
        assert!(stderr.contains(part), "{part} is not in: {stderr}");
    }
}

#[test]
fn usage_errors_are_status_2() {
    let here = folder(&[]);
    let cases: &[(&[&str], &str)] = &[
        (&[], "Usage:"),
        (&["rules"], "Usage:"),
        (&["nonsense"], "unrecognized subcommand"),
        (&["dir", "--nonsense"], "unexpected argument"),
        (&["dir", "--block", "all"], "review, likely, confirmed"),
        (&["dir", "--format", "xml"], "text, json, jsonl, sarif, github, gitlab, junit, html"),
        (&["dir", "--output", "json=-"], "--format json"),
        (&["dir", "--output", "json=a", "--output", "sarif=a"], "a file of its own"),
        (&["dir", "--output", "json=gone/a"], "gone/a: the report cannot be written"),
        (&["dir", "--config", "a", "--no-config"], "cannot be used with"),
        (&["dir", "-q", "-v"], "cannot be used with"),
        (&["dir", "--threads", "5000"], "--threads: at most 1024"),
        (&["dir", "--config", "gone.toml"], "gone.toml: cannot be read"),
        (&["dir", "--rules", "gone"], "gone"),
        (&["dir", "--key-file", "gone"], "gone: the key file cannot be read"),
        (&["rules", "show", "private-kee"], "did you mean `private-key`?"),
        (
            &["man", "nonsense"],
            "there are dir, git, image, log, bundle, redact, init, baseline, explain, preflight, rules",
        ),
        (&["completions", "nonsense"], "bash"),
    ];
    for (args, told) in cases {
        assert_error(&run(here.path(), args), &[told]);
    }
}

#[test]
fn a_bad_configuration_stops_every_command_that_reads_it() {
    let here = folder(&[("tightlip.toml", "[gate]\nblok = \"likely\"\n")]);
    for args in [&["dir"][..], &["config"], &["rules", "list"], &["rules", "check"]] {
        assert_error(&run(here.path(), args), &["error: tightlip.toml:2:1: unknown key `blok`; did you mean `block`?"]);
    }
    for args in [&["config", "--no-config"][..], &["rules", "list", "--no-config"]] {
        assert_eq!(run(here.path(), args).status.code(), Some(0), "{args:?}");
    }
}

#[test]
fn a_bad_pack_stops_every_command_that_reads_it() {
    let here = folder(&[("bad.toml", "\n[[rule]]\nid = \"x\"\nnonsense = 1\n")]);
    for args in [&["dir"][..], &["config"], &["rules", "list"], &["rules", "check"]] {
        let output = run(here.path(), &[args, &["--rules", "bad.toml"]].concat());
        assert_error(&output, &["error: bad.toml:", "rule `x`"]);
    }
}

#[test]
fn the_file_stands_at_the_root_of_the_scan() {
    let here = folder(&[("tightlip.toml", "[scan]\nthreads = 1\n"), ("a.txt", "")]);
    fs::create_dir(here.path().join("sub")).unwrap();
    fs::write(here.path().join("sub/tightlip.toml"), "[scan]\nthreads = 2\n").unwrap();
    for (paths, line) in [
        (&[][..], "threads = 1 # tightlip.toml:2\n"),
        (&["sub"], "threads = 2 # sub/tightlip.toml:2\n"),
        (&["sub", "."], "threads = 1 # tightlip.toml:2\n"),
        (&["a.txt"], "threads = 1 # tightlip.toml:2\n"),
        (&["sub", "--config", "tightlip.toml"], "threads = 1 # tightlip.toml:2\n"),
        (&["--threads", "3"], "threads = 3 # --threads\n"),
        (&["--no-config"], "threads = 0 # default\n"),
    ] {
        let output = run(here.path(), &[&["config"], paths].concat());
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert!(text(&output.stdout).contains(line), "{paths:?}: {}", text(&output.stdout));
    }
}

#[test]
fn keys_are_never_printed() {
    let value = ["Mz4", "canary-of-a-key", "Kq8"].concat();
    let salt = "5ca1ab1e".repeat(8);
    let here = folder(&[("key", &value), ("tightlip.toml", &format!("[fingerprint]\nsalt = \"{salt}\"\n"))]);
    for (args, variable, origin) in [
        (&["--key-file", "key"][..], "", "(--key-file)"),
        (&[], value.as_str(), "(TIGHTLIP_KEY)"),
        (&[], "", "(tightlip.toml:2)"),
    ] {
        for command in ["config", "dir"] {
            let output = tightlip(here.path(), &[&[command, "-v"], args].concat())
                .env("TIGHTLIP_KEY", variable)
                .output()
                .unwrap();
            let all = text(&[output.stdout, output.stderr].concat());
            assert!(!all.contains(&value) && !all.contains(&salt), "{all}");
            assert!(command == "dir" || all.contains(origin), "{all}");
        }
    }
}

#[cfg(unix)]
#[test]
fn names_cannot_move_the_cursor() {
    let here = folder(&[("\x1b[31mred.toml", "nonsense = 1\n")]);
    let output = run(here.path(), &["config", "--config", "\x1b[31mred.toml"]);
    assert_error(&output, &["\\x1b[31mred.toml:1:1: unknown key"]);
    assert!(!output.stderr.contains(&0x1b));
}

#[test]
fn completions_and_pages_cover_the_commands() {
    let here = folder(&[]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = run(here.path(), &["completions", shell]);
        assert_eq!(output.status.code(), Some(0));
        assert!(text(&output.stdout).contains("key-file"), "{shell}");
    }
    for (args, part) in
        [(&["man"][..], ".TH tightlip 1"), (&["man", "dir"], "key\\-file"), (&["man", "rules", "show"], ".SH NAME")]
    {
        let page = text(&run(here.path(), args).stdout);
        assert!(page.contains(part), "{args:?}: {page}");
    }
}

#[test]
fn rules_are_listed_shown_and_checked() {
    let here = folder(&[]);
    let table = text(&run(here.path(), &["rules", "list"]).stdout);
    let listed = run(here.path(), &["rules", "list", "--format", "json"]).stdout;
    let listed: Vec<serde_json::Value> = serde_json::from_slice(&listed).unwrap();
    assert_eq!(table.lines().count(), listed.len() + 1);
    let texts = ["id", "name", "severity", "confidence", "risk", "revoke", "pack"];
    for rule in &listed {
        assert!(texts.iter().all(|key| rule[key].as_str().is_some_and(|text| !text.is_empty())), "{rule}");
        assert!(table.contains(rule["id"].as_str().unwrap()));
    }
    let page = text(&run(here.path(), &["rules", "show", "private-key"]).stdout);
    for part in ["private-key: ", "severity", "What an attacker can do", "What to do", "keywords", "Examples"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let checked = run(here.path(), &["rules", "check"]);
    assert_eq!(checked.status.code(), Some(0), "{}", text(&checked.stderr));
    assert!(text(&checked.stdout).starts_with(&format!("{} rules are sound", listed.len())));
}

#[test]
fn disabled_rules_are_gone_from_the_list() {
    let config = "[rules]\ndisable = [{ id = \"private-key\", reason = \"none here\" }]\n";
    let here = folder(&[("tightlip.toml", config)]);
    let listed = text(&run(here.path(), &["rules", "list"]).stdout);
    assert!(!listed.lines().any(|line| line.split_whitespace().next() == Some("private-key")), "{listed}");
    assert_error(&run(here.path(), &["rules", "show", "private-key"]), &["no rule has the id"]);
}

#[test]
fn a_closed_pipe_changes_nothing() {
    let here = folder(&[]);
    for args in [
        &["--help"][..],
        &["rules", "list"],
        &["config"],
        &["man"],
        &["completions", "zsh"],
        &["dir", "--format", "json"],
    ] {
        let whole = run(here.path(), args).status.code();
        let mut command = tightlip(here.path(), args);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), whole, "{args:?}");
        assert_eq!(text(&output.stderr), "", "{args:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let here = folder(&[]);
    let full = || fs::File::options().write(true).open("/dev/full").unwrap();
    for args in [&["rules", "list"][..], &["config"], &["man"], &["dir"], &["dir", "--format", "json"]] {
        let output = tightlip(here.path(), args).stdout(full()).output().unwrap();
        assert_error(&output, &["standard output: ", "cannot be written"]);
    }
    let help = tightlip(here.path(), &["--help"]).stdout(full()).output().unwrap();
    assert_eq!(help.status.code(), Some(2));
    let device = run(here.path(), &["dir", "--output", "json=/dev/full"]);
    assert_eq!(device.status.code(), Some(2));
    assert!(text(&device.stderr).contains("/dev/full: the report cannot be written"));
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_leaves_the_old_file() {
    let here = folder(&[("out.json", "the old report"), ("a.txt", "nothing")]);
    let script = "trap '' XFSZ; ulimit -f 0; exec \"$0\" dir --no-config --output json=out.json a.txt";
    let output = Command::new("sh").current_dir(here.path()).args(["-c", script, BINARY]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("out.json: the report cannot be written"), "{}", text(&output.stderr));
    assert_eq!(fs::read_to_string(here.path().join("out.json")).unwrap(), "the old report");
    assert_eq!(fs::read_dir(here.path()).unwrap().count(), 2, "no half-written file is left");
}

#[test]
fn colour_is_used_where_it_is_wanted() {
    let here = folder(&[]);
    for (args, coloured) in [(&["--color", "always"][..], true), (&["--color", "never"], false), (&[], false)] {
        let output = run(here.path(), &[args, &["rules", "show", "nonsense"]].concat());
        assert_eq!(output.stderr.contains(&0x1b), coloured, "{args:?}: {}", text(&output.stderr));
    }
}
