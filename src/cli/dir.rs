//! `tightlip dir`.

use super::Exit;
use super::args::DirArgs;
use super::console::Talk;
use super::error::CliError;
use super::scan::{Scan, target};
use crate::sources::{Dir, DirOptions};

/// Scans a working tree and reports.
pub(super) fn run(args: &DirArgs, talk: Talk) -> Result<Exit, CliError> {
    let mut request = args.scan.files.request(&args.scan.policy, &args.paths);
    request.flags.no_ignore = args.no_ignore;
    let scan = Scan::prepare(&request, &args.scan, talk)?;
    let options = DirOptions {
        ignore_files: scan.settings.ignore_files.value,
        threads: scan.settings.threads.value,
        ..DirOptions::default()
    };
    scan.run(target("dir", &args.paths), &Dir::new(args.paths.clone(), options))
}
