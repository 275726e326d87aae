//! A page for people who were not there: evidence that is sent, kept or printed. One file, with no script and nothing
//! that is fetched; a policy in its head says so to the browser. Everything is listed: nothing is cut.

use std::io::{self, BufWriter, Write};

use super::reporter::{Reporter, Style};
use super::words::{count, grouped, len, size, tidy, web_address, wrapping};
use super::{places, told};
use crate::model::{Exclusion, Finding, Outcome, RuleInfo, Status, Suppression, Tally, Verdict};

const STYLE: &str = include_str!("html/style.css");

pub(super) struct Html;

impl Reporter for Html {
    fn write(&self, outcome: &Outcome, _: &[&RuleInfo], _: Style, out: &mut dyn Write) -> io::Result<()> {
        let mut out = BufWriter::new(out);
        head(outcome, &mut out)?;
        let open = |blocks: bool| {
            let wanted = move |f: &&Finding| f.status == Status::Open && f.blocks(outcome.threshold) == blocks;
            outcome.findings.iter().filter(wanted).collect::<Vec<_>>()
        };
        findings("What blocks", &open(true), &mut out)?;
        findings("Below the threshold", &open(false), &mut out)?;
        gaps(outcome, &mut out)?;
        suppressed(outcome, &mut out)?;
        exclusions(&outcome.exclusions, &mut out)?;
        notes(outcome, &mut out)?;
        foot(outcome, &mut out)?;
        out.flush()
    }
}

/// Text inside an element or a quoted attribute.
fn text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

fn head(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let (verdict, title) = (outcome.verdict(), headline(outcome));
    let names: Vec<String> = outcome.target.names.iter().map(|name| text(name.as_str())).collect();
    writeln!(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(
        out,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    )?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    writeln!(out, "<title>tightlip: {title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>")?;
    writeln!(out, "<div class=\"verdict {}\">\n<h1>{title}</h1>", verdict.as_str())?;
    writeln!(
        out,
        "<p>Verdict: <b>{}</b>, exit status {}. Scanned by <code>tightlip {} {}</code>.</p>\n</div>",
        verdict.as_str(),
        verdict.exit_status(),
        outcome.target.command,
        names.join(" ")
    )?;
    sums(outcome, out)?;
    writeln!(out, "</header>\n<main>")
}

fn headline(outcome: &Outcome) -> String {
    let blocking = outcome.findings.iter().filter(|finding| finding.blocks(outcome.threshold)).count() as u64;
    match outcome.verdict() {
        Verdict::Clean => "No secret blocks, and everything was looked at".to_owned(),
        Verdict::Findings => format!("{} that must not leave", count(blocking, "finding")),
        Verdict::Incomplete => format!("{} could not be looked at", count(len(&outcome.gaps), "place")),
    }
}

fn sums(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let suppressed = outcome.findings.iter().filter(|finding| finding.status != Status::Open).count() as u64;
    let tally = |tally: Tally| format!("{} ({})", grouped(tally.units), size(tally.bytes));
    let sums = [
        ("scanned", tally(outcome.coverage.scanned)),
        ("excluded", grouped(outcome.coverage.excluded.units)),
        ("not looked at", grouped(len(&outcome.gaps))),
        ("findings", grouped(len(&outcome.findings))),
        ("of them suppressed", grouped(suppressed)),
    ];
    let items: String = sums.iter().map(|(name, sum)| format!("<li><b>{sum}</b> {name}</li>")).collect();
    writeln!(out, "<ul class=\"sums\">{items}</ul>")
}

fn findings(title: &str, findings: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section>\n<h2>{title}: {}</h2>", count(len(findings), "finding"))?;
    findings.iter().try_for_each(|finding| article(finding, out))?;
    writeln!(out, "</section>")
}

fn article(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let (severity, rule) = (finding.severity.as_str(), &finding.rule);
    writeln!(out, "<article>\n<h3><span class=\"badge {severity}\">{severity}</span>{}</h3>", text(&tidy(&rule.name)))?;
    writeln!(out, "<p class=\"place\">{}</p>", address(finding))?;
    writeln!(out, "<pre>{}</pre>\n<dl>", excerpt(finding))?;
    let wrapped = wrapping(&finding.via).map(|wrapping| format!(", {wrapping}")).unwrap_or_default();
    let sure = format!("{}{wrapped}; rule {}", finding.confidence.as_str(), tidy(&rule.id));
    let came = told::origin(finding).unwrap_or_default();
    let place = places::sentence(&finding.place).unwrap_or_default();
    for (name, said) in
        [("where", place), ("sure", sure), ("in", came), ("why", tidy(&rule.risk)), ("do", tidy(&rule.revoke))]
    {
        if !said.is_empty() {
            writeln!(out, "<dt>{name}</dt><dd>{}</dd>", text(&said))?;
        }
    }
    let link = finding.history.as_ref().and_then(|history| history.link.as_ref()).map(|link| link.as_str());
    for address in link.into_iter().chain(rule.references.iter().map(String::as_str)).filter_map(web_address) {
        let address = text(address);
        writeln!(out, "<dt>see</dt><dd><a href=\"{address}\" rel=\"noreferrer\">{address}</a></dd>")?;
    }
    writeln!(out, "</dl>\n</article>")
}

fn address(finding: &Finding) -> String {
    let (place, region) = (finding.place.shown(), finding.region);
    text(&format!("{place}:{}:{}", region.start_line, region.start_column))
}

/// The masked line with the finding's own mask marked.
fn excerpt(finding: &Finding) -> String {
    let (shown, caret, width) = (finding.excerpt.text.as_str(), finding.excerpt.caret, finding.excerpt.width);
    let part = |skip: usize, take: usize| text(&shown.chars().skip(skip).take(take).collect::<String>());
    let rest = part(caret.saturating_add(width), usize::MAX);
    format!("{}<mark>{}</mark>{rest}", part(0, caret), part(caret, width))
}

/// A table under a heading; nothing where there is no row. Cells are escaped already.
fn table<const N: usize>(
    title: &str,
    names: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return Ok(());
    }
    let heads: String = names.iter().map(|name| format!("<th>{name}</th>")).collect();
    writeln!(out, "<section>\n<h2>{title}</h2>\n<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>")?;
    for row in rows {
        let cells: String = row.iter().map(|cell| format!("<td>{cell}</td>")).collect();
        writeln!(out, "<tr>{cells}</tr>")?;
    }
    writeln!(out, "</tbody>\n</table>\n</section>")
}

fn place(shown: &str) -> String {
    format!("<span class=\"place\">{}</span>", text(shown))
}

fn gaps(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let rows = outcome.gaps.iter().map(|gap| {
        let bytes = if gap.bytes == 0 { String::new() } else { size(gap.bytes) };
        [place(&told::gap_place(gap)), gap.kind.as_str().to_owned(), text(gap.detail.as_str()), bytes]
    });
    let title = format!("Not looked at: {}", count(len(&outcome.gaps), "gap"));
    table(&title, ["where", "kind", "what happened", "bytes"], rows, out)
}

fn suppressed(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let rows = outcome.findings.iter().filter_map(|finding| match &finding.status {
        Status::Suppressed(by) => Some(suppressed_row(finding, by)),
        Status::Open => None,
    });
    table("Suppressed, each for the reason given", ["where", "what", "why", "owner"], rows, out)
}

fn suppressed_row(finding: &Finding, by: &Suppression) -> [String; 4] {
    let what = format!("{} {}", finding.severity.as_str(), text(&tidy(&finding.rule.id)));
    let came = told::origin(finding).map(|origin| format!(" ({origin})"));
    let why = told::suppressed(by) + &came.unwrap_or_default();
    let where_ = format!("<span class=\"place\">{}</span>", address(finding));
    [where_, what, text(&why), text(&by.owner.as_deref().map(tidy).unwrap_or_default())]
}

fn exclusions(exclusions: &[Exclusion], out: &mut dyn Write) -> io::Result<()> {
    let by_reason = told::by_reason(exclusions);
    let rows = by_reason.iter().map(|(reason, group)| {
        let paths: Vec<String> = group.iter().map(|exclusion| text(exclusion.place.shown().as_str())).collect();
        let list = format!(
            "<details><summary>{}</summary><div class=\"place\">{}</div></details>",
            count(len(group), "path"),
            paths.join("<br>")
        );
        [text(&tidy(reason)), list]
    });
    table("Excluded", ["rule", "what it took out"], rows, out)
}

fn notes(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let rows = outcome.notes.iter().map(|note| [place(note.place.as_str()), text(note.text.as_str())]);
    table("Notes on the policy", ["where", "note"], rows, out)
}

fn foot(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "</main>\n<footer>tightlip {}, {}, threshold {}. No byte of a secret is in this page: each stands as ********, \
         whatever its length. It holds no time: the same scan of the same content gives the same page.</footer>\n\
         </body>\n</html>",
        env!("CARGO_PKG_VERSION"),
        count(outcome.rules as u64, "rule"),
        outcome.threshold.as_str()
    )
}
