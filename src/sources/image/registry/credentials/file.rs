//! The files that docker and podman keep credentials in. Their format is that of docker's `config.json`, with keys that
//! may name a repository as well (containers-auth.json(5)).

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use serde::Deserialize;
use zeroize::Zeroizing;

use super::credential::{Credential, Found};
use super::helper;
use crate::model::Secret;
use crate::sources::image::registry::name::{ImageName, known_registry};
use crate::sources::image::registry::refusal::Refusal;
use crate::sources::image::registry::word::Word;

/// The largest such file that is read.
const LIMIT: u64 = 4 << 20;

/// What docker calls its own registry in these files and to helpers.
const DEFAULT_SERVER: &str = "https://index.docker.io/v1/";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    auths: Option<BTreeMap<String, Option<Entry>>>,
    cred_helpers: Option<BTreeMap<String, String>>,
    creds_store: Option<String>,
}

#[derive(Deserialize)]
struct Entry {
    auth: Option<Word>,
    username: Option<String>,
    password: Option<Word>,
    identitytoken: Option<Word>,
    registrytoken: Option<Word>,
}

/// What a file has for an image. One that is not there has nothing, unless it must be there.
pub(super) fn look(path: &Path, must_be: bool, image: &ImageName) -> Result<Option<Found>, Refusal> {
    let source = path.display().to_string();
    let failed = |why: String| Refusal::UnreadableCredentials { source: source.clone(), why };
    let text = match read(path) {
        Ok(text) => text,
        Err(error) if !must_be && matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(failed(error.to_string())),
    };
    // The parser's own message would repeat what it stumbled over.
    let at = |error: serde_json::Error| failed(format!("line {} is not as it should be", error.line()));
    let content: Content = serde_json::from_slice(&text).map_err(at)?;
    content.find(image, &source)
}

fn read(path: &Path) -> std::io::Result<Zeroizing<Vec<u8>>> {
    let mut text = Zeroizing::new(Vec::new());
    File::open(path)?.take(LIMIT).read_to_end(&mut text)?;
    Ok(text)
}

impl Content {
    /// An entry for the repository or a part of its path; then the helpers; then the entry for the registry.
    fn find(&self, image: &ImageName, source: &str) -> Result<Option<Found>, Refusal> {
        let registry = image.registry();
        let path = format!("{registry}/{}", image.repository());
        let mut keys: Vec<&str> = path.char_indices().filter(|(_, c)| *c == '/').map(|(at, _)| &path[..at]).collect();
        keys.push(&path);
        for key in keys.iter().skip(1).rev() {
            if let Some(found) = self.entry(key, source)? {
                return Ok(Some(found));
            }
        }
        if let Some(name) = self.helper(registry) {
            let server = if image.is_of_default_registry() { DEFAULT_SERVER } else { registry };
            if let Some(credential) = helper::ask(name, server, source)? {
                return Ok(Some(Found {
                    credential,
                    source: format!("{} (named in {source})", helper::program(name)),
                }));
            }
        }
        self.entry(registry, source)
    }

    fn helper(&self, registry: &str) -> Option<&str> {
        let own = self.cred_helpers.iter().flatten().find(|(key, _)| normal(key) == registry).map(|(_, name)| name);
        own.or(self.creds_store.as_ref()).map(String::as_str).filter(|name| !name.is_empty())
    }

    fn entry(&self, key: &str, source: &str) -> Result<Option<Found>, Refusal> {
        let entries = self.auths.iter().flatten().filter(|(written, _)| normal(written) == key);
        for entry in entries.filter_map(|(_, entry)| entry.as_ref()) {
            let unreadable = || Refusal::UnreadableCredentials {
                source: source.into(),
                why: format!("`auth` of the entry for {key} is no user:password in base64"),
            };
            if let Some(credential) = entry.credential().ok_or_else(unreadable)? {
                return Ok(Some(Found { credential, source: source.into() }));
            }
        }
        Ok(None)
    }
}

impl Entry {
    /// What the entry holds; an empty one stands where a helper keeps the secret. Nothing if it cannot be read.
    fn credential(&self) -> Option<Option<Credential>> {
        let text = |word: &Option<Word>| {
            let secret = word.as_ref().map(|word| &word.0).filter(|secret| !secret.is_empty());
            secret.map(|secret| Secret::new(secret.expose().to_vec()))
        };
        if let Some(token) = text(&self.identitytoken) {
            return Some(Some(Credential::Identity(token)));
        }
        if let Some(token) = text(&self.registrytoken) {
            return Some(Some(Credential::Registry(token)));
        }
        if let Some(auth) = text(&self.auth) {
            return decoded(&auth).map(Some);
        }
        let user = self.username.clone().filter(|user| !user.is_empty());
        Some(user.zip(text(&self.password)).map(|(user, password)| Credential::Password { user, password }))
    }
}

fn decoded(auth: &Secret) -> Option<Credential> {
    let pair = Zeroizing::new(data_encoding::BASE64.decode(auth.expose()).ok()?);
    let colon = pair.iter().position(|byte| *byte == b':')?;
    let user = std::str::from_utf8(&pair[..colon]).ok()?.to_owned();
    // Docker once padded with NULs.
    let password = pair[colon + 1..].strip_suffix(b"\0").unwrap_or(&pair[colon + 1..]);
    Some(Credential::Password { user, password: Secret::new(password.to_vec()) })
}

/// A key as references write it: older files have whole addresses there.
fn normal(key: &str) -> String {
    let bare = key.strip_prefix("https://").or_else(|| key.strip_prefix("http://"));
    let old = bare.unwrap_or(key).trim_end_matches('/');
    let old = old.strip_suffix("/v1").or_else(|| old.strip_suffix("/v2")).unwrap_or(old);
    match old.split_once('/') {
        Some((host, _)) if bare.is_some() => known_registry(host),
        Some((host, path)) => format!("{}/{path}", known_registry(host)),
        None => known_registry(old),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn auth(pair: &str) -> String {
        format!(r#"{{"auth":"{}"}}"#, data_encoding::BASE64.encode(pair.as_bytes()))
    }

    fn found(text: &str, image: &str) -> Result<Option<String>, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.json");
        std::fs::write(&file, text).unwrap();
        let told = |secret: &Secret| String::from_utf8_lossy(secret.expose()).into_owned();
        let looked = look(&file, true, &ImageName::parse(image).unwrap()).map_err(|refusal| refusal.to_string())?;
        Ok(looked.map(|found| match &found.credential {
            Credential::Password { user, password } => format!("{user}:{}", told(password)),
            Credential::Identity(token) => format!("identity {}", told(token)),
            Credential::Registry(token) => format!("registry {}", told(token)),
        }))
    }

    #[test]
    fn the_entry_that_is_nearest_to_the_repository_wins() {
        let file = format!(
            r#"{{"auths":{{"r.example":{},"r.example/team":{},"r.example/team/app":{},"https://index.docker.io/v1/":{},
                "https://OLD.example/v2/":{},"idp.example":{{"auth":"","identitytoken":"t1"}},"reg.example":{{"registrytoken":"t2"}},
                "plain.example":{{"username":"u","password":"p"}},"helped.example":{{}},"null.example":null}}}}"#,
            auth("a:1"),
            auth("b:2"),
            auth("c:3:4"),
            auth("d:5"),
            auth("e:6\0"),
        );
        let cases = [
            ("r.example/x", Some("a:1")),
            ("r.example/teams/x", Some("a:1")),
            ("r.example/team/x", Some("b:2")),
            ("r.example/team/app:1", Some("c:3:4")),
            ("r.example/team/app/part", Some("c:3:4")),
            ("alpine", Some("d:5")),
            ("old.example/x", Some("e:6")),
            ("idp.example/x", Some("identity t1")),
            ("reg.example/x", Some("registry t2")),
            ("plain.example/x", Some("u:p")),
            ("helped.example/x", None),
            ("null.example/x", None),
            ("other.example/x", None),
            ("r.example:5000/x", None),
        ];
        for (image, expected) in cases {
            assert_eq!(found(&file, image).unwrap().as_deref(), expected, "{image}");
        }
        assert_eq!(found("{}", "r.example/x"), Ok(None));
        assert_eq!(found(r#"{"auths":null,"HttpHeaders":{}}"#, "r.example/x"), Ok(None));
    }

    #[test]
    fn a_file_that_is_not_sound_is_told_without_what_stands_in_it() {
        let canary = "Qz7canaryVw9";
        let cases = [
            format!(r#"{{"auths":"{canary}"}}"#),
            format!(r#"{{"auths":{{"r.example":"{canary}"}}}}"#),
            format!(r#"{{"auths":{{"r.example":{{"auth":"{canary}"}}}}}}"#),
            format!(r#"{{"auths":{{"r.example":{}}}}}"#, auth(canary)),
            format!("{{\n\"auths\": {canary}"),
            format!(r#"{{"credsStore":"../{canary}"}}"#),
        ];
        for text in cases {
            let error = found(&text, "r.example/x").unwrap_err();
            assert!(error.starts_with("identity: ") && error.contains("config.json"), "{error}");
            assert!(!error.contains(canary) && !error.contains(&auth(canary)), "{error}");
        }
    }
}
