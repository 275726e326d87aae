//! Why a candidate is no finding. The functions that judge return these; `explain` puts them into words.

use std::fmt;

use crate::model::Confidence;

/// What judging ends with.
pub(super) type Verdict = Result<Confidence, Reason>;

/// Why a candidate was dropped. None of them holds a byte of what was scanned; words are those of our own lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The rule's pattern does not fit around its keyword, or what stands beside it makes it a piece of something longer.
    Pattern,
    /// The keyword stands in a name that nothing is assigned to.
    Unassigned,
    /// The assigned name is not the one the rule speaks of.
    OtherName,
    /// The assigned value has not the rule's form.
    OtherForm,
    /// The name only holds the word: `token_count`, `passwordField`.
    Nameless,
    /// The word before changes what the name names: `public key`, `next page token`.
    Qualified,
    /// The name names the other kind of secret; its own rule judges it.
    OtherKind,
    /// The value is empty.
    Empty,
    /// The value is shorter than what the name names.
    Short,
    /// The value is longer than what the name names.
    Long,
    /// The value leads to a secret kept elsewhere: a variable, a store, a path.
    Reference,
    /// The value is to be filled in, or a pattern.
    Template,
    /// The value is what redacted text has in a secret's place.
    Redacted,
    /// The value holds a word that says that it is made up.
    Placeholder(&'static str),
    /// The value is one of few characters repeated, or counted up.
    Repeated,
    /// The value names a type, a state or a default.
    NoValue(&'static str),
    /// The value says the name again.
    RepeatsName,
    /// The value is a path.
    Path,
    /// The value is what is kept of a password instead of it.
    Hash,
    /// The value is a digest or an identifier.
    Digest,
    /// The value is the public half of a pair.
    Public,
    /// The value is a picture, a font or another file, encoded.
    File,
    /// The value is what a cipher made of something.
    Ciphertext,
    /// The value is code.
    Code,
    /// The value is a number or a version.
    Number,
    /// The value is a sentence, or holds no letter and no digit.
    Prose,
    /// The value is a label, as forms and translations have it.
    Label,
    /// The value is made of words, as identifiers are.
    Words,
    /// The value is a walk over the keyboard.
    Keyboard,
    /// The value is an address or a selector.
    Address,
    /// Bare text that does not read like something typed as a password.
    NotTyped,
    /// The value is of too few different characters for a machine-made secret.
    Entropy,
    /// The value holds characters that the secret cannot hold, or lacks such that it must hold.
    Alphabet,
    /// The pack lists the value as a published dummy.
    Listed,
    /// The checksum or structure does not hold.
    Proof,
    /// There is no user and password in the address, or both are examples.
    NoCredentials,
    /// The key block is hollow, cut or not closed.
    Block,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Placeholder(word) => return write!(f, "the value holds the placeholder word `{word}`"),
            Self::NoValue(word) => return write!(f, "`{word}` names a type, a state or a default, not a secret"),
            Self::Pattern => {
                "its pattern does not fit here, or what stands beside it makes it part of something longer"
            }
            Self::Unassigned => "nothing is assigned to the name the keyword stands in",
            Self::OtherName => "the name is not the one this rule speaks of",
            Self::OtherForm => "the value has not the form this rule asks for",
            Self::Nameless => "the name does not end in a word for a secret",
            Self::Qualified => "the word before makes the name that of something else",
            Self::OtherKind => "the name names another kind of secret, which has its own rule",
            Self::Empty => "the value is empty",
            Self::Short => "the value is too short",
            Self::Long => "the value is too long",
            Self::Reference => "the value is a reference to something kept elsewhere",
            Self::Template => "the value is to be filled in, or is a pattern",
            Self::Repeated => "the value is few characters repeated or counted up",
            Self::RepeatsName => "the value says no more than the name",
            Self::Path => "the value is a path",
            Self::Hash => "the value is a hash of a password; rule `password-hash` speaks of those",
            Self::Digest => "the value is a digest or an identifier",
            Self::Public => "the value is the public half of a key pair",
            Self::File => "the value is a picture, a font or another file, encoded",
            Self::Ciphertext => "the value is encrypted",
            Self::Code => "the value is code, not a literal",
            Self::Number => "the value is a number or a version",
            Self::Prose => "the value is a sentence, or has no letter and no digit",
            Self::Label => "the value is a label, as forms and translations have them",
            Self::Words => "the value is made of words, as identifiers and labels are",
            Self::Keyboard => "the value is a walk over the keyboard",
            Self::Address => "the value is an address or a selector",
            Self::NotTyped => "the value has no quotes and does not read like a typed password",
            Self::Entropy => "the value has too little entropy for this rule",
            Self::Alphabet => "the value has characters this rule does not allow, or lacks those it asks for",
            Self::Redacted => "the value is the mask of redacted text",
            Self::Listed => "the rule lists the value as a known dummy",
            Self::Proof => "the checksum or structure does not hold",
            Self::NoCredentials => "the address holds no password, or one of the documentation's examples",
            Self::Block => "the key block is hollow, cut, not closed or not a private key",
        };
        f.write_str(text)
    }
}
