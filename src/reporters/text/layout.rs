//! Columns of a terminal: how wide text is, and where it is broken.

/// Advice and lists of names are broken at this many columns.
pub(super) const PAGE: usize = 100;

/// Columns that `text` takes in a terminal: two for East Asian wide characters and pictographs, none for combining
/// marks. The ranges are the large blocks of Unicode's East Asian Width, which is enough to set a caret.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(char_columns).sum()
}

fn char_columns(c: char) -> usize {
    match c as u32 {
        0x300..=0x36f | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60 => 2,
        0xffe0..=0xffe6 | 0x1f300..=0x1f64f | 0x1f900..=0x1f9ff | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// Breaks `text` between words into lines of at most `width` columns; a longer word gets a line of its own, so that an
/// address stays whole.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && columns(&line) + 1 + columns(word) > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

/// The first names joined by commas: at most ten, and no more than fit into `width` columns, but always one.
/// Also says how many of them stand there.
pub(super) fn some_names(names: impl Iterator<Item = String>, width: usize) -> (String, usize) {
    const MOST: usize = 10;
    let mut text = String::new();
    let mut shown = 0;
    for name in names.take(MOST) {
        if shown > 0 && columns(&text) + columns(&name) + 2 > width {
            break;
        }
        if shown > 0 {
            text.push_str(", ");
        }
        text.push_str(&name);
        shown += 1;
    }
    (text, shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_their_width_and_lose_no_word() {
        let text = "one two three four https://example.org/a/very/long/address five";
        let lines = wrap(text, 12);
        assert_eq!(lines.join(" "), text);
        assert!(lines.iter().all(|l| columns(l) <= 12 || !l.contains(' ')), "{lines:?}");
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(columns("a漢e\u{301}"), 4);
    }

    #[test]
    fn names_stop_at_ten_or_at_the_width() {
        let names = |n: usize, length: usize| (0..n).map(move |i| format!("{i:0>length$}"));
        assert_eq!(some_names(names(12, 2), PAGE).1, 10);
        assert_eq!(some_names(names(12, 2), 10), ("00, 01, 02".into(), 3));
        assert_eq!(some_names(names(3, 300), PAGE).1, 1);
        assert_eq!(some_names(names(0, 1), PAGE), (String::new(), 0));
    }
}
