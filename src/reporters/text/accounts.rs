//! What did not become an open finding, and why: suppressed findings, gaps, exclusions, notes.

use std::io::{self, Write};

use super::layout::{PAGE, columns, some_names};
use super::paint::{Paint, Role};
use crate::model::{Exclusion, Finding, Gap, Note, Status, Suppression};
use crate::reporters::told;
use crate::reporters::words::{count, grouped, len, size, tidy};

/// More gaps or notes than this are counted, not listed: the text is for reading.
const MOST: usize = 50;

/// More reasons for exclusions than this are counted.
const MOST_REASONS: usize = 20;

/// One line for each suppressed finding: none is hidden, whatever their number.
pub(super) fn suppressed(findings: &[&Finding], paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    let head = format!("suppressed: {}, each for the reason given", count(len(findings), "finding"));
    writeln!(out, "{}", paint.as_role(Role::Strong, head))?;
    for finding in findings {
        if let Status::Suppressed(by) = &finding.status {
            suppressed_line(finding, by, out)?;
        }
    }
    writeln!(out)
}

fn suppressed_line(finding: &Finding, by: &Suppression, out: &mut dyn Write) -> io::Result<()> {
    let (rule, region) = (tidy(&finding.rule.id), finding.region);
    write!(out, "  {}:{}:{}", finding.place.shown(), region.start_line, region.start_column)?;
    write!(out, " {}[{rule}] {}", finding.severity.as_str(), told::suppressed(by))?;
    if let Some(owner) = &by.owner {
        write!(out, " (owner: {})", tidy(owner))?;
    }
    match told::origin(finding) {
        Some(origin) => writeln!(out, " ({origin})"),
        None => writeln!(out),
    }
}

/// Where nothing was looked at.
pub(super) fn gaps(gaps: &[Gap], paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    if gaps.is_empty() {
        return Ok(());
    }
    let head = format!("not looked at: {}", count(len(gaps), "gap"));
    writeln!(out, "{}", paint.as_role(Role::Bad, head))?;
    for gap in gaps.iter().take(MOST) {
        let place = told::gap_place(gap);
        write!(out, "  {place}: {}: {}", paint.as_role(Role::Strong, gap.kind.as_str()), gap.detail)?;
        match gap.bytes {
            0 => writeln!(out)?,
            bytes => writeln!(out, " ({})", size(bytes))?,
        }
    }
    more(gaps.len(), "gap", out)?;
    writeln!(out)
}

/// What was taken out, one line for each reason.
pub(super) fn exclusions(exclusions: &[Exclusion], paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let by_reason = told::by_reason(exclusions);
    for (reason, group) in by_reason.iter().take(MOST_REASONS) {
        let head = format!("excluded {} ({}) [{}]:", grouped(len(group)), known_bytes(group), tidy(reason));
        let width = PAGE.saturating_sub(columns(&head)).max(PAGE / 3);
        let (names, shown) = some_names(group.iter().map(|e| e.place.shown().into_string()), width);
        write!(out, "{} {names}", paint.as_role(Role::Quiet, head))?;
        match group.len() - shown {
            0 => writeln!(out)?,
            left => writeln!(out, " and {} more", grouped(left as u64))?,
        }
    }
    if by_reason.len() > MOST_REASONS {
        writeln!(out, "excluded for {} more reasons; the json report lists all", by_reason.len() - MOST_REASONS)?;
    }
    Ok(())
}

/// The bytes of a group, as far as known: an excluded folder is not opened to count them.
fn known_bytes(group: &[&Exclusion]) -> String {
    let known = group.iter().filter_map(|e| e.bytes).fold(0_u64, u64::saturating_add);
    match group.iter().filter(|e| e.bytes.is_none()).count() {
        0 => size(known),
        unknown if unknown == group.len() => "not counted".to_owned(),
        unknown => format!("{}, {} not counted", size(known), grouped(unknown as u64)),
    }
}

/// Remarks on the policy.
pub(super) fn notes(notes: &[Note], paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    for note in notes.iter().take(MOST) {
        writeln!(out, "{} {}: {}", paint.as_role(Role::Strong, "note:"), note.place, note.text)?;
    }
    more(notes.len(), "note", out)
}

fn more(total: usize, noun: &str, out: &mut dyn Write) -> io::Result<()> {
    match total.saturating_sub(MOST) {
        0 => Ok(()),
        n => writeln!(out, "  … and {} not shown; the json report lists all", count(n as u64, &format!("more {noun}"))),
    }
}
