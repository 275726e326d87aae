//! `tightlip bundle`.

use super::Exit;
use super::args::BundleArgs;
use super::console::Talk;
use super::error::CliError;
use super::manifest::Manifest;
use super::output;
use super::scan::{Scan, target};
use crate::sources::{Dir, DirOptions};

/// Scans what is about to be shared and reports.
pub(super) fn run(args: &BundleArgs, talk: Talk) -> Result<Exit, CliError> {
    if let Some(path) = &args.manifest {
        output::check_file(path)?;
    }
    let mut request = args.scan.files.request_named(&args.scan.policy);
    (request.flags.no_inline, request.flags.no_ignore) = (true, true);
    let scan = Scan::prepare(&request, &args.scan, talk)?;
    let options = DirOptions { ignore_files: false, inside_git: true, threads: scan.settings.threads.value };
    let source = Dir::new(args.paths.clone(), options);
    let Some(path) = &args.manifest else { return scan.run(target("bundle", &args.paths), &source) };
    let manifest = Manifest::default();
    let mut outcome = scan.outcome(target("bundle", &args.paths), &source, &manifest)?;
    let written = output::to_file(path, &scan.masked(manifest.finish(&outcome)));
    let exit = scan.finish(&mut outcome)?;
    scan.write(&outcome)?;
    written?;
    Ok(exit)
}
