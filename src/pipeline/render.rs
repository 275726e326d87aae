//! Renders a report and looks at it once more before it is let out.

use super::names;
use crate::engine::{Engine, Scratch};
use crate::model::{Confidence, Outcome};
use crate::reporters::{Format, Style};

/// Text of tightlip's own, made of what others wrote: masked wherever the rules find anything.
pub fn masked(engine: &Engine, text: String) -> Vec<u8> {
    names::masked(engine, &mut Scratch::default(), text.into_bytes())
}

/// The report as it may be written: rendered, then scanned with the same rules, and masked wherever they find anything.
///
/// Nothing should be found there: every scanned text was masked when it was gathered. This is the second lock on the
/// door.
pub fn render(outcome: &Outcome, engine: &Engine, format: Format, style: Style) -> Vec<u8> {
    let mut report = Vec::new();
    format
        .reporter()
        .write(outcome, &engine.rules().infos(), style, &mut report)
        .expect("writing to memory does not fail");
    let found = names::found(Confidence::Likely, engine, &mut Scratch::default(), &report);
    format.mask(report, &found)
}
