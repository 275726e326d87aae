//! Whether a value is a secret at all: not a placeholder, a reference, a label, a digest.

use super::assignment::Style;
use super::entropy::shannon;
use crate::model::Confidence;

/// Words that mark a value as made up, in any rule. Each is long enough not to occur by chance in random text of one
/// case.
const DUMMY_WORDS: &[&str] = &[
    "example",
    "placeholder",
    "changeme",
    "change_me",
    "change-me",
    "replace",
    "insert",
    "redacted",
    "dummy",
    "sample",
    "xxxx",
    "your_",
    "your-",
    "yourapi",
    "yourtoken",
    "yoursecret",
    "yourkey",
    "yourpass",
    "my_secret",
    "mysecret",
    "secret_key_here",
    "token_here",
    "key_here",
    "goes_here",
    "goes-here",
    "fake",
    "todo",
    "fixme",
    "masked",
    "hidden",
    "removed",
    "sanitized",
    "notreal",
    "not_a_real",
    "not-a-real",
    "deadbeef",
    "abcdefgh",
    "12345678",
    "01234567",
    "qwertyui",
    "lorem",
    "jbswy3dpehpk3pxp",
    "foobar",
];

/// Past this length a dummy word may be a coincidence.
const DUMMY_REACH: usize = 128;

/// Whole values that name a type, a state or a default instead of a secret.
const NOT_VALUES: &[&str] = &[
    "null",
    "nil",
    "none",
    "true",
    "false",
    "undefined",
    "empty",
    "string",
    "str",
    "text",
    "int",
    "integer",
    "number",
    "bool",
    "boolean",
    "bytes",
    "byte",
    "object",
    "any",
    "void",
    "char",
    "varchar",
    "required",
    "optional",
    "default",
    "yes",
    "no",
    "on",
    "off",
    "enabled",
    "disabled",
    "unknown",
    "unset",
    "missing",
    "invalid",
    "blank",
    "value",
    "data",
    "password",
    "passwd",
    "pass",
    "pwd",
    "passphrase",
    "secret",
    "token",
    "key",
    "apikey",
    "api_key",
    "auth",
    "bearer",
    "basic",
    "credential",
    "credentials",
    "username",
    "user",
    "login",
    "hidden",
    "masked",
    "readonly",
    "self",
    "this",
    "function",
    "const",
    "static",
    "private",
    "public",
    "optionalstring",
    "secretstr",
    "securestring",
    "n/a",
    "tbd",
    "prompt",
    "ask",
    "env",
    "file",
    "vault",
    "keyring",
    "inherit",
    "auto",
    "generated",
    "random",
];

/// Passwords that are chosen so often in examples that they prove nothing, or stand for a default.
const WEAK: &[&str] = &[
    "admin",
    "root",
    "test",
    "tests",
    "testing",
    "test123",
    "tester",
    "guest",
    "demo",
    "foo",
    "bar",
    "baz",
    "abc",
    "abcd",
    "abc123",
    "1234",
    "12345",
    "123456",
    "postgres",
    "mysql",
    "mongo",
    "redis",
    "rabbitmq",
    "docker",
    "vagrant",
    "ubuntu",
    "changeit",
    "letmein",
    "qwerty",
    "asdf",
    "hunter2",
    "swordfish",
    "correcthorsebatterystaple",
    "p@ssw0rd",
    "passw0rd",
    "password1",
    "password123",
    "secret123",
    "pass123",
    "mypassword",
    "mypass",
    "testpass",
    "testpassword",
    "s3cr3t",
    "sekret",
    "sekrit",
    "somepassword",
    "supersecret",
    "topsecret",
    "wordpress",
    "example",
];

/// Whether any rule should leave the value alone: repeated, counted up, or saying itself that it is made up.
pub(super) fn is_dummy(value: &[u8]) -> bool {
    if distinct(value) <= 3 && value.len() >= 8 || longest_repeat(value) * 2 >= value.len().max(12) {
        return true;
    }
    value.len() <= DUMMY_REACH && DUMMY_WORDS.iter().any(|word| holds_in_one_case(value, word))
}

/// Whether the value holds `word` all in small letters, all in capitals, or with a capital at its start.
fn holds_in_one_case(value: &[u8], word: &str) -> bool {
    value.windows(word.len()).any(|window| {
        if !window.eq_ignore_ascii_case(word.as_bytes()) {
            return false;
        }
        let capitals = window.iter().filter(|byte| byte.is_ascii_uppercase()).count();
        let letters = window.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
        capitals == 0 || capitals == letters || (capitals == 1 && window[0].is_ascii_uppercase())
    })
}

fn distinct(value: &[u8]) -> usize {
    let mut seen = [false; 256];
    value.iter().filter(|byte| !std::mem::replace(&mut seen[usize::from(**byte)], true)).count()
}

/// The longest stretch of one byte repeated.
fn longest_repeat(value: &[u8]) -> usize {
    value.chunk_by(|a, b| a == b).map(<[u8]>::len).max().unwrap_or(0)
}

/// Whether the value is to be filled in, or is a pattern: no secret in any rule's sense.
pub(super) fn is_template(value: &[u8]) -> bool {
    const MARKS: &[&[u8]] = &[b"${", b"{{", b"(?:", b"(?P<", b"(?i)", b"[0-9", b"[A-Z", b"[a-z", b"[^"];
    MARKS.iter().any(|mark| value.windows(mark.len()).any(|window| window == *mark))
}

/// Whether the value is a reference to a secret kept elsewhere, or a template to be filled in.
pub(super) fn is_reference(value: &[u8]) -> bool {
    const MARKS: &[&[u8]] =
        &[b"}}", b"$(", b"#{", b"<%", b"%>", b"%(", b"{0}", b"{}", b"***", b"...", b"\xe2\x80\xa6", b"\xe2\x80\xa2"];
    const SCHEMES: &[&[u8]] = &[
        b"env:",
        b"env.",
        b"ENC[",
        b"ENC(",
        b"vault:",
        b"file:",
        b"arn:aws",
        b"secret://",
        b"op://",
        b"ref+",
        b"$ANSIBLE_VAULT",
        b"http://",
        b"https://",
        b"ssm:",
        b"!vault",
        b"keyring:",
        b"projects/",
        b"{cipher}",
        b"process.env",
        b"os.environ",
        b"secrets.",
        b"var.",
        b"local.",
        b"data.",
        b"module.",
    ];
    if MARKS.iter().any(|mark| value.windows(mark.len()).any(|window| window == *mark)) {
        return true;
    }
    if is_template(value) {
        return true;
    }
    if value
        .windows(2)
        .enumerate()
        .any(|(i, pair)| is_verb(pair) && !value.get(i + 2).is_some_and(u8::is_ascii_alphanumeric))
    {
        return true;
    }
    if SCHEMES.iter().any(|scheme| value.starts_with(scheme)) {
        return true;
    }
    match value {
        [b'$', rest @ ..] => {
            rest.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
                && !rest.is_empty()
                && rest.iter().any(|b| b.is_ascii_alphabetic() && b.is_ascii_uppercase() || *b == b'_')
                || distinct(rest) <= 1
        }
        [b'%', .., b'%']
        | [b'<', .., b'>']
        | [b'[', .., b']']
        | [b'{', .., b'}']
        | [b'@', .., b'@']
        | [b'_', b'_', .., b'_', b'_'] => true,
        _ => false,
    }
}

/// Whether two bytes are a place to print into: `%s`, `%d`, `%v`.
fn is_verb(pair: &[u8]) -> bool {
    matches!(pair, b"%s" | b"%d" | b"%v" | b"%q")
}

/// Whether the value is a path: its parts are words joined by slashes.
fn is_path(value: &[u8]) -> bool {
    let slashes = value.iter().filter(|byte| **byte == b'/').count();
    let plain = value.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'-' | b'.' | b'~'));
    plain
        && slashes >= 1
        && (value.starts_with(b"/")
            || value.starts_with(b"./")
            || value.starts_with(b"~/")
            || value.starts_with(b"../"))
        && value.split(|b| *b == b'/').all(|part| part.len() < 24 && !mixed(part))
}

/// Whether a part switches between letters and digits as random text does.
fn mixed(part: &[u8]) -> bool {
    part.windows(2).filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count() >= 3
}

/// Whether the value is words: letters of one case each, joined by one kind of mark, as labels and identifiers are.
fn is_wordy(value: &[u8]) -> bool {
    let parts = value.split(|byte| matches!(byte, b'_' | b'-' | b'.' | b'/' | b':' | b' '));
    parts.clone().all(|part| {
        let letters = part.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let digits = part[letters..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        letters + digits == part.len() && digits <= 2 && one_word(&part[..letters])
    })
}

/// Letters as words are written: `word`, `Word`, `WORD`, `camelCase` with parts of three letters and more.
fn one_word(part: &[u8]) -> bool {
    if part.iter().all(u8::is_ascii_uppercase) {
        return true;
    }
    let humps = part.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    humps == 0 || part.len() >= 4 * humps
}

/// Whether bare text is code: a call, a member, an index, an operator.
fn is_code(value: &[u8]) -> bool {
    let identifier = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':');
    value.iter().any(|byte| matches!(byte, b'(' | b'[' | b'{' | b'|'))
        || value.starts_with(b"&")
        || value.starts_with(b"*")
        || value.starts_with(b"@")
        || (value.iter().all(identifier) && value.contains(&b'.') && is_wordy(value))
        || value.windows(2).any(|pair| pair == b"::" || pair == b"->" || pair == b"=>")
}

/// Whether the value is hollow: no letter and no digit, or white space inside, as sentences have.
fn is_prose(value: &[u8]) -> bool {
    !value.iter().any(|byte| byte.is_ascii_alphanumeric())
        || value.iter().any(u8::is_ascii_whitespace)
        || value.iter().any(|b| *b < 0x20)
}

fn is_one_of(value: &[u8], words: &[&str]) -> bool {
    words.iter().any(|word| value.eq_ignore_ascii_case(word.as_bytes()))
}

/// Whether the value says nothing but the name again: `password: "Password"`, `token="auth_token"`.
fn repeats_name(value: &[u8], name: &[u8]) -> bool {
    let letters =
        |text: &[u8]| text.iter().filter(|b| b.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).collect::<Vec<_>>();
    let (value, name) = (letters(value), letters(name));
    value == name
        || (value.len() >= 4 && name.ends_with(&value))
        || (name.len() >= 5 && value.ends_with(&name) && value.len() < name.len() + 12)
}

fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value
            .iter()
            .enumerate()
            .all(|(i, byte)| if matches!(i, 8 | 13 | 18 | 23) { *byte == b'-' } else { byte.is_ascii_hexdigit() })
}

/// Whether the value is what is kept of a password instead of it: a hash in the forms of crypt(5), LDAP and PHP.
fn is_hash(value: &[u8]) -> bool {
    const MARKS: &[&[u8]] = &[
        b"$1$",
        b"$2a$",
        b"$2b$",
        b"$2y$",
        b"$5$",
        b"$6$",
        b"$7$",
        b"$y$",
        b"$apr1$",
        b"$argon2",
        b"$pbkdf2",
        b"$scrypt$",
        b"$krb5",
        b"{SSHA",
        b"{SHA",
        b"{CRYPT}",
        b"pbkdf2_sha",
        b"pbkdf2:",
        b"scrypt:",
        b"sha256$",
        b"sha512$",
        b"md5$",
        b"SCRAM-SHA-",
    ];
    MARKS.iter().any(|mark| value.starts_with(mark))
}

/// Whether bare text is a number or a variable: `0x10000`, `4096`, `$Payload.password`.
fn is_number_or_variable(value: &[u8]) -> bool {
    let plain =
        |rest: &[u8]| rest.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':'));
    match value {
        [b'0', b'x' | b'X', digits @ ..] => {
            digits.iter().all(|b| b.is_ascii_hexdigit() || matches!(b, b'_' | b'u' | b'U' | b'l' | b'L'))
        }
        [b'$', rest @ ..] => plain(rest),
        _ => value.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.') && value.len() < 6,
    }
}

/// What all assigned values must pass.
fn is_nothing(value: &[u8], name: &[u8], style: Style) -> bool {
    value.is_empty()
        || is_reference(value)
        || is_prose(value)
        || is_one_of(value, NOT_VALUES)
        || repeats_name(value, name)
        || is_path(value)
        || is_hash(value)
        || (matches!(style, Style::Line | Style::Code) && (is_code(value) || is_number_or_variable(value)))
}

/// Judges a value chosen by people. There is no floor under its entropy: real passwords are short and simple.
pub(super) fn password(value: &[u8], name: &[u8], style: Style) -> Option<Confidence> {
    const MIN: usize = 4;
    const MAX: usize = 128;
    if value.len() < MIN || value.len() > MAX || is_nothing(value, name, style) || is_dummy(value) {
        return None;
    }
    let wordy = is_wordy(value);
    let names_a_secret = ["pass", "secret", "token", "pwd", "key"].iter().any(|w| holds_in_one_case(value, w));
    match style {
        Style::Quoted if wordy && names_a_secret => None,
        Style::Listed if wordy => None,
        Style::Code if wordy || !looks_typed(value) => None,
        Style::Line if wordy && value.iter().all(u8::is_ascii_digit) => None,
        _ if is_one_of(value, WEAK) => Some(Confidence::Review),
        _ if wordy || value.len() < 6 => Some(Confidence::Review),
        _ => Some(Confidence::Likely),
    }
}

/// Whether bare text among code reads as something typed by a person as a password: letters and digits or marks mixed.
fn looks_typed(value: &[u8]) -> bool {
    let letters = value.iter().any(u8::is_ascii_alphabetic);
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let marks = value
        .iter()
        .filter(|byte| matches!(byte, b'!' | b'@' | b'#' | b'$' | b'%' | b'^' | b'*' | b'~' | b'+' | b'?'))
        .count();
    letters && value.len() >= 6 && (marks > 0 || (digits >= 2 && !is_wordy(value)))
}

/// Judges a value made by machines.
pub(super) fn token(value: &[u8], name: &[u8], style: Style) -> Option<Confidence> {
    const MIN: usize = 14;
    const MAX: usize = 512;
    if value.len() < MIN || value.len() > MAX || is_nothing(value, name, style) || is_dummy(value) {
        return None;
    }
    let plain = value.iter().all(|b| {
        b.is_ascii_alphanumeric()
            || matches!(
                b,
                b'+' | b'/' | b'=' | b'_' | b'-' | b'.' | b'~' | b'!' | b'#' | b'$' | b'%' | b'*' | b':' | b'@'
            )
    });
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    if !plain || digits < 2 || letters < 2 || is_wordy(value) || counts_up(value) {
        return None;
    }
    let entropy = shannon(value);
    if is_uuid(value) {
        return (entropy > 3.0).then_some(Confidence::Review);
    }
    let hex = value.iter().all(u8::is_ascii_hexdigit);
    let floor = if hex { 3.0 } else { 3.2 };
    if entropy < floor {
        return None;
    }
    // Parts of letters alone make it a name with a number in it: `us-east-1-service-token-2`.
    let wordy_share =
        value.split(|b| !b.is_ascii_alphanumeric()).filter(|p| is_wordy(p)).map(<[u8]>::len).sum::<usize>();
    if wordy_share * 10 >= value.len() * 6 && value.len() < 40 {
        return None;
    }
    Some(if value.len() >= 16 { Confidence::Likely } else { Confidence::Review })
}

/// Whether most bytes follow their predecessor by one, as in alphabets.
fn counts_up(value: &[u8]) -> bool {
    let steps = value.windows(2).filter(|pair| pair[1] == pair[0].wrapping_add(1)).count();
    steps * 2 >= value.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dummies_are_told_from_values() {
        let dummies = [
            "AKIAIOSFODNN7EXAMPLE",
            "xxxxxxxxxxxxxxxx",
            "0000000000000000",
            "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "your-api-key",
            "changeme",
            "REPLACE_ME_NOW",
        ];
        for dummy in dummies {
            assert!(is_dummy(dummy.as_bytes()), "{dummy}");
        }
        let values = ["ghp_falseA1b2C3d4E5f6G7h8J9k0L1m2N3p4Q5", "hunter2", "r8Kq2vXzLm0P", "fAkEb2vXzLm0P"];
        for value in values {
            assert!(!is_dummy(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn references_are_told_from_values() {
        for text in [
            "${PASSWORD}",
            "$DB_PASSWORD",
            "{{ password }}",
            "<password>",
            "%s",
            "$(cat file)",
            "op://vault/item",
            "***",
            "process.env.TOKEN",
        ] {
            assert!(is_reference(text.as_bytes()), "{text}");
        }
        for text in ["$ecret99!", "pa%ss", "a<b", "$tr0ng"] {
            assert!(!is_reference(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn passwords_need_no_entropy_and_labels_are_none() {
        let likely = |v: &str| password(v.as_bytes(), b"password", Style::Quoted) == Some(Confidence::Likely);
        assert!(["s3cr3t!x", "Tr0ub4dor&3", "blue42fish", "a1b2c3"].into_iter().all(likely));
        let none = |v: &str| password(v.as_bytes(), b"password", Style::Quoted).is_none();
        assert!(
            ["Password", "Enter your password", "user_password", "***", "string", "", "${X}", "xxxxxxxx"]
                .into_iter()
                .all(none)
        );
    }

    #[test]
    fn tokens_are_mixed_and_words_are_none() {
        let found = |v: &str| token(v.as_bytes(), b"api_key", Style::Quoted) == Some(Confidence::Likely);
        assert!(
            ["9f86d081884c7d659a2feaa0c55ad015", "sQ2x-9Lk_0PqZv7Yw3Rt", "Zm9vYmFyMTIzNDU2Nzg5"].into_iter().all(found)
        );
        let none = |v: &str| token(v.as_bytes(), b"api_key", Style::Quoted).is_none();
        assert!(
            [
                "my-service-token-name",
                "abcdefghijklmnopqrstuvwxyz",
                "11111111111111111111",
                "short1",
                "cancellationToken2"
            ]
            .into_iter()
            .all(none)
        );
    }
}
