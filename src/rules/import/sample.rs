//! An example of what a pattern matches, as a template: the alphabets of its classes are filled in when it runs.

use regex_syntax::hir::{Class, ClassBytes, Hir, HirKind};

use super::super::analysis;
use super::super::random::alphabets;

/// A text that fits the pattern, with `${b62:36}` and its kin for what is random.
pub(super) fn of(hir: &Hir) -> String {
    let mut text = String::new();
    write(hir, &mut text);
    text
}

fn write(hir: &Hir, text: &mut String) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => write_class(class, 1, text),
        HirKind::Capture(capture) => write(&capture.sub, text),
        HirKind::Concat(parts) => parts.iter().for_each(|part| write(part, text)),
        HirKind::Alternation(parts) => parts.iter().take(1).for_each(|part| write(part, text)),
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(repetition.min);
            // What may be left out is left out; bodies of a range of lengths are given a common one.
            let count = if repetition.min == 0 { 0 } else { repetition.min.max(most.min(40)) };
            match repetition.sub.kind() {
                HirKind::Class(class) if count > 0 => write_class(class, count, text),
                _ => (0..count.min(repetition.min.max(1))).for_each(|_| write(&repetition.sub, text)),
            }
        }
    }
}

fn write_class(class: &Class, count: u32, text: &mut String) {
    let Some(class) = &analysis::byte_class(class) else { return };
    let wholly = |set: &str| set.bytes().all(|byte| holds(class, byte));
    let widest = alphabets().filter(|(_, set)| wholly(set)).max_by_key(|(_, set)| set.len());
    match widest {
        Some((name, _)) if count > 1 => text.push_str(&format!("${{{name}:{count}}}")),
        _ => {
            let printable = (b'!'..=b'~').rev().chain([b' ', b'\n']).find(|byte| holds(class, *byte));
            let byte = if holds(class, b'=') { Some(b'=') } else { printable };
            (0..count).for_each(|_| text.extend(byte.map(char::from)));
        }
    }
}

fn holds(class: &ClassBytes, byte: u8) -> bool {
    class.iter().any(|range| (range.start()..=range.end()).contains(&byte))
}
