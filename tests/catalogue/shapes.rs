//! The files of many programs, commands and calls, each with its secrets: all of them are found as `likely`, and nothing
//! beside them. `testdata/shapes.txt` holds them as templates, so that no secret stands in the repository.

use std::ops::Range;

use data_encoding::BASE64;
use tightlip::engine::{Engine, Scratch, Window, resolve};
use tightlip::model::Confidence;

const WORDS: [&str; 12] =
    ["Gorse", "Thorn", "Winter", "Falcon", "Marsh", "Birch", "Stone", "Heron", "Quill", "Ember", "Cedar", "Otter"];

/// Draws values (SplitMix64).
struct Filler(u64);

impl Filler {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    fn text(&mut self, alphabet: &str, length: usize) -> String {
        (0..length).map(|_| alphabet.as_bytes()[self.below(alphabet.len())] as char).collect()
    }

    fn password(&mut self) -> String {
        let (first, second) = (WORDS[self.below(WORDS.len())], WORDS[self.below(WORDS.len())]);
        format!("{first}{}{}", 20 + self.below(80), second.to_lowercase())
    }

    fn value(&mut self, word: &str) -> String {
        const LETTERS: &str = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
        let (kind, length) = word.split_once(':').unwrap_or((word, "0"));
        let length: usize = length.parse().expect("a length");
        match kind {
            "pw" => self.password(),
            "b64" => BASE64.encode(self.password().as_bytes()),
            "basic" => BASE64.encode(format!("svc:{}", self.password()).as_bytes()),
            "uuid" => [8, 4, 4, 4, 12].map(|n| self.text("0123456789abcdef", n)).join("-"),
            "hex" => self.text("0123456789abcdef", length),
            "HEX" => self.text("0123456789ABCDEF", length),
            "b32" => self.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", length - 1) + "5",
            "b62" => "k7".to_owned() + &self.text(&[LETTERS, "0123456789"].concat(), length - 4) + "4Q",
            _ => panic!("nothing makes «{word}»"),
        }
    }

    /// The file with its secrets, and where they are.
    fn fill(&mut self, template: &str) -> (String, Vec<Range<usize>>) {
        let (mut text, mut places, mut rest) = (String::new(), Vec::new(), template);
        while let Some((before, from)) = rest.split_once('«') {
            let (word, after) = from.split_once('»').expect("what is opened is closed");
            text += before;
            let start = text.len();
            text += &self.value(word);
            places.push(start..text.len());
            rest = after;
        }
        (text + rest, places)
    }
}

/// The findings of a file that block by default.
fn likely(engine: &Engine, path: &str, text: &str) -> Vec<(Range<usize>, String)> {
    let mut matches = Vec::new();
    engine.scan(&mut Scratch::default(), &Window::whole(text.as_bytes()), &mut matches);
    matches.retain(|found| engine.rules().get(found.rule).paths.is_empty());
    let settled = resolve(engine.rules(), matches.into_iter().map(|found| (found, ())).collect());
    let sure = settled.into_iter().filter(|(found, ())| found.confidence >= Confidence::Likely);
    let told = |rule: &str| format!("{path}: {rule}");
    sure.map(|(found, ())| {
        let place = found.span.start as usize..found.span.end as usize;
        (place, told(&engine.rules().get(found.rule).info.id))
    })
    .collect()
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

#[test]
fn secrets_in_files_commands_and_code_are_found_and_nothing_beside_them() {
    let engine = Engine::new(tightlip::rules::load(&[]).unwrap_or_else(|error| panic!("{error}")));
    let mut faults = Vec::new();
    for (seed, file) in (0u64..).zip(include_str!("../../testdata/shapes.txt").split("\n@ ").skip(1)) {
        let (path, template) = file.split_once('\n').expect("a file has a path and a text");
        let (text, places) = Filler(seed).fill(template);
        let found = likely(&engine, path, &text);
        for place in places.iter().filter(|place| !found.iter().any(|(it, _)| overlap(it, place))) {
            let line = text[..place.start].rsplit('\n').next().unwrap_or_default();
            faults.push(format!("{path}: not found behind `{line}`"));
        }
        let beside = found.iter().filter(|(it, _)| !places.iter().any(|place| overlap(it, place)));
        faults.extend(beside.map(|(it, rule)| format!("{rule} found `{}`", &text[it.clone()])));
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}
