//! One finding: what, where, why it matters and what to do, in a few lines.

use std::io::{self, Write};

use super::layout::{PAGE, columns, wrap};
use super::paint::{Paint, Role};
use super::sorted::{Sorted, Twins};
use crate::model::{BlobKind, Confidence, Excerpt, Finding, Severity};
use crate::reporters::told;
use crate::reporters::words::{count, tidy, wrapping};

/// Writes findings one below the other.
pub(super) struct FindingWriter<'a> {
    /// How the findings relate.
    pub(super) sorted: &'a Sorted<'a>,
    /// The colours.
    pub(super) paint: Paint,
}

/// Whether a finding decides the verdict.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// It does.
    Blocks,
    /// It is less sure than the threshold.
    Below,
}

impl FindingWriter<'_> {
    /// Writes finding `number` and an empty line.
    pub(super) fn write(
        &self,
        number: usize,
        finding: &Finding,
        weight: Weight,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let margin = " ".repeat(finding.region.start_line.to_string().len());
        self.header(number, finding, weight, out)?;
        self.place(&margin, finding, out)?;
        self.line(&margin, finding, out)?;
        self.history(&margin, finding, out)?;
        self.advice(&margin, number, finding, out)?;
        self.twins(&margin, number, self.sorted.twins(finding), out)?;
        writeln!(out)
    }

    fn header(&self, number: usize, finding: &Finding, weight: Weight, out: &mut dyn Write) -> io::Result<()> {
        let role = match weight {
            Weight::Blocks => severity_role(finding.severity),
            Weight::Below => Role::Frame,
        };
        let grade = format!("{}[{}]", finding.severity.as_str(), tidy(&finding.rule.id));
        let name = format!(": {}", tidy(&finding.rule.name));
        let remark = match weight {
            Weight::Blocks => format!("({}) #{number}", finding.confidence.as_str()),
            Weight::Below => format!("({}, does not block) #{number}", finding.confidence.as_str()),
        };
        let paint = self.paint;
        writeln!(
            out,
            "{}{} {}",
            paint.as_role(role, grade),
            paint.as_role(Role::Strong, name),
            paint.as_role(Role::Quiet, remark)
        )
    }

    fn place(&self, margin: &str, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        let region = finding.region;
        write!(out, "{margin}{} {}", self.frame("-->"), finding.place.shown())?;
        write!(out, ":{}:{}", region.start_line, region.start_column)?;
        if region.end_line > region.start_line {
            write!(out, " (to line {})", region.end_line)?;
        }
        if let Some(about) = &finding.about {
            write!(out, " ({})", about.as_str())?;
        }
        if let Some(step) = &finding.step {
            write!(out, " (in step {step:?})", step = step.as_str())?;
        }
        match finding.place.kind {
            BlobKind::Name => writeln!(out, " (in the name itself)"),
            BlobKind::SymlinkTarget => writeln!(out, " (in the link's target)"),
            BlobKind::Commit => writeln!(out, " (in the commit itself)"),
            BlobKind::Tag => writeln!(out, " (in the tag itself)"),
            BlobKind::File | BlobKind::Member | BlobKind::Stream | BlobKind::Layer | BlobKind::Image => {
                writeln!(out)
            }
        }
    }

    fn line(&self, margin: &str, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        let (skip, carets) = under(&finding.excerpt);
        let label = match wrapping(&finding.via) {
            Some(wrapping) => format!("{wrapping}: {}", sureness(finding)),
            None => sureness(finding).to_owned(),
        };
        let marks = format!("{} {label}", "^".repeat(carets));
        writeln!(out, "{margin} {}", self.frame("|"))?;
        writeln!(out, "{} {}", self.frame(&format!("{} |", finding.region.start_line)), finding.excerpt.text)?;
        writeln!(out, "{margin} {} {}{}", self.frame("|"), " ".repeat(skip), self.paint.as_role(Role::Attention, marks))
    }

    fn history(&self, margin: &str, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        self.remark(margin, "in", &told::origin(finding).unwrap_or_default(), out)?;
        let link = finding.history.as_ref().and_then(|history| history.link.as_ref());
        self.remark(margin, "link", link.map_or("", |link| link.as_str()), out)
    }

    fn advice(&self, margin: &str, number: usize, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        let first = self.sorted.first_of_rule(finding);
        if first != number {
            return self.remark(margin, "do", &format!("as for #{first}"), out);
        }
        let reference = finding.rule.references.first().map_or("", String::as_str);
        for (label, text) in [("why", finding.rule.risk.as_str()), ("do", &finding.rule.revoke), ("see", reference)] {
            self.remark(margin, label, text, out)?;
        }
        Ok(())
    }

    fn twins(&self, margin: &str, number: usize, twins: Twins, out: &mut dyn Write) -> io::Result<()> {
        if twins.total < 2 {
            return Ok(());
        }
        let suppressed = match twins.suppressed {
            0 => String::new(),
            n => format!(", {n} of them suppressed"),
        };
        if twins.first == number {
            self.remark(
                margin,
                "note",
                &format!("this secret stands in {}{suppressed}", count(twins.total, "place")),
                out,
            )
        } else {
            self.remark(margin, "note", &format!("same secret as #{}", twins.first), out)
        }
    }

    /// One labelled text, broken into lines below each other; nothing when there is no text.
    fn remark(&self, margin: &str, label: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
        let text = tidy(text);
        if text.is_empty() {
            return Ok(());
        }
        let head = format!("{label}:");
        let indent = margin.len() + 9;
        for (i, line) in wrap(&text, PAGE - indent.min(PAGE / 2)).iter().enumerate() {
            match i {
                0 => writeln!(
                    out,
                    "{margin} {} {} {line}",
                    self.frame("="),
                    self.paint.as_role(Role::Strong, format!("{head:<5}"))
                )?,
                _ => writeln!(out, "{}{line}", " ".repeat(indent))?,
            }
        }
        Ok(())
    }

    fn frame(&self, text: &str) -> String {
        self.paint.as_role(Role::Frame, text).to_string()
    }
}

/// Columns before the mask and columns of the mask. Never more than the line has: the excerpt was cut, a caret far
/// outside it would be a defect elsewhere and must not become a line of a million spaces here.
fn under(excerpt: &Excerpt) -> (usize, usize) {
    let text = excerpt.text.as_str();
    let before: String = text.chars().take(excerpt.caret).collect();
    let mask: String = text.chars().skip(excerpt.caret).take(excerpt.width).collect();
    (columns(&before), columns(&mask).max(1))
}

fn severity_role(severity: Severity) -> Role {
    match severity {
        Severity::Critical | Severity::High => Role::Bad,
        Severity::Medium | Severity::Low => Role::Attention,
    }
}

fn sureness(finding: &Finding) -> &'static str {
    match finding.confidence {
        Confidence::Confirmed if finding.rule.id == "known-secret" => "it is the value that was given",
        Confidence::Confirmed => "its structure proves it",
        Confidence::Likely => "fits the pattern and its context",
        Confidence::Review => "may be a secret: a person should look",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Shown;

    #[test]
    fn carets_stand_under_the_mask_and_never_run_away() {
        let excerpt = |text: &str, caret, width| Excerpt { text: Shown::from_bytes(text.as_bytes()), caret, width };
        let cases = [
            (excerpt("key = ********;", 6, 8), (6, 8)),
            (excerpt("漢字 ********", 3, 8), (5, 8)),
            (excerpt("ab", 1, 0), (1, 1)),
            (excerpt("ab", usize::MAX, usize::MAX), (2, 1)),
            (excerpt("", 5, 8), (0, 1)),
        ];
        for (excerpt, expected) in cases {
            assert_eq!(under(&excerpt), expected, "{excerpt:?}");
        }
    }
}
