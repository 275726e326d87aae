//! `tightlip rules import`: another scanner's configuration as a pack, and on standard error what changed.

use std::collections::BTreeSet;

use super::args::RulesImportArgs;
use super::console::Talk;
use super::error::CliError;
use super::{Exit, output};
use crate::model::Shown;
use crate::rules;

/// Converts a configuration.
pub(super) fn run(args: &RulesImportArgs, talk: Talk) -> Result<Exit, CliError> {
    let file = Shown::from_bytes(args.file.as_os_str().as_encoded_bytes());
    let text = std::fs::read_to_string(&args.file)
        .map_err(|error| CliError::Usage(format!("{file}: cannot be read ({error}); name a file")))?;
    let built_in = rules::load(&[]).map_err(|error| CliError::Usage(error.to_string()))?;
    let taken: BTreeSet<String> = built_in.rules().iter().map(|rule| rule.info.id.clone()).collect();
    let imported = rules::import(&text, &taken).map_err(|error| {
        CliError::Usage(format!("{file}: {error}; a configuration of gitleaks or betterleaks is wanted"))
    })?;
    match &args.output {
        Some(path) => output::to_file(path, imported.pack.as_bytes())?,
        None => output::to_stdout(imported.pack.as_bytes())?,
    }
    for note in &imported.notes {
        talk.note(Talk::Normal, Shown::from_bytes(note.to_string().as_bytes()).as_str());
    }
    let (kept, all) = imported.rules;
    let next = "`tightlip rules check --rules PACK` runs their examples; read names, severities and advice before you rely on them";
    talk.note(Talk::Normal, &format!("{kept} of {all} rules were converted; {next}"));
    Ok(Exit::Clean)
}
