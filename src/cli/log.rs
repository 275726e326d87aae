//! `tightlip log`.

use std::io::{self, Write};
use std::path::PathBuf;

use super::Exit;
use super::args::LogArgs;
use super::console::Talk;
use super::error::CliError;
use super::output::{self, is_closed_pipe};
use super::scan::{Scan, target};
use crate::model::{Finding, Outcome};
use crate::pipeline::Progress;
use crate::reporters::Format;
use crate::sources::Log;

/// Scans logs and reports.
pub(super) fn run(args: &LogArgs, talk: Talk) -> Result<Exit, CliError> {
    once(&args.paths)?;
    let mut request = args.scan.files.request_named(&args.scan.policy);
    request.flags.no_inline = true;
    let scan = Scan::prepare(&request, &args.scan, talk)?;
    let log = Log::new(args.paths.clone(), args.follow, scan.settings.threads.value);
    if !args.follow {
        return scan.run(target("log", &args.paths), &log);
    }
    let json = match args.scan.report.format {
        Format::Text => false,
        Format::Json => true,
        other => {
            let problem = format!("--follow tells findings as text or json, one a line, and not as {}", other.as_str());
            return Err(CliError::Usage(format!("{problem}; write that report to a file by --output")));
        }
    };
    let mut outcome = scan.outcome(target("log", &args.paths), &log, &Live { json })?;
    let exit = scan.finish(&mut outcome)?;
    scan.write_files(&outcome)?;
    output::to_stdout(sums(&outcome, json).as_bytes())?;
    Ok(exit)
}

/// Standard input can be read once.
fn once(paths: &[PathBuf]) -> Result<(), CliError> {
    match paths.iter().filter(|path| *path.as_os_str() == *"-").count() {
        0 | 1 => Ok(()),
        _ => Err(CliError::Usage("`-` is named twice; standard input can be read once".into())),
    }
}

/// Tells findings as they come. A reader that went away is no error: the verdict stands without it.
struct Live {
    json: bool,
}

impl Progress for Live {
    fn advance(&self, _: u64, _: u64) {}

    fn follows(&self) -> bool {
        true
    }

    fn found(&self, finding: &Finding) {
        let mut out = io::stdout().lock();
        let told = if self.json { as_json(finding) } else { as_text(finding) };
        let written = writeln!(out, "{told}").and_then(|()| out.flush());
        debug_assert!(written.as_ref().err().is_none_or(is_closed_pipe), "{written:?}");
    }
}

fn as_text(finding: &Finding) -> String {
    let (region, rule) = (finding.region, &finding.rule);
    format!(
        "{}:{}:{}: {}[{}]: {} ({}): {}",
        finding.place.shown(),
        region.start_line,
        region.start_column,
        finding.severity.as_str(),
        rule.id,
        rule.name,
        finding.confidence.as_str(),
        finding.excerpt.text
    )
}

fn as_json(finding: &Finding) -> String {
    let (region, rule) = (finding.region, &finding.rule);
    serde_json::json!({
        "path": finding.place.shown(),
        "line": region.start_line,
        "column": region.start_column,
        "rule": rule.id,
        "name": rule.name,
        "severity": finding.severity.as_str(),
        "confidence": finding.confidence.as_str(),
        "via": finding.via,
        "excerpt": finding.excerpt.text,
        "fingerprint": finding.identity.fingerprint,
    })
    .to_string()
}

fn sums(outcome: &Outcome, json: bool) -> String {
    let (verdict, bytes) = (outcome.verdict(), outcome.coverage.scanned.bytes);
    let blocking = outcome.findings.iter().filter(|finding| finding.blocks(outcome.threshold)).count();
    let (findings, gaps) = (outcome.findings.len(), outcome.gaps.len());
    if json {
        let sums = serde_json::json!({
            "verdict": verdict.as_str(),
            "exit_status": verdict.exit_status(),
            "findings": findings,
            "blocking": blocking,
            "gaps": outcome.gaps,
            "bytes": bytes,
        });
        return format!("{sums}\n");
    }
    let listed: String = outcome
        .gaps
        .iter()
        .map(|gap| format!("gap: {}: {}: {}\n", gap.place.shown(), gap.kind.as_str(), gap.detail))
        .collect();
    format!(
        "{listed}{}: {findings} findings, {blocking} of them block, {gaps} gaps, {bytes} bytes scanned (exit status {})\n",
        verdict.as_str(),
        verdict.exit_status()
    )
}
