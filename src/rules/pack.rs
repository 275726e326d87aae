//! The pack format: what a rule may say, as it stands in a `rules/*.toml` file.
//!
//! Everything that is not listed here is refused. `docs/rules.md` says the same for rule writers.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::Proof;
use crate::model::{Confidence, Severity};

/// A pack: one TOML file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pack {
    pub(super) rule: Vec<Spanned<RawRule>>,
}

/// A rule as written.
#[derive(PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawRule {
    /// Lower-case words joined by hyphens, unique over all packs.
    pub(super) id: String,
    /// What the secret is, as its provider calls it.
    pub(super) name: String,
    pub(super) severity: Severity,
    pub(super) confidence: Confidence,
    /// Whether it names no issuer: it gives way to a rule that does.
    #[serde(default)]
    pub(super) generic: bool,
    /// Literals of at least three bytes, of which every match holds one: what the prefilter looks for.
    #[serde(default)]
    pub(super) keywords: Vec<String>,
    /// Whether keywords count in any case of their letters. The pattern says so for itself, by `(?i)`.
    #[serde(default)]
    pub(super) ignore_case: bool,
    /// A regular expression; the secret is its group named `secret`, or all of it.
    pub(super) pattern: Option<String>,
    /// A name, an assignment, a value.
    pub(super) assignment: Option<RawAssignment>,
    /// A reader of the engine, for shapes that no bounded pattern describes well.
    pub(super) reader: Option<Reader>,
    #[serde(default)]
    pub(super) boundary: Boundary,
    /// Least and greatest length of the secret in bytes.
    pub(super) length: Option<[usize; 2]>,
    /// Least Shannon entropy of the secret, in bits a byte.
    pub(super) entropy: Option<f64>,
    pub(super) alphabet: Option<Alphabet>,
    /// Kinds of character of which the secret must hold at least one each.
    #[serde(default)]
    pub(super) require: Vec<CharClass>,
    /// How the secret of a pattern is judged beside all else: as the value of an assignment of that kind.
    pub(super) kind: Option<ValueKind>,
    /// A checksum or structure that can be computed offline.
    pub(super) proof: Option<Proof>,
    #[serde(default)]
    pub(super) companions: Vec<Companion>,
    /// Globs; the rule speaks only of files whose path fits one.
    #[serde(default)]
    pub(super) paths: Vec<String>,
    /// Regular expressions for whole values that are not secrets.
    #[serde(default)]
    pub(super) placeholders: Vec<String>,
    /// What an attacker can do with a live one.
    pub(super) risk: String,
    /// How to take it out of use and replace it.
    pub(super) revoke: String,
    #[serde(default)]
    pub(super) references: Vec<String>,
    /// Texts in which the rule must find something. `${b62:36}` and its kin are filled in at run time.
    #[serde(default)]
    examples: Vec<String>,
    /// Texts in which the rule must find nothing.
    #[serde(default)]
    counterexamples: Vec<String>,
    /// Texts of the right shape with a wrong checksum, length or alphabet.
    #[serde(default)]
    near_misses: Vec<String>,
}

/// The texts of one rule, as templates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Texts in which the rule must find something.
    pub examples: Vec<String>,
    /// Texts in which it must find nothing.
    pub counterexamples: Vec<String>,
    /// Texts with something of the right shape but a wrong checksum, length or alphabet, which it must not find.
    pub near_misses: Vec<String>,
}

impl RawRule {
    /// Takes out what the rule is held to.
    pub(super) fn evidence(&mut self) -> Evidence {
        Evidence {
            examples: std::mem::take(&mut self.examples),
            counterexamples: std::mem::take(&mut self.counterexamples),
            near_misses: std::mem::take(&mut self.near_misses),
        }
    }
}

/// An assignment as written.
#[derive(PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawAssignment {
    /// A regular expression that must fit somewhere in the assigned name (`-`, `.` and case as written).
    pub(super) name: Option<String>,
    /// A regular expression for the whole value.
    pub(super) value: Option<String>,
    /// How a value is judged.
    pub(super) kind: ValueKind,
    /// Words that the name may end with where the keyword is no part of it but stands up to three lines away. Its
    /// other words must say nothing of whose secret it is.
    #[serde(default)]
    pub(super) near: Vec<String>,
}

/// How the value of an assignment is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValueKind {
    /// Chosen by people: short and of low entropy, told from placeholders and references by its shape alone.
    Password,
    /// Made by machines: long, mixed, of high entropy.
    Token,
    /// Described by the rule's own `value` pattern.
    Exact,
}

/// The readers of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reader {
    /// Armoured private keys: `-----BEGIN … PRIVATE KEY-----`, in lines, escaped, quoted or commented.
    Pem,
    /// The password in `scheme://user:password@host`.
    Url,
    /// A Java key store that holds a key.
    Jks,
    /// A PKCS#12 file.
    Pkcs12,
    /// A Kerberos keytab.
    Keytab,
    /// A KeePass database.
    Kdbx,
    /// A short file that holds one value and nothing else; the rule's `paths` say which.
    Whole,
}

impl Reader {
    /// Whether it looks at the beginning of a blob, and so needs no keyword.
    pub fn is_of_head(self) -> bool {
        match self {
            Self::Pem | Self::Url => false,
            Self::Jks | Self::Pkcs12 | Self::Keytab | Self::Kdbx | Self::Whole => true,
        }
    }
}

/// What may stand directly beside a match.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Boundary {
    /// No letter, digit or underscore, where the match itself begins or ends with one.
    #[default]
    Word,
    /// The same, and none of `-`, `+`, `/`, `=` or `.` glued to a further word either: for bodies without a mark of
    /// their own, where a longer run is something else.
    Strict,
    /// Anything.
    None,
}

/// Sets of characters a secret may be made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Alphabet {
    /// `0-9`
    Decimal,
    /// `0-9a-f` or `0-9A-F`, not mixed.
    Hex,
    /// `A-Z2-7`
    Base32,
    /// `A-Za-z0-9`
    Alphanumeric,
    /// `A-Za-z0-9+/` with `=` at the end.
    Base64,
    /// `A-Za-z0-9_-` with `=` at the end.
    Base64Url,
}

/// Kinds of character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CharClass {
    /// `0-9`
    Digit,
    /// `a-z`
    Lower,
    /// `A-Z`
    Upper,
    /// `A-Za-z`
    Letter,
}

/// A second rule whose match must, or may, stand near.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Companion {
    /// The other rule's id.
    pub rule: String,
    /// Most bytes between the two.
    pub within: u64,
    /// Without it there is no finding; otherwise it makes the finding `confirmed`.
    #[serde(default)]
    pub required: bool,
}
