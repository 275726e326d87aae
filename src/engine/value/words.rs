//! The word lists, and whether a value is in one.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Words that whole values are looked up among, in small letters. Every value that is assigned to anything is; to go
/// through the lists took a tenth of a log's scan.
pub(super) struct Words(LazyLock<HashSet<&'static str, foldhash::fast::FixedState>>);

impl Words {
    /// Longer values are none of them.
    const LONGEST: usize = 32;

    /// The word that the value is, whatever the case of its letters.
    pub(super) fn word(&self, value: &[u8]) -> Option<&'static str> {
        let mut small = [0; Self::LONGEST];
        let small = small.get_mut(..value.len())?;
        small.copy_from_slice(value);
        small.make_ascii_lowercase();
        self.0.get(std::str::from_utf8(small).ok()?).copied()
    }
}

/// Whether `bytes` begin as one of these does. Most differ in the first byte, and a comparison of slices is a call.
pub(in crate::engine) fn begins_with_any(bytes: &[u8], beginnings: &[&[u8]]) -> bool {
    beginnings.iter().any(|beginning| beginning.first() == bytes.first() && bytes.starts_with(beginning))
}

/// Words that mark a value as made up, in any rule. Each is long enough not to occur by chance in random text of one
/// case.
#[rustfmt::skip]
pub(super) const DUMMY_WORDS: &[&str] = &[
    "example", "placeholder", "changeme", "change_me", "change-me", "replace", "insert", "redacted", "dummy",
    "sample", "xxxx", "your_", "your-", "yourapi", "yourtoken", "yoursecret", "yourkey", "yourpass",
    "my_secret", "mysecret", "my-secret", "my_token", "my-token", "mytoken", "my_api", "my-api", "enter_", "enter-",
    "entera", "enteryour", "put_your", "put-your", "some_secret", "some-secret", "some_token", "some-token",
    "not-set", "not_set", "notset", "undefined", "invalid", "bogus", "expired-", "secret-here", "password-here",
    "password_here", "secret_here", "passwordhere", "secrethere", "tokenhere", "keyhere", "_here", "-here", "a-secret", "this-is", "this_is", "thisis", "secret_key_here", "token_here", "key_here", "goes_here", "goes-here", "fake",
    "todo", "fixme", "masked", "hidden", "removed", "sanitized", "notreal", "not_a_real", "not-a-real",
    "deadbeef", "abcdefgh", "12345678", "01234567", "qwertyui", "lorem", "jbswy3dpehpk3pxp", "foobar",
];

/// Whole values that name a type, a state or a default instead of a secret.
#[rustfmt::skip]
pub(super) static NOT_VALUES: Words = Words(LazyLock::new(|| HashSet::from_iter([
    "null", "nil", "none", "true", "false", "undefined", "empty", "string", "str", "text", "int", "integer",
    "number", "bool", "boolean", "bytes", "byte", "object", "any", "void", "char", "varchar", "required",
    "optional", "default", "yes", "no", "on", "off", "enabled", "disabled", "unknown", "unset", "missing",
    "invalid", "blank", "value", "data", "password", "passwd", "pass", "pwd", "passphrase", "secret", "token",
    "key", "apikey", "api_key", "auth", "bearer", "basic", "credential", "credentials", "username", "user",
    "login", "hidden", "masked", "readonly", "self", "this", "function", "const", "static", "private",
    "public", "optionalstring", "secretstr", "securestring", "n/a", "tbd", "prompt", "ask", "env", "file",
    "vault", "keyring", "inherit", "auto", "generated", "random", "varchar2", "nvarchar", "always", "never",
    "on_create", "email", "name", "type", "submit", "button", "forgot", "reset", "confirm", "change", "new", "old",
    "current", "http", "https", "oauth", "oauth2", "jwt", "saml", "ldap", "plain", "plaintext", "raw", "base64",
    "hex", "sha1", "sha256", "md5", "bcrypt", "utf8", "utf-8", "ascii", "client", "server", "local", "remote",
    "update", "create", "delete", "read", "write", "get", "set", "input", "label", "field", "form", "show",
    "hide", "visible", "toggle", "success", "error", "failed", "failure", "expired", "valid", "incorrect", "wrong",
    "weak", "strong", "medium", "inactive", "active", "pending", "session", "cookie", "header", "query", "body",
    "path", "refresh", "access", "grant", "implicit", "code", "nopass", "nopasswd", "option", "options", "and", "or", "argument", "flag", "flags", "parameter", "files",
    "compat", "anonymous", "anonymous@", "-anonymous@", "scram-sha-256", "scram-sha-1", "sha512", "sha-256", "sudo", "shadow", "crypt", "hashed", "encrypted", "encoded",
])));

/// Passwords that are chosen so often in examples that they prove nothing, or stand for a default.
#[rustfmt::skip]
pub(super) static WEAK: Words = Words(LazyLock::new(|| HashSet::from_iter([
    "admin", "root", "test", "tests", "testing", "test123", "tester", "guest", "demo", "foo", "bar", "baz",
    "abc", "abcd", "abc123", "1234", "12345", "123456", "postgres", "mysql", "mongo", "redis", "rabbitmq",
    "docker", "vagrant", "ubuntu", "changeit", "letmein", "qwerty", "asdf", "hunter2", "swordfish",
    "correcthorsebatterystaple", "p@ssw0rd", "passw0rd", "password1", "password123", "secret123", "pass123",
    "mypassword", "mypass", "testpass", "testpassword", "s3cr3t", "sekret", "sekrit", "somepassword",
    "supersecret", "topsecret", "wordpress", "example",
])));

/// What a label or a translation calls a password, a user or a key, in the languages forms are translated to most.
#[rustfmt::skip]
static LABELS: Words = Words(LazyLock::new(|| HashSet::from_iter([
    "passwort", "kennwort", "wachtwoord", "paswoord", "motdepasse", "contrasena", "clave", "senha", "palavra-passe",
    "parola", "heslo", "haslo", "adgangskode", "passord", "losenord", "salasana", "jelszo", "sifre", "parool",
    "parole", "slaptazodis", "lozinka", "geslo", "kodeord", "contrasenya", "pasahitza", "sandi", "katasandi",
    "matkhau", "geheim", "obligatoria", "obligatorio", "requerida", "requerido", "obligatoire", "requis", "requise", "erforderlich",
    "vergessen", "schluessel", "jeton", "benutzer", "utilisateur", "usuario", "gebruiker", "utente",
])));

/// Whether the value is such a label.
pub(super) fn is_label(value: &[u8]) -> bool {
    LABELS.word(value.strip_suffix(b"?").unwrap_or(value)).is_some()
}
