//! The formats that CI systems read, each by a strict reader.

use serde_json::Value;

use super::*;

/// A workflow command as the runner of GitHub Actions reads it.
#[derive(Debug)]
pub(super) struct Command {
    name: String,
    properties: Vec<(String, String)>,
    message: String,
}

impl Command {
    fn property(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

fn unescape(text: &str, property: bool) -> String {
    let more: &[(&str, &str)] = if property { &[("%3A", ":"), ("%2C", ",")] } else { &[] };
    let pairs = [("%0D", "\r"), ("%0A", "\n")].iter().chain(more).chain(&[("%25", "%")]);
    pairs.fold(text.to_owned(), |text, (code, sign)| text.replace(code, sign))
}

fn command(line: &str) -> Option<Command> {
    let (head, message) = line.strip_prefix("::")?.split_once("::")?;
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let read = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or_else(|| panic!("no property: {pair:?} in {line:?}"));
        (name.to_owned(), unescape(value, true))
    };
    let properties = properties.split(',').filter(|pair| !pair.is_empty()).map(read).collect();
    Some(Command { name: name.into(), properties, message: unescape(message, false) })
}

/// The annotations of a report. Whatever is no annotation stands in the one group, and cannot be read as a command.
pub(super) fn annotations(report: &str) -> Vec<Command> {
    let (before, group) = report.split_once("::group::").unwrap();
    let group = group.strip_suffix("::endgroup::\n").unwrap();
    for line in group.lines().skip(1) {
        assert!(line.starts_with("- ") || line.starts_with("### tightlip"), "{line:?}");
        assert!(!line.contains("##["), "an older command: {line:?}");
    }
    let commands: Vec<Command> = before.lines().map(|line| command(line).unwrap()).collect();
    for command in &commands {
        assert!(matches!(command.name.as_str(), "error" | "warning"), "{command:?}");
        let known = ["file", "line", "endLine", "col", "endColumn", "title"];
        assert!(command.properties.iter().all(|(name, _)| known.contains(&name.as_str())), "{command:?}");
        assert!(command.property("title").is_some() && !command.message.is_empty());
    }
    commands
}

#[test]
fn github_annotates_what_is_open_and_what_is_missing() {
    for (name, outcome) in outcomes() {
        let annotated = annotations(&render(Format::Github, &outcome, false));
        let open: Vec<&Finding> = outcome.findings.iter().filter(|f| f.status == Status::Open).collect();
        assert_eq!(annotated.len(), open.len() + outcome.gaps.len(), "{name}");
        let blocking = outcome.findings.iter().filter(|f| f.blocks(outcome.threshold)).count();
        let errors = annotated.iter().filter(|command| command.name == "error").count();
        let deciding = if blocking == 0 { outcome.gaps.len() } else { 0 };
        assert_eq!(errors, blocking + deciding, "{name}");
    }
    let annotated = annotations(&render(Format::Github, &full(), false));
    let of = |file: &str| annotated.iter().find(|command| command.property("file") == Some(file)).unwrap();
    let plain = of("src/old.rs");
    assert_eq!(["line", "endLine", "col", "endColumn"].map(|p| plain.property(p).unwrap()), ["12", "12", "10", "50"]);
    assert!(plain.message.contains("commit 1a2b3c4d5e (2026-03-01)"), "{}", plain.message);
    let member = of("bundle.tar.zst");
    assert!(member.property("line").is_none() && member.message.contains("!\\xffstep"), "{member:?}");
    let key = annotated.iter().find(|command| command.property("endLine") == Some("27")).unwrap();
    assert_eq!(key.property("col"), None, "no columns over several lines");
}

#[test]
fn a_line_of_jsonl_is_what_json_says() {
    for (name, outcome) in outcomes() {
        let text = render(Format::Jsonl, &outcome, false);
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let report = json(Format::Json, &outcome);
        assert!(lines.iter().all(|line| line["version"] == report["version"]), "{name}");
        let (first, last) = (&lines[0], &lines[lines.len() - 1]);
        assert_eq!((&first["type"], &last["type"]), (&"scan".into(), &"summary".into()));
        for (kind, list) in [("finding", "findings"), ("gap", "gaps"), ("exclusion", "exclusions"), ("note", "notes")] {
            let stripped = lines.iter().filter(|line| line["type"] == kind).map(|line| {
                let mut record = line.as_object().unwrap().clone();
                record.retain(|key, _| key != "version" && key != "type");
                Value::from(record)
            });
            let of_kind: Vec<Value> = stripped.collect();
            assert_eq!(last["lines"][kind], of_kind.len(), "{name}");
            assert_eq!(report[list], Value::from(of_kind), "{name}");
        }
        for key in ["tool", "target", "threshold", "rules"] {
            assert_eq!(first[key], report[key]);
        }
        for key in ["verdict", "exit_status", "coverage"] {
            assert_eq!(last[key], report[key]);
        }
    }
}

/// Ids hold from report to report and differ between places.
#[test]
fn gitlab_ids_are_uuids_of_the_place() {
    let report = json(Format::Gitlab, &full());
    assert_eq!(report, json(Format::Gitlab, &full()));
    let ids: Vec<&str> =
        report["vulnerabilities"].as_array().unwrap().iter().map(|v| v["id"].as_str().unwrap()).collect();
    let mut hashes: Vec<String> =
        full().findings.iter().filter(|f| f.status == Status::Open).map(|f| f.location_hash.clone()).collect();
    assert_eq!(ids.len(), hashes.len());
    hashes.sort();
    hashes.dedup();
    assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), hashes.len());
    for id in ids {
        let lengths: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12], "{id}");
        assert!(id[14..].starts_with('8') && "89ab".contains(&id[19..20]), "{id}");
    }
}

#[test]
fn gitlab_hears_of_gaps_and_of_what_is_left_out() {
    for (name, outcome) in outcomes() {
        let report = json(Format::Gitlab, &outcome);
        let status = if outcome.gaps.is_empty() { "success" } else { "failure" };
        assert_eq!(report["scan"]["status"], status, "{name}");
        let open = outcome.findings.iter().filter(|f| f.status == Status::Open).count();
        assert_eq!(report["vulnerabilities"].as_array().unwrap().len(), open, "{name}");
        let levels: Vec<&Value> = report["scan"]["messages"].as_array().unwrap().iter().map(|m| &m["level"]).collect();
        assert_eq!(levels.iter().filter(|level| **level == "warn").count(), outcome.gaps.len());
        let left_out = report["scan"]["messages"].to_string().contains("suppressed finding");
        assert_eq!(left_out, open < outcome.findings.len());
    }
    let report = json(Format::Gitlab, &full());
    let of = |file: &str| {
        let all = report["vulnerabilities"].as_array().unwrap();
        all.iter().find(|v| v["location"]["file"] == file).unwrap_or_else(|| panic!("{file}"))["location"].clone()
    };
    assert_eq!(of("src/old.rs")["commit"]["sha"], "1a2b3c4d5e".repeat(4));
    assert_eq!(of("src/config.rs")["commit"]["sha"], "0".repeat(40));
    assert_eq!(of("bundle.tar.zst")["start_line"], Value::Null);
}

/// Reports hold no clock; the moment of a build may be given.
#[test]
fn gitlab_names_the_moment_it_is_given() {
    for (moment, told) in [(0, "1970-01-01T00:00:00"), (1_772_366_096, "2026-03-01T11:54:56")] {
        let mut out = Vec::new();
        Format::Gitlab.reporter().write(&clean(), &[], Style { colour: false, moment }, &mut out).unwrap();
        let report: Value = serde_json::from_slice(&out).unwrap();
        assert_eq!((&report["scan"]["start_time"], &report["scan"]["end_time"]), (&told.into(), &told.into()));
    }
}

fn junit(outcome: &Outcome) -> quick_junit::Report {
    quick_junit::Report::deserialize_from_str(&render(Format::Junit, outcome, false)).unwrap()
}

#[test]
fn junit_fails_for_findings_and_errs_for_gaps() {
    for (name, outcome) in outcomes() {
        let report = junit(&outcome);
        let open = outcome.findings.iter().filter(|f| f.status == Status::Open).count();
        let blocking = outcome.findings.iter().filter(|f| f.blocks(outcome.threshold)).count();
        assert_eq!(report.tests, outcome.findings.len() + outcome.gaps.len() + 1, "{name}");
        assert_eq!((report.failures, report.errors), (blocking, outcome.gaps.len()), "{name}");
        assert_eq!(report.skipped, outcome.findings.len() - open, "{name}");
    }
}

/// Names and words that mean something to a format's reader.
const HOSTILE: &[&[u8]] = &[
    b"a::b",
    b"::error file=x::y",
    b"::endgroup::",
    b"##[error]x",
    b"a%0Ab%3Ac%25",
    b"a,line=1,b=c",
    b"two\nlines\r\nmore",
    b"\x1b[31mred\x07\x00",
    b"\xff\xfe invalid",
    b"<b attr=\"x\" other='y'>&amp;&#0;]]></b><?x?>",
    "\u{fffe}\u{ffff}\u{10ffff}".as_bytes(),
    "\u{202e}evil\u{200b}".as_bytes(),
    b"`code` | **bold** [x](https://evil.example)",
    b" ",
];

#[test]
fn hostile_text_is_read_back_as_it_was_shown() {
    for name in HOSTILE {
        let text = String::from_utf8_lossy(name).into_owned();
        let shown = Shown::from_bytes(name).into_string();
        let mut outcome = hostile(name, &text);
        outcome
            .findings
            .retain(|f| f.status == Status::Open && f.place.path == *name && f.place.kind == BlobKind::File);
        outcome.gaps.retain(|gap| gap.place.path == *name);
        assert_eq!((outcome.findings.len(), outcome.gaps.len()), (1, 1));

        let annotated = annotations(&render(Format::Github, &outcome, false));
        assert_eq!(annotated.len(), 2, "{shown}");
        assert!(annotated.iter().all(|command| command.property("file") == Some(&shown)), "{annotated:?}");

        let found = json(Format::Gitlab, &outcome)["vulnerabilities"][0]["location"]["file"].clone();
        assert_eq!(found, shown);

        let report = junit(&outcome);
        let classes = report.test_suites.iter().flat_map(|suite| &suite.test_cases).map(|case| case.classname.clone());
        let xml = shown.replace('\u{fffe}', "\\u{fffe}").replace('\u{ffff}', "\\u{ffff}");
        let classes: Vec<String> = classes.flatten().map(|class| class.as_str().to_owned()).collect();
        assert_eq!(classes.iter().filter(|class| **class == xml).count(), 2, "{classes:?}");

        let lines = render(Format::Jsonl, &outcome, false);
        let paths = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["path"].clone());
        assert_eq!(paths.filter(|path| *path == shown.as_str()).count(), 3, "finding, gap, exclusion");
    }
}
