//! All of a repository's history: what is found, where it is said to come from, and what could not be seen.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use crate::common::repo::Repo;
use crate::common::{self, filler, token};
use serde_json::Value;

/// A line with a token of the tests' pack.
fn line(seed: u64) -> String {
    format!("key = {}\n", token(seed))
}

/// The report of a scan, and its status.
fn report(repo: &Repo, args: &[&str]) -> (Value, i32) {
    let mut command = common::command(repo.path(), &["git", "--format", "json", "--quiet", "--rules"]);
    let output = command.arg(common::pack()).args(args).output().unwrap();
    let report = serde_json::from_slice(&output.stdout);
    (report.unwrap_or_else(|_| panic!("{}", common::all_output(&output))), output.status.code().unwrap())
}

/// `path:line status introduced-by times versions in-head reach`, without ids and clocks.
fn told(report: &Value) -> Vec<String> {
    let tell = |finding: &Value| {
        let history = &finding["history"];
        format!(
            "{}:{} {} times {} versions {} head {} {}",
            finding["path"].as_str().unwrap(),
            finding["region"]["start_line"],
            finding["status"].as_str().unwrap(),
            history["times"],
            history["versions"],
            history["in_head"],
            history["reach"].as_str().unwrap_or("-"),
        )
    };
    report["findings"].as_array().unwrap().iter().map(tell).collect()
}

fn gaps(report: &Value) -> Vec<String> {
    let kind = |gap: &Value| gap["kind"].as_str().unwrap().to_owned();
    report["gaps"].as_array().unwrap().iter().map(kind).collect()
}

/// A history in which a secret lives through many versions, is born in a merge, deleted, stashed, tagged, noted.
fn eventful() -> Repo {
    let repo = Repo::init(&[]);
    for version in 0..12 {
        let text = format!("{}{}{}", filler(3000), line(1), "more\n".repeat(version));
        repo.stage("app/config.txt", text).commit(&format!("version {version}"));
    }
    repo.stage("gone.txt", line(2)).commit("a secret");
    repo.git(&["rm", "-q", "gone.txt"]);
    repo.commit("and gone");
    repo.git(&["checkout", "-q", "-b", "side", "HEAD~2"]);
    repo.stage("side.txt", "side\n").commit("beside");
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["merge", "-q", "--no-commit", "--no-ff", "side"]);
    repo.stage("born.txt", line(3)).commit("merge");
    repo.git(&["commit", "-q", "--allow-empty", "-m", &format!("message\n\n{}", line(4))]);
    repo.git(&["tag", "-a", "v1", "-m", line(5).trim()]);
    repo.git(&["checkout", "-q", "-b", "lost"]);
    repo.stage("lost.txt", line(6)).commit("lost");
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["branch", "-q", "-D", "lost"]);
    repo
}

const EVENTS: [&str; 6] = [
    "app/config.txt:39 open times 1 versions 12 head true refs",
    "born.txt:1 open times 1 versions 1 head true refs",
    "gone.txt:1 open times 1 versions 1 head false refs",
    "lost.txt:1 suppressed times 1 versions 1 head false reflog",
    "tag v1:6 open times 0 versions 1 head false refs",
    "commit",
];

/// What is told, but for the commit's message, whose place is its id.
fn events(repo: &Repo, args: &[&str]) -> (Vec<String>, i32) {
    let (report, status) = report(repo, args);
    assert_eq!(gaps(&report), [""; 0]);
    let mut all = told(&report);
    let message = all.iter().position(|told| told.starts_with("commit ")).unwrap();
    assert!(all.remove(message).ends_with("open times 1 versions 1 head true refs"));
    all.push("commit".to_owned());
    (all, status)
}

#[test]
fn one_finding_for_a_secret_and_a_path_wherever_it_came_from() {
    let repo = eventful();
    let loose = events(&repo, &[]);
    assert_eq!(loose, (EVENTS.map(str::to_owned).to_vec(), 1));
    let unreachable = events(&repo, &["--unreachable"]);
    assert!(unreachable.0.contains(&EVENTS[3].replace("suppressed", "open")), "{unreachable:?}");
}

#[test]
fn however_the_objects_are_stored_the_report_is_the_same() {
    let repo = eventful();
    let ways: [&[&str]; 4] = [
        &["repack", "-q", "-d"],
        &["repack", "-q", "-a", "-d", "-f", "--depth=200", "--window=50"],
        &["gc", "-q", "--aggressive", "--prune=never"],
        &["multi-pack-index", "write"],
    ];
    for way in ways {
        let whole = report(&repo, &["--plain"]).0;
        repo.git(way);
        for args in [&[][..], &["--plain"], &["--threads", "1"], &["--threads", "7"]] {
            let now = report(&repo, args).0;
            assert!(now["findings"] == whole["findings"], "{way:?} {args:?}\n{:#?}", told(&now));
            assert_eq!(now["coverage"], whole["coverage"], "{way:?} {args:?}");
        }
        repo.stage("app/config.txt", format!("{}{}", filler(3000), line(1))).commit("another pack");
        repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
        repo.git(&["prune", "--expire=now"]);
    }
}

#[test]
fn a_checkout_says_what_its_tree_says() {
    let repo = Repo::init(&[]);
    repo.stage("a/one.txt", format!("{}{}", filler(500), line(1)));
    repo.stage("two.zip", common::zip(&[("inner.txt", line(2).as_bytes())]));
    repo.stage("three.b64", data_encoding::BASE64.encode(line(3).repeat(3).as_bytes()));
    let release = data_encoding::BASE64.encode(&common::gzip(line(5).as_bytes()));
    let manifest = |top: &str| format!("{}{top}data:\n  release: {release}\n", filler(100));
    repo.stage("four.yaml", manifest("kind: Secret\n"));
    symlink(token(4), repo.path().join("link")).unwrap();
    repo.git(&["add", "link"]);
    repo.commit("all");
    // The packed file is taken over from the version before.
    repo.stage("four.yaml", manifest("kind: Secret\nname: a\n")).commit("more");
    repo.git(&["gc", "-q", "--aggressive"]);
    let (history, _) = report(&repo, &[]);
    let mut command = common::command(repo.path(), &["dir", "--format", "json", "--quiet", "--rules"]);
    let tree: Value = serde_json::from_slice(&command.arg(common::pack()).output().unwrap().stdout).unwrap();
    let told = |report: &Value| {
        let keys = ["rule", "path", "blob_kind", "region", "span", "via", "excerpt", "confidence"];
        let tell = |finding: &Value| keys.map(|key| finding[key].to_string()).join(" ");
        report["findings"].as_array().unwrap().iter().map(tell).collect::<Vec<_>>()
    };
    assert_eq!(told(&history), told(&tree));
    assert!(
        told(&tree).len() >= 5 && told(&tree).iter().any(|one| one.contains("four.yaml!base64@L")),
        "{:?}",
        told(&tree)
    );
}

#[test]
fn what_is_not_there_is_a_gap() {
    let repo = eventful();
    let from = format!("file://{}", repo.path().display());
    repo.git(&["clone", "-q", "--depth", "1", &from, "../shallow"]);
    let shallow = common::command(&repo.path().join("../shallow"), &["git", "--format", "json"]).output().unwrap();
    let shallow: Value = serde_json::from_slice(&shallow.stdout).unwrap();
    assert!(gaps(&shallow).contains(&"missing".to_owned()), "{:?}", gaps(&shallow));
    let (counted, status) = report(&repo, &["--expect-commits", "3"]);
    assert_eq!((gaps(&counted), status), (vec!["missing".to_owned()], 1));
    let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 1\n", "0a".repeat(32));
    let noise: Vec<u8> = (0..100u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let clean = Repo::init(&[]);
    clean.stage("big.bin", pointer).stage("locked", [b"\0GITCRYPT\0", &noise[..]].concat()).commit("pointers");
    let (report, status) = report(&clean, &[]);
    assert_eq!((gaps(&report), status), (vec!["elsewhere".to_owned()], 3));
    assert!(report["exclusions"][0]["reason"].as_str().unwrap().starts_with("git-crypt"));
}

/// Whoever wants to hide a secret could write the mark before it.
#[test]
fn a_mark_or_half_a_pointer_hides_nothing() {
    let repo = Repo::init(&[]);
    let pointer = "version https://git-lfs.github.com/spec/v1\n";
    repo.stage("marked", ["\0GITCRYPT\0", &filler(200), &line(1)].concat());
    repo.stage("pointer", [pointer, &line(2)].concat()).commit("both");
    let (report, status) = report(&repo, &[]);
    let paths: Vec<_> = told(&report).iter().map(|told| told.split(':').next().unwrap().to_owned()).collect();
    assert_eq!((paths, status), (vec!["pointer".to_owned()], 1));
    // What bears the mark and is no noise is a gap: never an exclusion, which passes.
    assert_eq!((gaps(&report), report["exclusions"].as_array().unwrap().len()), (vec!["encrypted".to_owned()], 0));
}

/// Rules that read whole files have nothing to say of a name: neither of this one's, nor of every one in a history.
#[test]
fn a_file_that_is_a_password_is_found_and_its_name_is_none() {
    let repo = Repo::init(&[]);
    repo.stage("play/.vault_pass", common::random(common::B62, 24, 7)).commit("a password file");
    let (history, _) = report(&repo, &[]);
    let mut command = common::command(repo.path(), &["dir", "--format", "json", "--quiet"]);
    let tree: Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
    for report in [history, tree] {
        let kinds: Vec<_> = report["findings"].as_array().unwrap().iter().map(|f| f["blob_kind"].clone()).collect();
        assert_eq!(kinds, ["file"]);
    }
}

#[test]
fn a_damaged_pack_is_a_gap_and_what_is_whole_is_scanned() {
    let repo = eventful();
    repo.git(&["repack", "-q", "-a", "-d", "-f"]);
    let folder = repo.path().join(".git/objects/pack");
    let pack = fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
    let pack = pack.into_iter().find(|path| path.extension().is_some_and(|end| end == "pack")).unwrap();
    let whole = fs::read(&pack).unwrap();
    let mut permissions = fs::metadata(&pack).unwrap().permissions();
    permissions.set_mode(0o644);
    fs::set_permissions(&pack, permissions).unwrap();
    for at in (20..whole.len() - 40).step_by(whole.len() / 37) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        fs::write(&pack, &bytes).unwrap();
        let (report, status) = report(&repo, &[]);
        assert!(!gaps(&report).is_empty() || status == 1, "byte {at}: {status}");
        assert!(gaps(&report).iter().all(|kind| kind != "internal"), "byte {at}");
    }
}

#[test]
fn a_known_secret_is_found_in_every_version_that_holds_it() {
    let value = common::random(common::B62, 24, 9);
    let encoded = data_encoding::BASE64.encode(format!("the value {value} stands here").as_bytes());
    let repo = Repo::init(&[]);
    repo.stage("a.txt", format!("{}x {value} y\n{}{encoded}\n", filler(300), filler(300))).commit("one");
    repo.stage("a.txt", format!("z\n{}x {value} y\n{}{encoded}\n", filler(300), filler(300))).commit("two");
    repo.stage("a.txt", "gone").commit("three");
    repo.git(&["gc", "-q", "--aggressive"]);
    let list = repo.around().join("known.txt");
    std::fs::write(&list, format!("OLD_KEY={value}\n")).unwrap();
    let (report, status) = report(&repo, &["--known", list.to_str().unwrap()]);
    let known: Vec<_> =
        report["findings"].as_array().unwrap().iter().filter(|finding| finding["rule"] == "known-secret").collect();
    assert_eq!((status, known.len()), (1, 2), "{:#?}", told(&report));
    for finding in known {
        assert_eq!((&finding["history"]["versions"], &finding["history"]["in_head"]), (&2.into(), &false.into()));
        assert_eq!(finding["name"], "Known secret OLD_KEY");
    }
    assert!(!report.to_string().contains(&value));
}
