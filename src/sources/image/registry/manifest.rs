//! Getting a manifest.

use ureq::http::Method;

use super::refusal::Refusal;
use super::scope::Scope;
use super::session::{Session, Wanted, good};
use crate::sources::image::origin::{MANIFEST_LIMIT, Root};
use crate::sources::image::registry::name::is_digest;

/// The kinds of manifests, as they are asked for. A registry tells nothing of those it is not asked for.
pub(super) const MANIFESTS: &str = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v2+json";

/// Gets a manifest under a tag that may well not be there. It is asked about first: registries count what is fetched.
pub(super) fn perhaps(session: &Session, tag: &str, accept: &str) -> Result<Option<Root>, Refusal> {
    let repository = session.image.repository();
    let answer = session.send(&wanted(repository, Method::HEAD, tag, accept))?;
    let status = answer.status;
    answer.let_go();
    if status == 404 { Ok(None) } else { manifest(session, tag, accept) }
}

fn wanted<'a>(repository: &str, method: Method, name: &str, accept: &'a str) -> Wanted<'a> {
    let path = format!("/v2/{repository}/manifests/{name}");
    let what = format!("the manifest {name} of {repository}");
    Wanted { method, path, accept: Some(accept), scope: Scope::pull(repository), what }
}

/// Gets a manifest; nothing where there is none.
pub(super) fn manifest(session: &Session, name: &str, accept: &str) -> Result<Option<Root>, Refusal> {
    let repository = session.image.repository();
    let wanted = wanted(repository, Method::GET, name, accept);
    let answer = session.send(&wanted)?;
    if answer.status == 404 {
        answer.let_go();
        return Ok(None);
    }
    let answer = good(answer, &wanted.what)?;
    let media_type = answer.header("content-type").map(|text| text.split(';').next().unwrap_or(text).trim().to_owned());
    let told = answer.header("docker-content-digest").filter(|digest| is_digest(digest)).map(str::to_owned);
    let (name, digest) = if is_digest(name) { ("", Some(name.to_owned())) } else { (name, told) };
    Ok(Some(Root { name: name.into(), media_type, digest, bytes: answer.bytes(&wanted.what, MANIFEST_LIMIT)? }))
}
