//! Walks over the keyboard: `qwerty`, `asdfgh`, `1q2w3e4r`, `zaq12wsx`.

const ROWS: [&[u8]; 4] = [b"1234567890", b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];

/// Whether nearly every step of the value goes to a neighbouring key.
pub(super) fn is_walk(value: &[u8]) -> bool {
    let steps = value.windows(2).filter(|pair| are_neighbours(pair[0], pair[1])).count();
    value.len() >= 5 && steps * 5 >= (value.len() - 1) * 4
}

fn are_neighbours(a: u8, b: u8) -> bool {
    let (Some((row, column)), Some((other_row, other_column))) = (key(a), key(b)) else { return false };
    row.abs_diff(other_row) <= 1 && column.abs_diff(other_column) <= 1 && (row, column) != (other_row, other_column)
}

fn key(byte: u8) -> Option<(usize, usize)> {
    let byte = byte.to_ascii_lowercase();
    ROWS.iter().enumerate().find_map(|(row, keys)| Some((row, keys.iter().position(|key| *key == byte)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walks_are_told_from_words_and_random_text() {
        for walk in ["qwerty", "qwertyuiop", "asdfgh", "1q2w3e4r5t", "zaq12wsx", "123456"] {
            assert!(is_walk(walk.as_bytes()), "{walk}");
        }
        for text in ["dragon42", "x7Kp2mQ9", "property", "Summer2024!"] {
            assert!(!is_walk(text.as_bytes()), "{text}");
        }
    }
}
