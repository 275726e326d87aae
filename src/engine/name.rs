//! What an assigned name says: split into words, and judged by the last ones.

/// The words of an identifier, lower-cased: `DB_PassWord2` gives `db`, `pass`, `word`; `HTTPToken` gives `http`, `token`.
///
/// Written to `out` one after the other, separated by spaces, so that no word costs an allocation.
pub(super) fn words(name: &[u8], out: &mut Vec<u8>) {
    out.clear();
    for (i, byte) in name.iter().enumerate() {
        let previous = i.checked_sub(1).map(|at| name[at]);
        let next = name.get(i + 1);
        let starts = byte.is_ascii_uppercase()
            && previous.is_some_and(|p| {
                p.is_ascii_lowercase() || (p.is_ascii_uppercase() && next.is_some_and(u8::is_ascii_lowercase))
            });
        if starts {
            out.push(b' ');
        }
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | 0x80.. => out.push(byte.to_ascii_lowercase()),
            _ => out.push(b' '),
        }
    }
}

/// Words that name a password, at the end of a name.
const PASSWORD: &[&str] = &[
    "password",
    "passwd",
    "passwort",
    "passphrase",
    "passcode",
    "pass",
    "pwd",
    "passw",
    "psw",
    "pswd",
    "userpass",
    "dbpass",
    "userpwd",
    "dbpwd",
    "adminpass",
    "rootpass",
    "sudopass",
    "becomepass",
    "keypass",
    "storepass",
];

/// Words that name a machine-made secret, at the end of a name.
const TOKEN: &[&str] = &[
    "secret",
    "token",
    "apikey",
    "accesskey",
    "secretkey",
    "privatekey",
    "authkey",
    "clientsecret",
    "authtoken",
    "accesstoken",
    "apitoken",
    "bearer",
    "appkey",
    "appsecret",
    "jwt",
];

/// What a key must be said to be for; `key` alone names anything.
const KEYS: &[&str] = &[
    "api",
    "access",
    "secret",
    "private",
    "auth",
    "encryption",
    "signing",
    "master",
    "account",
    "service",
    "shared",
    "session",
    "app",
    "license",
];

/// Words that may follow without changing what the name names: `password2`, `token_value`, `passwordString`.
const TRAILERS: &[&str] = &[
    "value",
    "string",
    "str",
    "plain",
    "plaintext",
    "raw",
    "default",
    "dev",
    "prod",
    "production",
    "staging",
    "live",
    "base",
    "text",
    "old",
    "new",
    "current",
];

/// Words that make a following secret word a part of something else: `css token`, `next page token`.
const NOT_SECRET_BEFORE: &[&str] = &[
    "next",
    "page",
    "continuation",
    "cancellation",
    "csrf",
    "xsrf",
    "public",
    "start",
    "end",
    "open",
    "close",
    "syntax",
    "resume",
    "sync",
    "delimiter",
    "idempotency",
    "primary",
    "foreign",
    "sort",
    "partition",
    "cache",
    "css",
    "design",
    "pagination",
    "current",
    "unexpected",
    "expected",
    "peek",
    "first",
    "last",
    "previous",
    "prev",
    "lookahead",
    "no",
    "test",
    "tests",
    "render",
    "compiler",
    "single",
    "should",
    "update",
    "missing",
    "invalid",
    "bad",
    "wrong",
    "forgot",
    "reset",
    "hash",
    "hashed",
    "encrypted",
    "sealed",
    "masked",
    "unique",
    "kind",
    "keyword",
    "string",
    "number",
    "comma",
    "colon",
    "semicolon",
    "brace",
    "paren",
    "bracket",
    "eof",
    "eol",
    "lex",
    "yy",
];

/// What the end of a name says it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    Password,
    Token,
    Nothing,
}

/// Judges a name by its words, as [`words`] writes them.
pub(super) fn judge(words: &[u8]) -> Names {
    let (mut before, mut last) = split_last(words);
    while TRAILERS.contains(&last) {
        (before, last) = split_last(before);
    }
    let (beyond, previous) = split_last(before);
    let (names, qualifier) = match last {
        _ if PASSWORD.contains(&last) => (Names::Password, previous),
        _ if TOKEN.contains(&last) => (Names::Token, previous),
        "word" | "phrase" if previous == "pass" => (Names::Password, split_last(beyond).1),
        "key" if KEYS.contains(&previous) => (Names::Token, split_last(beyond).1),
        _ => return Names::Nothing,
    };
    if NOT_SECRET_BEFORE.contains(&qualifier) { Names::Nothing } else { names }
}

/// The last word, and what stands before it. Words that are not ASCII count as none.
fn split_last(words: &[u8]) -> (&[u8], &str) {
    let words = words.trim_ascii_end();
    let start = words.iter().rposition(|byte| *byte == b' ').map_or(0, |at| at + 1);
    (&words[..start], std::str::from_utf8(&words[start..]).unwrap_or_default())
}

/// Whether the name is one of the short words that also mean something else.
pub(super) fn is_short(words: &[u8]) -> bool {
    matches!(words.trim_ascii(), b"pass" | b"pwd" | b"psw")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_judged_by_how_they_end() {
        let cases: &[(&str, Names)] = &[
            ("password", Names::Password),
            ("DB_PASSWORD", Names::Password),
            ("userPassword2", Names::Password),
            ("spring.datasource.password", Names::Password),
            ("passwordField", Names::Nothing),
            ("password_hash", Names::Nothing),
            ("PGPASSWORD", Names::Nothing),
            ("api_key", Names::Token),
            ("X-Api-Key", Names::Token),
            ("clientSecret", Names::Token),
            ("AWS_SECRET_ACCESS_KEY", Names::Token),
            ("HTTPToken", Names::Token),
            ("nextPageToken", Names::Nothing),
            ("token_count", Names::Nothing),
            ("tokenizer", Names::Nothing),
            ("public_key", Names::Nothing),
            ("tokenValue", Names::Token),
            ("", Names::Nothing),
        ];
        let mut out = Vec::new();
        for (name, expected) in cases {
            words(name.as_bytes(), &mut out);
            assert_eq!(judge(&out), *expected, "{name}");
        }
    }
}
