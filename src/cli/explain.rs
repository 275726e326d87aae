//! `tightlip explain`: why a line is reported, or why it is not. Nothing of the line itself is printed.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::Path;

use super::args::ExplainArgs;
use super::error::CliError;
use super::{Exit, output};
use crate::config::Settings;
use crate::engine::{Considered, Engine, Scratch};
use crate::model::{Finding, Outcome, Shown, Status, Target};
use crate::pipeline::{self, Options, Silent};
use crate::sources::{Dir, DirOptions};

/// The largest file that is read for one of its lines.
const MAX_FILE: u64 = 256 << 20;

/// How far before the line a keyword may stand whose value stands in the line.
const BEFORE: usize = 32 << 10;

/// Explains a line.
pub(super) fn run(args: &ExplainArgs) -> Result<Exit, CliError> {
    let paths = [args.place.file.clone()];
    let settings = Settings::load(&args.files.request(&args.policy, &paths))?;
    let rules = settings.rules()?;
    let policy = settings.policy(rules.ids, settings.baseline()?)?;
    let engine = Engine::new(rules.set);
    let bytes = read(&args.place.file)?;
    let line = line(&bytes, args.place.number).ok_or_else(|| too_few(args, &bytes))?;
    let options = DirOptions { ignore_files: false, inside_git: false, threads: settings.threads.value };
    let source = Dir::new(paths.to_vec(), options);
    let options = Options {
        threads: settings.threads.value,
        limits: settings.limits(),
        key: settings.key.map(|key| key.value),
        target: Target { command: "explain", names: Vec::new() },
    };
    let outcome = pipeline::scan(&source, &engine, &policy, &options, &Silent)?;
    let considered = engine.explain(&mut Scratch::default(), &bytes, line.start.saturating_sub(BEFORE)..line.end);
    let page = Page { engine: &engine, bytes: &bytes, line, outcome: &outcome };
    output::to_stdout(page.text(args, &considered).as_bytes())?;
    Ok(Exit::Clean)
}

fn read(file: &Path) -> Result<Vec<u8>, CliError> {
    let name = Shown::from_bytes(file.as_os_str().as_encoded_bytes());
    let failed = |error| CliError::Usage(format!("{name}: cannot be read ({error}); name a file and a line of it"));
    let mut bytes = Vec::new();
    File::open(file).map_err(failed)?.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(CliError::Usage(format!("{name}: is larger than 256 MiB; cut out the part around the line")));
    }
    Ok(bytes)
}

/// Where the line stands.
fn line(bytes: &[u8], number: u64) -> Option<Range<usize>> {
    let before = usize::try_from(number.checked_sub(1)?).ok()?;
    let start = match before {
        0 => 0,
        _ => memchr::memchr_iter(b'\n', bytes).nth(before - 1)? + 1,
    };
    let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |length| start + length);
    Some(start..end)
}

fn too_few(args: &ExplainArgs, bytes: &[u8]) -> CliError {
    let file = Shown::from_bytes(args.place.file.as_os_str().as_encoded_bytes());
    let lines = memchr::memchr_iter(b'\n', bytes).count() + 1;
    CliError::Usage(format!("{file}: has no line {}; it has {lines}, counted from 1", args.place.number))
}

/// What is told of one line.
struct Page<'a> {
    engine: &'a Engine,
    bytes: &'a [u8],
    line: Range<usize>,
    outcome: &'a Outcome,
}

impl Page<'_> {
    fn text(&self, args: &ExplainArgs, considered: &[Considered]) -> String {
        let file = Shown::from_bytes(args.place.file.as_os_str().as_encoded_bytes());
        let mut seen = BTreeSet::new();
        let here = considered.iter().filter(|it| self.is_here(it));
        let mut lines: Vec<String> = here.map(|it| self.told(it)).filter(|text| seen.insert(text.clone())).collect();
        lines.extend(self.findings().filter(|found| !found.via.is_empty()).map(decoded));
        lines.extend(self.outcome.exclusions.iter().map(|it| format!("not scanned      {}", it.reason)));
        lines.extend(self.outcome.gaps.iter().map(|gap| format!("not looked at    {}", gap.kind.as_str())));
        if lines.is_empty() {
            lines.push("no rule's keyword stands in this line, so no rule looks at it".to_owned());
        }
        format!("{file}:{}\n  {}\n", args.place.number, lines.join("\n  "))
    }

    /// Whether the keyword or the value stands in the line.
    fn is_here(&self, considered: &Considered) -> bool {
        let value =
            considered.span.as_ref().is_some_and(|span| span.start < self.line.end && self.line.start < span.end);
        self.line.contains(&considered.at) || value && considered.verdict.is_ok()
    }

    fn told(&self, considered: &Considered) -> String {
        let rule = self.engine.rules().get(considered.rule);
        let (id, place) = (&rule.info.id, self.keyword(considered, &rule.keywords[considered.keyword]));
        match (considered.verdict, &considered.span) {
            (Err(reason), _) => format!("dropped          {id}: {reason} ({place})"),
            (Ok(confidence), Some(span)) => self.kept(id, confidence.as_str(), span, &place),
            (Ok(confidence), None) => format!("kept {:11} {id} ({place})", confidence.as_str()),
        }
    }

    /// What became of a match once all were weighed against each other and policy was asked.
    fn kept(&self, id: &str, confidence: &str, span: &Range<usize>, place: &str) -> String {
        let over = |found: &&Finding| found.span.start < span.end as u64 && (span.start as u64) < found.span.end;
        match self.outcome.findings.iter().filter(|found| found.rule.id == id).find(over) {
            Some(Finding { status: Status::Open, confidence, .. }) => {
                format!("kept {:11} {id} ({place})", confidence.as_str())
            }
            Some(Finding { status: Status::Suppressed(suppression), .. }) => {
                format!("suppressed       {id}: accepted by policy, {} ({place})", suppression.reason)
            }
            None => match self.outcome.findings.iter().find(over) {
                Some(other) => format!("gives way        {id}: {} is surer or more specific ({place})", other.rule.id),
                None => format!(
                    "dropped          {id}: it is {confidence}, but stands without what it asks for beside it, or speaks of other files ({place})"
                ),
            },
        }
    }

    /// The keyword and where it stands. One inside a value is not told: it is a piece of it.
    fn keyword(&self, considered: &Considered, keyword: &str) -> String {
        if considered.span.as_ref().is_some_and(|span| span.contains(&considered.at)) {
            return "its keyword is the value's own".to_owned();
        }
        let keyword = Shown::from_bytes(keyword.as_bytes());
        match considered.at.checked_sub(self.line.start) {
            Some(before) => format!("keyword `{keyword}` at byte {}", before + 1),
            None => {
                let lines = memchr::memchr_iter(b'\n', &self.bytes[considered.at..self.line.start]).count();
                format!("keyword `{keyword}`, {lines} lines above")
            }
        }
    }

    fn findings(&self) -> impl Iterator<Item = &Finding> {
        let over =
            |found: &&Finding| (found.span.start as usize) < self.line.end && self.line.start < found.span.end as usize;
        self.outcome.findings.iter().filter(over)
    }
}

fn decoded(found: &Finding) -> String {
    format!("kept {:11} {} (inside {})", found.confidence.as_str(), found.rule.id, found.via.join(", then "))
}
