//! From a pattern without bounds to one with them: what our windows need.

use regex_syntax::hir::{Capture, Hir, HirKind, Repetition};

use super::super::analysis::{self, MAX_MATCH};

/// How often a repetition without a bound may repeat; the first that makes matches short enough is taken.
const BOUNDS: [u32; 5] = [512, 256, 128, 48, 16];

/// A pattern as we can use it.
pub(super) struct Bounded {
    pub(super) hir: Hir,
    /// The bound given to repetitions that had none, if there were any.
    pub(super) bound: Option<u32>,
}

/// Reads a pattern, names its secret and bounds its repetitions.
///
/// The secret is group `secret_group`, or the first group there is, as the source's documentation has it.
pub(super) fn bounded(text: &str, secret_group: usize) -> Result<Bounded, String> {
    let hir = analysis::parse(text)?;
    let groups = hir.properties().explicit_captures_len();
    if secret_group > groups {
        return Err(format!("its secret is group {secret_group}, and the pattern has {groups}"));
    }
    let secret = if secret_group == 0 { u32::from(groups > 0) } else { secret_group as u32 };
    for bound in BOUNDS {
        let candidate = rebuilt(&hir, secret, bound);
        if candidate.properties().maximum_len().is_some_and(|length| length <= MAX_MATCH) {
            let changed = hir.properties().maximum_len().is_none();
            return Ok(Bounded { hir: candidate, bound: changed.then_some(bound) });
        }
    }
    Err(format!("a match may be longer than {MAX_MATCH} bytes, even with its repetitions bounded"))
}

/// The same pattern with bounds, and with no group but the secret's.
fn rebuilt(hir: &Hir, secret: u32, bound: u32) -> Hir {
    let again = |sub: &Hir| rebuilt(sub, secret, bound);
    match hir.kind() {
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => hir.clone(),
        HirKind::Repetition(Repetition { min, max, greedy, sub }) => Hir::repetition(Repetition {
            min: *min,
            max: Some(max.unwrap_or_else(|| bound.max(*min))),
            greedy: *greedy,
            sub: Box::new(again(sub)),
        }),
        HirKind::Capture(Capture { index, sub, .. }) if *index == secret => {
            Hir::capture(Capture { index: 1, name: Some("secret".into()), sub: Box::new(again(sub)) })
        }
        HirKind::Capture(Capture { sub, .. }) => again(sub),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(again).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(again).collect()),
    }
}

/// The pattern as text. Our patterns are about bytes everywhere and need no mark that says so.
pub(super) fn text(hir: &Hir) -> String {
    hir.to_string().replace("(?-u:", "(?:")
}

/// Whether some letter counts in both its cases.
pub(super) fn folds_case(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Literal(_) | HirKind::Look(_) => false,
        HirKind::Class(class) => {
            let Some(class) = analysis::byte_class(class) else { return true };
            let bytes: Vec<u8> = class.iter().take(3).flat_map(|range| range.start()..=range.end()).take(3).collect();
            matches!(bytes.as_slice(), [upper, lower] if upper.is_ascii_uppercase() && upper.to_ascii_lowercase() == *lower)
        }
        HirKind::Repetition(repetition) => folds_case(&repetition.sub),
        HirKind::Capture(capture) => folds_case(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(folds_case),
    }
}
