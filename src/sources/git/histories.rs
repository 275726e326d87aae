//! The history of a repository and those of its submodules, as one source: each with addresses under its own path.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Mutex;

use super::history::{GitHistory, HistoryOptions};
use super::repository::Repository;
use super::submodules;
use crate::model::{BlobKind, Finding, Gap, GapKind, History, MadeOf, Place};
use crate::sources::source::{
    Content, Flow, Reviewed, Reviewer, Source, SourceError, Version, Visitor, Whereabouts, Worker,
};

/// The history of a repository, with those of its submodules that are here. Those that are not are gaps.
pub struct GitHistories {
    parts: Vec<Part>,
}

struct Part {
    /// What its addresses begin with.
    prefix: Vec<u8>,
    history: GitHistory,
    /// By which number its versions begin; known once it was walked.
    first: Mutex<u32>,
}

impl GitHistories {
    /// The histories of a repository and of its submodules.
    pub fn new(repository: Repository, options: HistoryOptions) -> Self {
        let (inner, own) = submodules::find(&repository);
        let part = |prefix, repository, options| Part {
            prefix,
            history: GitHistory::new(repository, options),
            first: Mutex::default(),
        };
        let mut parts = vec![part(Vec::new(), repository, HistoryOptions { submodules: Some(own), ..options.clone() })];
        parts.extend(inner.into_iter().map(|found| {
            let prefix = [&found.path, &b"/"[..]].concat();
            let options = HistoryOptions { submodules: Some(found.inner), expect_commits: None, ..options.clone() };
            part(prefix, found.repository, options)
        }));
        Self { parts }
    }
}

impl Part {
    fn first(&self) -> u32 {
        *self.first.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Source for GitHistories {
    fn walk(&self, visitor: &dyn Visitor) -> Result<(), SourceError> {
        let mut next = 0u32;
        for part in &self.parts {
            *part.first.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = next;
            part.history.walk(&Under { visitor, prefix: &part.prefix, first: next })?;
            next = next.saturating_add(part.history.count());
        }
        Ok(())
    }

    fn locate(&self, findings: &mut Vec<Finding>, gaps: &mut Vec<Gap>) {
        // It tells by the finding's own history alone.
        self.parts.iter().take(1).for_each(|part| part.history.locate(findings, gaps));
    }

    fn whereabouts(&self, versions: &[Version]) -> Option<Box<dyn Whereabouts + '_>> {
        let mut all = Places::default();
        for (at, part) in self.parts.iter().enumerate() {
            let first = part.first();
            let end = self.parts.get(at + 1).map_or(u32::MAX, Part::first);
            let own: Vec<Version> = versions
                .iter()
                .filter(|version| (first..end).contains(&version.0))
                .map(|version| Version(version.0 - first))
                .collect();
            if let (false, Some(places)) = (own.is_empty(), part.history.whereabouts(&own)) {
                all.add(&part.prefix, own.len(), places);
            }
        }
        Some(Box::new(all))
    }
}

/// Where versions of several repositories stand. Versions are in the order of the repositories.
#[derive(Default)]
struct Places<'a> {
    parts: Vec<Box<dyn Whereabouts + 'a>>,
    /// By part, its first version.
    firsts: Vec<usize>,
    /// By version, its places.
    of: Vec<Vec<u32>>,
    /// By place: the part, the place's number there, its path and kind.
    places: Vec<(usize, u32, Vec<u8>, BlobKind)>,
}

impl<'a> Places<'a> {
    fn add(&mut self, prefix: &[u8], versions: usize, part: Box<dyn Whereabouts + 'a>) {
        let (number, mut known) = (self.parts.len(), BTreeMap::new());
        self.firsts.push(self.of.len());
        for version in 0..versions {
            let places = part.places(version).iter().map(|place| {
                *known.entry(*place).or_insert_with(|| {
                    let (path, kind) = part.place(*place);
                    self.places.push((number, *place, [prefix, path].concat(), kind));
                    self.places.len() as u32 - 1
                })
            });
            let places = places.collect();
            self.of.push(places);
        }
        self.parts.push(part);
    }

    fn part(&self, version: usize) -> (&dyn Whereabouts, usize) {
        let number = self.firsts.partition_point(|first| *first <= version) - 1;
        (&*self.parts[number], version - self.firsts[number])
    }
}

impl Whereabouts for Places<'_> {
    fn places(&self, version: usize) -> &[u32] {
        &self.of[version]
    }

    fn place(&self, place: u32) -> (&[u8], BlobKind) {
        let (_, _, path, kind) = &self.places[place as usize];
        (path, *kind)
    }

    fn history(&self, place: u32, versions: &[usize]) -> (History, usize) {
        let (part, place, ..) = &self.places[place as usize];
        let first = self.firsts[*part];
        let own: Vec<usize> = versions.iter().map(|version| version - first).collect();
        let (history, chosen) = self.parts[*part].history(*place, &own);
        (history, chosen + first)
    }

    fn read(&self, version: usize, out: &mut Vec<u8>) -> Result<Option<Box<dyn Read + '_>>, String> {
        let (part, version) = self.part(version);
        part.read(version, out)
    }
}

/// A visitor that is told of one repository's content under the repository's path.
struct Under<'a> {
    visitor: &'a dyn Visitor,
    prefix: &'a [u8],
    first: u32,
}

impl Visitor for Under<'_> {
    fn worker(&self) -> Box<dyn Worker + Send + '_> {
        Box::new(UnderWorker { inner: self.visitor.worker(), prefix: self.prefix })
    }

    fn reviewer(&self) -> Box<dyn Reviewer + Send + '_> {
        Box::new(UnderReviewer { inner: self.visitor.reviewer(), first: self.first })
    }
}

struct UnderWorker<'a> {
    inner: Box<dyn Worker + Send + 'a>,
    prefix: &'a [u8],
}

impl UnderWorker<'_> {
    fn under(&self, name: &[u8]) -> Vec<u8> {
        [self.prefix, name].concat()
    }
}

impl Worker for UnderWorker<'_> {
    fn wants(&mut self, place: &Place<'_>, bytes: Option<u64>) -> bool {
        let name = self.under(place.name);
        self.inner.wants(&Place { name: &name, ..*place }, bytes)
    }

    fn blob(&mut self, place: &Place<'_>, content: Content<'_>) -> Flow {
        let name = self.under(place.name);
        self.inner.blob(&Place { name: &name, ..*place }, content)
    }

    fn folder(&mut self, place: &Place<'_>) {
        let name = self.under(place.name);
        self.inner.folder(&Place { name: &name, ..*place });
    }

    fn gap(&mut self, place: &Place<'_>, kind: GapKind, bytes: u64, detail: &str) {
        let name = self.under(place.name);
        self.inner.gap(&Place { name: &name, ..*place }, kind, bytes, detail);
    }

    fn excluded(&mut self, place: &Place<'_>, reason: &str, bytes: Option<u64>) {
        let name = self.under(place.name);
        self.inner.excluded(&Place { name: &name, ..*place }, reason, bytes);
    }

    fn note(&mut self, place: &Place<'_>, text: &str) {
        let name = self.under(place.name);
        self.inner.note(&Place { name: &name, ..*place }, text);
    }

    fn nothing(&mut self, place: &Place<'_>, reason: &str) {
        let name = self.under(place.name);
        self.inner.nothing(&Place { name: &name, ..*place }, reason);
    }
}

struct UnderReviewer<'a> {
    inner: Box<dyn Reviewer + Send + 'a>,
    first: u32,
}

impl UnderReviewer<'_> {
    fn moved(&self, version: Version) -> Version {
        Version(version.0.saturating_add(self.first))
    }
}

impl Reviewer for UnderReviewer<'_> {
    fn version(&mut self, version: Version, bytes: &[u8], made_of: Option<MadeOf<'_>>) -> Reviewed {
        self.inner.version(self.moved(version), bytes, made_of)
    }

    fn stream(&mut self, version: Version, stream: &mut dyn Read) -> bool {
        self.inner.stream(self.moved(version), stream)
    }

    fn name(&mut self, version: Version, name: &[u8]) -> bool {
        self.inner.name(self.moved(version), name)
    }

    fn gap(&mut self, version: Version, kind: GapKind, bytes: u64, detail: &str) {
        self.inner.gap(self.moved(version), kind, bytes, detail);
    }

    fn excluded(&mut self, version: Version, reason: &str, bytes: u64) {
        self.inner.excluded(self.moved(version), reason, bytes);
    }
}
