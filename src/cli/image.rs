//! `tightlip image`.

use super::Exit;
use super::args::ImageArgs;
use super::console::Talk;
use super::error::CliError;
use super::registry::Registries;
use super::scan::Scan;
use crate::model::{MASK, Shown, Target};
use crate::sources::image::{Given, ImageName, ImageOptions, Images, Origin, Platform, Reference};

/// Scans container images and reports.
pub(super) fn run(args: &ImageArgs, talk: Talk) -> Result<Exit, CliError> {
    let platform = args.platform.as_deref().map(platform).transpose()?;
    // An image has no say in the policy it is judged by: the configuration is that of the current directory.
    let scan = Scan::prepare(&args.scan.files.request(&args.scan.policy, &[]), &args.scan, talk)?;
    let (targets, bases) = open(args)?;
    let options =
        ImageOptions { threads: scan.settings.threads.value, limits: scan.settings.limits(), platform, bases };
    let names = args.images.iter().map(|name| Shown::from_bytes(name.as_bytes())).collect();
    scan.run(Target { command: "image", names }, &Images::new(targets, options))
}

fn platform(text: &str) -> Result<Platform, CliError> {
    let told = format!("--platform {text}: write it as os/architecture or os/architecture/variant: linux/arm64");
    Platform::parse(text).ok_or(CliError::Usage(told))
}

/// Opens images, and the bases they are built on.
fn open(args: &ImageArgs) -> Result<(Vec<Given>, Vec<Given>), CliError> {
    let texts = || args.images.iter().chain(&args.base);
    let reference = |text: &String| Reference::open(text).map_err(|problem| unusable(text, &problem));
    let references: Vec<Reference> = texts().map(reference).collect::<Result<_, _>>()?;
    let names: Vec<ImageName> = references.iter().filter_map(Reference::image_name).cloned().collect();
    let registries = Registries::new(&args.registry, &names)?;
    let origin = |reference| -> Result<Box<dyn Origin>, CliError> {
        match reference {
            Reference::Local(origin) => Ok(origin),
            Reference::Registry(name) => Ok(Box::new(registries.open(name)?)),
        }
    };
    let given = |(text, reference): (&String, _)| Ok(Given { text: text.clone(), origin: origin(reference)? });
    let mut given: Vec<Given> = texts().zip(references).map(given).collect::<Result<_, CliError>>()?;
    let bases = given.split_off(args.images.len());
    Ok((given, bases))
}

/// That a target cannot be opened. Of a name with an `@` only what follows is told: before it may stand a password.
fn unusable(text: &str, problem: &str) -> CliError {
    let name = match text.rsplit_once('@') {
        Some((_, rest)) => format!("{MASK}@{rest}"),
        None => text.to_owned(),
    };
    let name = Shown::from_bytes(name.as_bytes());
    CliError::Usage(format!("{name}: {problem}; nothing was scanned"))
}
