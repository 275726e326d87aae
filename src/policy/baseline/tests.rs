#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use jiff::civil::date;
use proptest::prelude::*;

use super::entry::normalized;
use super::*;
use crate::model::{BlobKind, Excerpt, Identity, Provenance, Region, RuleInfo, Severity, Span, Status};

const TODAY: Date = date(2026, 11, 25);
const SALT: [u8; 32] = [7; 32];

fn baseline(lines: &str) -> Baseline {
    Baseline::parse("b", [HEAD.as_str(), lines].concat().as_bytes(), TODAY).unwrap()
}

static HEAD: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| Baseline::new("b", SALT, TODAY).to_text());

fn hash(value: &[u8]) -> String {
    Baseline::new("b", SALT, TODAY).hash(&Secret::new(value.to_vec()))
}

fn line(value: &str, rule: &str, path: &str, more: &str) -> String {
    format!("{}\t{rule}\t{path}\tmade up{more}\n", hash(value.as_bytes()))
}

/// A finding of a value, judged by the baseline.
fn finding(baseline: &Baseline, value: &[u8], rule: &str, path: &str) -> Finding {
    let rule = Arc::new(RuleInfo {
        id: rule.into(),
        name: rule.into(),
        severity: Severity::High,
        confidence: Confidence::Likely,
        risk: String::new(),
        revoke: String::new(),
        references: Vec::new(),
        pack: "builtin".into(),
    });
    let place = Provenance::new(path, BlobKind::File);
    let hash = baseline.hash(&Secret::new(value.to_vec()));
    let accepted = baseline.accepts(&Judged {
        rule: &rule,
        place: &place,
        fingerprint: None,
        baseline: Some(&hash),
        line: b"",
        own_tree: true,
    });
    Finding {
        confidence: rule.confidence,
        severity: rule.severity,
        place,
        region: Region { start_line: 1, start_column: 1, end_line: 1, end_column: 2 },
        span: Span { start: 0, end: 1 },
        via: Vec::new(),
        length: 1,
        excerpt: Excerpt { text: Shown::default(), caret: 0, width: 0 },
        identity: Identity { group: 1, fingerprint: None, baseline: Some(hash) },
        location_hash: String::new(),
        history: None,
        image: None,
        about: None,
        step: None,
        status: accepted.map_or(Status::Open, Status::Suppressed),
        rule,
    }
}

fn accepts(lines: &str, value: &str, rule: &str, path: &str) -> bool {
    is_accepted(&finding(&baseline(lines), value.as_bytes(), rule, path))
}

#[test]
fn one_secret_under_one_rule_is_accepted_wherever_it_stands() {
    let lines = line("one", "jwt", "src/a.rs", "\towner=ops");
    assert!(accepts(&lines, "one", "jwt", "src/a.rs"));
    assert!(accepts(&lines, "one", "jwt", "lib/renamed.rs"), "a renamed file");
    assert!(!accepts(&lines, "two", "jwt", "src/a.rs"), "another secret in the same place");
    assert!(!accepts(&lines, "one", "other-rule", "src/a.rs"));
    assert!(!accepts("", "one", "jwt", "src/a.rs"), "an empty baseline accepts nothing");
}

#[test]
fn what_has_expired_is_not_obeyed() {
    for (day, holds) in [("2026-11-24", false), ("2026-11-25", true), ("2999-01-01", true)] {
        let lines = line("one", "jwt", "a", &format!("\texpires={day}"));
        assert_eq!(accepts(&lines, "one", "jwt", "a"), holds, "{day}");
        assert_eq!(accepts(&lines, "one", "jwt", "b"), holds, "{day}");
    }
    let both = [line("one", "jwt", "a", "\texpires=2026-01-01"), line("one", "jwt", "b", "")].concat();
    assert!(!accepts(&both, "one", "jwt", "a"), "the line for the place itself decides");
    assert!(accepts(&both, "one", "jwt", "c"), "any line in force speaks for other places");
    let expired = baseline(&line("one", "jwt", "a", "\texpires=2026-01-01"));
    let found = [finding(&expired, b"one", "jwt", "a")];
    assert!(expired.notes(&found)[0].text.as_str().starts_with("1 place whose entry has expired"));
}

#[test]
fn line_ends_and_systems_make_no_difference() {
    let one = Baseline::new("b", SALT, TODAY);
    let hash = |value: &[u8]| one.hash(&Secret::new(value.to_vec()));
    assert_eq!(hash(b"a\r\nb\r\n"), hash(b"a\nb\n"));
    assert_ne!(hash(b"a\rb"), hash(b"ab"), "a carriage return of its own is part of the value");
    let cases = [
        ("src/a.rs", "src/a.rs"),
        ("src\\win\\a.rs", "src/win/a.rs"),
        ("./a", "a"),
        (".\\a", "a"),
        ("C:\\work\\a", "work/a"),
        ("//host/share/a", "host/share/a"),
        ("/a:", "a:"),
        ("a:b", "a:b"),
        ("/a:/./c:\\b", "b"),
        ("/abs/a", "abs/a"),
        ("././/a", "a"),
        ("", "."),
        ("a.zip!b", "a.zip!b"),
    ];
    for (path, normal) in cases {
        assert_eq!(normalized(path), normal, "{path}");
        assert_eq!(normalized(normal), normal);
    }
    let unix = [HEAD.as_str(), &line("one", "jwt", "a", "")].concat();
    let windows = unix.replace('\n', "\r\n");
    let read = |text: &str| Baseline::parse("b", text.as_bytes(), TODAY).unwrap().to_text();
    assert_eq!(read(&windows), read(&unix));
}

#[test]
fn what_is_not_as_it_was_written_is_refused_by_its_line() {
    let good = line("one", "jwt", "a", "");
    let with = |lines: &str| [HEAD.as_str(), lines].concat();
    let field = |n: usize, text: &str| {
        let mut fields: Vec<&str> = good.trim_end().split('\t').collect();
        fields[n] = text;
        with(&format!("{}\n", fields.join("\t")))
    };
    let cases: &[(String, &str)] = &[
        (String::new(), "b:1: is cut off"),
        ("\n".into(), "b:1: is not the first line"),
        (good.clone(), "b:1: is not the first line"),
        (HEAD.replace(" 1 ", " 2 "), "b:1: is not the first line"),
        (HEAD.replace("07", "0g"), "b:1: is not the first line"),
        (HEAD.replacen("07", "", 1), "b:1: is not the first line"),
        (HEAD.trim_end().into(), "b:1: is cut off"),
        (with(good.trim_end()), "b:2: is cut off"),
        (with(&[good.as_str(), "\n"].concat()), "b:3: does not begin with the hash"),
        (with(&good.replace("tl1:", "")), "b:2: does not begin with the hash"),
        (with(&good.replace('\t', " ")), "b:2: does not begin with the hash"),
        (field(1, ""), "b:2: holds no rule id"),
        (field(1, "A rule"), "b:2: holds no rule id"),
        (field(2, ""), "b:2: holds no path"),
        (field(3, " ."), "b:2: holds no reason"),
        (with(&good.replace("made up", "made up\twhatever")), "b:2: holds something after its reason"),
        (with(&line("one", "jwt", "a", "\texpires=2026-13-01")), "b:2: holds something after its reason"),
        (with(&line("one", "jwt", "a", "\towner=a\towner=b")), "b:2: holds something after its reason"),
        (with(&line("one", "jwt", "a", "\towner=")), "b:2: holds something after its reason"),
        (with(&[good.as_str(), &good].concat()), "b:3: speaks of the same secret, rule and path as line 2"),
        (with(&[&good, HEAD.as_str()].concat()), "b:3: is a second first line"),
        (with(&format!("<<<<<<< HEAD\n{good}=======\n>>>>>>> other\n")), "b:2: is a merge conflict"),
        (with(&format!("{good}=======\n")), "b:3: is a merge conflict"),
    ];
    for (text, told) in cases {
        let error = Baseline::parse("b", text.as_bytes(), TODAY).err().map(|error| error.to_string());
        assert!(error.as_ref().is_some_and(|error| error.starts_with(told)), "{text:?}: {error:?} instead of {told}");
    }
    let bytes = [HEAD.as_bytes(), good.as_bytes(), b"\xff\n"].concat();
    assert!(Baseline::parse("b", &bytes, TODAY).err().unwrap().to_string().starts_with("b:3: is not UTF-8"));
}

/// Cut anywhere, it is refused, or it is cut between two lines and accepts the less.
#[test]
fn a_cut_file_never_accepts_more() {
    let lines: String = ["a", "b", "c"].map(|value| line(value, "jwt", value, "")).concat();
    let whole = [HEAD.as_str(), &lines].concat();
    for cut in 0..whole.len() {
        match Baseline::parse("b", &whole.as_bytes()[..cut], TODAY) {
            Err(error) => assert!(error.to_string().starts_with("b:"), "{error}"),
            Ok(read) => assert!(whole[..cut].ends_with('\n') && read.entries().len() < 3),
        }
    }
}

#[test]
fn update_adds_and_keeps_and_prune_removes() {
    let lines = [
        line("kept", "jwt", "kept", "\towner=ops\texpires=2027-01-01"),
        line("moved", "jwt", "old", ""),
        line("stale", "jwt", "stale", ""),
        line("expired", "jwt", "expired", "\texpires=2026-01-01"),
    ];
    let old = baseline(&lines.concat());
    let values = [("kept", "kept"), ("moved", "new"), ("expired", "expired"), ("fresh", "fresh")];
    let found = values.map(|(value, path)| finding(&old, value.as_bytes(), "jwt", path));
    let why = Acceptance { reason: "looked at".into(), owner: None, expires: None };
    let told = |new: &Baseline| {
        let mut told: Vec<String> =
            new.entries().iter().map(|entry| format!("{}: {}", entry.path, entry.reason)).collect();
        told.sort();
        told
    };
    let pruned = old.updated(&found, Confidence::Likely, Some(&why), true);
    assert_eq!(told(&pruned), ["expired: looked at", "fresh: looked at", "kept: made up", "new: made up"]);
    let kept = pruned.entries().iter().find(|entry| entry.path == "kept").unwrap();
    assert_eq!((kept.owner.as_deref(), kept.expires), (Some("ops"), Some(date(2027, 1, 1))));

    let whole = old.updated(&found, Confidence::Likely, Some(&why), false);
    assert_eq!(told(&whole).len(), 6, "nothing is removed unasked");
    let silent = old.updated(&found, Confidence::Likely, None, false);
    assert_eq!(told(&silent).len(), 5, "nothing new is accepted without a reason");
    let strict = old.updated(&found, Confidence::Confirmed, Some(&why), true);
    assert!(!told(&strict).iter().any(|line| line.starts_with("fresh")), "what does not block needs no line");

    // The differences are what an update would change, and then there are none.
    let differences: Vec<String> = old.differences(&found).iter().map(|note| note.text.to_string()).collect();
    let begins: Vec<&str> = differences.iter().map(|text| text.split(':').next().unwrap()).collect();
    assert_eq!(begins, ["new", "old", "stale"]);
    let again = values.map(|(value, path)| finding(&pruned, value.as_bytes(), "jwt", path));
    assert!(pruned.differences(&again).is_empty() && again.iter().all(is_accepted));
    assert_eq!(pruned.updated(&again, Confidence::Likely, Some(&why), true).to_text(), pruned.to_text());
}

proptest! {
    /// Whatever stands in paths and reasons, the file reads back as what was written, in one order.
    #[test]
    fn any_entries_come_back(fields in proptest::collection::vec((any::<[u8; 4]>(), "\\PC{1,20}", "\\PC{0,20}", proptest::option::of("\\PC{1,9}")), 0..8)) {
        let empty = Baseline::new("b", SALT, TODAY);
        let findings: Vec<(Finding, Acceptance)> = fields.into_iter().map(|(value, path, reason, owner)| {
            (finding(&empty, &value, "jwt", &path), Acceptance { reason: format!("x{reason}\n\ty"), owner, expires: None })
        }).collect();
        let mut all = empty;
        for (finding, why) in &findings {
            all = all.updated(std::slice::from_ref(finding), Confidence::Likely, Some(why), false);
        }
        let text = all.to_text();
        let read = Baseline::parse("b", text.as_bytes(), TODAY).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(read.to_text(), text);
        prop_assert_eq!(read.entries().len(), all.entries().len());
    }

    /// No bytes are too broken.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200), keep in any::<bool>()) {
        let text = if keep { [HEAD.as_bytes(), &bytes].concat() } else { bytes };
        if let Err(error) = Baseline::parse("b", &text, TODAY) {
            prop_assert!(error.origin.starts_with("b:"));
        }
    }
}
