//! Values chosen by people.

use super::encoded::encoded;
use super::keyboard::is_walk;
use super::letters::are_random;
use super::nothing::nothing;
use super::placeholder::holds_in_one_case;
use super::shape::{are_titles, count_words, counts_up, is_title, is_word_and_number, is_wordy, looks_typed};
use super::words::WEAK;
use crate::engine::assignment::Style;
use crate::engine::reason::{Reason, Verdict};
use crate::model::Confidence;

const MIN: usize = 4;
const MAX: usize = 128;

/// Shorter ones prove little by their shape.
const SURE: usize = 6;

/// Words that make a wordy value a label or an identifier.
const SECRET_WORDS: &[&str] = &["pass", "secret", "token", "pwd", "key", "auth", "user", "login", "cred"];

/// Judges a value chosen by people. There is no floor under its entropy: real passwords are short and simple.
pub(in crate::engine) fn password(value: &[u8], name: &[u8], style: Style) -> Verdict {
    if let Some(reason) = nothing(value, name, style).or_else(|| encoded(value, name)) {
        return Err(reason);
    }
    match value.len() {
        ..MIN => Err(Reason::Short),
        MIN..=MAX if WEAK.word(value).is_some() || is_walk(value) => weak(style),
        MIN..=MAX if is_version(value) || is_release(value, style) => Err(Reason::Number),
        MIN..=MAX if is_userinfo(value) => Err(Reason::Address),
        MIN..=MAX if is_metavariable(value, style) => Err(Reason::Template),
        MIN..=MAX if is_wordy(value) => words(value, style),
        MIN..=MAX => mixed(value, style),
        _ => Err(Reason::Long),
    }
}

/// One of the passwords that everybody chooses.
fn weak(style: Style) -> Verdict {
    match style {
        Style::Quoted | Style::Line => Ok(Confidence::Review),
        Style::Listed | Style::Prose | Style::Code => Err(Reason::Words),
    }
}

/// Letters, and at most two digits at the end of each part.
fn words(value: &[u8], style: Style) -> Verdict {
    let one = count_words(value) == 1 || is_word_and_number(value);
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let named = SECRET_WORDS.iter().any(|word| holds_in_one_case(value, word));
    let titles = digits > 0 && !named && are_titles(value);
    match style {
        Style::Code => Err(Reason::Code),
        _ if digits == value.len() => Err(Reason::Number),
        _ if is_title(value) => Err(Reason::Label),
        Style::Line if titles => Ok(Confidence::Likely),
        _ if titles => Ok(Confidence::Review),
        Style::Quoted | Style::Line if reads_drawn(value) => Ok(Confidence::Likely),
        Style::Listed => Err(Reason::Words),
        Style::Quoted if named => Err(Reason::Words),
        _ if one && digits > 0 && !named && value.len() >= SURE => Ok(Confidence::Likely),
        Style::Prose => Err(Reason::Words),
        Style::Quoted if !one => Err(Reason::Words),
        Style::Quoted | Style::Line => Ok(Confidence::Review),
    }
}

/// Whether the value is one run of letters in no order that words have.
fn reads_drawn(value: &[u8]) -> bool {
    value.len() >= SURE && value.iter().all(u8::is_ascii_alphanumeric) && are_random(value)
}

/// Letters, digits and marks in between.
fn mixed(value: &[u8], style: Style) -> Verdict {
    match style {
        Style::Code | Style::Prose if !looks_typed(value) => Err(Reason::NotTyped),
        _ if counts_up(value) => Err(Reason::Keyboard),
        Style::Listed if !value.iter().any(u8::is_ascii_digit) => Err(Reason::Words),
        Style::Line if value.iter().all(u8::is_ascii_digit) => Ok(Confidence::Review),
        _ if value.len() < SURE => Ok(Confidence::Review),
        _ => Ok(Confidence::Likely),
    }
}

/// `--password PASSWORT`, as help texts write what is to be given, and names of constants.
fn is_metavariable(value: &[u8], style: Style) -> bool {
    let bare = matches!(style, Style::Line | Style::Prose | Style::Code);
    let shouts = |byte: &u8| byte.is_ascii_uppercase() || *byte == b'_';
    let joints = value.iter().filter(|byte| matches!(byte, b'_' | b'-')).count();
    let constant = matches!(style, Style::Code | Style::Prose) && joints >= 2;
    bare && value.len() <= 64
        && value.iter().all(|byte| shouts(byte) || constant && (byte.is_ascii_digit() || *byte == b'-'))
        && !are_random(value)
}

/// `1.2.3`, `v2.0`, `2024-01-31`, `2024-01-31T10:00:00Z`
fn is_version(value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let dots = value.iter().filter(|byte| matches!(byte, b'.' | b'-' | b':' | b'/')).count();
    let stamped = value.len() >= 16 && value[4] == b'-' && value[10] == b'T';
    dots > 0 && (digits + dots + usize::from(value[0] == b'v') >= value.len() || stamped && digits >= 12)
}

/// `1:4.13+dfsg1`, `2.0-rc1`: what stands behind the name of a program, `passwd`, in lists of packages.
fn is_release(value: &[u8], style: Style) -> bool {
    let digits = value.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let numbered =
        value.get(digits..digits + 2).is_some_and(|it| matches!(it[0], b'.' | b':') && it[1].is_ascii_digit());
    matches!(style, Style::Code | Style::Prose) && ((1..=3).contains(&digits) && numbered || is_package(value))
}

/// `perl-5.005-base`: the next package of a list.
fn is_package(value: &[u8]) -> bool {
    value.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.+".contains(byte))
        && value.windows(4).any(|it| it[0] == b'-' && it[1].is_ascii_digit() && it[2] == b'.' && it[3].is_ascii_digit())
}

/// `myuser:mypassword@`, `-wget@`: words where an address has its user, put before a host, or given to an anonymous
/// server.
fn is_userinfo(value: &[u8]) -> bool {
    let words = |it: &[u8]| it.starts_with(b"-") || it.contains(&b':') && is_wordy(it);
    value.strip_suffix(b"@").is_some_and(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(values: &[&str], style: Style) -> Vec<Verdict> {
        values.iter().map(|value| password(value.as_bytes(), b"password", style)).collect()
    }

    #[test]
    fn passwords_need_no_entropy() {
        let values = [
            "s3cr3t!x",
            "Tr0ub4dor&3",
            "blue42fish",
            "a1b2c3",
            "dragon7",
            "Acme2024",
            "xkqzpwvb",
            "9!bird",
            "carrot.77",
        ];
        for style in [Style::Quoted, Style::Line] {
            assert!(judged(&values, style).iter().all(|verdict| *verdict == Ok(Confidence::Likely)), "{style:?}");
        }
    }

    #[test]
    fn two_words_and_a_number_are_chosen() {
        for value in ["RiverLemon7", "ForestCoffee12"] {
            assert_eq!(judged(&[value], Style::Line), [Ok(Confidence::Likely)], "{value}");
            assert_eq!(judged(&[value], Style::Quoted), [Ok(Confidence::Review)], "{value}");
        }
        let others = ["RiverLemon", "riverLemon7", "UserPassword7", "OneTwoThree7", "River_Lemon7", "IdCode7"];
        assert!(judged(&others, Style::Quoted).iter().all(Result::is_err));
    }

    #[test]
    fn words_and_known_weak_ones_are_for_review() {
        let values = ["dragon", "admin", "qwerty", "hunter2", "zaq12wsx"];
        assert!(judged(&values, Style::Quoted).iter().all(|verdict| *verdict == Ok(Confidence::Review)));
    }

    #[test]
    fn labels_references_and_code_are_none_and_say_why() {
        use Reason::*;
        let cases: &[(&str, Style, Reason)] = &[
            ("Password", Style::Quoted, NoValue("password")),
            ("Enter your password", Style::Quoted, Prose),
            ("user_password", Style::Quoted, RepeatsName),
            ("Passwort", Style::Quoted, Label),
            ("wachtwoord", Style::Quoted, Label),
            ("Welkom", Style::Quoted, Label),
            ("contrase\u{f1}a", Style::Quoted, Label),
            ("current-login", Style::Quoted, Words),
            ("isFieldValid", Style::Quoted, Words),
            ("***", Style::Quoted, Reference),
            ("string", Style::Quoted, NoValue("string")),
            ("", Style::Quoted, Empty),
            ("${X}", Style::Quoted, Template),
            ("xxxxxxxx", Style::Quoted, Repeated),
            ("jo@mail.internal.com", Style::Quoted, Address),
            ("#login-field", Style::Quoted, Address),
            ("1.2.30", Style::Quoted, Number),
            ("abc", Style::Quoted, Short),
            ("HMAC-SHA-256", Style::Code, Template),
            ("1:4.13+dfsg1-1", Style::Prose, Number),
            ("perl-5.005-base", Style::Prose, Number),
            ("jsmith:dragonfly@", Style::Quoted, Address),
            ("-wget@", Style::Quoted, Address),
            ("2024-01-31T10:00:00Z", Style::Prose, Number),
            ("other_field", Style::Code, Code),
            ("getpass()", Style::Code, Code),
            ("System.fetch_env!(\"DB_PASSWORD\")", Style::Line, Code),
        ];
        for (value, style, reason) in cases {
            assert_eq!(password(value.as_bytes(), b"password", *style), Err(*reason), "{value}");
        }
    }
}
