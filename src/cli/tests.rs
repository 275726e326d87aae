#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;

use clap::{Command, CommandFactory, Parser};

use super::args::{Args, Command as Typed};
use super::parse::file_report;
use crate::reporters::Format;

fn all(command: &Command, found: &mut Vec<Command>) {
    found.push(command.clone());
    command.get_subcommands().filter(|sub| sub.get_name() != "help").for_each(|sub| all(sub, found));
}

fn commands() -> Vec<Command> {
    let mut root = Args::command();
    root.build();
    let mut found = Vec::new();
    all(&root, &mut found);
    found
}

#[test]
fn the_definition_is_sound() {
    Args::command().debug_assert();
}

#[test]
fn help_speaks_of_every_command_and_flag() {
    for mut command in commands() {
        let help = command.render_long_help().to_string();
        assert!(command.get_about().is_some(), "{} says nothing of itself", command.get_name());
        for sub in command.get_subcommands() {
            assert!(help.contains(sub.get_name()), "{}: {}", command.get_name(), sub.get_name());
        }
        for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
            let told = arg.get_help().map(ToString::to_string).unwrap_or_default();
            assert!(!told.is_empty(), "{} {} has no help", command.get_name(), arg.get_id());
            let named =
                arg.get_long().map_or_else(|| arg.get_value_names().unwrap()[0].to_string(), |l| format!("--{l}"));
            assert!(help.contains(&named), "{}: {named}", command.get_name());
        }
    }
}

#[test]
fn scans_tell_their_exit_statuses() {
    let names = ["tightlip", "dir", "git", "log", "bundle", "baseline"];
    for mut command in commands().into_iter().filter(|command| names.contains(&command.get_name())) {
        let help = command.render_help().to_string();
        assert!(help.contains("Examples:") && help.contains("Exit status:"), "{help}");
        for status in ["0  clean", "1  findings", "2  usage", "3  incomplete"] {
            assert!(help.contains(status), "{status}");
        }
    }
}

#[test]
fn reports_name_a_format_and_a_file() {
    let good = file_report("sarif=a=b.sarif").unwrap();
    assert_eq!((good.format, good.file.as_path()), (Format::Sarif, Path::new("a=b.sarif")));
    for (text, cure) in [
        ("sarif", "FORMAT=FILE"),
        ("xml=a", "there are text, json, jsonl, sarif, github, gitlab, junit, html"),
        ("json=", "name a file"),
        ("json=-", "--format json"),
    ] {
        assert!(file_report(text).unwrap_err().contains(cure), "{text}");
    }
}

#[test]
fn the_target_is_the_current_directory_unless_named() {
    let Typed::Dir(dir) = Args::try_parse_from(["tightlip", "dir"]).unwrap().command else { panic!("not dir") };
    assert_eq!(dir.paths, [Path::new(".")]);
    assert_eq!(dir.scan.report.format, Format::Text);
}

#[test]
fn the_rules_that_help_speaks_of_exist() {
    let help = Args::command().render_help().to_string();
    let id = help.split("rules show ").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap();
    assert!(crate::rules::load(&[]).unwrap().by_name(id).is_some(), "{id}");
}

#[test]
fn the_readme_shows_the_jobs_as_they_are() {
    let readme = include_str!("../../README.md");
    for job in [
        include_str!("../../docs/ci/tightlip.github-workflow.yml"),
        include_str!("../../docs/ci/tightlip.gitlab-ci.yml"),
    ] {
        assert!(readme.contains(&["```yaml\n", job, "```\n"].concat()), "{job}");
    }
}

#[test]
fn the_readme_and_the_help_name_every_format() {
    let readme = include_str!("../../README.md");
    for format in Format::ALL {
        assert!(readme.contains(&format!("`{}`", format.as_str())), "{format:?}");
    }
}

#[test]
fn a_baseline_hands_its_job_to_any_scan() {
    use super::args::{Job, ScanCommand};
    for (words, expected) in [
        (&["create", "--reason", "x"][..], "Create"),
        (&["update", "--prune"], "prune: true"),
        (&["check", "--strict"], "strict: true"),
        (&["check"], "strict: false"),
    ] {
        let typed = [&["tightlip", "baseline"], words, &["dir", "--baseline", "b", "a"]].concat();
        let mut command = Args::try_parse_from(typed).unwrap().command;
        let Typed::Baseline(baseline) = &mut command else { panic!("not baseline") };
        let ScanCommand::Dir(dir) = baseline.command.scan() else { panic!("not dir") };
        let job: &Job = dir.scan.report.job.as_ref().unwrap();
        assert!(format!("{job:?}").contains(expected), "{job:?}");
        assert_eq!(
            (dir.paths.as_slice(), dir.scan.policy.baseline.as_deref()),
            ([Path::new("a").into()].as_slice(), Some(Path::new("b")))
        );
    }
}
