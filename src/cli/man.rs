//! `tightlip man`.

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use super::args::{Args, ManArgs};
use super::error::CliError;
use super::{Exit, output};

/// Prints the manual page of tightlip or of one of its commands.
pub(super) fn run(args: &ManArgs) -> Result<Exit, CliError> {
    let mut root = Args::command();
    root.build();
    let command = find(root, &args.command)?;
    let mut page = Vec::new();
    let rendered = Man::new(command).render(&mut page);
    rendered.map_err(|error| CliError::Output { name: "the manual page".into(), error })?;
    // The renderer names the section after nothing in it.
    let page = String::from_utf8_lossy(&page).replace("\n.SH EXTRA\n", "\n.SH EXAMPLES AND EXIT STATUS\n");
    output::to_stdout(page.as_bytes())?;
    Ok(Exit::Clean)
}

fn find(root: Command, names: &[String]) -> Result<Command, CliError> {
    let mut command = root;
    for name in names {
        let found = command.find_subcommand(name).cloned();
        let known = || command.get_subcommands().map(Command::get_name).collect::<Vec<_>>().join(", ");
        command =
            found.ok_or_else(|| CliError::Usage(format!("no command is called `{name}`; there are {}", known())))?;
    }
    Ok(command)
}
