//! Accepted findings, from the command line: what stays accepted, what never is, and what a broken file does.

use std::fs;
use std::process::Output;

use crate::common::*;

const FILE: &str = ".tightlip-baseline";

/// `tightlip baseline …` with the rules of the tests.
fn baseline(tree: &Tree, before: &[&str], after: &[&str]) -> Output {
    let words = [&["baseline"], before, &["dir"], after].concat();
    command(tree.path(), &words).arg("--rules").arg(pack()).output().unwrap()
}

fn created(tree: Tree) -> Tree {
    let output = baseline(&tree, &["create", "--reason", "found before the gate"], &[]);
    assert_eq!(output.status.code(), Some(0), "{}", all_output(&output));
    tree
}

/// The status of a scan under the baseline, and what it said.
fn gate(tree: &Tree) -> (Option<i32>, String) {
    let output = dir(tree.path(), &["--baseline", FILE]);
    (output.status.code(), all_output(&output))
}

fn assert_gate(tree: &Tree, status: i32, what: &str) {
    let (code, told) = gate(tree);
    assert_eq!(code, Some(status), "{what}\n{told}");
}

fn text(tree: &Tree) -> String {
    fs::read_to_string(tree.path().join(FILE)).unwrap()
}

fn password(seed: u64) -> String {
    format!("password = \"{}\"\n", random(B62, 18, seed))
}

fn some_tree() -> Tree {
    Tree::of("src/a.py", format!("import os\n{}", password(1)))
        .file("keys/a.pem", private_key(2))
        .file("notes.txt", format!("the token is {}\n", token(3)))
        .file("deep/archive.tar", tar(&[("b.py", password(4).as_bytes())]))
}

#[test]
fn what_was_there_is_accepted_only_where_the_file_is_named() {
    let tree = created(some_tree());
    assert_eq!(text(&tree).lines().count(), 5, "{}", text(&tree));
    assert_gate(&tree, 0, "named by a flag");
    let scan = |args: &[&str]| dir(tree.path(), args).status.code();
    assert_eq!(scan(&[]), Some(1), "a file that merely lies there is not obeyed");
    fs::write(tree.path().join("tightlip.toml"), format!("[gate]\nbaseline = \"{FILE}\"\n")).unwrap();
    assert_eq!(scan(&[]), Some(0), "named by the configuration");
    assert_eq!(scan(&["--no-config"]), Some(1));
    let shown = all_output(&command(tree.path(), &["config"]).output().unwrap());
    assert!(shown.contains(&format!("baseline = \"{FILE}\" # tightlip.toml:2")), "{shown}");
    let report: serde_json::Value = serde_json::from_slice(&dir(tree.path(), &["--format", "json"]).stdout).unwrap();
    for finding in report["findings"].as_array().unwrap() {
        assert_eq!(finding["suppression"]["kind"], "baseline");
        assert_eq!(finding["suppression"]["reason"], "found before the gate");
    }
}

#[test]
fn it_survives_what_happens_to_code() {
    let moved = created(some_tree());
    fs::write(moved.path().join("src/a.py"), format!("{}\n{}", "# more\n".repeat(40), password(1))).unwrap();
    assert_gate(&moved, 0, "lines shift");
    fs::rename(moved.path().join("src/a.py"), moved.path().join("renamed.py")).unwrap();
    assert_gate(&moved, 0, "a file is renamed");
    for name in ["renamed.py", "keys/a.pem", "notes.txt", FILE] {
        let path = moved.path().join(name);
        fs::write(&path, fs::read_to_string(&path).unwrap().replace('\n', "\r\n")).unwrap();
    }
    assert_gate(&moved, 0, "a checkout with other line ends");
}

#[test]
fn another_secret_in_the_same_place_blocks() {
    for (name, content) in [
        ("src/a.py", format!("import os\n{}", password(11))),
        ("keys/a.pem", private_key(12)),
        ("notes.txt", format!("the token is {}\n", token(13))),
        ("deep/archive.tar", String::from_utf8(tar(&[("b.py", password(14).as_bytes())])).unwrap()),
    ] {
        let tree = created(some_tree()).file(name, content);
        assert_gate(&tree, 1, name);
    }
    let tree = created(some_tree());
    let both = format!("import os\n{}{}", password(1), password(15));
    assert_gate(&tree.file("src/a.py", both), 1, "beside the accepted one");
}

#[test]
fn a_baseline_is_no_finding_and_does_not_grow_from_itself() {
    let rules: Vec<String> = engine().rules().rules().iter().map(|rule| rule.info.id.clone()).collect();
    let names =
        ["config/token=x/password.env", "a b/secret: y.yaml", ".npmrc", "keys/id_rsa", "s!k.pem", "авторизация"];
    let head = text(&created(Tree::of("a.txt", "nothing")));
    let mut lines: Vec<String> = (0..3000)
        .map(|i| {
            let digits = random(b"0123456789abcdef", 32, i + 100);
            let (rule, name) = (&rules[i as usize % rules.len()], names[i as usize % names.len()]);
            format!(
                "tl1:{digits}\t{rule}\t{name}\tthe password of the test server\towner=key team\texpires=2027-01-01\n"
            )
        })
        .collect();
    lines.sort();
    let whole = [head, lines.concat()].concat();
    let tree =
        Tree::of(FILE, &whole).file("other/accepted.txt", &whole).file("a.tar", tar(&[(FILE, whole.as_bytes())]));
    let output = dir(tree.path(), &["--block", "review"]);
    assert_eq!(output.status.code(), Some(0), "{}", all_output(&output));
    let report = scan(tree.path());
    assert!(report.findings.is_empty(), "{:?}", all_told(&report));
    let checked = baseline(&tree, &["update", "--reason", "again"], &["--block", "review"]);
    assert_eq!(checked.status.code(), Some(0), "{}", all_output(&checked));
    assert!(text(&tree) == whole, "nothing was found in it");
}

#[test]
fn a_broken_file_judges_nothing() {
    let tree = created(some_tree());
    let good = text(&tree);
    let second = good.lines().nth(1).unwrap().to_owned();
    let broken = [
        ("", 1),
        ("nonsense\n", 1),
        (&good[..good.len() - 1], 5),
        (&good[..40], 1),
        (&good.replacen(&second, &format!("<<<<<<< ours\n{second}\n=======\n>>>>>>> theirs"), 1), 2),
        (&good.replacen("tl1:", "TL1:", 1), 2),
        (&good.replace('\t', "    "), 2),
        (&good.replacen("found before the gate", "", 1), 2),
        (&format!("{good}{second}\n"), 6),
    ];
    for (text, line) in broken {
        fs::write(tree.path().join(FILE), text).unwrap();
        for output in [
            dir(tree.path(), &["--baseline", FILE]),
            baseline(&tree, &["check"], &[]),
            baseline(&tree, &["update", "--reason", "x"], &[]),
        ] {
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(2), "{text:?}: {told}");
            assert!(
                told.starts_with(&format!("error: {FILE}:{line}: ")) && output.stdout.is_empty(),
                "{text:?}: {told}"
            );
        }
        assert_eq!(fs::read_to_string(tree.path().join(FILE)).unwrap(), text, "it is left as it is");
    }
    let gone = dir(tree.path(), &["--baseline", "gone"]);
    assert_eq!(gone.status.code(), Some(2));
    assert!(all_output(&gone).contains("gone: the baseline cannot be read"));
}

#[test]
fn check_tells_what_is_stale_and_update_mends_it() {
    let tree = created(some_tree());
    let strict = |tree: &Tree| baseline(tree, &["check", "--strict"], &[]);
    assert_eq!(strict(&tree).status.code(), Some(0));
    fs::remove_file(tree.path().join("notes.txt")).unwrap();
    fs::rename(tree.path().join("src/a.py"), tree.path().join("src/b.py")).unwrap();
    let loose = baseline(&tree, &["check"], &[]);
    assert_eq!(loose.status.code(), Some(0));
    let told = all_output(&loose);
    for part in ["notes.txt: the accepted secret", "is gone", "src/a.py: the accepted secret", "src/b.py: an accepted"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    let failed = strict(&tree);
    assert_eq!(failed.status.code(), Some(2));
    assert!(all_output(&failed).contains("tightlip baseline update --prune"));

    let before = text(&tree);
    assert_eq!(baseline(&tree, &["update"], &[]).status.code(), Some(0));
    assert_eq!(text(&tree).lines().count(), before.lines().count() + 1, "the new place; nothing is removed");
    assert_eq!(baseline(&tree, &["update", "--prune"], &[]).status.code(), Some(0));
    assert_eq!(text(&tree).lines().count(), before.lines().count() - 1);
    assert_eq!(strict(&tree).status.code(), Some(0));
    assert_eq!(before.lines().next(), text(&tree).lines().next(), "the salt stays");
}

#[test]
fn what_is_new_needs_a_reason() {
    let tree = created(some_tree()).file("new.py", password(21));
    let before = text(&tree);
    let silent = baseline(&tree, &["update"], &[]);
    assert_eq!((silent.status.code(), text(&tree)), (Some(1), before.clone()), "{}", all_output(&silent));
    assert!(all_output(&silent).contains("pass --reason"));
    let said =
        baseline(&tree, &["update", "--reason", "second look", "--owner", "ops", "--expires", "2999-01-01"], &[]);
    assert_eq!(said.status.code(), Some(0));
    let added: Vec<String> = text(&tree).lines().filter(|line| !before.contains(line)).map(str::to_owned).collect();
    assert_eq!(added.len(), 1);
    assert!(added[0].ends_with("\tnew.py\tsecond look\towner=ops\texpires=2999-01-01"), "{added:?}");
    assert_gate(&tree, 0, "accepted");

    for (args, told) in [
        (&["create"][..], "say in a few words"),
        (&["create", "--reason", " - "], "--reason is empty"),
        (&["create", "--reason", "x", "--expires", "soon"], "year-month-day"),
        (&["create", "--reason", "x"], "is there already"),
    ] {
        let output = baseline(&tree, args, &[]);
        assert_eq!(output.status.code(), Some(2), "{}", all_output(&output));
        assert!(all_output(&output).contains(told), "{}", all_output(&output));
    }
}

#[test]
fn what_expired_blocks_until_it_is_accepted_anew() {
    let tree = created(some_tree());
    fs::write(tree.path().join(FILE), text(&tree).replace("found before the gate", "old\texpires=2020-01-01")).unwrap();
    let (code, told) = gate(&tree);
    assert_eq!(code, Some(1));
    assert!(told.contains("4 places whose entry has expired and is not obeyed"), "{told}");
    assert_eq!(baseline(&tree, &["update", "--reason", "looked at again"], &[]).status.code(), Some(0));
    assert_gate(&tree, 0, "accepted anew");
    assert!(!text(&tree).contains("2020-01-01"));
}

#[test]
fn gaps_stay_gaps_and_nothing_is_pruned_behind_one() {
    let tree = some_tree().file("cut.gz", &gzip(b"something")[..12]);
    let output = baseline(&tree, &["create", "--reason", "found before the gate"], &[]);
    assert_eq!(output.status.code(), Some(3), "{}", all_output(&output));
    assert_gate(&tree, 3, "a baseline accepts no gap");
    fs::remove_file(tree.path().join("notes.txt")).unwrap();
    let before = text(&tree);
    let output = baseline(&tree, &["update", "--prune"], &[]);
    assert_eq!((output.status.code(), text(&tree)), (Some(3), before), "{}", all_output(&output));
    assert!(all_output(&output).contains("no line is removed"));
}

#[test]
fn the_same_tree_gives_the_same_lines_and_another_salt() {
    let [one, other] = [created(some_tree()), created(some_tree())].map(|tree| text(&tree));
    let places = |text: &str| {
        let mut places: Vec<String> =
            text.lines().skip(1).map(|line| line.split('\t').skip(1).collect::<Vec<_>>().join("\t")).collect();
        places.sort();
        places
    };
    assert_eq!(places(&one), places(&other));
    assert_ne!(one.lines().next(), other.lines().next());
    let hashes = |text: &str| text.lines().skip(1).map(|line| line[..36].to_owned()).collect::<Vec<_>>();
    assert!(hashes(&one).iter().all(|hash| !other.contains(hash.as_str())), "hashes mean nothing under another salt");
}

/// Every command that scans can be put behind it; what is accepted of a log or a bundle is a line as any other. A log on
/// standard input is told under its baseline as it comes.
#[test]
fn logs_and_bundles_have_baselines() {
    let log = format!("2026-09-01T10:00:00Z the token is {}\n", token(3));
    for scan in [
        &["log", "in/build.log"][..],
        &["log", "--follow", "in/build.log"],
        &["bundle", "in"],
        &["bundle", "--manifest", "m", "in"],
    ] {
        let tree = Tree::of("in/build.log", &log).file("in/deep/archive.tar", tar(&[("b.log", log.as_bytes())]));
        let run = |before: &[&str], after: &[&str]| {
            let words = [before, scan, after].concat();
            command(tree.path(), &words).arg("--rules").arg(pack()).output().unwrap()
        };
        let output = run(&["baseline", "create", "--reason", "a dummy"], &[]);
        assert_eq!(output.status.code(), Some(0), "{scan:?}: {}", all_output(&output));
        assert!(tree.path().join(FILE).exists(), "{scan:?}: it stands beside what will be shared, never in it");
        assert_eq!(run(&[], &["--baseline", FILE]).status.code(), Some(0), "{scan:?}");
        assert_eq!(run(&["baseline", "check", "--strict"], &[]).status.code(), Some(0), "{scan:?}");
        fs::write(tree.path().join("in/build.log"), format!("{log}and {}\n", token(4))).unwrap();
        assert_eq!(run(&[], &["--baseline", FILE]).status.code(), Some(1), "{scan:?}");
        let output = run(&["baseline", "update", "--reason", "another dummy"], &[]);
        assert_eq!(output.status.code(), Some(0), "{scan:?}: {}", all_output(&output));
        assert_eq!(run(&[], &["--baseline", FILE]).status.code(), Some(0), "{scan:?}");
    }
}
