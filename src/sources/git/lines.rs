//! Which lines of a file a change brought.

use imara_diff::{Algorithm, Diff, InternedInput};

/// Lines beyond this many bytes of a version are not compared; all of them count as changed.
const MAX_BYTES: usize = 64 << 20;

/// The lines of a new version that the old one does not have in their place.
pub(super) struct Changed {
    lines: Option<Vec<bool>>,
}

impl Changed {
    /// All lines: there is nothing to compare with.
    pub(super) const ALL: Self = Self { lines: None };

    /// Compares two versions line by line. How a line ends makes no difference: a file that is turned from `\r\n` to
    /// `\n` brings nothing new.
    pub(super) fn between(old: &[u8], new: &[u8]) -> Self {
        if old.len() > MAX_BYTES || new.len() > MAX_BYTES {
            return Self::ALL;
        }
        let mut input = InternedInput::default();
        input.update_before(lines(old));
        input.update_after(lines(new));
        let diff = Diff::compute(Algorithm::Histogram, &input);
        let count = u32::try_from(input.after.len()).unwrap_or(u32::MAX);
        Self { lines: Some((0..count).map(|line| diff.is_added(line)).collect()) }
    }

    /// Whether one of the lines `first` to `last`, counted from 1, is changed.
    pub(super) fn touches(&self, first: u64, last: u64) -> bool {
        let Some(lines) = &self.lines else { return true };
        let index = |line: u64| usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
        // A line that is not there would be a defect of the count; then nothing is let off.
        lines.get(index(first)..=index(last)).is_none_or(|lines| lines.contains(&true))
    }
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let text = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    text.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_is_told_line_by_line() {
        let cases: &[(&str, &str, &[u64])] = &[
            ("a\nb\nc\n", "a\nb\nc\n", &[]),
            ("a\nb\nc\n", "a\nX\nc\n", &[2]),
            ("a\nb\nc\n", "new\na\nb\nc\n", &[1]),
            ("a\nb\nc\n", "a\nc\n", &[]),
            ("a\nb\n", "a\r\nb\r\n", &[]),
            ("a\nb", "a\nb\n", &[]),
            ("", "a\nb\n", &[1, 2]),
            ("a\n", "a\n\n", &[2]),
        ];
        for (old, new, expected) in cases {
            let changed = Changed::between(old.as_bytes(), new.as_bytes());
            let count = new.lines().count() as u64;
            let told: Vec<u64> = (1..=count).filter(|line| changed.touches(*line, *line)).collect();
            assert_eq!(told, *expected, "{old:?} {new:?}");
        }
    }

    #[test]
    fn a_line_that_nobody_counted_is_let_off_by_nothing() {
        assert!(Changed::between(b"a\n", b"a\n").touches(7, 9));
        assert!(Changed::ALL.touches(1, 1));
    }
}
