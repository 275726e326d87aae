//! What can be computed of a value offline: checksums and structure. One file per family, one line here for each.

mod atlassian;
mod base64_json;
mod basic;
mod crc_base62;
mod crc_hex;
mod discord;
mod gitlab;
mod intercom;
mod jwt;

use serde::Deserialize;

use super::template::Random;

/// What a computation says of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proven {
    /// It holds: the value was made by its issuer, or by somebody who knows the scheme.
    Yes,
    /// It fails: the value is not what it looks like.
    No,
    /// The value is of a form that carries nothing to compute.
    Unknown,
}

impl From<bool> for Proven {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

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
    /// A Discord bot token: its first part is a decimal id in base64.
    Discord,
    /// An Intercom token: the base64 of `tok:` and an id.
    Intercom,
}

impl Proof {
    /// Computes it.
    pub fn check(self, value: &[u8]) -> Proven {
        match self {
            Self::Crc32Base62 => crc_base62::check(value),
            Self::Crc32Hex => crc_hex::check(value),
            Self::GrafanaCrc32 => crc_hex::check_grafana(value),
            Self::GitlabRoutable => gitlab::check(value),
            Self::AtlassianCrc32 => atlassian::check(value),
            Self::Jwt => jwt::check(value),
            Self::Basic => basic::check(value),
            Self::Base64Json => base64_json::check(value),
            Self::Discord => discord::check(value),
            Self::Intercom => intercom::check(value),
        }
    }

    /// Makes a value that begins with `prefix` and passes the check: for examples, so that none stands in a pack.
    pub(super) fn mint(self, prefix: &str, random: &mut Random) -> String {
        match self {
            Self::Crc32Base62 => crc_base62::mint(prefix, random),
            Self::Crc32Hex => crc_hex::mint(prefix, random),
            Self::GrafanaCrc32 => crc_hex::mint_grafana(prefix, random),
            Self::GitlabRoutable => gitlab::mint(prefix, random),
            Self::AtlassianCrc32 => atlassian::mint(prefix, random),
            Self::Jwt => jwt::mint(random),
            Self::Basic => basic::mint(random),
            Self::Base64Json => base64_json::mint(prefix, random),
            Self::Discord => discord::mint(random),
            Self::Intercom => intercom::mint(random),
        }
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
        (Proof::GitlabRoutable, "glpat-"),
        (Proof::AtlassianCrc32, "ATATT3xFfGF0"),
        (Proof::Jwt, ""),
        (Proof::Basic, ""),
        (Proof::Base64Json, "ops_"),
        (Proof::Base64Json, "sntrys_"),
        (Proof::Base64Json, "sk."),
        (Proof::Discord, ""),
        (Proof::Intercom, ""),
    ];

    #[test]
    fn what_is_minted_is_proven_and_one_changed_character_refutes_it() {
        for (proof, prefix) in ALL {
            let mut random = Random::new("proofs", 1);
            let token = proof.mint(prefix, &mut random);
            assert_eq!(proof.check(token.as_bytes()), Proven::Yes, "{proof:?} {prefix}");
            if matches!(proof, Proof::Jwt | Proof::Basic | Proof::Base64Json | Proof::Discord | Proof::Intercom) {
                continue; // structure, not a checksum: other values of the same form pass as well
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
