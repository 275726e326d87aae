#![allow(clippy::unwrap_used, clippy::panic)]

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;

use super::*;
use crate::model::{Confidence, Secret};

const SALT: &str = "000102030405060708090a0b0c0d0e0f";

fn request(directory: &tempfile::TempDir) -> Request {
    Request { choice: ConfigChoice::In(directory.path().into()), flags: Flags::default(), key_variable: None }
}

fn folder(text: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join(FILE_NAME), text).unwrap();
    directory
}

/// The settings, rules and policy of a file, or the error without the folder's name.
fn all(text: &str) -> Result<Settings, String> {
    let directory = folder(text);
    let load = || {
        let settings = Settings::load(&request(&directory))?;
        let rules = settings.rules()?;
        settings.policy(rules.ids, None)?;
        Ok(settings)
    };
    let prefix = format!("{}/", directory.path().display());
    load().map_err(|error: ConfigError| error.to_string().replace(&prefix, ""))
}

fn error(text: &str) -> String {
    all(text).err().unwrap_or_else(|| panic!("accepted: {text}"))
}

/// A rule that is certain to exist.
fn some_rule() -> String {
    crate::rules::load(&[]).unwrap().rules()[0].info.id.clone()
}

#[test]
fn every_error_names_file_line_and_cure() {
    let cases: &[(&str, &str, &str)] = &[
        ("\n\n[[exlude]]\npaths = []", "3:3", "unknown key `exlude`; did you mean `exclude`?"),
        ("[gate]\nblok = \"likely\"", "2:1", "unknown key `blok`; did you mean `block`?"),
        ("[scan]\nfoo = 1", "2:1", "unknown key `foo`; known here: ignore-files, threads"),
        ("[gate]\nblock = \"likley\"", "2:9", "`likley` is not known here; did you mean `likely`?"),
        ("[gate]\nblock = \"all\"", "2:9", "known here: review, likely, confirmed"),
        ("[gate]\nblock = 3", "2:9", ""),
        ("gate = 3", "1:8", "expected a table, not integer"),
        ("[scan]\nthreads = \"x\"", "2:11", "expected a whole number, 0 or more, not string"),
        ("[scan]\nthreads = -1", "2:11", "expected a whole number, 0 or more"),
        ("[scan]\nthreads = 5000", "2", "at most 1024 threads"),
        ("[scan]\nignore-files = \"no\"", "2:16", "expected true or false, not string"),
        ("[limits]\nbytes = \"64gigs\"", "2:9", "text with a unit"),
        ("[limits]\nratio = 0", "2", "give at least 1"),
        ("[limits]\ndepth = 5000000000", "2:9", "expected a whole number"),
        ("[[exclude]]\nreason = \"x\"", "1:1", "the key `paths` is missing"),
        ("[[exclude]]\npaths = [\"a\"]", "1:1", "the key `reason` is missing"),
        ("[[exclude]]\npaths = \"a\"\nreason = \"x\"", "2:9", "expected a list in [ ], not string"),
        ("[[exclude]]\npaths = [\"a\", \"b[\"]\nreason = \"x\"", "2:15", "\"b[\" is not valid"),
        ("[[exclude]]\npaths = [\"!a\"]\nreason = \"x\"", "2:10", "not supported"),
        ("\n[[exclude]]\npaths = []\nreason = \"x\"", "2", "name what to exclude"),
        ("[[exclude]]\npaths = [\"a\"]\nreason = \"\"", "1", "say in a few words why"),
        ("[[allow]]\nrule = \"RULE\"\nreason = \"x\"", "1", "rules.disable"),
        ("[[allow]]\npaths = [\"a\"]\nreason = \"x\"", "1", "[[exclude]]"),
        ("[[allow]]\nrule = \"no-such-rule-at-all\"\npaths = [\"a\"]\nreason = \"x\"", "2", "`tightlip rules list`"),
        ("[[allow]]\nrule = \"RULEx\"\npaths = [\"a\"]\nreason = \"x\"", "2", "did you mean `RULE`?"),
        ("[[allow]]\nfingerprint = \"tl1:00\"\nreason = \"x\"", "2:15", "`tl1:` and 32 hex digits"),
        ("[[allow]]\nfingerprint = \"tl1:SALT\"\nreason = \"x\"", "1", "--key-file or TIGHTLIP_KEY, or as `salt`"),
        ("[[allow]]\nexpires = \"soon\"\nreason = \"x\"", "2:11", "2027-06-30"),
        ("[[allow]]\nexpires = 2027-02-30\nreason = \"x\"", "2:11", ""),
        ("[[allow]]\nexpires = 2027-01-01T00:00:00Z\nreason = \"x\"", "2:11", "2027-06-30"),
        ("[rules]\ndisable = [{ id = \"RULEx\", reason = \"x\" }]", "2", "did you mean `RULE`?"),
        ("[rules]\ndisable = [{ id = \"RULE\", reason = \"\" }]", "2", "`reason` is empty"),
        ("[rules]\ndisable = [\"RULE\"]", "2:12", "expected a table, not string"),
        ("[inline]\nalso = [\"#\"]", "2:9", "at least four letters"),
        ("[fingerprint]\nsalt = \"abcd\"", "2:8", "at least 32 hex digits"),
        ("[fingerprint]\nsalt = 12345678", "2:8", "at least 32 hex digits"),
        ("version = 2", "1:11", "write `version = 1`"),
        ("a = ", "1:5", "is not valid TOML"),
        ("[gate]\n[gate]", "2:2", "is not valid TOML"),
    ];
    let rule = some_rule();
    for (text, place, cure) in cases {
        let fill = |text: &str| text.replace("RULE", &rule).replace("SALT", SALT);
        let told = error(&fill(text));
        assert!(told.starts_with(&format!("tightlip.toml:{place}:")), "{text}\n{told}");
        assert!(told.contains(&fill(cure)), "{text}\n{told}");
        assert!(!told.contains('\n'), "{text}\n{told}");
    }
}

#[test]
fn an_error_repeats_no_value_that_could_be_a_key() {
    let value = ["73946", "10572"].concat();
    for text in [
        "[fingerprint]\nsalt = VALUE",
        "[fingerprint]\nsalt = \"VALUE\"",
        "[fingerprint]\nsalt = [\"VALUE\"]",
        "fingerprint = \"VALUE\"",
        "fingerprint = VALUE",
        "[[allow]]\nfingerprint = \"VALUE\"\nreason = \"x\"",
        "[[allow]]\nowner = VALUE\nreason = \"x\"",
    ] {
        let told = error(&text.replace("VALUE", &value));
        assert!(!told.contains(&value), "{told}");
    }
}

#[test]
fn files_that_cannot_be_read_are_errors() {
    let directory = tempfile::tempdir().unwrap();
    let load = |choice| Settings::load(&Request { choice, ..request(&directory) }).err().map(|error| error.to_string());
    let path = directory.path().join(FILE_NAME);
    assert_eq!(load(ConfigChoice::In(directory.path().into())), None, "a file that is not there is none");
    assert!(load(ConfigChoice::Named(path.clone())).unwrap().contains("cannot be read"));
    fs::create_dir(&path).unwrap();
    assert!(load(ConfigChoice::In(directory.path().into())).unwrap().contains("is not a regular file"));
    assert_eq!(load(ConfigChoice::Ignored), None);
    fs::remove_dir(&path).unwrap();
    fs::write(&path, b"# \xc3\xa9\n# \xff").unwrap();
    let told = load(ConfigChoice::Named(path.clone())).unwrap();
    assert!(told.contains("tightlip.toml:2:3: is not UTF-8"), "{told}");
    #[cfg(unix)]
    {
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink("nowhere", &path).unwrap();
        assert!(load(ConfigChoice::In(directory.path().into())).unwrap().contains("cannot be read"));
    }
}

#[test]
fn the_file_is_looked_for_at_the_root_of_the_scan() {
    let directory = tempfile::tempdir().unwrap();
    let (root, here) = (directory.path().to_owned(), PathBuf::from("."));
    let file = root.join("a.txt");
    fs::write(&file, "").unwrap();
    assert_eq!(ConfigChoice::for_targets(std::slice::from_ref(&root)), ConfigChoice::In(root.clone()));
    assert_eq!(ConfigChoice::for_targets(&[file]), ConfigChoice::In(here.clone()));
    assert_eq!(ConfigChoice::for_targets(&[root.clone(), root]), ConfigChoice::In(here));
}

#[test]
fn layers_outrank_each_other_and_say_so() {
    let directory =
        folder("[gate]\nblock = \"review\"\n[scan]\nthreads = 3\nignore-files = true\n[inline]\nenabled = true\n");
    let name = directory.path().join(FILE_NAME).display().to_string();
    let origins = |settings: &Settings| {
        [
            settings.block.origin.to_string(),
            settings.threads.origin.to_string(),
            settings.ignore_files.origin.to_string(),
            settings.inline.origin.to_string(),
            settings.depth.origin.to_string(),
        ]
    };
    let from_file = Settings::load(&request(&directory)).unwrap();
    let expected =
        [format!("{name}:2"), format!("{name}:4"), format!("{name}:5"), format!("{name}:7"), "default".into()];
    assert_eq!(origins(&from_file), expected);
    assert_eq!((from_file.block.value, from_file.threads.value), (Confidence::Review, 3));

    let flags = Flags {
        block: Some(Confidence::Confirmed),
        no_inline: true,
        no_ignore: true,
        threads: Some(1),
        ..Flags::default()
    };
    let flagged = Settings::load(&Request { flags, ..request(&directory) }).unwrap();
    assert_eq!(origins(&flagged), ["--block", "--threads", "--no-ignore", "--no-inline", "default"]);
    assert_eq!((flagged.block.value, flagged.threads.value), (Confidence::Confirmed, 1));
    assert!(!flagged.ignore_files.value && !flagged.inline.value);

    let ignored = Settings::load(&Request { choice: ConfigChoice::Ignored, ..request(&directory) }).unwrap();
    assert_eq!(origins(&ignored), ["default"; 5]);
    assert_eq!((ignored.block.value, ignored.file), (Confidence::Likely, None));
}

#[test]
fn keys_outrank_each_other() {
    let directory = folder(&format!("[fingerprint]\nsalt = \"{SALT}\"\n"));
    let key_file = directory.path().join("key");
    fs::write(&key_file, "from the key file\r\n").unwrap();
    let key = |flag: bool, variable: Option<&str>| {
        let flags = Flags { key_file: flag.then(|| key_file.clone()), ..Flags::default() };
        let key_variable = variable.map(OsString::from);
        let settings = Settings::load(&Request { flags, key_variable, ..request(&directory) }).unwrap();
        let key = settings.key.unwrap();
        (key.origin.to_string(), key.value.fingerprint(&Secret::new(b"value".to_vec())))
    };
    let print =
        |bytes: &[u8]| crate::model::Key::new(bytes.to_vec()).unwrap().fingerprint(&Secret::new(b"value".to_vec()));
    let salt: Vec<u8> = (0..16).collect();
    let file = format!("{}:2", directory.path().join(FILE_NAME).display());
    let variable = Some("from the environment\n");
    assert_eq!(key(true, variable), ("--key-file".into(), print(b"from the key file")));
    assert_eq!(key(false, variable), (KEY_VARIABLE.into(), print(b"from the environment")));
    assert_eq!(key(false, None), (file.clone(), print(&salt)));
    assert_eq!(key(false, Some("")), (file, print(&salt)), "CI systems give an empty value for a secret they withhold");
}

#[test]
fn bad_keys_are_errors() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("key");
    let load = |flags, variable: Option<&str>| {
        let key_variable = variable.map(OsString::from);
        Settings::load(&Request { flags, key_variable, ..request(&directory) }).err().unwrap().to_string()
    };
    let flags = || Flags { key_file: Some(path.clone()), ..Flags::default() };
    assert!(load(flags(), None).contains("cannot be read"));
    fs::write(&path, "fifteen bytes..\n").unwrap();
    assert!(load(flags(), None).contains("has 15 bytes and needs at least 16"));
    fs::write(&path, vec![b'x'; (64 << 10) + 1]).unwrap();
    assert!(load(flags(), None).contains("larger than 64 KiB"));
    let told = load(Flags::default(), Some("too short"));
    assert!(told.starts_with("TIGHTLIP_KEY: ") && !told.contains("too short"), "{told}");
}

#[test]
fn packs_of_the_file_start_from_its_folder() {
    let directory = folder("[rules]\npacks = [\"own.toml\"]\n");
    let flags = Flags { rules: vec!["other.toml".into()], ..Flags::default() };
    let settings = Settings::load(&Request { flags, ..request(&directory) }).unwrap();
    let packs: Vec<_> = settings.packs.iter().map(|pack| pack.value.clone()).collect();
    assert_eq!(packs, [directory.path().join("own.toml"), PathBuf::from("other.toml")]);
}

#[test]
fn a_disabled_rule_is_gone_and_still_known() {
    let rule = some_rule();
    let settings = all(&format!("[rules]\ndisable = [{{ id = \"{rule}\", reason = \"noise here\" }}]\n")).unwrap();
    let loaded = settings.rules().unwrap();
    assert!(loaded.ids.contains(&rule) && loaded.set.rules().iter().all(|other| other.info.id != rule));
    assert!(!loaded.set.rules().is_empty());
}

/// A file that sets everything.
fn full() -> String {
    let print = ["tl1:", SALT].concat();
    format!(
        r#"
version = 1
[gate]
block = "confirmed"
baseline = "accepted"
[scan]
ignore-files = false
threads = 2
[limits]
depth = 3
members = 4
bytes = "5MiB"
ratio = 6
time-seconds = 7
[rules]
packs = []
disable = [{{ id = "{rule}", reason = "why \"not\"\u202e" }}]
[inline]
enabled = false
also = ["nosecret"]
[fingerprint]
salt = "{SALT}"
[[exclude]]
paths = ["vendor/**", 'a\*b']
reason = "third party"
[[allow]]
fingerprint = "{print}"
reason = "dummy"
owner = "team"
expires = 2999-12-31
[[allow]]
rule = "{rule}"
paths = ["tests/"]
reason = "made up"
expires = "2999-01-01"
"#,
        rule = some_rule()
    )
}

#[test]
fn what_is_shown_reads_back_as_the_same() {
    let directory = folder(&full());
    let settings = Settings::load(&request(&directory)).unwrap();
    let shown = settings.to_string();
    assert!(!shown.contains(SALT) || shown.matches(SALT).count() == 1, "the salt is not shown, only the fingerprint");
    assert!(!shown.contains('\u{202e}'), "{shown}");
    let name = directory.path().join(FILE_NAME).display().to_string();
    assert!(shown.contains(&format!("block = \"confirmed\" # {name}:4\n")), "{shown}");
    assert!(shown.contains(&format!("the key is set ({name}:22)")), "{shown}");

    let again = folder(&shown);
    let key_variable = Some(OsString::from("a key, since the salt is not shown"));
    let read = Settings::load(&Request { key_variable, ..request(&again) }).unwrap();
    let without_comments = |text: &str| toml::from_str::<toml::Table>(text).unwrap();
    assert_eq!(without_comments(&read.to_string()), without_comments(&shown));
    assert_eq!(read.limits(), settings.limits());
    assert_eq!(read.limits().bytes, 5 << 20);
}

#[test]
fn defaults_are_shown_as_such() {
    let shown = Settings::load(&Request { choice: ConfigChoice::Ignored, flags: Flags::default(), key_variable: None })
        .unwrap()
        .to_string();
    for line in [
        "block = \"likely\" # default",
        "ignore-files = true # default",
        "bytes = \"64GiB\" # default",
        "packs = [] # default",
    ] {
        assert!(shown.contains(line), "{line} is not in\n{shown}");
    }
    assert!(toml::from_str::<toml::Table>(&shown).is_ok());
}

#[test]
fn the_manual_speaks_of_every_key() {
    let manual = include_str!("../../docs/config.md");
    let table: toml::Table = toml::from_str(&full()).unwrap();
    for (name, value) in &table {
        assert!(manual.contains(name.as_str()), "{name}");
        let tables = match value {
            toml::Value::Array(entries) => entries.iter().filter_map(toml::Value::as_table).collect(),
            toml::Value::Table(table) => vec![table],
            _ => Vec::new(),
        };
        for key in tables.into_iter().flat_map(toml::Table::keys) {
            assert!(manual.contains(&format!("`{key}`")), "{name}.{key}");
        }
    }
    let example = manual.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let directory = folder(example);
    let settings = Settings::load(&request(&directory)).unwrap();
    assert!(!settings.allow.is_empty() && !settings.exclude.is_empty());
    settings.policy(settings.rules().unwrap().ids, None).unwrap();
}

proptest! {
    /// Any slip of the hand in a good file ends as settings or as one line that names the file.
    #[test]
    fn no_file_is_too_broken(at in 0usize..800, cut in 0usize..30, put in "\\PC{0,8}|[\\[\\]\"'=\n #.{}]{1,4}") {
        let mut text = full();
        let clamp = |text: &str, at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        let (start, end) = (clamp(&text, at), clamp(&text, at + cut));
        text.replace_range(start..end, &put);
        if let Err(told) = all(&text) {
            prop_assert!(told.starts_with("tightlip.toml") && told.lines().count() == 1, "{told}");
        }
    }
}

#[test]
fn a_baseline_is_named_by_the_file_or_a_flag_and_read_from_there() {
    let directory = folder("[gate]\nbaseline = \"accepted\"\n");
    let settings = |flag: Option<PathBuf>, choice: Option<ConfigChoice>| {
        let flags = Flags { baseline: flag, ..Flags::default() };
        let given = request(&directory);
        Settings::load(&Request { flags, choice: choice.unwrap_or(given.choice.clone()), ..given }).unwrap()
    };
    let root = directory.path();
    let of_file = settings(None, None);
    assert_eq!(of_file.baseline_file(), root.join("accepted"), "it starts from the file's folder");
    let told = of_file.baseline().err().unwrap().to_string();
    assert!(told.contains("accepted: the baseline cannot be read") && told.contains("baseline create"), "{told}");
    let of_flag = settings(Some("other".into()), None);
    assert_eq!(of_flag.baseline_file(), PathBuf::from("other"));
    assert_eq!(of_flag.baseline.unwrap().origin.to_string(), "--baseline");

    let unnamed = settings(None, Some(ConfigChoice::Ignored));
    assert!(unnamed.baseline().unwrap().is_none(), "none is in force that nobody named");
    assert_eq!(unnamed.baseline_file(), PathBuf::from(".tightlip-baseline"));
    let other = tempfile::tempdir().unwrap();
    let rooted = settings(None, Some(ConfigChoice::In(other.path().into())));
    assert_eq!(rooted.baseline_file(), other.path().join(".tightlip-baseline"));

    fs::write(root.join("accepted"), of_file.new_baseline([5; 32]).to_text()).unwrap();
    assert!(of_file.baseline().unwrap().unwrap().entries().is_empty());
    fs::create_dir(other.path().join(".tightlip-baseline")).unwrap();
    let told = rooted.existing_baseline().err().unwrap().to_string();
    assert!(told.contains("is not a regular file"), "{told}");
    fs::write(root.join("accepted"), "nonsense\n").unwrap();
    assert!(of_file.baseline().err().unwrap().to_string().contains("accepted:1: "));
}
