//! For people: each finding with its masked line and what to do, then what was not looked at, then the verdict.
//!
//! Open findings come first, the blocking ones before the others; the verdict stands last, next to the prompt. A clean
//! run is the ledger and the verdict.

mod accounts;
mod ending;
mod finding;
mod layout;
mod paint;
mod sorted;

use std::io::{self, BufWriter, Write};

use super::reporter::{Reporter, Style};
use crate::model::{Outcome, RuleInfo};
use finding::{FindingWriter, Weight};
use paint::Paint;
use sorted::Sorted;

pub(super) struct Text;

impl Reporter for Text {
    fn write(&self, outcome: &Outcome, _: &[&RuleInfo], style: Style, out: &mut dyn Write) -> io::Result<()> {
        let mut out = BufWriter::new(out);
        let paint = Paint::new(style.colour);
        let sorted = Sorted::of(outcome);
        findings(&sorted, paint, &mut out)?;
        accounts::suppressed(&sorted.suppressed, paint, &mut out)?;
        accounts::gaps(&outcome.gaps, paint, &mut out)?;
        accounts::exclusions(&outcome.exclusions, paint, &mut out)?;
        accounts::notes(&outcome.notes, paint, &mut out)?;
        ending::write(outcome, &sorted, paint, &mut out)?;
        out.flush()
    }
}

fn findings(sorted: &Sorted<'_>, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let writer = FindingWriter { sorted, paint };
    let blocking = sorted.blocking.iter().map(|f| (f, Weight::Blocks));
    let below = sorted.below.iter().map(|f| (f, Weight::Below));
    for (i, (finding, weight)) in blocking.chain(below).enumerate() {
        writer.write(i + 1, finding, weight, out)?;
    }
    Ok(())
}
