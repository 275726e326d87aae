//! A holder of containers as the pipeline is one: it opens what it recognizes and keeps what it does not.

use std::collections::BTreeMap;
use std::io::Read;

use crate::containers::{Body, Budget, Fault, HEAD, Limits, Members, Step, recognize};
use crate::model::GapKind;

/// Everything that came out of a blob.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Address and content of every leaf, in the order they came.
    pub(super) leaves: Vec<(String, Vec<u8>)>,
    /// Address and text.
    pub(super) texts: Vec<(String, Vec<u8>)>,
    /// Address and bytes of containers that are scanned as they stand, too.
    pub(super) plain: Vec<(String, Vec<u8>)>,
    /// Address, kind and detail.
    pub(super) gaps: Vec<(String, GapKind, String)>,
}

impl Found {
    /// Opens `bytes` as a blob.
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self::within(bytes, Limits::default())
    }

    /// The same under `limits`.
    pub(super) fn within(bytes: &[u8], limits: Limits) -> Self {
        let mut found = Self::default();
        let mut budget = Budget::new(limits);
        match recognize(head(bytes)) {
            Some(container) => container.open(Body::Bytes(bytes), &mut budget, &mut found.at("")),
            None => found.leaves.push((String::new(), bytes.to_vec())),
        }
        found
    }

    /// Opens `body` with the container that `like` is.
    pub(super) fn opened(like: &[u8], body: Body<'_>) -> Self {
        let mut found = Self::default();
        let container = recognize(head(like)).expect("a container");
        container.open(body, &mut Budget::new(Limits::default()), &mut found.at(""));
        found
    }

    /// Opens `bytes` as a stream when there is no memory to hold any of it.
    pub(super) fn streamed(like: &[u8], mut bytes: &[u8]) -> Self {
        let mut found = Self::default();
        let mut budget = Budget::new(Limits::default());
        let _held = budget.meter().hold(u64::MAX);
        recognize(head(like)).expect("a container").open(Body::Stream(&mut bytes), &mut budget, &mut found.at(""));
        found
    }

    /// The leaves by address.
    pub(super) fn map(&self) -> BTreeMap<&str, &[u8]> {
        self.leaves.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect()
    }

    /// The kinds of all gaps.
    pub(super) fn kinds(&self) -> Vec<GapKind> {
        self.gaps.iter().map(|(_, kind, _)| *kind).collect()
    }

    /// Whether some text holds `wanted`.
    pub(super) fn tells(&self, wanted: &[u8]) -> bool {
        self.texts.iter().any(|(_, text)| memchr::memmem::find(text, wanted).is_some())
    }

    /// Whether some leaf holds `wanted`.
    pub(super) fn holds(&self, wanted: &[u8]) -> bool {
        self.leaves.iter().any(|(_, content)| memchr::memmem::find(content, wanted).is_some())
    }

    /// What takes members whose addresses begin with `prefix`.
    pub(super) fn at(&mut self, prefix: &str) -> Collector<'_> {
        Collector { found: self, prefix: prefix.to_owned() }
    }
}

fn head(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len().min(HEAD)]
}

/// See [`Found::at`].
pub(super) struct Collector<'a> {
    found: &'a mut Found,
    prefix: String,
}

impl Collector<'_> {
    fn address(&self, name: &[u8]) -> String {
        let name = String::from_utf8_lossy(name);
        if self.prefix.is_empty() { name.into_owned() } else { format!("{}!{name}", self.prefix) }
    }
}

impl Members for Collector<'_> {
    fn member(&mut self, name: &[u8], content: &mut dyn Read, budget: &mut Budget) -> Step {
        let address = self.address(name);
        let mut start = Vec::new();
        let mut error = content.take(HEAD as u64).read_to_end(&mut start).err();
        if let (None, Some(container)) = (&error, recognize(&start)) {
            let mut stream = start.as_slice().chain(content);
            container.open(Body::Stream(&mut stream), budget, &mut self.found.at(&address));
            return Step::Continue;
        }
        if error.is_none() {
            error = content.read_to_end(&mut start).err();
        }
        if let Some(error) = error {
            let fault = Fault::of(&error);
            self.found.gaps.push((address.clone(), fault.kind, fault.detail));
        }
        self.found.leaves.push((address, start));
        Step::Continue
    }

    fn plain(&mut self, content: &mut dyn Read) {
        let mut bytes = Vec::new();
        let read = content.read_to_end(&mut bytes);
        if let Err(error) = read {
            let fault = Fault::of(&error);
            self.found.gaps.push((self.prefix.clone(), fault.kind, fault.detail));
        }
        self.found.plain.push((self.prefix.clone(), bytes));
    }

    fn text(&mut self, name: &[u8], text: &[u8]) {
        self.found.texts.push((self.address(name), text.to_vec()));
    }

    fn gap(&mut self, name: &[u8], kind: GapKind, _: u64, detail: &str) {
        self.found.gaps.push((self.address(name), kind, detail.to_owned()));
    }
}
