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

/// Words that name a password, each at the end of a name.
const PASSWORD: &[&str] = &[
    "password",
    "passwd",
    "passwort",
    "pass word",
    "passphrase",
    "passcode",
    "pass phrase",
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

/// Words that name a token, key or other machine-made secret, each at the end of a name.
const TOKEN: &[&str] = &[
    "secret",
    "token",
    "api key",
    "apikey",
    "access key",
    "accesskey",
    "secret key",
    "secretkey",
    "private key",
    "privatekey",
    "auth key",
    "authkey",
    "encryption key",
    "signing key",
    "master key",
    "account key",
    "service key",
    "shared key",
    "session key",
    "client secret",
    "clientsecret",
    "auth token",
    "authtoken",
    "accesstoken",
    "apitoken",
    "bearer",
    "secret access key",
    "app key",
    "appkey",
    "app secret",
    "appsecret",
    "license key",
    "webhook secret",
    "jwt",
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
    let mut words = words.trim_ascii_end();
    while let Some(shorter) = without_trailer(words) {
        words = shorter;
    }
    let password = longest(words, PASSWORD);
    let token = longest(words, TOKEN);
    let length = password.max(token);
    if length == 0 || follows_a_stopper(&words[..words.len() - length]) {
        Names::Nothing
    } else if password >= token {
        Names::Password
    } else {
        Names::Token
    }
}

/// Whether the name is one of the short words that also mean something else.
pub(super) fn is_short(words: &[u8]) -> bool {
    matches!(words.trim_ascii(), b"pass" | b"pwd" | b"psw")
}

fn without_trailer(words: &[u8]) -> Option<&[u8]> {
    let at = words.iter().rposition(|byte| *byte == b' ')?;
    let last = std::str::from_utf8(&words[at + 1..]).ok()?;
    TRAILERS.contains(&last).then(|| words[..at].trim_ascii_end())
}

/// Length of the longest entry that ends `words` at a word's start; runs of spaces count as one.
fn longest(words: &[u8], entries: &[&str]) -> usize {
    entries.iter().filter_map(|entry| ends_with(words, entry.as_bytes())).max().unwrap_or(0)
}

/// How many bytes at the end of `words` the entry takes up.
fn ends_with(words: &[u8], entry: &[u8]) -> Option<usize> {
    let mut at = words.len();
    for byte in entry.iter().rev() {
        at = at.checked_sub(1)?;
        if words[at] != *byte {
            return None;
        }
        if *byte == b' ' {
            while at > 0 && words[at - 1] == b' ' {
                at -= 1;
            }
        }
    }
    let starts_a_word = at == 0 || words[at - 1] == b' ';
    starts_a_word.then_some(words.len() - at)
}

fn follows_a_stopper(before: &[u8]) -> bool {
    let before = before.trim_ascii_end();
    let start = before.iter().rposition(|byte| *byte == b' ').map_or(0, |at| at + 1);
    std::str::from_utf8(&before[start..]).is_ok_and(|word| NOT_SECRET_BEFORE.contains(&word))
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
