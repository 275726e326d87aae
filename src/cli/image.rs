//! `tightlip image`.

use super::Exit;
use super::args::ImageArgs;
use super::console::Talk;
use super::error::CliError;
use super::scan::Scan;
use crate::model::{Shown, Target};
use crate::sources::image::{Given, ImageOptions, Images, Origin, Platform, Reference};

/// Scans container images and reports.
pub(super) fn run(args: &ImageArgs, talk: Talk) -> Result<Exit, CliError> {
    let platform = args.platform.as_deref().map(platform).transpose()?;
    // An image has no say in the policy it is judged by: the configuration is that of the current directory.
    let scan = Scan::prepare(&args.scan.files.request(&args.scan.policy, &[]), &args.scan, talk)?;
    let (targets, bases) = (open(&args.images)?, open(&args.base)?);
    let options =
        ImageOptions { threads: scan.settings.threads.value, limits: scan.settings.limits(), platform, bases };
    let names = args.images.iter().map(|name| Shown::from_bytes(name.as_bytes())).collect();
    scan.run(Target { command: "image", names }, &Images::new(targets, options))
}

fn platform(text: &str) -> Result<Platform, CliError> {
    let told = format!("--platform {text}: write it as os/architecture or os/architecture/variant: linux/arm64");
    Platform::parse(text).ok_or(CliError::Usage(told))
}

fn open(names: &[String]) -> Result<Vec<Given>, CliError> {
    let one = |name: &String| {
        let origin = match Reference::open(name) {
            Ok(Reference::Local(origin)) => origin,
            Ok(Reference::Registry(reference)) => registry(&reference)?,
            Err(problem) => return Err(unusable(name, &problem)),
        };
        Ok(Given { text: name.clone(), origin })
    };
    names.iter().map(one).collect()
}

/// The image that a registry has under this name.
fn registry(reference: &str) -> Result<Box<dyn Origin>, CliError> {
    Err(unusable(reference, "there is no such file or folder, and registries are not read yet"))
}

fn unusable(name: &str, problem: &str) -> CliError {
    let name = Shown::from_bytes(name.as_bytes());
    CliError::Usage(format!("{name}: {problem}; nothing was scanned"))
}
