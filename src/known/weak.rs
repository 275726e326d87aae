//! Values that prove nothing: too short, or so common that they stand in texts that never saw the secret.

/// The fewest bytes of a value. Eight bytes that are no word do not come about by chance.
pub(super) const SHORTEST: usize = 8;

/// The most bytes of a value.
pub(super) const LONGEST: usize = 4096;

/// Fewest different bytes.
const DISTINCT: usize = 5;

/// A word of letters alone is one that a text may hold, unless it is longer than words are.
const LONGEST_WORD: usize = 12;

/// A number is one that a text may hold, unless it is longer than a date with its time.
const LONGEST_NUMBER: usize = 14;

/// Words that stand in configurations everywhere, whatever digits and marks follow.
const COMMON: &[&str] = &[
    "administrator",
    "changeit",
    "changeme",
    "changethis",
    "default",
    "development",
    "disabled",
    "example",
    "guest",
    "letmein",
    "localhost",
    "minioadmin",
    "mysecret",
    "mypassword",
    "password",
    "passw0rd",
    "placeholder",
    "postgres",
    "postgresql",
    "production",
    "rabbitmq",
    "replaceme",
    "secretkey",
    "secret",
    "staging",
    "supersecret",
    "testing",
    "undefined",
    "username",
    "welcome",
];

/// Why a value proves nothing, if it does not.
pub(super) fn why(value: &[u8]) -> Option<String> {
    if value.len() < SHORTEST {
        return Some(format!("it is shorter than {SHORTEST} bytes"));
    }
    if value.len() > LONGEST {
        return Some(format!("it is longer than {LONGEST} bytes; give its lines or parts one by one"));
    }
    let common = "it is too common: it stands in texts that have nothing to do with it";
    is_common(value).then(|| common.to_owned())
}

fn is_common(value: &[u8]) -> bool {
    let mut seen = [false; 256];
    value.iter().for_each(|byte| seen[usize::from(*byte)] = true);
    let distinct = seen.iter().filter(|seen| **seen).count();
    distinct < DISTINCT || is_sequence(value) || is_number(value) || is_word(value) || is_known(value)
}

/// `12345678`, `abcdefgh`, `hgfedcba`.
fn is_sequence(value: &[u8]) -> bool {
    let steps = |by: i16| value.windows(2).filter(|pair| i16::from(pair[1]) - i16::from(pair[0]) == by).count();
    steps(1).max(steps(-1)) * 4 >= (value.len() - 1) * 3
}

fn is_number(value: &[u8]) -> bool {
    value.len() <= LONGEST_NUMBER
        && value.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b':'))
}

/// Letters of one case, but for the first.
fn is_word(value: &[u8]) -> bool {
    let small = value[1..].iter().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'_' | b'.' | b' '));
    let large = value.iter().all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'-' | b'_' | b'.' | b' '));
    value.len() <= LONGEST_WORD && value[0].is_ascii_alphabetic() && (small || large)
}

/// A common word, with what people put behind it.
fn is_known(value: &[u8]) -> bool {
    let tail = value.iter().rev().take_while(|byte| !byte.is_ascii_alphabetic()).count();
    let word = value[..value.len() - tail].to_ascii_lowercase();
    tail <= 8 && COMMON.iter().any(|common| common.as_bytes() == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_proves_nothing_is_refused() {
        let weak = [
            "",
            "short",
            "1234567",
            "12345678",
            "abcdefgh",
            "87654321",
            "aaaaaaaa",
            "abababababab",
            "2026-11-25",
            "production",
            "PRODUCTION",
            "Password123!",
            "changeme2024",
            "localhost:5432",
            "some-service",
            "192.168.1.1",
        ];
        for value in weak {
            assert!(why(value.as_bytes()).is_some(), "{value}");
        }
        assert!(why(&[b'x'; 5000]).is_some());
        let strong =
            ["xK9#mQ2!", "correct horse battery staple", "a1B2c3D4", "tr0ub4dor", "09f3c8a1b2d47e65", "ünï¢öðé!"];
        for value in strong {
            assert_eq!(why(value.as_bytes()), None, "{value}");
        }
    }
}
