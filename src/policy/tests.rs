#![allow(clippy::unwrap_used, clippy::type_complexity)]

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::model::{BlobKind, Confidence, MASK, Place, Provenance, RuleInfo, Severity, Status, SuppressionKind};

const FINGERPRINT: &str = "tl1:000102030405060708090a0b0c0d0e0f";
const TODAY: Date = date(2026, 11, 23);

fn rule(id: &str) -> RuleInfo {
    RuleInfo {
        id: id.into(),
        name: id.into(),
        severity: Severity::High,
        confidence: Confidence::Likely,
        risk: String::new(),
        revoke: String::new(),
        references: Vec::new(),
        pack: "builtin".into(),
    }
}

fn globs(patterns: &[&str]) -> Vec<PathGlob> {
    patterns.iter().map(|p| PathGlob::parse(p).unwrap()).collect()
}

fn allow(fingerprint: Option<&str>, rule: Option<&str>, paths: &[&str]) -> Allow {
    Allow {
        fingerprint: fingerprint.map(Into::into),
        rule: rule.map(Into::into),
        paths: globs(paths),
        reason: "accepted".into(),
        owner: Some("team".into()),
        expires: None,
        origin: "tightlip.toml:7".into(),
    }
}

fn policy(change: impl FnOnce(&mut PolicyOptions)) -> Policy {
    let mut options = PolicyOptions {
        rule_ids: ["aws-key", "jwt"].map(String::from).into(),
        today: Some(TODAY),
        ..PolicyOptions::default()
    };
    change(&mut options);
    Policy::new(options).unwrap()
}

/// The judgement over a match of `aws-key` with the known fingerprint.
fn judge(policy: &Policy, path: &str, line: &str, own_tree: bool) -> Status {
    let kind = if path.contains('!') { BlobKind::Member } else { BlobKind::File };
    let place = Provenance::new(path, kind);
    let rule = rule("aws-key");
    policy.judge(Judged {
        rule: &rule,
        place: &place,
        fingerprint: Some(FINGERPRINT),
        baseline: None,
        line: line.as_bytes(),
        own_tree,
    })
}

fn why(status: &Status) -> Option<(SuppressionKind, &str)> {
    match status {
        Status::Open => None,
        Status::Suppressed(s) => Some((s.kind, s.reason.as_str())),
    }
}

fn texts(policy: &Policy) -> Vec<String> {
    policy.notes(&[]).into_iter().map(|note| format!("{}: {}", note.place, note.text)).collect()
}

#[test]
fn an_allow_entry_accepts_only_where_all_it_says_fits() {
    let other = FINGERPRINT.replace("00", "ff");
    let cases: &[(Allow, &str, bool)] = &[
        (allow(Some(FINGERPRINT), None, &[]), "any/where.rs", true),
        (allow(Some(&other), None, &[]), "any/where.rs", false),
        (allow(Some(FINGERPRINT), Some("jwt"), &[]), "any/where.rs", false),
        (allow(Some(FINGERPRINT), None, &["tests/"]), "tests/a.rs", true),
        (allow(Some(FINGERPRINT), None, &["tests/"]), "src/a.rs", false),
        (allow(None, Some("aws-key"), &["tests/**"]), "tests/a.rs", true),
        (allow(None, Some("aws-key"), &["tests/**"]), "src/tests.rs", false),
        (allow(None, Some("jwt"), &["tests/**"]), "tests/a.rs", false),
        (allow(None, Some("aws-key"), &["x/b.tar"]), "x/b.tar!in/a.zip!k", true),
        (allow(None, Some("aws-key"), &["*.zip"]), "x/b.tar!in/a.zip!k", true),
        (allow(None, Some("aws-key"), &["c.tar"]), "x/b.tar!in/a.zip!k", false),
    ];
    for (entry, path, accepted) in cases {
        let policy = policy(|options| options.allow = vec![entry.clone()]);
        let status = judge(&policy, path, "", true);
        let expected = accepted.then_some((SuppressionKind::Allow, "accepted"));
        assert_eq!(why(&status), expected, "{entry:?} at {path}");
        assert_eq!(policy.notes(&[]).is_empty(), *accepted, "an entry that matched nothing is told, another is not");
    }
}

#[test]
fn an_entry_holds_through_its_last_day() {
    for (last, in_force) in [(TODAY, true), (TODAY.yesterday().unwrap(), false), (date(2031, 1, 1), true)] {
        let entry = Allow { expires: Some(last), ..allow(Some(FINGERPRINT), None, &[]) };
        let policy = policy(|options| options.allow = vec![entry]);
        assert_eq!(why(&judge(&policy, "a", "", true)).is_some(), in_force, "{last}");
        let told =
            texts(&policy).iter().any(|t| t.starts_with("tightlip.toml:7: ") && t.contains("expired after 2026-11-22"));
        assert_eq!(told, !in_force);
    }
}

#[test]
fn an_expired_entry_does_not_stand_before_one_in_force() {
    let expired = Allow { expires: Some(date(2020, 1, 1)), ..allow(Some(FINGERPRINT), None, &[]) };
    let fresh = Allow { reason: "looked at again".into(), ..allow(Some(FINGERPRINT), None, &[]) };
    let policy = policy(|options| options.allow = vec![expired, fresh]);
    assert_eq!(why(&judge(&policy, "a", "", true)), Some((SuppressionKind::Allow, "looked at again")));
}

#[test]
fn entries_that_say_too_little_are_refused_with_advice() {
    let wordless = Allow { reason: " - ".into(), ..allow(Some(FINGERPRINT), None, &[]) };
    let timed = Allow { expires: Some(TODAY), ..allow(Some(FINGERPRINT), None, &[]) };
    let cases = [
        (allow(None, Some("aws-key"), &[]), Some(TODAY), "rules.disable"),
        (allow(None, None, &["tests/"]), Some(TODAY), "[[exclude]]"),
        (allow(None, None, &[]), Some(TODAY), "needs a `fingerprint`"),
        (wordless, Some(TODAY), "`reason` is empty"),
        (timed, None, "the day was not told"),
    ];
    for (entry, today, advice) in cases {
        let options = PolicyOptions { allow: vec![entry], today, ..PolicyOptions::default() };
        let error = Policy::new(options).err().unwrap().to_string();
        assert!(error.starts_with("tightlip.toml:7: ") && error.contains(advice), "{error}");
    }
}

#[test]
fn a_mark_is_obeyed_only_in_its_own_words_and_place() {
    let obeyed = Some((SuppressionKind::Inline, "made up"));
    let cases: &[(&str, bool, Option<(SuppressionKind, &str)>, &str)] = &[
        ("k = ******** # tightlip:allow aws-key made up", true, obeyed, ""),
        ("begin\n******** // tightlip:allow aws-key made up\nend", true, obeyed, ""),
        ("/* tightlip:allow jwt no */ /* tightlip:allow aws-key made up */", true, obeyed, ""),
        ("# tightlip:allow jwt made up", true, None, ""),
        ("# tightlip:allow aws-key made up", false, None, "only in the user's own tree"),
        ("# tightlip:allow aws-key", true, None, "gives no reason"),
        ("# tightlip:allow aws-key 42", true, None, "gives no reason"),
        ("# tightlip:allow aws-kee made up", true, None, "names no known rule"),
        ("# tightlip:allow", true, None, "names no known rule"),
        ("# gitleaks:allow", true, None, ""),
    ];
    for (line, own_tree, expected, note) in cases {
        let policy = policy(|_| {});
        assert_eq!(why(&judge(&policy, "a.rs", line, *own_tree)), *expected, "{line}");
        let notes = texts(&policy).concat();
        assert_eq!(notes.is_empty(), note.is_empty(), "{line}: {notes}");
        assert!(notes.contains(note), "{line}: {notes}");
    }
}

#[test]
fn marks_can_be_switched_off_and_others_on() {
    let line = "# tightlip:allow aws-key made up, gitleaks:allow";
    let off = policy(|options| options.inline = Inline { enabled: false, also: vec!["gitleaks:allow".into()] });
    assert_eq!(judge(&off, "a", line, true), Status::Open);
    let also = policy(|options| options.inline.also = vec!["nosecret".into(), "gitleaks:allow".into()]);
    let kind = SuppressionKind::Inline;
    assert_eq!(why(&judge(&also, "a", "x # gitleaks:allow", true)), Some((kind, "mark \"gitleaks:allow\"")));
    assert_eq!(judge(&also, "a", "x # gitleaks:allow", false), Status::Open);
}

#[test]
fn allow_entries_outrank_marks() {
    let policy = policy(|options| options.allow = vec![allow(Some(FINGERPRINT), None, &[])]);
    let status = judge(&policy, "a", "# tightlip:allow aws-key made up", true);
    assert_eq!(why(&status), Some((SuppressionKind::Allow, "accepted")));
}

#[test]
fn a_note_repeats_nothing_of_a_bad_mark() {
    let canary = ["Zq8", "canary", "Xw7"].concat();
    let policy = policy(|_| {});
    judge(&policy, "a", &format!("# tightlip:allow {canary} {canary}"), true);
    let notes = texts(&policy).concat();
    assert!(notes.contains("names no known rule") && !notes.contains(&canary), "{notes}");
}

#[test]
fn a_reason_has_an_end() {
    let line = format!("# tightlip:allow aws-key {}{MASK}", "long ".repeat(1000));
    let status = judge(&policy(|_| {}), "a", &line, true);
    assert!(why(&status).unwrap().1.len() <= 300);
}

#[test]
fn exclusions_say_why_and_what_they_did_not_meet() {
    let entry = |paths: &[&str], reason: &str| Exclude {
        paths: globs(paths),
        reason: reason.into(),
        origin: "tightlip.toml:3".into(),
    };
    let policy = policy(|options| {
        options.exclusions = vec![entry(&["vendor/**", "gone"], "third party"), entry(&["*.snap"], "made")]
    });
    let outer = Place::new(BlobKind::File, b"vendor/a.zip");
    let cases: &[(Place<'_>, Option<&str>)] = &[
        (Place::new(BlobKind::File, b"src/a.rs"), None),
        (outer, Some("exclude \"vendor/**\": third party")),
        (outer.member(b"src/a.rs"), Some("exclude \"vendor/**\": third party")),
        (Place::new(BlobKind::File, b"vendor/b.snap"), Some("exclude \"vendor/**\": third party")),
        (Place::new(BlobKind::File, b"x/\xff.snap"), Some("exclude \"*.snap\": made")),
    ];
    for (place, reason) in cases {
        assert_eq!(policy.excluded(place), *reason, "{place:?}");
    }
    assert_eq!(texts(&policy), ["tightlip.toml:3: exclude \"gone\" matched nothing"]);
}

#[test]
fn an_exclusion_needs_paths_and_a_reason() {
    for (paths, reason, advice) in [(&["a"][..], "", "`reason` is empty"), (&[], "because", "`paths` is empty")] {
        let entry = Exclude { paths: globs(paths), reason: reason.into(), origin: "tightlip.toml:3".into() };
        let options = PolicyOptions { exclusions: vec![entry], ..PolicyOptions::default() };
        let error = Policy::new(options).err().unwrap().to_string();
        assert!(error.starts_with("tightlip.toml:3: ") && error.contains(advice), "{error}");
    }
}

proptest! {
    #[test]
    fn no_line_or_pattern_is_too_strange(
        before in proptest::collection::vec(any::<u8>(), 0..40),
        after in proptest::collection::vec(any::<u8>(), 0..40),
        pattern in "[a*?/\\[\\]{},!\\\\.-]{0,12}",
    ) {
        let line = [before.as_slice(), b"tightlip:allow", after.as_slice()].concat();
        for mark in super::inline::marks(&line) {
            prop_assert!(!mark.reason.contains(&b'\n') && !mark.rule.contains(&b' '));
        }
        if let Ok(glob) = PathGlob::parse(&pattern) {
            prop_assert_eq!(glob.as_str(), pattern.as_str());
            prop_assert!(PathCondition::new(&[pattern], &[]).is_ok());
        }
    }
}
