//! What people write to name an image in a registry, and what it means.

use std::fmt;
use std::net::IpAddr;

/// The registry that a name without one means.
const DEFAULT_REGISTRY: &str = "docker.io";

/// Where that registry really answers.
const DEFAULT_HOST: &str = "registry-1.docker.io";

/// Other names of it, as they stand in references and credential files.
const DEFAULT_ALIASES: [&str; 3] = [DEFAULT_REGISTRY, "index.docker.io", DEFAULT_HOST];

/// The longest repository name, by the distribution specification's advice; the longest tag, by its grammar.
const MAX_REPOSITORY: usize = 255;
const MAX_TAG: usize = 128;

/// The hash functions that digests may name, and how many hexadecimal digits each gives.
const HASHES: [(&str, usize); 2] = [("sha256", 64), ("sha512", 128)];

/// An image in a registry: `registry/repository:tag`, `registry/repository@sha256:…`, or both.
///
/// As everywhere, `alpine` means `docker.io/library/alpine:latest`. The grammar is that of the distribution
/// specification; nothing in a reference needs escaping in a URL or a terminal.
///
/// ```
/// use tightlip::sources::image::ImageName;
/// let name = ImageName::parse("alpine:3.20").unwrap();
/// assert_eq!(name.to_string(), "docker.io/library/alpine:3.20");
/// assert_eq!(ImageName::parse("localhost:5000/team/app").unwrap().tag(), Some("latest"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageName {
    registry: String,
    repository: String,
    tag: Option<String>,
    digest: Option<String>,
}

impl ImageName {
    /// Reads a reference. `docker://` in front of it is allowed, as other tools print it.
    ///
    /// # Errors
    /// In words that say what is wrong with which part. They do not repeat the text: people paste passwords.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.strip_prefix("docker://").unwrap_or(text);
        if text.contains("://") {
            return Err("an image is named without `https://`: registry.example.com/team/app:tag".into());
        }
        let (name, digest) = match text.split_once('@') {
            Some((name, digest)) => (name, Some(checked_digest(digest)?)),
            None => (text, None),
        };
        let (registry, path) = split_registry(name)?;
        let (repository, tag) = split_tag(path);
        let tag = tag.map(checked_tag).transpose()?;
        let repository = match registry == DEFAULT_REGISTRY && !repository.contains('/') {
            true => format!("library/{repository}"),
            false => repository.to_owned(),
        };
        check_repository(&repository)?;
        let tag = tag.or_else(|| digest.is_none().then(|| "latest".to_owned()));
        Ok(Self { registry, repository, tag, digest })
    }

    /// The registry, as it is known: `docker.io`, `localhost:5000`.
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// Host and port that answer for the registry.
    pub fn host(&self) -> &str {
        if self.registry == DEFAULT_REGISTRY { DEFAULT_HOST } else { &self.registry }
    }

    /// Whether that is the registry that names without one mean.
    pub(super) fn is_of_default_registry(&self) -> bool {
        self.registry == DEFAULT_REGISTRY
    }

    /// The repository: `library/alpine`.
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// The tag, unless only a digest is given.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest, where one is given: `sha256:…`. It outranks the tag.
    pub fn digest(&self) -> Option<&str> {
        self.digest.as_deref()
    }

    /// What the registry is asked for: the digest, or else the tag.
    pub fn wanted(&self) -> &str {
        self.digest().or(self.tag()).unwrap_or("latest")
    }
}

impl fmt::Display for ImageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.repository)?;
        self.tag.iter().try_for_each(|tag| write!(f, ":{tag}"))?;
        self.digest.iter().try_for_each(|digest| write!(f, "@{digest}"))
    }
}

/// A registry's name as it stands in references; the default one has several.
pub(super) fn known_registry(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    if DEFAULT_ALIASES.contains(&name.as_str()) { DEFAULT_REGISTRY.into() } else { name }
}

/// Whether a host, with or without a port, is this machine itself.
pub(super) fn is_loopback(host: &str) -> bool {
    let bare = bare(host);
    bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A host without port and brackets.
fn bare(host: &str) -> &str {
    match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => host.split(':').next().unwrap_or(host),
    }
}

/// The first part is a registry if it could not be part of a repository's name.
fn split_registry(name: &str) -> Result<(String, &str), String> {
    let looks_like_host = |part: &str| part.contains(['.', ':']) || part.eq_ignore_ascii_case("localhost");
    match name.split_once('/') {
        Some((host, path)) if looks_like_host(host) => {
            check_host(host)?;
            Ok((known_registry(host), path))
        }
        None if bare(name) == "localhost" || bare(name).parse::<IpAddr>().is_ok() => {
            Err("the reference names a registry and no repository: write HOST:PORT/REPOSITORY:TAG".into())
        }
        _ => Ok((DEFAULT_REGISTRY.into(), name)),
    }
}

fn check_host(host: &str) -> Result<(), String> {
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => rest.split_once(']').unwrap_or((rest, "?")),
        None => host.split_at(host.find(':').unwrap_or(host.len())),
    };
    let sound_name = match host.starts_with('[') {
        true => name.parse::<std::net::Ipv6Addr>().is_ok(),
        false => !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte)),
    };
    let sound_port = port.is_empty()
        || port.strip_prefix(':').is_some_and(|port| {
            port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
        });
    match sound_name && sound_port {
        true => Ok(()),
        false => Err("the registry's name is no host, or no host:port; credentials do not belong in it".into()),
    }
}

fn split_tag(path: &str) -> (&str, Option<&str>) {
    let last = path.rfind('/').map_or(0, |slash| slash + 1);
    match path[last..].find(':') {
        Some(colon) => (&path[..last + colon], Some(&path[last + colon + 1..])),
        None => (path, None),
    }
}

fn checked_tag(tag: &str) -> Result<String, String> {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let sound = tag.len() <= MAX_TAG
        && tag.bytes().next().is_some_and(word)
        && tag.bytes().all(|byte| word(byte) || b".-".contains(&byte));
    match sound {
        true => Ok(tag.into()),
        false => Err("the tag may hold letters, digits, `_`, `.` and `-`, 128 at most, and begins with one of the \
                      first three"
            .into()),
    }
}

/// Whether this is a digest of a known hash function.
pub(super) fn is_digest(text: &str) -> bool {
    text.split_once(':').is_some_and(|(hash, hex)| {
        HASHES.contains(&(hash, hex.len())) && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

fn checked_digest(digest: &str) -> Result<String, String> {
    match is_digest(digest) {
        true => Ok(digest.into()),
        false => {
            Err("what follows `@` is no digest: write sha256: and 64 hexadecimal digits in lower case; credentials \
                 do not belong into a reference"
                .into())
        }
    }
}

fn check_repository(name: &str) -> Result<(), String> {
    match name.len() <= MAX_REPOSITORY && name.split('/').all(is_component) {
        true => Ok(()),
        false => {
            Err("the repository's name holds something else than lower-case letters, digits and single `.`, `_`, \
                      `__` or `-` between them, in parts set apart by `/`"
                .into())
        }
    }
}

/// Lower-case letters and digits, with one separator at a time between them.
fn is_component(part: &str) -> bool {
    let solid = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let ends = [part.bytes().next(), part.bytes().last()];
    ends.iter().all(|end| end.is_some_and(solid))
        && part
            .split(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            .all(|between| matches!(between, "" | "." | "_" | "__") || between.bytes().all(|byte| byte == b'-'))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    const DIGEST: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    #[test]
    fn references_mean_what_people_mean_by_them() {
        let with_digest = format!("ghcr.io/a/b@{DIGEST}");
        let with_both = format!("ghcr.io/a/b:1@{DIGEST}");
        let cases = [
            ("alpine", "docker.io/library/alpine:latest", "registry-1.docker.io"),
            ("alpine:3.20", "docker.io/library/alpine:3.20", "registry-1.docker.io"),
            ("team/app", "docker.io/team/app:latest", "registry-1.docker.io"),
            ("docker.io/alpine", "docker.io/library/alpine:latest", "registry-1.docker.io"),
            ("index.docker.io/team/app:1", "docker.io/team/app:1", "registry-1.docker.io"),
            ("docker://quay.io/a/b_c:v1.0-rc", "quay.io/a/b_c:v1.0-rc", "quay.io"),
            ("localhost/app", "localhost/app:latest", "localhost"),
            ("localhost:5000/app", "localhost:5000/app:latest", "localhost:5000"),
            ("127.0.0.1:5000/t/img:1", "127.0.0.1:5000/t/img:1", "127.0.0.1:5000"),
            ("[::1]:5000/t/img", "[::1]:5000/t/img:latest", "[::1]:5000"),
            ("Registry.Example.COM/x", "registry.example.com/x:latest", "registry.example.com"),
            ("foo.bar:1", "docker.io/library/foo.bar:1", "registry-1.docker.io"),
            (&with_digest, &with_digest, "ghcr.io"),
            (&with_both, &with_both, "ghcr.io"),
        ];
        for (text, shown, host) in cases {
            let reference = ImageName::parse(text).unwrap();
            assert_eq!((reference.to_string().as_str(), reference.host()), (shown, host), "{text}");
            assert_eq!(ImageName::parse(shown).as_ref(), Ok(&reference), "{text}: what is shown means the same");
        }
        assert_eq!(ImageName::parse(&with_both).unwrap().wanted(), DIGEST);
        assert_eq!(ImageName::parse(&with_digest).unwrap().tag(), None);
    }

    #[test]
    fn what_is_no_reference_is_refused_without_being_repeated() {
        let upper = DIGEST.to_ascii_uppercase();
        let cases = [
            ("", "repository"),
            ("https://ghcr.io/a", "without `https://`"),
            ("user:Qz7canary@ghcr.io/a", "digest"),
            ("ghcr.io/a:Qz7canary@md5:12", "digest"),
            (&format!("ghcr.io/a@{upper}"), "digest"),
            (&format!("ghcr.io/a@{}", &DIGEST[..70]), "digest"),
            ("127.0.0.1:5000", "no repository"),
            ("localhost", "no repository"),
            ("ghcr.io/Team/Qz7canary", "repository's name"),
            ("ghcr.io/a..b", "repository's name"),
            ("ghcr.io/a___b", "repository's name"),
            ("ghcr.io/../b", "repository's name"),
            ("ghcr.io/a//b", "repository's name"),
            ("ghcr.io/a/", "repository's name"),
            ("ghcr.io/a:", "tag"),
            ("ghcr.io/a:-x", "tag"),
            ("ghcr.io/a:x/y:Qz7 canary", "tag"),
            ("ghcr.io/a?x=Qz7canary", "repository's name"),
            ("ghcr.io:0/a", "host"),
            ("ghcr.io:99999/a", "host"),
            ("gh%2fcr.io/a", "host"),
            ("[::1/a", "host"),
        ];
        for (text, told) in cases {
            let error = ImageName::parse(text).unwrap_err();
            assert!(error.contains(told), "{text}: {error}");
            assert!(!error.contains("canary"), "{text}: {error}");
        }
    }

    #[test]
    fn this_machine_is_known_by_name_and_address() {
        for host in ["localhost", "localhost:5000", "127.0.0.1", "127.9.9.9:1", "[::1]:5000", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["localhost.example.com", "127.0.0.1.example.com", "10.0.0.1:5000", "[fe80::1]", "", "::1"] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_and_what_is_read_is_fit_for_a_url(text in "[ -~]{0,80}|\\PC{0,40}") {
            if let Ok(reference) = ImageName::parse(&text) {
                let shown = reference.to_string();
                prop_assert!(shown.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:/@[]".contains(&byte)));
                prop_assert_eq!(ImageName::parse(&shown), Ok(reference));
            }
        }
    }
}
