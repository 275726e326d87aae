//! Container images: every layer, platform and configuration of them, from wherever they stand.
//!
//! First everything is followed that the targets lead to, from index to manifest to configuration, and each blob is listed
//! once. Then the layers are read side by side, straight into the scan: verified, decompressed and taken apart while they
//! are read, nothing is written down. What a layer deletes is remembered, so that in the end every finding can say which
//! image, which layer, which instruction, and whether a container would see the file.

mod contents;
mod crew;
mod digest;
mod engine;
mod json;
mod layer;
mod layout;
mod locate;
mod manifest;
mod origin;
mod reference;
mod registry;
mod saved;
mod sheet;
mod shelf;
mod survey;
mod surveyor;

use std::collections::hash_map::RandomState;
use std::io::Read;
use std::sync::atomic::AtomicUsize;
use std::sync::{Mutex, PoisonError};

pub use manifest::Platform;
pub use origin::{Fault, MANIFEST_LIMIT, Origin, Root};
pub use reference::Reference;
pub use registry::{
    Action, Check, ImageName, Login, Plane, Preflight, Refusal, Registry, RegistryOptions, Scope, Standing, Trouble,
};
pub use survey::Given;

use crate::containers::Limits;
use crate::model::{BlobKind, Finding, Gap, GapKind, Place, Shown};
use crate::sources::{Content, Source, SourceError, Visitor, Worker, thread_count};
use contents::Contents;
use crew::Crew;
use locate::Located;
use survey::{Blob, Survey, Thing, Told};
use surveyor::Surveyor;

/// Options of an image scan.
#[derive(Default)]
pub struct ImageOptions {
    /// Threads; 0 means one for each core.
    pub threads: usize,
    /// How much work one layer may cause.
    pub limits: Limits,
    /// The one platform that is wanted of an index.
    pub platform: Option<Platform>,
    /// Images that the targets are built on.
    pub bases: Vec<Given>,
}

/// Container images.
pub struct Images {
    targets: Vec<Given>,
    options: ImageOptions,
    located: Mutex<Option<Located>>,
}

/// One thing to do.
enum Job {
    /// Read everything that a target can only give in its own order.
    Sweep(usize),
    /// Read a blob.
    Blob(usize),
    /// Scan the texts of the documents.
    Texts,
}

impl Images {
    /// The images of these targets.
    pub fn new(targets: Vec<Given>, options: ImageOptions) -> Self {
        Self { targets, options, located: Mutex::default() }
    }

    fn survey(&self) -> Result<Survey, SourceError> {
        let platform = self.options.platform.as_ref();
        let mut surveyor = Surveyor::new(&self.targets, platform);
        for (number, given) in self.targets.iter().enumerate() {
            surveyor.target(number).map_err(|problem| unusable(given, problem))?;
        }
        let mut survey = surveyor.survey;
        let mut bases = Surveyor::new(&self.options.bases, None);
        for (number, given) in self.options.bases.iter().enumerate() {
            bases.target(number).map_err(|problem| unusable(given, problem))?;
        }
        survey.mark_bases(&bases.survey);
        Ok(survey)
    }

    fn jobs(&self, survey: &Survey) -> Vec<Job> {
        let mut blobs: Vec<(u64, usize)> = Vec::new();
        let mut sweeps = Vec::new();
        for (number, thing) in survey.things.iter().enumerate() {
            let Thing::Blob(blob) = thing else { continue };
            match swept_by(&self.targets, blob) {
                None => blobs.push((blob.size, number)),
                Some(origin) => sweeps.push(origin),
            }
        }
        sweeps.sort_unstable();
        sweeps.dedup();
        // The largest first: what is begun last should be short.
        blobs.sort_by_key(|(size, number)| (std::cmp::Reverse(*size), *number));
        let blobs = blobs.into_iter().map(|(_, number)| Job::Blob(number));
        sweeps.into_iter().map(Job::Sweep).chain(blobs).chain([Job::Texts]).collect()
    }
}

impl Source for Images {
    fn walk(&self, visitor: &dyn Visitor) -> Result<(), SourceError> {
        let survey = self.survey()?;
        let contents: Vec<Mutex<Option<Contents>>> = survey.things.iter().map(|_| Mutex::default()).collect();
        let (hashes, paths) = (RandomState::new(), AtomicUsize::new(0));
        let crew = Crew::new(self.jobs(&survey));
        let bench = layer::Bench { crew: &crew, hashes: &hashes, limits: self.options.limits, paths: &paths };
        let walk = Walk { targets: &self.targets, survey: &survey, contents: &contents, bench: &bench };
        let work = || {
            let mut worker = visitor.worker();
            crew.work(&mut *worker, |job, worker| walk.job(job, worker));
        };
        std::thread::scope(|scope| {
            let others: Vec<_> = (1..thread_count(self.options.threads)).map(|_| scope.spawn(work)).collect();
            work();
            for other in others {
                other.join().unwrap_or_else(|payload| std::panic::resume_unwind(payload));
            }
        });
        let mut worker = visitor.worker();
        walk.rest(&mut *worker);
        tell(&survey, &mut *worker);
        let contents =
            contents.into_iter().map(|one| one.into_inner().unwrap_or_else(PoisonError::into_inner)).collect();
        let located = Located { survey, contents, hashes };
        *self.located.lock().unwrap_or_else(PoisonError::into_inner) = Some(located);
        Ok(())
    }

    fn locate(&self, findings: &mut Vec<Finding>, gaps: &mut Vec<Gap>) {
        let located = self.located.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(located) = &*located {
            findings.iter_mut().for_each(|finding| located.finding(finding));
            gaps.iter_mut().for_each(|gap| located.gap(gap));
        }
    }
}

/// What every thread of a walk knows.
struct Walk<'a> {
    targets: &'a [Given],
    survey: &'a Survey,
    contents: &'a [Mutex<Option<Contents>>],
    bench: &'a layer::Bench<'a, Job>,
}

impl Walk<'_> {
    fn job(&self, job: Job, worker: &mut dyn Worker) {
        match job {
            Job::Texts => self.texts(worker),
            Job::Blob(number) => self.blob(number, worker),
            Job::Sweep(origin) => self.sweep(origin, worker),
        }
    }

    fn texts(&self, worker: &mut dyn Worker) {
        for (number, thing) in self.survey.things.iter().enumerate() {
            if let Thing::Text(sheet, _) = thing {
                let place = Place::new(BlobKind::Image, sheet.name.as_bytes()).in_version(version(number));
                if worker.wants(&place, Some(sheet.text.len() as u64)) {
                    self.bench.crew.note(worker.blob(&place, Content::Bytes(sheet.text.as_bytes())));
                }
            }
        }
    }

    /// Reads a blob from the first target that has it as it should be; what was wrong with the others is told.
    fn blob(&self, number: usize, worker: &mut dyn Worker) {
        let Some(Thing::Blob(blob)) = self.survey.things.get(number) else { return };
        for origin in &blob.origins {
            let Some(given) = self.targets.get(*origin).filter(|given| !given.origin.is_sequential()) else { continue };
            match given.origin.blob(blob.digest.as_str(), blob.size) {
                Ok(mut reader) => {
                    if self.read(number, blob, &mut *reader, worker) {
                        return;
                    }
                }
                Err(fault) => missing(number, blob, &fault, worker),
            }
        }
    }

    fn read(&self, number: usize, blob: &Blob, reader: &mut dyn Read, worker: &mut dyn Worker) -> bool {
        let (contents, right) = layer::look(self.bench, blob, version(number), reader, worker);
        if let Some(slot) = self.contents.get(number) {
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(contents);
        }
        right
    }

    fn sweep(&self, origin: usize, worker: &mut dyn Worker) {
        let Some(given) = self.targets.get(origin) else { return };
        let mut seen = vec![false; self.survey.things.len()];
        let swept = given.origin.sweep(&mut |digest, reader| {
            let Some((number, blob)) = self.survey.blob(digest) else { return };
            if swept_by(self.targets, blob) == Some(origin) && !std::mem::replace(&mut seen[number], true) {
                self.read(number, blob, reader, worker);
            }
        });
        if let Err(fault) = swept {
            worker.gap(&Place::new(BlobKind::Image, given.text.as_bytes()), fault.kind, 0, &fault.detail);
        }
        for (number, thing) in self.survey.things.iter().enumerate() {
            if let Thing::Blob(blob) = thing
                && swept_by(self.targets, blob) == Some(origin)
                && !seen[number]
            {
                let fault = Fault { kind: GapKind::Missing, detail: "it is not in the archive".to_owned() };
                missing(number, blob, &fault, worker);
            }
        }
    }

    /// Looks at what the targets hold beside their images.
    fn rest(&self, worker: &mut dyn Worker) {
        for given in self.targets {
            let used = |digest: &str| self.survey.knows(digest);
            let told = given.origin.rest(&used, &mut |name, reader| {
                let place = Place::new(BlobKind::Image, name.as_bytes());
                if worker.wants(&place, None) {
                    self.bench.crew.note(worker.blob(&place, Content::Stream(reader)));
                }
            });
            if let Err(fault) = told {
                worker.gap(&Place::new(BlobKind::Image, given.text.as_bytes()), fault.kind, 0, &fault.detail);
            }
        }
    }
}

/// The target whose sweep brings a blob; `None` for one that some target can give by itself.
fn swept_by(targets: &[Given], blob: &Blob) -> Option<usize> {
    let sequential = |origin: &usize| targets.get(*origin).is_some_and(|given| given.origin.is_sequential());
    blob.origins.iter().all(sequential).then(|| blob.origins.first().copied()).flatten()
}

/// Tells that a blob is not there. A foreign layer is not expected to be.
fn missing(number: usize, blob: &Blob, fault: &Fault, worker: &mut dyn Worker) {
    let place = Place::new(BlobKind::Image, blob.label.as_bytes()).in_version(version(number));
    if blob.kind == manifest::LayerKind::Foreign {
        let detail = "a foreign layer, which its author keeps elsewhere; it was not fetched";
        return worker.gap(&place, GapKind::Elsewhere, blob.size, detail);
    }
    worker.gap(&place, fault.kind, blob.size, &fault.detail);
}

/// The number that leads from a finding back to its thing; 0 is what stands in none.
fn version(number: usize) -> u32 {
    u32::try_from(number + 1).unwrap_or(0)
}

/// Hands on what the survey has to tell, and which images the report speaks of.
fn tell(survey: &Survey, worker: &mut dyn Worker) {
    let place = |text: &str| Shown::from_bytes(text.as_bytes()).into_string();
    for told in &survey.told {
        match told {
            Told::Gap { place, kind, bytes, detail } => {
                worker.gap(&Place::new(BlobKind::Image, place.as_bytes()), *kind, *bytes, detail);
            }
            Told::Excluded { place, reason, bytes } => {
                worker.excluded(&Place::new(BlobKind::Image, place.as_bytes()), reason, Some(*bytes));
            }
        }
    }
    for image in &survey.images {
        let platform = image.platform.as_ref().map(|platform| format!(" {platform}")).unwrap_or_default();
        let base = image.strata.iter().filter(|stratum| stratum.base).count();
        let base = if base > 0 { format!(", {base} of them of the base image") } else { String::new() };
        let (noun, layers) = (if image.is_image { "image" } else { "artifact" }, image.strata.len());
        let s = if layers == 1 { "" } else { "s" };
        let text = format!("{noun} {}{platform}: {layers} layer{s}{base}", image.digest);
        worker.note(&Place::new(BlobKind::Image, place(&image.name).as_bytes()), &text);
    }
}

fn unusable(given: &Given, problem: String) -> SourceError {
    SourceError::Unusable { target: Shown::from_bytes(given.text.as_bytes()), problem }
}
