//! Runs the engine over samples and counts.

use std::collections::BTreeMap;

use tightlip::engine::{Engine, Scratch, Window, resolve};
use tightlip::model::{BlobKind, Confidence, Match, Provenance};
use tightlip::pipeline::RulePaths;

use super::samples::{Label, Sample};

/// Tiers, each with all above it.
pub const TIERS: [Confidence; 3] = [Confidence::Confirmed, Confidence::Likely, Confidence::Review];

/// What was right and what was wrong.
#[derive(Clone, Copy, Debug, Default)]
pub struct Count {
    /// Lines with a secret that were found.
    pub found: usize,
    /// Lines with a secret that were not.
    pub missed: usize,
    /// Lines without one that were reported.
    pub wrong: usize,
}

impl Count {
    pub fn recall(&self) -> f64 {
        share(self.found, self.found + self.missed)
    }

    pub fn precision(&self) -> f64 {
        share(self.found, self.found + self.wrong)
    }

    pub fn f1(&self) -> f64 {
        let (recall, precision) = (self.recall(), self.precision());
        if recall + precision > 0.0 { 2.0 * recall * precision / (recall + precision) } else { 0.0 }
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// The count of one tier and all above it.
#[derive(Default)]
pub struct Tier {
    pub all: Count,
    pub kinds: BTreeMap<String, Count>,
    /// Clean lines that were reported, and how many there are.
    pub clean: (usize, usize),
    /// Each wrong line by its template: missed, or reported without cause.
    pub mistakes: BTreeMap<String, usize>,
}

impl Tier {
    /// The share of clean lines that were reported.
    pub fn clean_rate(&self) -> f64 {
        self.clean.0 as f64 / self.clean.1.max(1) as f64
    }
}

/// The counts of all tiers.
pub fn measure(engine: &Engine, samples: impl Iterator<Item = Sample>) -> [Tier; 3] {
    let (mut tiers, mut scratch) = (<[Tier; 3]>::default(), Scratch::default());
    let paths = RulePaths::of(engine.rules());
    for sample in samples {
        let found = settled(engine, &paths, &mut scratch, &sample);
        for (tier, least) in tiers.iter_mut().zip(TIERS) {
            count(tier, engine, &sample, &found, least);
        }
    }
    tiers
}

fn settled(engine: &Engine, paths: &RulePaths, scratch: &mut Scratch, sample: &Sample) -> Vec<Match> {
    let mut matches = Vec::new();
    engine.scan(scratch, &Window::whole(sample.text.as_bytes()), &mut matches);
    let address = Provenance::new(sample.name.as_str(), BlobKind::File);
    matches.retain(|found| paths.speaks_of(found.rule, Some(&address)));
    let all = resolve(engine.rules(), matches.into_iter().map(|found| (found, ())).collect());
    all.into_iter().map(|(found, ())| found).collect()
}

fn count(tier: &mut Tier, engine: &Engine, sample: &Sample, found: &[Match], least: Confidence) {
    for line in &sample.lines {
        let here = |found: &&Match| {
            let span = found.span.start as usize..found.span.end as usize;
            found.confidence >= least && span.start < line.span.end && line.span.start < span.end
        };
        let hit = found.iter().find(here);
        let kind = match (&line.label, hit) {
            (Label::Secret(kind), _) => kind.clone(),
            (_, Some(hit)) => kind_of(&engine.rules().get(hit.rule).info.id).to_owned(),
            (_, None) => {
                tier.clean.1 += usize::from(line.label == Label::Clean);
                continue;
            }
        };
        let (field, told): (fn(&mut Count) -> &mut usize, _) = match (&line.label, hit) {
            (Label::Secret(_), Some(_)) => (|count| &mut count.found, None),
            (Label::Secret(_), None) => (|count| &mut count.missed, Some("missed")),
            _ => (|count| &mut count.wrong, Some("wrong")),
        };
        *field(&mut tier.all) += 1;
        *field(tier.kinds.entry(kind).or_default()) += 1;
        if line.label == Label::Clean {
            tier.clean.0 += 1;
            tier.clean.1 += 1;
        }
        if let Some(told) = told {
            *tier.mistakes.entry(format!("{told:6}  {}: {}", sample.name, line.template)).or_default() += 1;
        }
    }
}

/// The kind a rule speaks of, in the corpus's words.
fn kind_of(rule: &str) -> &'static str {
    match rule {
        "generic-token" => "token",
        "url-password" => "url",
        "password-hash" => "hash",
        "private-key" => "private-key",
        _ if rule.contains("password") || rule.contains("passphrase") => "password",
        _ => "provider",
    }
}
