//! Labelled samples: text files under `testdata/corpora`, in which every line says what it is.
//!
//! `@ name` begins a sample. A line that begins with `+kind ` holds a secret of that kind, one with `-` looks like it and
//! holds none, one with a blank is there for its neighbours. `«pw»` and its kin are filled in when a sample is made, so
//! that no secret stands in the repository.

use std::ops::Range;
use std::path::Path;

use super::fill::{Filler, fill};

/// A sample as it stands in the file.
pub struct Template {
    /// The name of the file it is like.
    pub name: String,
    lines: Vec<(Label, String)>,
}

/// What a line is said to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Label {
    /// A secret of this kind.
    Secret(String),
    /// Nothing, though it looks like it.
    Clean,
    /// Nothing of interest.
    Filler,
}

/// A line of a sample, filled in. A key block is one line here.
pub struct Line {
    pub label: Label,
    pub span: Range<usize>,
    /// The line as it stands in the template.
    pub template: String,
}

/// A sample with its secrets filled in.
pub struct Sample {
    pub name: String,
    pub text: String,
    pub lines: Vec<Line>,
}

impl Template {
    /// The sample that this seed makes of it.
    pub fn sample(&self, seed: u64) -> Sample {
        let mut filler = Filler::new(&self.name, seed);
        let (mut text, mut lines) = (String::new(), Vec::new());
        for (label, template) in &self.lines {
            let start = text.len();
            text += &fill(template, &mut filler);
            lines.push(Line { label: label.clone(), span: start..text.len(), template: template.clone() });
            text.push('\n');
        }
        Sample { name: self.name.clone(), text, lines }
    }
}

/// The halves: one to tune on, one that is only measured, with other shapes and other values.
pub const HALVES: [&str; 2] = ["tune", "measured"];

/// How many samples are made of each template.
pub const SEEDS: u64 = 25;

/// All samples of a half.
pub fn samples(half: &str) -> Vec<Sample> {
    let first = if half == HALVES[0] { 0 } else { 1_000_000 };
    load(half).iter().flat_map(|template| (first..first + SEEDS).map(|seed| template.sample(seed))).collect()
}

/// Every template of a half.
fn load(half: &str) -> Vec<Template> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/corpora").join(half);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    files.sort();
    files.iter().flat_map(|file| parse(&std::fs::read_to_string(file).expect("a readable file"))).collect()
}

fn parse(text: &str) -> Vec<Template> {
    let mut templates: Vec<Template> = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("@ ") {
            templates.push(Template { name: name.to_owned(), lines: Vec::new() });
            continue;
        }
        let lines = &mut templates.last_mut().expect("a sample begins with its name").lines;
        let (first, rest) = line.split_at(1.min(line.len()));
        lines.push(match first {
            "+" => {
                let (kind, text) = rest.split_once(' ').expect("a kind, then the line");
                (Label::Secret(kind.to_owned()), text.to_owned())
            }
            "-" => (Label::Clean, rest.to_owned()),
            " " | "" => (Label::Filler, rest.to_owned()),
            _ => panic!("{line:?} begins with none of `@`, `+`, `-` and a blank"),
        });
    }
    templates
}
