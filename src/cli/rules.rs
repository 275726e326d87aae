//! `tightlip rules`.

use std::fmt::Write as _;

use serde::Serialize;

use super::args::{FileFlags, ListFormat, RulesArgs, RulesCommand};
use super::console::Talk;
use super::error::CliError;
use super::{Exit, console, output, rules_import, rules_page};
use crate::config::{Settings, nearest};
use crate::engine::{self, Engine};
use crate::model::{RuleInfo, Shown};
use crate::rules::{Evidence, RuleSet};

/// Lists, shows, checks or imports rules.
pub(super) fn run(args: &RulesArgs, talk: Talk) -> Result<Exit, CliError> {
    match &args.command {
        RulesCommand::List(args) => list(&load(&args.files)?, args.format),
        RulesCommand::Show(args) => show(&load(&args.files)?, &args.id),
        RulesCommand::Check(args) => check(load(&args.files)?),
        RulesCommand::Import(args) => rules_import::run(args, talk),
    }
}

fn load(files: &FileFlags) -> Result<RuleSet, CliError> {
    Ok(Settings::load(&files.rules_request())?.rules()?.set)
}

fn list(rules: &RuleSet, format: ListFormat) -> Result<Exit, CliError> {
    let text = match format {
        ListFormat::Text => table(rules),
        ListFormat::Json => json(rules)?,
    };
    output::to_stdout(text.as_bytes())?;
    Ok(Exit::Clean)
}

fn table(rules: &RuleSet) -> String {
    let width = rules.rules().iter().map(|rule| rule.info.id.len()).max().unwrap_or(0).max(2);
    let mut text = format!("{:width$}  severity  confidence  name\n", "id");
    for rule in rules.rules() {
        let (info, name) = (&rule.info, Shown::from_bytes(rule.info.name.as_bytes()));
        let (severity, confidence) = (info.severity.as_str(), info.confidence.as_str());
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{:width$}  {severity:8}  {confidence:10}  {name}", info.id);
    }
    text
}

/// A rule in the JSON list.
#[derive(Serialize)]
struct Listed<'a> {
    #[serde(flatten)]
    info: &'a RuleInfo,
    keywords: &'a [String],
}

fn json(rules: &RuleSet) -> Result<String, CliError> {
    let listed: Vec<_> =
        rules.rules().iter().map(|rule| Listed { info: &rule.info, keywords: &rule.keywords }).collect();
    let text = serde_json::to_string_pretty(&listed);
    text.map(|text| text + "\n").map_err(|error| CliError::Output { name: "the list".into(), error: error.into() })
}

fn show(rules: &RuleSet, id: &str) -> Result<Exit, CliError> {
    let Some((_, rule)) = rules.by_name(id) else {
        let ids = rules.rules().iter().map(|rule| rule.info.id.as_str());
        let cure = match nearest(id, ids) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`tightlip rules list` names all rules".to_owned(),
        };
        return Err(CliError::Usage(format!("no rule has the id `{id}`; {cure}")));
    };
    output::to_stdout(rules_page::page(rule, &rules.evidence(rule)).as_bytes())?;
    Ok(Exit::Clean)
}

fn check(rules: RuleSet) -> Result<Exit, CliError> {
    let engine = Engine::new(rules);
    let failures = engine::check(&engine);
    if !failures.is_empty() {
        failures.iter().for_each(|failure| console::error(&failure.to_string()));
        return Ok(Exit::Error);
    }
    let rules = engine.rules();
    let evidence: Vec<_> = rules.rules().iter().map(|rule| rules.evidence(rule)).collect();
    let sum = |count: fn(&Evidence) -> usize| evidence.iter().map(count).sum::<usize>();
    let text = format!(
        "{} rules are sound: {} examples are found, {} counterexamples and {} near misses left alone\n",
        evidence.len(),
        sum(|of| of.examples.len()),
        sum(|of| of.counterexamples.len()),
        sum(|of| of.near_misses.len()),
    );
    output::to_stdout(text.as_bytes())?;
    Ok(Exit::Clean)
}
