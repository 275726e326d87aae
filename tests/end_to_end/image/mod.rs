//! Container images: what is in them is found wherever it stands, once, with the place that leads to its cause; and what
//! cannot be looked at is told.

mod fates;
mod forms;
mod hostile;
mod maker;
mod places;
#[cfg(unix)]
mod tools;

use std::path::Path;

use crate::common::{self, *};
use tightlip::containers::Limits;
use tightlip::model::{Finding, Outcome};
use tightlip::sources::image::{Given, ImageOptions, Images, Platform, Reference};

/// What the references lead to.
fn given(references: &[String]) -> Vec<Given> {
    let origin = |text: &String| match Reference::open(text) {
        Ok(Reference::Local(origin)) => origin,
        Ok(Reference::Registry(name)) => panic!("{name} is nothing on this machine"),
        Err(problem) => panic!("{text}: {problem}"),
    };
    references.iter().map(|text| Given { text: text.clone(), origin: origin(text) }).collect()
}

/// Scans images with these options.
fn scan_images(references: &[String], threads: usize, change: impl FnOnce(&mut ImageOptions)) -> Outcome {
    let mut options = ImageOptions { threads, ..ImageOptions::default() };
    change(&mut options);
    scan_source(&Images::new(given(references), options), threads, Limits::default())
}

fn scan_image(reference: &str) -> Outcome {
    scan_images(&[reference.to_owned()], 2, |_| {})
}

fn oci(path: &Path) -> String {
    format!("oci:{}", path.display())
}

/// A finding by its place, and where that is in the image.
fn placed(finding: &Finding) -> String {
    let image = finding.image.as_ref().unwrap_or_else(|| panic!("{} is in no image", finding.place.shown()));
    let region = finding.region;
    let at = format!("{} {}:{}", finding.place.shown(), region.start_line, region.start_column);
    match &image.layer {
        None => at,
        Some(layer) => {
            let by = layer.fate.layer().map(|by| format!(" in {by}")).unwrap_or_default();
            format!("{at} layer {} {}{by}", layer.number, layer.fate.as_str())
        }
    }
}

fn all_placed(outcome: &Outcome) -> Vec<String> {
    let mut all: Vec<String> = outcome.findings.iter().map(placed).collect();
    all.sort();
    all
}

fn platform(text: &str) -> Option<Platform> {
    Some(Platform::parse(text).unwrap())
}

/// A line with a secret in it.
fn secret(seed: u64) -> String {
    format!("use {} here\n", token(seed))
}
