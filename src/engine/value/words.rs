//! The word lists, and whether a value is in one.

/// Words that mark a value as made up, in any rule. Each is long enough not to occur by chance in random text of one
/// case.
#[rustfmt::skip]
pub(super) const DUMMY_WORDS: &[&str] = &[
    "example", "placeholder", "changeme", "change_me", "change-me", "replace", "insert", "redacted", "dummy",
    "sample", "xxxx", "your_", "your-", "yourapi", "yourtoken", "yoursecret", "yourkey", "yourpass",
    "my_secret", "mysecret", "secret_key_here", "token_here", "key_here", "goes_here", "goes-here", "fake",
    "todo", "fixme", "masked", "hidden", "removed", "sanitized", "notreal", "not_a_real", "not-a-real",
    "deadbeef", "abcdefgh", "12345678", "01234567", "qwertyui", "lorem", "jbswy3dpehpk3pxp", "foobar",
];

/// Whole values that name a type, a state or a default instead of a secret.
#[rustfmt::skip]
pub(super) const NOT_VALUES: &[&str] = &[
    "null", "nil", "none", "true", "false", "undefined", "empty", "string", "str", "text", "int", "integer",
    "number", "bool", "boolean", "bytes", "byte", "object", "any", "void", "char", "varchar", "required",
    "optional", "default", "yes", "no", "on", "off", "enabled", "disabled", "unknown", "unset", "missing",
    "invalid", "blank", "value", "data", "password", "passwd", "pass", "pwd", "passphrase", "secret", "token",
    "key", "apikey", "api_key", "auth", "bearer", "basic", "credential", "credentials", "username", "user",
    "login", "hidden", "masked", "readonly", "self", "this", "function", "const", "static", "private",
    "public", "optionalstring", "secretstr", "securestring", "n/a", "tbd", "prompt", "ask", "env", "file",
    "vault", "keyring", "inherit", "auto", "generated", "random",
];

/// Passwords that are chosen so often in examples that they prove nothing, or stand for a default.
#[rustfmt::skip]
pub(super) const WEAK: &[&str] = &[
    "admin", "root", "test", "tests", "testing", "test123", "tester", "guest", "demo", "foo", "bar", "baz",
    "abc", "abcd", "abc123", "1234", "12345", "123456", "postgres", "mysql", "mongo", "redis", "rabbitmq",
    "docker", "vagrant", "ubuntu", "changeit", "letmein", "qwerty", "asdf", "hunter2", "swordfish",
    "correcthorsebatterystaple", "p@ssw0rd", "passw0rd", "password1", "password123", "secret123", "pass123",
    "mypassword", "mypass", "testpass", "testpassword", "s3cr3t", "sekret", "sekrit", "somepassword",
    "supersecret", "topsecret", "wordpress", "example",
];

pub(super) fn is_one_of(value: &[u8], words: &[&str]) -> bool {
    words.iter().any(|word| value.eq_ignore_ascii_case(word.as_bytes()))
}
