//! Manifests that belong to another one: by the referrers API, by its tag where a registry has no such API, and by the
//! tags that cosign writes.

use serde::Deserialize;
use ureq::http::Method;

use super::manifest::{MANIFESTS, manifest, perhaps};
use super::refusal::Refusal;
use super::scope::Scope;
use super::session::{Session, Wanted, good};
use crate::sources::image::origin::{MANIFEST_LIMIT, Root};
use crate::sources::image::registry::name::is_digest;

/// The media type of an index.
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// How many manifests may belong to one, how many pages list them, and how many bytes they have together.
const MAX_MANIFESTS: usize = 1000;
const MAX_PAGES: usize = 50;
const MAX_BYTES: u64 = 64 << 20;

/// What cosign puts behind the digest in a tag.
const COSIGN: [&str; 3] = [".sig", ".att", ".sbom"];

/// The statuses of a registry that has no referrers API.
const NO_API: [u16; 4] = [400, 404, 405, 501];

#[derive(Deserialize)]
struct Index {
    #[serde(default)]
    manifests: Vec<Descriptor>,
}

#[derive(Deserialize)]
struct Descriptor {
    digest: String,
}

/// All manifests that belong to the one with this digest.
pub(super) fn referrers(session: &Session, digest: &str) -> Result<Vec<Root>, Refusal> {
    let tag = digest.replace(':', "-");
    let listed = match by_api(session, digest)? {
        Some(listed) => listed,
        None => by_tag(session, &tag)?,
    };
    let mut found = Vec::new();
    for descriptor in listed {
        let missing =
            || Refusal::NotFound { what: format!("the manifest {}, which belongs to {digest},", descriptor.digest) };
        found.push(manifest(session, &descriptor.digest, MANIFESTS)?.ok_or_else(missing)?);
        if found.iter().map(|root| root.bytes.len() as u64).sum::<u64>() > MAX_BYTES {
            return Err(Refusal::TooLarge { what: format!("what belongs to {digest}"), limit: MAX_BYTES });
        }
    }
    for suffix in COSIGN {
        found.extend(perhaps(session, &format!("{tag}{suffix}"), MANIFESTS)?);
    }
    Ok(found)
}

fn by_api(session: &Session, digest: &str) -> Result<Option<Vec<Descriptor>>, Refusal> {
    let repository = session.image.repository();
    let what = format!("what belongs to {digest}");
    let mut path = format!("/v2/{repository}/referrers/{digest}");
    let mut found = Vec::new();
    for page in 0..MAX_PAGES {
        let scope = Scope::pull(repository);
        let wanted = Wanted { method: Method::GET, path, accept: Some(INDEX), scope, what: what.clone() };
        let answer = session.send(&wanted)?;
        if page == 0 && NO_API.contains(&answer.status) {
            answer.let_go();
            return Ok(None);
        }
        let answer = good(answer, &what)?;
        let next = answer.headers("link").find_map(next_page).and_then(|link| answer.url.join(link));
        found.extend(index(session, &answer.bytes(&what, MANIFEST_LIMIT)?)?);
        match next {
            Some(next) if found.len() <= MAX_MANIFESTS => path = next.uri().to_string(),
            Some(_) => break,
            None if found.len() <= MAX_MANIFESTS => return Ok(Some(found)),
            None => break,
        }
    }
    Err(Refusal::TooLarge { what: format!("the list of {what}"), limit: MAX_BYTES })
}

fn by_tag(session: &Session, tag: &str) -> Result<Vec<Descriptor>, Refusal> {
    match perhaps(session, tag, INDEX)? {
        Some(root) => index(session, &root.bytes),
        None => Ok(Vec::new()),
    }
}

fn index(session: &Session, bytes: &[u8]) -> Result<Vec<Descriptor>, Refusal> {
    let nonsense = |why| Refusal::Nonsense { host: session.image.host().into(), why };
    let index: Index = serde_json::from_slice(bytes).map_err(|_| nonsense("its list of referrers is no index"))?;
    match index.manifests.iter().all(|descriptor| is_digest(&descriptor.digest)) {
        true => Ok(index.manifests),
        false => Err(nonsense("its list of referrers names something by no digest")),
    }
}

/// The address of the page after this one (RFC 8288): `<…>; rel="next"`.
fn next_page(link: &str) -> Option<&str> {
    let (address, rest) = link.trim_start().strip_prefix('<')?.split_once('>')?;
    let next = rest.split(';').any(|part| matches!(part.trim().trim_end_matches(','), "rel=\"next\"" | "rel=next"));
    next.then_some(address)
}
