//! All formats on one fixture: golden files, and what must hold for every format.
#![allow(clippy::unwrap_used, clippy::panic)]

mod ci;
mod page;

use std::path::PathBuf;

use proptest::prelude::*;
use serde_json::Value;

use super::fixture::{clean, finding, full, incomplete, place, rules};
use super::{Format, Style};
use crate::model::*;

fn render(format: Format, outcome: &Outcome, colour: bool) -> String {
    let rules = rules();
    let mut out = Vec::new();
    let style = Style { colour, ..Style::default() };
    format.reporter().write(outcome, &rules.iter().collect::<Vec<_>>(), style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn json(format: Format, outcome: &Outcome) -> Value {
    serde_json::from_str(&render(format, outcome, false)).unwrap()
}

fn outcomes() -> [(&'static str, Outcome); 3] {
    [("full", full()), ("clean", clean()), ("incomplete", incomplete())]
}

/// The tool's own version changes with each release; everything else in a golden file is meant to be seen in review.
fn without_version(report: &str) -> String {
    let own = |colon: &str| format!("ersion\"{colon}\"{}\"", env!("CARGO_PKG_VERSION"));
    let page = format!("<footer>tightlip {},", env!("CARGO_PKG_VERSION"));
    let line = |line: &str| match line.starts_with([' ', '{']) {
        true => line.replace(&own(": "), "ersion\": \"VERSION\"").replace(&own(":"), "ersion\":\"VERSION\""),
        false => line.replace(&page, "<footer>tightlip VERSION,"),
    };
    report.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// Compares with `testdata/reports/`. `TIGHTLIP_BLESS=1 cargo test reporters` writes the files anew: look at the
/// difference before you commit it.
#[test]
fn golden_files() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/reports");
    let bless = std::env::var_os("TIGHTLIP_BLESS").is_some();
    for (name, outcome) in outcomes() {
        for format in Format::ALL {
            let path = folder.join(format!("{name}.{}", format.as_str()));
            let report = without_version(&render(*format, &outcome, false));
            if bless {
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(&path, &report).unwrap();
            }
            let golden = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(golden == report, "{} differs; TIGHTLIP_BLESS=1 rewrites it\n{report}", path.display());
        }
    }
}

#[test]
fn colour_adds_styles_and_changes_no_word() {
    for (_, outcome) in outcomes() {
        let painted = render(Format::Text, &outcome, true);
        assert!(painted.contains("\x1b["));
        let mut plain = String::new();
        let mut rest = painted.as_str();
        while let Some((before, after)) = rest.split_once("\x1b[") {
            plain.push_str(before);
            let (codes, after) = after.split_once('m').unwrap();
            assert!(codes.chars().all(|c| c.is_ascii_digit() || c == ';'), "only colours: {codes:?}");
            rest = after;
        }
        plain.push_str(rest);
        assert_eq!(plain, render(Format::Text, &outcome, false));
    }
}

#[test]
fn every_format_tells_the_same_verdict_and_counts() {
    for (name, outcome) in outcomes() {
        let (status, open) =
            (outcome.verdict().exit_status(), outcome.findings.iter().filter(|f| f.status == Status::Open));
        let (open, all) = (open.count(), outcome.findings.len());
        let (gaps, remarks) = (outcome.gaps.len(), outcome.exclusions.len() + outcome.notes.len());

        let text = render(Format::Text, &outcome, false);
        assert!(text.contains(&format!("(exit status {status})\n")), "{name}");
        assert_eq!(text.matches(" --> ").count(), open, "{name}");
        assert!(text.contains(&format!(" gaps {gaps} ")), "{name}");

        let report = json(Format::Json, &outcome);
        assert_eq!(report["exit_status"], status);
        assert_eq!(report["verdict"], outcome.verdict().as_str());
        assert_eq!(report["findings"].as_array().unwrap().len(), all);
        assert_eq!(report["gaps"].as_array().unwrap().len(), gaps);
        assert_eq!(report["exclusions"].as_array().unwrap().len() + report["notes"].as_array().unwrap().len(), remarks);
        let blocking = report["findings"].as_array().unwrap().iter().filter(|f| f["blocks"] == true).count();
        assert_eq!(blocking > 0, status == 1, "{name}");

        let run = &json(Format::Sarif, &outcome)["runs"][0];
        let invocation = &run["invocations"][0];
        assert_eq!(invocation["exitCode"], status);
        assert_eq!(invocation["executionSuccessful"], gaps == 0);
        assert_eq!(run["results"].as_array().unwrap().len(), all);
        assert_eq!(invocation["toolExecutionNotifications"].as_array().unwrap().len(), gaps);
        assert_eq!(invocation["toolConfigurationNotifications"].as_array().unwrap().len(), remarks);
        let unsuppressed =
            run["results"].as_array().unwrap().iter().filter(|r| r["suppressions"] == serde_json::json!([]));
        assert_eq!(unsuppressed.count(), open, "{name}");
    }
}

#[test]
fn every_format_says_why_something_was_taken_out() {
    for format in Format::ALL {
        let report = render(*format, &full(), false);
        assert!(report.contains("ignore file") && report.contains("target/part-00"), "{format:?}");
    }
}

#[test]
fn a_clean_run_is_short() {
    let mut outcome = clean();
    assert_eq!(render(Format::Text, &outcome, false).lines().count(), 4);
    outcome.exclusions.clear();
    assert_eq!(render(Format::Text, &outcome, false).lines().count(), 2);
}

#[test]
fn long_lists_are_cut_in_text_alone() {
    let mut outcome = full();
    let gap = outcome.gaps[1].clone();
    outcome.gaps = vec![gap; 53];
    let text = render(Format::Text, &outcome, false);
    assert_eq!(text.matches("a.zip!secret/plan.txt").count(), 50);
    assert!(text.contains("3 more gaps not shown"));
    assert_eq!(json(Format::Json, &outcome)["gaps"].as_array().unwrap().len(), 53);
    outcome.exclusions = (0..30)
        .map(|i| Exclusion { place: place(b"x", BlobKind::File), reason: format!("reason {i:02}"), bytes: None })
        .collect();
    let text = render(Format::Text, &outcome, false);
    assert!(text.contains("reason 19") && !text.contains("reason 20") && text.contains("10 more reasons"));
}

#[test]
fn sarif_says_when_github_will_not_show_all() {
    let mut outcome = full();
    let limit = |outcome: &Outcome| render(Format::Sarif, outcome, false).matches("result-limit").count();
    outcome.findings = vec![finding(0, b"a", BlobKind::File, 1); 5_000];
    assert_eq!(limit(&outcome), 0);
    outcome.findings.push(finding(0, b"b", BlobKind::File, 1));
    assert_eq!(limit(&outcome), 2);
    assert_eq!(json(Format::Sarif, &outcome)["runs"][0]["results"].as_array().unwrap().len(), 5_001);
}

#[test]
fn sarif_levels_follow_severity_and_stop_at_the_threshold() {
    let cases = [
        (Severity::Critical, Confidence::Likely, "error"),
        (Severity::High, Confidence::Confirmed, "error"),
        (Severity::Critical, Confidence::Review, "warning"),
        (Severity::Medium, Confidence::Confirmed, "warning"),
        (Severity::Low, Confidence::Review, "note"),
    ];
    for (severity, confidence, level) in cases {
        let mut outcome = clean();
        outcome.findings = vec![Finding { severity, confidence, ..finding(0, b"a", BlobKind::File, 1) }];
        assert_eq!(
            json(Format::Sarif, &outcome)["runs"][0]["results"][0]["level"],
            level,
            "{severity:?} {confidence:?}"
        );
    }
}

#[test]
fn sarif_results_point_to_their_rule() {
    let run = &json(Format::Sarif, &full())["runs"][0];
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
    }
}

/// The document cannot go stale: it names every key that the report has.
#[test]
fn every_key_of_the_json_report_is_documented() {
    fn keys(value: &Value, into: &mut Vec<String>) {
        match value {
            Value::Object(map) => map.iter().for_each(|(key, value)| {
                into.push(key.clone());
                keys(value, into);
            }),
            Value::Array(list) => list.iter().for_each(|value| keys(value, into)),
            _ => {}
        }
    }
    let document = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/json-report.md")).unwrap();
    let mut found = Vec::new();
    keys(&json(Format::Json, &full()), &mut found);
    let lines = render(Format::Jsonl, &full(), false);
    lines.lines().for_each(|line| keys(&serde_json::from_str(line).unwrap(), &mut found));
    assert!(found.len() > 100);
    for key in found {
        assert!(document.contains(&format!("`{key}`")), "docs/json-report.md does not speak of `{key}`");
    }
}

/// A writer that fails must be heard, not lost in a buffer.
#[test]
fn errors_of_the_output_come_back() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    for format in Format::ALL {
        let error = format.reporter().write(&full(), &[], Style::default(), &mut Full).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::BrokenPipe, "{format:?}");
    }
}

fn hostile(name: &[u8], text: &str) -> Outcome {
    let mut outcome = full();
    for (i, kind) in [BlobKind::File, BlobKind::Member, BlobKind::Name].into_iter().enumerate() {
        let rule = RuleInfo {
            id: text.to_owned(),
            name: text.to_owned(),
            risk: text.to_owned(),
            revoke: text.to_owned(),
            references: vec![text.to_owned()],
            pack: text.to_owned(),
            ..rules().swap_remove(0)
        };
        let identity = Identity { group: 90 + i as u64, fingerprint: Some(text.to_owned()), baseline: None };
        let excerpt = Excerpt { text: Shown::from_bytes(name), caret: i, width: name.len() };
        let rule = std::sync::Arc::new(rule);
        let location_hash = text.to_owned();
        outcome.findings.push(Finding { rule, identity, excerpt, location_hash, ..finding(0, name, kind, 0) });
    }
    let owner = Some(text.to_owned());
    let reason = Shown::from_bytes(name);
    let by = Suppression { kind: SuppressionKind::Allow, reason, owner };
    outcome.findings[0].status = Status::Suppressed(by);
    outcome.exclusions.push(Exclusion { place: place(name, BlobKind::File), reason: text.to_owned(), bytes: None });
    outcome.gaps.push(Gap {
        place: place(name, BlobKind::Member),
        kind: GapKind::Corrupt,
        detail: Shown::from_bytes(name),
        bytes: 1,
    });
    outcome
}

/// Control characters, and those that reorder or hide their neighbours.
fn acts(c: char) -> bool {
    c != '\n' && (c.is_control() || matches!(c as u32, 0x200b..=0x200f | 0x2028..=0x202e | 0x2066..=0x2069 | 0xfeff))
}

fn is_well_formed(format: Format, report: &str) -> bool {
    let is_json = |text: &str| serde_json::from_str::<Value>(text).is_ok();
    match format {
        Format::Text => true,
        Format::Json | Format::Sarif | Format::Gitlab => is_json(report),
        Format::Jsonl => report.lines().all(is_json),
        Format::Github => !ci::annotations(report).is_empty(),
        Format::Html => page::is_well_formed(report),
        Format::Junit => quick_junit::Report::deserialize_from_str(report).is_ok(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Wherever a mask is laid over a report, its form is whole.
    #[test]
    fn a_mask_takes_no_form_with_it(
        name in proptest::collection::vec(any::<u8>(), 0..40),
        text in any::<String>(),
        marks in "[\"\\\\{}\\[\\]:,=<>&%;' \n]{0,16}",
        spans in proptest::collection::vec((any::<prop::sample::Index>(), 0..300_usize), 1..12),
    ) {
        let outcome = hostile(&[marks.as_bytes(), &name].concat(), &(text + &marks));
        for format in Format::ALL {
            let report = render(*format, &outcome, false).into_bytes();
            let start = |at: &prop::sample::Index| at.index(report.len());
            let found: Vec<_> =
                spans.iter().map(|(at, length)| start(at)..(start(at) + length).min(report.len())).collect();
            let masked = String::from_utf8(format.mask(report, &found)).unwrap();
            prop_assert!(is_well_formed(*format, &masked), "{format:?}: {masked:?}");
        }
    }

    /// Whatever names and policy texts say, no format writes a byte that acts on a terminal, and JSON stays JSON.
    #[test]
    fn nothing_written_acts_on_a_terminal(name in proptest::collection::vec(any::<u8>(), 0..40), text in any::<String>()) {
        let outcome = hostile(&name, &text);
        for format in Format::ALL {
            let report = render(*format, &outcome, false);
            prop_assert!(!report.contains(acts), "{format:?}: {report:?}");
            prop_assert!(report.ends_with('\n'));
            prop_assert!(is_well_formed(*format, &report), "{format:?}: {report:?}");
        }
    }
}
