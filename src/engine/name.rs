//! What an assigned name says: split into words, and judged by the last ones.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::reason::Reason;

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
#[rustfmt::skip]
const PASSWORD: &[&str] = &[
    "password", "passwords", "passwd", "passwds", "passwort", "kennwort", "passphrase", "passphrases", "passcode",
    "pass", "pwd", "passw", "psw", "pswd", "pw", "pword", "passwrd", "contrasena", "motdepasse", "wachtwoord", "senha",
    "mdp", "passe", "passord", "contraseña", "clave", "haslo", "hasło", "ароль", "密码", "authtok",
];

/// Words that a password's word is often glued to: `dbpass`, `smtppwd`. Others make another word: `bypass`, `compass`.
#[rustfmt::skip]
const OWNERS: &[&str] = &[
    "db", "u", "user", "usr", "admin", "root", "smtp", "mail", "email", "ftp", "sftp", "ssh", "sql", "mysql", "pg",
    "postgres", "redis", "mongo", "ldap", "proxy", "http", "imap", "pop", "api", "auth", "login", "my", "test", "key",
    "store", "keystore", "truststore", "sudo", "become", "master", "app", "client", "server", "svc", "service", "vpn",
    "wifi", "web", "acc", "account", "jdbc", "database", "rpc", "mqtt", "amqp", "rabbit", "str", "default", "ansible",
    "require", "control", "dn", "ssl", "tls", "cert", "pfx", "enc", "sys", "system", "dba", "sa", "bind", "host", "remote", "new", "old", "the",
];

/// Words that name a machine-made secret, at the end of a name.
#[rustfmt::skip]
const TOKEN: &[&str] = &[
    "token", "tokens", "apikey", "apikeys", "accesskey", "secretkey", "privatekey", "authkey", "authtoken",
    "accesstoken", "apitoken", "bearer", "appkey", "jwt", "credential", "credentials", "creds", "refreshtoken",
    "sessiontoken", "bottoken", "usertoken", "consumerkey", "encryptionkey", "signingkey", "masterkey", "accountkey",
    "sharedkey", "servicekey", "licensekey", "webhookkey", "storagekey", "secrettoken", "pat",
];

/// Words that name a secret that people choose as often as machines make it.
#[rustfmt::skip]
const SECRET: &[&str] = &[
    "secret", "secrets", "clientsecret", "appsecret", "apisecret", "consumersecret", "jwtsecret", "sharedsecret",
    "authsecret", "oauthsecret", "sessionsecret", "cookiesecret", "mysecret", "tokensecret", "webhooksecret",
    "psksecret",
];

/// What a key must be said to be for; `key` alone names anything.
#[rustfmt::skip]
const KEYS: &[&str] = &[
    "api", "access", "secret", "private", "auth", "authorization", "authentication", "encryption", "encrypt",
    "decryption", "decrypt", "signing", "sign", "signature", "master", "account", "service", "shared", "session", "app",
    "application", "license", "licence", "consumer", "rsa", "aes", "des", "hmac", "cipher", "crypto", "crypt", "jwt",
    "webhook", "storage", "subscription", "admin", "deploy", "root", "integration", "preshared", "psk",
    "token", "cookie", "priv", "fernet", "enc", "merchant", "cron",
];

/// Words before `key` that make it one to sign or encrypt with, which people choose as often as machines make it.
const SIGNING: &[&str] = &["secret", "signing", "encryption", "encrypt", "crypto", "cipher", "cookie", "hmac"];

/// Words that may follow without changing what the name names: `password2`, `token_value`, `passwordString`,
/// `password_admin`, `password_confirmation`.
#[rustfmt::skip]
const TRAILERS: &[&str] = &[
    "value", "val", "string", "str", "plain", "plaintext", "raw", "default", "dev", "prod", "production", "staging",
    "live", "base", "text", "old", "new", "current", "admin", "root", "db", "database", "test", "testing", "local",
    "confirm", "confirmation", "again", "repeat", "retype", "b64", "encoded", "equals", "eq", "set", "a", "b", "one", "two", "first", "second", "primary", "secondary", "uat", "qa", "sandbox", "main", "backup", "override",
];

/// Words that make a following secret word a part of something else, whatever it is.
#[rustfmt::skip]
const NO_SECRET: &[&str] = &[
    "public", "csrf", "xsrf", "forgot", "hash", "hashed", "checksum", "digest", "fingerprint", "encrypted", "sealed", "masked", "no", "missing", "invalid",
    "bad", "wrong", "incorrect", "should", "is", "has", "get", "enable", "disable", "use", "show", "hide", "require",
    "requires", "needs", "allow", "without", "per", "by", "expected", "unexpected", "primary", "foreign",
    "function", "machine", "codegen", "optimization", "module", "loop", "translate", "label", "placeholder", "msg", "message", "error", "wrap", "validate", "check", "verify", "hint",
];

/// Words that make a following `pass` a pass over something.
#[rustfmt::skip]
const NO_PASS: &[&str] = &[
    "first", "second", "third", "next", "last", "final", "single", "one", "two", "multi", "each", "every", "render",
    "shader", "depth", "escape", "defrag", "llvm", "opt", "lower", "lowering", "analysis", "region", "pipeline", "full",
    "compile", "compiler", "pre", "post", "will", "must", "can", "did", "tests", "should",
];

/// Words that make a following token a piece of a page, of a text or of a list.
#[rustfmt::skip]
const NO_TOKEN: &[&str] = &[
    "next", "page", "continuation", "cancellation", "start", "end", "open", "close", "syntax", "resume", "sync",
    "delimiter", "idempotency", "sort", "partition", "cache", "css", "design", "pagination", "peek", "first", "last",
    "previous", "prev", "lookahead", "authenticity", "render", "compiler", "single", "update", "unique", "kind", "keyword", "string",
    "number", "comma", "colon", "semicolon", "brace", "paren", "bracket", "eof", "eol", "lex", "yy", "ui", "stop",
    "special", "mask", "pad", "cls", "sep", "unk", "bos", "eos", "cursor", "fencing", "claim", "lock", "registration", "key",
    "withdrawal", "entity", "cell", "position", "checkpoint", "snapshot", "bookmark", "scroll", "watermark",
];

/// Words that make the key of a variable in capitals one that opens nothing.
#[rustfmt::skip]
const NO_KEY: &[&str] = &[
    "public", "pub", "publishable", "cache", "partition", "primary", "foreign", "sort", "object", "index", "hot", "map",
    "row", "group", "registry", "unique", "lookup", "lock", "state", "shortcut", "color", "idempotency", "restore", "hash",
    "routing", "dedup", "host", "gpg", "pgp", "site", "file", "bucket", "redis", "queue", "topic", "event", "message",
    "metric", "feature", "config", "setting", "option", "param", "parameter", "dict", "json", "field", "column", "header",
    "ssh", "image", "asset", "artifact", "build", "commit", "checksum", "digest", "verification", "test", "sample", "example",
    "spreadsheet", "sheet", "document", "item", "product", "board", "tile", "cell",
];

/// Names of client programs' own variables. Rule `environment-password` knows them.
const CLIENTS: &[&str] = &["pgpassword", "sshpass", "ldappassword"];

/// What the end of a name says it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    /// Chosen by people.
    Password,
    /// Chosen by people or made by machines.
    Secret,
    /// Made by machines.
    Token,
    /// The key of something.
    Key,
}

const IS_PASSWORD: u16 = 1;
const IS_OWNER: u16 = 1 << 1;
const IS_TOKEN: u16 = 1 << 2;
const IS_SECRET: u16 = 1 << 3;
const IS_OF_KEY: u16 = 1 << 4;
const IS_SIGNING: u16 = 1 << 5;
const IS_TRAILER: u16 = 1 << 6;
const IS_NO_SECRET: u16 = 1 << 7;
const IS_NO_PASS: u16 = 1 << 8;
const IS_NO_TOKEN: u16 = 1 << 9;
const IS_NO_KEY: u16 = 1 << 10;
const IS_CLIENT: u16 = 1 << 11;

/// The lists, each with the bit of a word that stands in it.
const LISTS: [(u16, &[&str]); 12] = [
    (IS_PASSWORD, PASSWORD),
    (IS_OWNER, OWNERS),
    (IS_TOKEN, TOKEN),
    (IS_SECRET, SECRET),
    (IS_OF_KEY, KEYS),
    (IS_SIGNING, SIGNING),
    (IS_TRAILER, TRAILERS),
    (IS_NO_SECRET, NO_SECRET),
    (IS_NO_PASS, NO_PASS),
    (IS_NO_TOKEN, NO_TOKEN),
    (IS_NO_KEY, NO_KEY),
    (IS_CLIENT, CLIENTS),
];

/// In which of the [`LISTS`] a word stands. Names are judged by the hundred thousand in a log; to go through the lists
/// took a twentieth of a scan.
static WORDS: LazyLock<HashMap<&str, u16, foldhash::fast::FixedState>> = LazyLock::new(|| {
    let mut all = HashMap::default();
    for (bit, words) in LISTS {
        words.iter().for_each(|word| *all.entry(*word).or_default() |= bit);
    }
    all
});

/// In which of the lists `word` stands.
fn lists(word: &str) -> u16 {
    WORDS.get(word).copied().unwrap_or(0)
}

/// Whether `word` stands in one of `wanted`.
fn is_in(word: &str, wanted: u16) -> bool {
    lists(word) & wanted != 0
}

/// Judges a name by its words, as [`words`] writes them.
pub(super) fn judge(words: &[u8]) -> Result<Names, Reason> {
    let (mut before, mut last) = split_last(words);
    let mut is = lists(last);
    while is & IS_TRAILER != 0 {
        (before, last) = split_last(before);
        is = lists(last);
    }
    let (beyond, previous) = split_last(before);
    let (names, qualifier) = match last {
        _ if is & IS_CLIENT != 0 => return Err(Reason::Nameless),
        "word" | "phrase" | "wd" | "code" if previous == "pass" => (Names::Password, split_last(beyond).1),
        "key" if is_in(previous, IS_SIGNING) => (Names::Secret, split_last(beyond).1),
        "key" | "keys" if is_in(previous, IS_OF_KEY) => (Names::Token, split_last(beyond).1),
        _ if is & IS_PASSWORD != 0 || is_glued_password(last) => (Names::Password, previous),
        _ if is & IS_SECRET != 0 => (Names::Secret, previous),
        _ if is & IS_TOKEN != 0 || is_glued_key(last) => (Names::Token, previous),
        _ => return Err(Reason::Nameless),
    };
    let qualified = lists(qualifier);
    let other = qualified & IS_NO_SECRET != 0 || names == Names::Token && qualified & IS_NO_TOKEN != 0;
    let other = other || last == "pass" && qualified & IS_NO_PASS != 0;
    if other { Err(Reason::Qualified) } else { Ok(names) }
}

/// Whether a name is that of a variable in capitals that ends in `_KEY`, `REDMINE_KEY`: the key of something, which may be
/// one that opens it.
pub(super) fn is_variable_of_key(written: &[u8], words: &[u8]) -> bool {
    let capitals = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
    let (before, last) = split_last(words);
    let (_, qualifier) = split_last(before);
    written.iter().all(capitals) && last == "key" && qualifier.len() >= 3 && !is_in(qualifier, IS_NO_KEY)
}

/// `dbpassword`, `smtppass`
fn is_glued_password(word: &str) -> bool {
    ["password", "passwd", "passphrase"].iter().any(|end| word.ends_with(end))
        || ["pass", "pwd", "pw", "psw"].iter().any(|end| word.strip_suffix(end).is_some_and(|it| is_in(it, IS_OWNER)))
}

/// `hmackey`
fn is_glued_key(word: &str) -> bool {
    word.strip_suffix("key").is_some_and(|it| is_in(it, IS_OF_KEY))
}

/// The last word, and what stands before it. Words that are not ASCII count as none.
fn split_last(words: &[u8]) -> (&[u8], &str) {
    let words = words.trim_ascii_end();
    let start = words.iter().rposition(|byte| *byte == b' ').map_or(0, |at| at + 1);
    (&words[..start], std::str::from_utf8(&words[start..]).unwrap_or_default())
}

/// Whether the name is one of the short words that also mean something else.
pub(super) fn is_short(words: &[u8]) -> bool {
    matches!(words.trim_ascii(), b"pass" | b"pwd" | b"psw" | b"pat")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_judged_by_how_they_end() {
        use Names::*;
        let cases: &[(Names, &[&str])] = &[
            (Password, &["password", "DB_PASSWORD", "userPassword2", "spring.datasource.password", "strPassWord"]),
            (Password, &["dbpassword", "smtppass", "db-pwd", "m_szPassword", "password_confirmation", "ROOT_PW"]),
            (Password, &["passwordAdmin", "passwords", "keystore.passphrase", "$env:DbPwd", "testPassword"]),
            (Secret, &["clientSecret", "SECRET", "jwt.secret", "APP_SECRET"]),
            (Token, &["api_key", "X-Api-Key", "AWS_SECRET_ACCESS_KEY", "HTTPToken", "tokenValue", "aes_key"]),
            (Token, &["githubToken", "credentials", "consumerkey", "rsaKey", "authTokens"]),
        ];
        let mut out = Vec::new();
        for (expected, names) in cases {
            for name in *names {
                words(name.as_bytes(), &mut out);
                assert_eq!(judge(&out), Ok(*expected), "{name}");
            }
        }
    }

    #[test]
    fn variables_in_capitals_name_keys() {
        let is = |name: &str| {
            let mut out = Vec::new();
            words(name.as_bytes(), &mut out);
            is_variable_of_key(name.as_bytes(), &out)
        };
        assert!(["REDMINE_KEY", "KAGGLE_KEY", "MY_HERE_KEY2"].into_iter().all(is));
        assert!(!["weatherKey", "CACHE_KEY", "GPG_KEY", "KEY", "A_KEY", "KEY_ID"].into_iter().any(is));
    }

    #[test]
    fn names_that_only_hold_the_word_say_nothing() {
        let nameless: &[&str] = &[
            "passwordField",
            "password_hash",
            "PGPASSWORD",
            "token_count",
            "tokenizer",
            "key_id",
            "secretName",
            "tokenUrl",
            "keyboard",
            "bypass",
            "compass",
            "password-file",
            "passwordHash",
            "secret_arn",
            "primary_key",
            "passwordless",
            "surpass",
            "monkey",
            "turnkey",
            "",
        ];
        let qualified: &[&str] =
            &["nextPageToken", "public_token", "csrf_token", "hashedPassword", "encrypted_password"];
        let mut out = Vec::new();
        for (names, reason) in [(nameless, Reason::Nameless), (qualified, Reason::Qualified)] {
            for name in names {
                words(name.as_bytes(), &mut out);
                assert_eq!(judge(&out), Err(reason), "{name}");
            }
        }
    }
}
