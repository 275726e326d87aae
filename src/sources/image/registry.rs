//! Images in a registry, by the OCI distribution specification. Everything here that waits is a thread that waits; the
//! one file that opens sockets is `registry/http.rs`.

mod authorization;
mod body;
mod challenge;
mod codes;
mod credentials;
mod http;
mod manifest;
mod name;
mod preflight;
mod referrers;
mod refusal;
mod scope;
mod session;
mod token;
mod url;
mod wait;
mod word;

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ureq::http::Method;

use super::origin::{Fault, Origin, Root};
use crate::model::GapKind;

use body::Measured;
use http::Http;
use manifest::{MANIFESTS, manifest};
use name::is_digest;
use session::{Session, Wanted, good};
use wait::Patient;

pub use credentials::Login;
pub use name::ImageName;
pub use preflight::{Check, Preflight, Standing};
pub use refusal::{Plane, Refusal, Trouble};
pub use scope::{Action, Scope};

/// How a registry is asked.
pub struct RegistryOptions {
    /// Who asks.
    pub login: Arc<Login>,
    /// Authorities to trust beside the system's, in PEM.
    pub ca_file: Option<PathBuf>,
    /// Plain HTTP, also to other machines.
    pub plain_http: bool,
    /// How long a registry may say nothing, or next to nothing.
    pub timeout: Duration,
    /// How long it is waited for in all when it asks for peace.
    pub patience: Duration,
}

/// An image in a registry.
pub struct Registry {
    session: Session,
}

impl Registry {
    /// An image in a registry. Nothing is asked yet.
    ///
    /// # Errors
    /// If the file of authorities cannot be used.
    pub fn new(image: ImageName, options: RegistryOptions) -> Result<Self, String> {
        let http = Http::new(options.ca_file.as_deref(), options.plain_http, options.timeout)?;
        let client = Patient::new(http, options.patience);
        Ok(Self { session: Session::new(client, image, options.login, options.plain_http) })
    }

    /// What the image is called.
    pub fn reference(&self) -> &ImageName {
        &self.session.image
    }

    /// Finds out whether the image can be read and, with `push`, whether one can be written in its place. Nothing is
    /// written: an upload is begun and cancelled.
    pub fn preflight(&self, push: bool) -> Preflight {
        preflight::preflight(&self.session, push)
    }

    /// The manifest or index that the reference names.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn root(&self) -> Result<Root, Refusal> {
        let image = &self.session.image;
        let missing = || Refusal::NotFound { what: image.to_string() };
        let root = manifest(&self.session, image.wanted(), MANIFESTS)?.ok_or_else(missing)?;
        Ok(Root { name: image.tag().unwrap_or_default().into(), ..root })
    }

    fn open(&self, digest: &str, size: u64) -> Result<impl Read + Send + use<>, Refusal> {
        let repository = self.session.image.repository();
        let what = format!("the blob {digest} of {repository}");
        let wanted = Wanted {
            method: Method::GET,
            path: format!("/v2/{repository}/blobs/{digest}"),
            accept: None,
            scope: Scope::pull(repository),
            what: what.clone(),
        };
        Ok(Measured::new(good(self.session.send(&wanted)?, &what)?.into_body(), size))
    }
}

impl Origin for Registry {
    fn roots(&self) -> Result<Vec<Root>, String> {
        self.root().map(|root| vec![root]).map_err(|refusal| refusal.to_string())
    }

    fn manifest(&self, digest: &str) -> Result<Vec<u8>, Fault> {
        checked(digest)?;
        let missing = || Refusal::NotFound { what: format!("the manifest {digest}") };
        let root = manifest(&self.session, digest, MANIFESTS).and_then(|root| root.ok_or_else(missing));
        root.map(|root| root.bytes).map_err(|refusal| fault(&refusal))
    }

    fn blob(&self, digest: &str, size: u64) -> Result<Box<dyn Read + Send + '_>, Fault> {
        checked(digest)?;
        Ok(Box::new(self.open(digest, size).map_err(|refusal| fault(&refusal))?))
    }

    fn referrers(&self, digest: &str) -> Result<Vec<Root>, Fault> {
        checked(digest)?;
        referrers::referrers(&self.session, digest).map_err(|refusal| fault(&refusal))
    }
}

/// A digest comes from a manifest, which anybody may have written, and goes into an address.
fn checked(digest: &str) -> Result<(), Fault> {
    let detail = || "a manifest names it by something that is no sha256 or sha512 digest".to_owned();
    if is_digest(digest) { Ok(()) } else { Err(Fault { kind: GapKind::Corrupt, detail: detail() }) }
}

fn fault(refusal: &Refusal) -> Fault {
    Fault { kind: refusal.gap(), detail: refusal.to_string() }
}
