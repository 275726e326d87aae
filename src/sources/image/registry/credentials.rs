//! Who asks a registry: given on the command line, or kept where docker and podman keep it. Values are never shown,
//! only where they came from.

mod credential;
mod file;
mod helper;

use std::ffi::OsString;
use std::path::PathBuf;

use super::refusal::Refusal;
use crate::model::Secret;
use crate::sources::image::registry::name::ImageName;

pub(super) use credential::{Credential, Found};

/// Where credentials are looked for.
pub struct Login(Kept);

enum Kept {
    Given { user: String, password: Secret },
    Named(PathBuf),
    Usual(Vec<PathBuf>),
}

impl Login {
    /// A name and a password that somebody typed.
    pub fn given(user: String, password: Secret) -> Self {
        Self(Kept::Given { user, password })
    }

    /// One file, which must be there.
    pub fn file(file: PathBuf) -> Self {
        Self(Kept::Named(file))
    }

    /// None at all.
    pub fn none() -> Self {
        Self(Kept::Usual(Vec::new()))
    }

    /// Where docker, podman and their kin keep them: the file that `REGISTRY_AUTH_FILE` names, and no other; or else
    /// `containers/auth.json` under the folder for this session and that for settings, then docker's `config.json`.
    pub fn usual(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let folder = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        if let Some(file) = folder("REGISTRY_AUTH_FILE") {
            return Self::file(file);
        }
        let home = folder("HOME").or_else(|| folder("USERPROFILE"));
        let under_home = |name: &str| home.as_ref().map(|home| home.join(name));
        let containers = |folder: PathBuf| folder.join("containers/auth.json");
        let places = [
            folder("XDG_RUNTIME_DIR").map(containers).or_else(session),
            folder("XDG_CONFIG_HOME").or_else(|| under_home(".config")).map(containers),
            folder("DOCKER_CONFIG").or_else(|| under_home(".docker")).map(|folder| folder.join("config.json")),
        ];
        Self(Kept::Usual(places.into_iter().flatten().collect()))
    }

    /// The places in words, for the message that nothing was there.
    pub(super) fn places(&self) -> Vec<String> {
        match &self.0 {
            Kept::Given { .. } => vec![TYPED.into()],
            Kept::Named(file) => vec![file.display().to_string()],
            Kept::Usual(files) => files.iter().map(|file| file.display().to_string()).collect(),
        }
    }

    /// What is kept for an image, if anything is. The first file that has something wins.
    pub(super) fn find(&self, image: &ImageName) -> Result<Option<Found>, Refusal> {
        match &self.0 {
            Kept::Given { user, password } => {
                let password = Secret::new(password.expose().to_vec());
                let credential = Credential::Password { user: user.clone(), password };
                Ok(Some(Found { credential, source: TYPED.into() }))
            }
            Kept::Named(path) => file::look(path, true, image),
            Kept::Usual(files) => files.iter().find_map(|path| file::look(path, false, image).transpose()).transpose(),
        }
    }
}

/// What credentials from the command line are called.
const TYPED: &str = "--username";

/// The folder for this session where the variable that should name it is not set, as in most CI jobs.
#[cfg(unix)]
fn session() -> Option<PathBuf> {
    use std::os::unix::fs::MetadataExt;
    let user = std::fs::metadata("/proc/self").ok()?.uid();
    Some(PathBuf::from(format!("/run/containers/{user}/auth.json")))
}

#[cfg(not(unix))]
fn session() -> Option<PathBuf> {
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn places(variables: &[(&str, &str)]) -> Vec<String> {
        let value = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into());
        Login::usual(value).places()
    }

    #[test]
    fn the_usual_places_are_those_of_docker_and_podman() {
        assert_eq!(
            places(&[("HOME", "/h"), ("XDG_RUNTIME_DIR", "/run/user/7")]),
            ["/run/user/7/containers/auth.json", "/h/.config/containers/auth.json", "/h/.docker/config.json"]
        );
        assert_eq!(
            places(&[("HOME", "/h"), ("XDG_RUNTIME_DIR", "/r"), ("XDG_CONFIG_HOME", "/c"), ("DOCKER_CONFIG", "/d")]),
            ["/r/containers/auth.json", "/c/containers/auth.json", "/d/config.json"]
        );
        assert_eq!(places(&[("HOME", "/h"), ("REGISTRY_AUTH_FILE", "/x.json")]), ["/x.json"]);
        assert_eq!(places(&[("REGISTRY_AUTH_FILE", ""), ("XDG_RUNTIME_DIR", "/r")]), ["/r/containers/auth.json"]);
    }
}
