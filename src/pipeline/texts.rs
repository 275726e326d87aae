//! Words that others wrote into an outcome (reasons, owners, remarks, authors, refs): masked before any format sees
//! them. The look at the rendered report cannot stand in for this: a format may write a quote as `&quot;`, and then no
//! rule knows the text again.

use std::collections::HashMap;

use super::names;
use crate::engine::{Engine, Scratch};
use crate::model::{Confidence, History, InImage, Outcome, Shown, Status};

/// Masks every text of the outcome that is neither a place nor an excerpt; those were masked when they were gathered.
pub(super) fn mask(outcome: &mut Outcome, engine: &Engine) {
    let mut masks = Masks { engine, scratch: Scratch::default(), known: HashMap::new() };
    for finding in &mut outcome.findings {
        if let Status::Suppressed(by) = &mut finding.status {
            masks.shown(&mut by.reason);
            by.owner.iter_mut().for_each(|owner| masks.text(owner));
        }
        // The name of a step is a command often, and may hold what the step does.
        finding.step.iter_mut().for_each(|step| masks.shown(step));
        finding.about.iter_mut().for_each(|about| masks.shown(about));
        finding.history.iter_mut().for_each(|history| masks.history(history));
        finding.image.iter_mut().for_each(|image| masks.image(image));
    }
    outcome.gaps.iter_mut().for_each(|gap| masks.shown(&mut gap.detail));
    outcome.exclusions.iter_mut().for_each(|exclusion| masks.text(&mut exclusion.reason));
    outcome.notes.iter_mut().for_each(|note| {
        masks.shown(&mut note.place);
        masks.shown(&mut note.text);
    });
    outcome.target.names.iter_mut().for_each(|name| masks.shown(name));
}

struct Masks<'a> {
    engine: &'a Engine,
    scratch: Scratch,
    /// One reason often stands beside many findings or exclusions.
    known: HashMap<String, String>,
}

impl Masks<'_> {
    fn history(&mut self, history: &mut History) {
        history.introduced.iter_mut().for_each(|commit| self.shown(&mut commit.author));
        history.refs.iter_mut().chain(&mut history.link).for_each(|text| self.shown(text));
    }

    fn image(&mut self, image: &mut InImage) {
        self.shown(&mut image.name);
        image.platform.iter_mut().for_each(|text| self.shown(text));
        if let Some(instruction) = image.layer.as_mut().and_then(|layer| layer.instruction.as_mut()) {
            // It is scanned content: what a person should look at has no business in it either.
            let text = instruction.as_str().as_bytes().to_vec();
            let masked = names::masked_from(Confidence::Review, self.engine, &mut self.scratch, text);
            *instruction = Shown::from_bytes(&masked);
        }
    }

    fn shown(&mut self, shown: &mut Shown) {
        let mut text = shown.as_str().to_owned();
        self.text(&mut text);
        *shown = Shown::from_bytes(text.as_bytes());
    }

    fn text(&mut self, text: &mut String) {
        if !self.known.contains_key(text) {
            let masked = names::masked(self.engine, &mut self.scratch, text.clone().into_bytes());
            self.known.insert(text.clone(), String::from_utf8_lossy(&masked).into_owned());
        }
        if let Some(masked) = self.known.get(text) {
            text.clone_from(masked);
        }
    }
}
