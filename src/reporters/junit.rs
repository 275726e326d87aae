//! JUnit XML: a test case for each finding and each gap, so that a CI system shows them where it shows failed tests.
//!
//! A blocking finding is a failure and a gap an error; what is suppressed was skipped, and what is below the threshold
//! passed. One case stands for the scan itself, so that a clean scan is not an empty report, which some systems refuse.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::reporter::{Reporter, Style};
use super::told;
use super::words::{count, sentence, size, tidy};
use crate::model::{Finding, Gap, Outcome, RuleInfo, Status};

pub(super) struct Junit;

impl Reporter for Junit {
    fn write(&self, outcome: &Outcome, _: &[&RuleInfo], _: Style, out: &mut dyn Write) -> io::Result<()> {
        let mut report = Report::new(env!("CARGO_PKG_NAME"));
        let mut findings = TestSuite::new("findings");
        findings.add_test_cases(outcome.findings.iter().map(|finding| finding_case(finding, outcome)));
        let mut coverage = TestSuite::new("coverage");
        coverage.add_test_case(scan_case(outcome)).add_test_cases(outcome.gaps.iter().map(gap_case));
        report.add_test_suites([findings, coverage]);
        // Into memory first: its errors would hide the kind that the output's own have.
        let text = report.to_string().map_err(io::Error::other)?;
        out.write_all(text.as_bytes())?;
        if !text.ends_with('\n') {
            writeln!(out)?;
        }
        out.flush()
    }
}

fn finding_case(finding: &Finding, outcome: &Outcome) -> TestCase {
    let (place, region) = (finding.place.shown(), finding.region);
    let mut status = match &finding.status {
        Status::Suppressed(_) => TestCaseStatus::skipped(),
        Status::Open if finding.blocks(outcome.threshold) => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Status::Open => TestCaseStatus::success(),
    };
    let summary = tidy(&told::summary(finding));
    match &finding.status {
        Status::Open => status.set_message(xml(&summary)),
        Status::Suppressed(by) => status.set_message(xml(&told::suppressed(by))),
    };
    status.set_type(finding.severity.as_str());
    status.set_description(xml(&format!(
        "{}: {place}:{}:{}\n{summary}\n{}",
        tidy(&finding.rule.id),
        region.start_line,
        region.start_column,
        sentence(&finding.rule.revoke)
    )));
    let name = format!("{} at line {}, column {}", tidy(&finding.rule.id), region.start_line, region.start_column);
    let mut case = case(&name, place.as_str(), status);
    if finding.status == Status::Open && !finding.blocks(outcome.threshold) {
        case.set_system_out(xml(&format!("below the threshold: {summary}")));
    }
    case
}

fn gap_case(gap: &Gap) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_type(gap.kind.as_str()).set_message(xml(&format!("not looked at: {}", gap.detail)));
    case(&format!("not looked at: {}", gap.kind.as_str()), &told::gap_place(gap), status)
}

fn scan_case(outcome: &Outcome) -> TestCase {
    let (verdict, scanned) = (outcome.verdict(), outcome.coverage.scanned);
    let mut case = case("scan", outcome.target.command, TestCaseStatus::success());
    let mut said = format!(
        "{} (exit status {}): scanned {} ({})",
        verdict.as_str(),
        verdict.exit_status(),
        count(scanned.units, "unit"),
        size(scanned.bytes)
    );
    told::excluded(&outcome.exclusions).for_each(|line| said += &format!("\n{line}"));
    case.set_system_out(xml(&said));
    case
}

fn case(name: &str, class: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(xml(name), status);
    case.set_classname(xml(class));
    case
}

/// The two characters that are printable and that XML 1.0 (§2.2) cannot hold even so.
fn xml(text: &str) -> String {
    text.replace('\u{fffe}', "\\u{fffe}").replace('\u{ffff}', "\\u{ffff}")
}
