//! What can be computed of a value offline: checksums and structure. One file per family, one line here for each.

mod atlassian;
mod aws_id;
mod base58check;
mod base64_json;
mod base64_lines;
mod basic;
mod bech32;
mod confluent;
mod crc_base62;
mod crc_hex;
mod discord;
mod github_stateless;
mod gitlab;
mod intercom;
mod jfrog;
mod jwt;
mod macaroon;
mod nats;
mod proven;

pub use proven::Proven;

use serde::Deserialize;

use super::random::Random;

/// The computations, by the names that rules use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// Six base62 digits at the end are the CRC32 of the characters after the last underscore (GitHub, npm, Vercel).
    Crc32Base62,
    /// Eight hexadecimal digits at the end are the CRC32 of the characters between them and the last underscore but
    /// theirs, most significant byte first (Cloudflare, Zuplo).
    Crc32Hex,
    /// Grafana service accounts: eight hexadecimal digits are the CRC32 of all before the last underscore, least
    /// significant byte first.
    GrafanaCrc32,
    /// GitHub's stateless installation tokens: a JSON Web Token behind the app's number.
    GithubStateless,
    /// GitLab routable tokens: seven base36 digits at the end are the CRC32 of all before them. Older tokens carry none.
    GitlabRoutable,
    /// Atlassian: eight hexadecimal digits at the end are the CRC32 of all before them.
    AtlassianCrc32,
    /// A JSON Web Token: header and claims decode, `alg` is not `none` and the signature has its length.
    Jwt,
    /// `user:password` in base64 (RFC 7617).
    Basic,
    /// The part that begins with `eyJ` is a JSON object in base64 (Sentry, 1Password, Mapbox).
    Base64Json,
    /// Lines of base64 between marks or headers, of whole bytes. It can refute a key, never confirm one.
    Base64Lines,
    /// A Discord bot token: its first part is a decimal id in base64.
    Discord,
    /// An Intercom token: the base64 of `tok:` and an id.
    Intercom,
    /// AWS access key ids: the account number in it must be one. It can refute an id, never confirm one.
    AwsKeyId,
    /// Base58Check: Bitcoin private keys and extended private keys.
    Base58check,
    /// Bech32: age identities, Nostr keys.
    Bech32,
    /// Confluent: six characters at the end are base64 of a CRC32. It can confirm a secret, never refute one.
    ConfluentCrc32,
    /// JFrog reference tokens: base64 of `reftkn:`, a version, an expiry and the token.
    JfrogReference,
    /// NATS seeds: base32 with a CRC16 at the end.
    NatsSeed,
    /// PyPI upload tokens: a macaroon that names the index.
    PypiMacaroon,
}

/// What a value says of itself that is no secret, if it is of a form that does: a JSON Web Token's algorithm, issuer and
/// expiry.
pub fn about(value: &[u8]) -> Option<String> {
    jwt::about(value)
}

impl Proof {
    /// Computes it.
    pub fn check(self, value: &[u8]) -> Proven {
        match self {
            Self::Crc32Base62 => crc_base62::check(value),
            Self::Crc32Hex => crc_hex::check(value),
            Self::GrafanaCrc32 => crc_hex::check_grafana(value),
            Self::GithubStateless => github_stateless::check(value),
            Self::GitlabRoutable => gitlab::check(value),
            Self::AtlassianCrc32 => atlassian::check(value),
            Self::Jwt => jwt::check(value),
            Self::Basic => basic::check(value),
            Self::Base64Json => base64_json::check(value),
            Self::Base64Lines => base64_lines::check(value),
            Self::Discord => discord::check(value),
            Self::Intercom => intercom::check(value),
            Self::AwsKeyId => aws_id::check(value),
            Self::Base58check => base58check::check(value),
            Self::Bech32 => bech32::check(value),
            Self::ConfluentCrc32 => confluent::check(value),
            Self::JfrogReference => jfrog::check(value),
            Self::NatsSeed => nats::check(value),
            Self::PypiMacaroon => macaroon::check(value),
        }
    }

    /// Makes a value that begins with `prefix` and passes the check: for examples, so that none stands in a pack.
    pub(super) fn mint(self, prefix: &str, random: &mut Random) -> String {
        match self {
            Self::Crc32Base62 => crc_base62::mint(prefix, random),
            Self::Crc32Hex => crc_hex::mint(prefix, random),
            Self::GrafanaCrc32 => crc_hex::mint_grafana(prefix, random),
            Self::GithubStateless => github_stateless::mint(prefix, random),
            Self::GitlabRoutable => gitlab::mint(prefix, random),
            Self::AtlassianCrc32 => atlassian::mint(prefix, random),
            Self::Jwt => jwt::mint(random),
            Self::Basic => basic::mint(random),
            Self::Base64Json => base64_json::mint(prefix, random),
            Self::Base64Lines => base64_lines::mint(random),
            Self::Discord => discord::mint(random),
            Self::Intercom => intercom::mint(random),
            Self::AwsKeyId => aws_id::mint(prefix, random),
            Self::Base58check => base58check::mint(prefix, random),
            Self::Bech32 => bech32::mint(prefix, random),
            Self::ConfluentCrc32 => confluent::mint(random),
            Self::JfrogReference => jfrog::mint(random),
            Self::NatsSeed => nats::mint(prefix, random),
            Self::PypiMacaroon => macaroon::mint(prefix, random),
        }
    }

    /// Changes one character of a value past its prefix, from the end, so that it fails the check and stays of one
    /// alphabet; none where no such change does.
    pub(super) fn spoil(self, value: String, prefix: usize) -> Option<String> {
        (prefix..value.len()).rev().find_map(|at| {
            let mut bytes = value.clone().into_bytes();
            bytes[at] = match bytes[at] {
                b'7' => b'3',
                b'0'..=b'6' | b'8' | b'9' => b'7',
                b'a' => b'c',
                b'b'..=b'z' => b'a',
                b'A' => b'C',
                b'B'..=b'Z' => b'A',
                _ => return None,
            };
            (self.check(&bytes) == Proven::No).then(|| String::from_utf8(bytes).ok())?
        })
    }

    /// The proof of a name, as rules write it.
    pub(super) fn by_name(name: &str) -> Option<Self> {
        use serde::de::IntoDeserializer;
        let name: serde::de::value::StrDeserializer<'_, serde::de::value::Error> = name.into_deserializer();
        Self::deserialize(name).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &[(Proof, &str)] = &[
        (Proof::Crc32Base62, "ghp_"),
        (Proof::Crc32Base62, "npm_"),
        (Proof::Crc32Base62, "github_pat_"),
        (Proof::Crc32Base62, "vcp_"),
        (Proof::Crc32Hex, "cfut_"),
        (Proof::Crc32Hex, "zpka_"),
        (Proof::GrafanaCrc32, "glsa_"),
        (Proof::GithubStateless, "ghs_"),
        (Proof::GitlabRoutable, "glpat-"),
        (Proof::AtlassianCrc32, "ATATT3xFfGF0"),
        (Proof::Jwt, ""),
        (Proof::Basic, ""),
        (Proof::Base64Json, "ops_"),
        (Proof::Base64Json, "sntrys_"),
        (Proof::Base64Json, "sk."),
        (Proof::Base64Json, "glc_"),
        (Proof::Base64Json, "eyJrIjoi"),
        (Proof::Discord, ""),
        (Proof::Intercom, ""),
        (Proof::Base58check, ""),
        (Proof::Base58check, "xprv"),
        (Proof::Bech32, "AGE-SECRET-KEY-1"),
        (Proof::Bech32, "nsec1"),
        (Proof::ConfluentCrc32, "cflt"),
        (Proof::JfrogReference, "cmVmdGtuOj"),
        (Proof::NatsSeed, "SU"),
        (Proof::PypiMacaroon, "pypi-AgEIcHlwaS5vcmc"),
        (Proof::PypiMacaroon, "pypi-AgENdGVzdC5weXBpLm9yZw"),
    ];

    /// Structure, not a checksum: other values of the same form pass as well.
    const STRUCTURE: &[Proof] = &[
        Proof::Base64Json,
        Proof::Basic,
        Proof::Discord,
        Proof::GithubStateless,
        Proof::Intercom,
        Proof::JfrogReference,
        Proof::Jwt,
        Proof::PypiMacaroon,
    ];

    #[test]
    fn what_is_minted_is_proven_and_one_changed_character_refutes_it() {
        for (proof, prefix) in ALL {
            let mut random = Random::new("proofs", 1);
            let token = proof.mint(prefix, &mut random);
            assert!(token.starts_with(prefix), "{proof:?} {prefix}");
            assert_eq!(proof.check(token.as_bytes()), Proven::Yes, "{proof:?} {prefix}");
            if STRUCTURE.contains(proof) {
                continue;
            }
            // The first part of a fine-grained token is not under its checksum.
            let covered = if *prefix == "github_pat_" { prefix.len() + 23 } else { prefix.len() };
            for at in covered..token.len() {
                let mut changed = token.clone().into_bytes();
                changed[at] = if changed[at] == b'7' { b'8' } else { b'7' };
                if changed[at] != token.as_bytes()[at] && token.as_bytes()[at].is_ascii_alphanumeric() {
                    assert_ne!(proof.check(&changed), Proven::Yes, "{proof:?} {prefix} byte {at}");
                }
            }
        }
    }

    #[test]
    fn no_value_makes_a_check_fail_to_return() {
        let awkward: &[&[u8]] =
            &[b"", b"_", b"....", b"a.b.c", b"glpat-.", b"\xff\xfe\x00", b"eyJ.eyJ.", b"=======", b":::"];
        for (proof, _) in ALL {
            for value in awkward {
                assert_ne!(proof.check(value), Proven::Yes, "{proof:?}");
            }
        }
    }
}
