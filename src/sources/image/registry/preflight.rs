//! Whether a release may read and write where it has to: both planes tried, with nothing written.

use serde::Serialize;
use ureq::http::Method;

use super::manifest::{MANIFESTS, manifest};
use super::refusal::{Plane, Refusal};
use super::scope::{Action, Scope};
use super::session::{Known, Session, Wanted, failed, good};

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// What was asked for is given.
    Granted,
    /// It is not.
    Refused,
    /// It was not tried, because something before it was refused.
    Skipped,
}

impl Standing {
    /// The word used in every report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Refused => "refused",
            Self::Skipped => "skipped",
        }
    }
}

/// One thing that a release needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// `reach`, `login`, `pull` or `push`.
    pub name: &'static str,
    /// The plane it is about; where it was refused, the plane of the cause.
    pub plane: Plane,
    /// How it ended.
    pub standing: Standing,
    /// What happened, in words that hold no secret.
    pub detail: String,
    /// What to do about it.
    pub next: Option<&'static str>,
    /// What was asked for.
    pub asked: Option<Scope>,
    /// What the registry's token says it grants, where there is one that can be read.
    pub granted: Option<Vec<Action>>,
}

/// What was found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preflight {
    /// Each thing, in the order in which they were tried.
    pub checks: Vec<Check>,
    /// Where the credentials came from, in words.
    pub source: Option<String>,
}

impl Preflight {
    /// Whether all that is needed is given.
    pub fn is_granted(&self) -> bool {
        self.checks.iter().all(|check| check.standing == Standing::Granted)
    }
}

/// What is tried, and in words what came of it.
type Attempt<'a> = (&'static str, Plane, Option<Scope>, Box<dyn Fn() -> Result<String, Refusal> + 'a>);

/// Tries everything in order, up to the first refusal: what stands on it would be refused for the same cause.
pub(super) fn preflight(session: &Session, push: bool) -> Preflight {
    let repository = session.image.repository();
    let mut attempts: Vec<Attempt<'_>> = vec![
        ("reach", Plane::Neither, None, Box::new(|| reach(session))),
        ("login", Plane::Identity, None, Box::new(|| login(session))),
        ("pull", Plane::Permission, Some(Scope::pull(repository)), Box::new(|| pull(session, push))),
    ];
    if push {
        attempts.push(("push", Plane::Permission, Some(Scope::push(repository)), Box::new(|| begin_push(session))));
    }
    let (mut checks, mut stopped) = (Vec::new(), false);
    for (name, plane, asked, attempt) in attempts {
        let check = match stopped {
            true => skipped(name, plane, asked),
            false => done(session, name, plane, asked, attempt()),
        };
        stopped |= check.standing == Standing::Refused;
        checks.push(check);
    }
    let source = session.found().ok().flatten().map(|found| found.source.clone());
    Preflight { checks, source }
}

fn done(
    session: &Session,
    name: &'static str,
    plane: Plane,
    asked: Option<Scope>,
    result: Result<String, Refusal>,
) -> Check {
    let known = asked.as_ref().and_then(|scope| session.granted(scope));
    match result {
        Ok(detail) => Check { name, plane, standing: Standing::Granted, detail, next: None, asked, granted: known },
        Err(refusal) => {
            let granted = match &refusal {
                Refusal::NotGranted { granted, .. } => granted.clone(),
                _ => known,
            };
            let (plane, detail, next) = (refusal.plane(), refusal.what(), Some(refusal.next_step()));
            Check { name, plane, standing: Standing::Refused, detail, next, asked, granted }
        }
    }
}

fn skipped(name: &'static str, plane: Plane, asked: Option<Scope>) -> Check {
    let detail = "not tried: what comes before it was refused".to_owned();
    Check { name, plane, standing: Standing::Skipped, detail, next: None, asked, granted: None }
}

/// The registry answers, and is one.
fn reach(session: &Session) -> Result<String, Refusal> {
    let base = session.base()?;
    let answer = session.knock()?;
    match answer.status {
        200..=299 | 401 | 403 => {
            answer.let_go();
            let line = if base.is_secure() { "TLS" } else { "plain HTTP" };
            Ok(format!("{} answers over {line}", base.host()))
        }
        404 => Err(Refusal::Nonsense { host: base.host().into(), why: "there is no registry behind this name" }),
        _ => Err(failed(&answer, "its version")),
    }
}

/// It knows who asks. What that one may do is asked next.
fn login(session: &Session) -> Result<String, Refusal> {
    let source = session.found()?.map(|found| found.source.clone());
    Ok(match (session.identify()?, source) {
        (Known::Yes, Some(source)) => format!("the credentials from {source} are accepted"),
        (Known::Yes, None) => "no credentials; the registry lets strangers ask".into(),
        (Known::NotAsked, Some(source)) => {
            format!("the registry wants no credentials; those from {source} were not sent")
        }
        (Known::NotAsked, None) => "the registry wants no credentials".into(),
        (Known::NotTold, source) => {
            let source = source.map_or("nobody".into(), |source| format!("the credentials from {source}"));
            format!("the registry does not tell whether it knows {source}")
        }
    })
}

/// The manifest can be read. Before the first push there is none yet.
fn pull(session: &Session, push: bool) -> Result<String, Refusal> {
    let image = &session.image;
    match manifest(session, image.wanted(), MANIFESTS)? {
        Some(root) => Ok(match &root.digest {
            Some(digest) => format!("{image} can be read; it is {digest}"),
            None => format!("{image} can be read"),
        }),
        None if push => Ok(format!("{image} may be asked for, and is not there yet")),
        None => Err(Refusal::NotFound { what: image.to_string() }),
    }
}

/// An upload can be begun. It is cancelled at once, before a byte of content was sent.
fn begin_push(session: &Session) -> Result<String, Refusal> {
    let repository = session.image.repository();
    let what = format!("an upload to {repository}");
    let wanted =
        |method, path| Wanted { method, path, accept: None, scope: Scope::push(repository), what: what.clone() };
    let answer = session.send(&wanted(Method::POST, format!("/v2/{repository}/blobs/uploads/")))?;
    let begun = good(answer, &what)?;
    let at = begun.header("location").and_then(|location| begun.url.join(location));
    let base = session.base()?;
    let cancelled = at.filter(|at| at.same_server(base)).is_some_and(|at| {
        session.send(&wanted(Method::DELETE, at.uri().to_string())).is_ok_and(|answer| answer.status < 300)
    });
    Ok(match cancelled {
        true => "an upload was begun and cancelled; nothing was written".into(),
        false => {
            "an upload was begun; it cannot be cancelled here and is left for the registry to let go, empty".into()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_is_granted_only_if_each_thing_is() {
        let check = |standing| Check { standing, ..skipped("pull", Plane::Permission, None) };
        for (standings, expected) in [
            (&[Standing::Granted, Standing::Granted][..], true),
            (&[Standing::Granted, Standing::Refused], false),
            (&[Standing::Granted, Standing::Skipped], false),
        ] {
            let checks = standings.iter().map(|standing| check(*standing)).collect();
            assert_eq!(Preflight { checks, source: None }.is_granted(), expected);
        }
    }
}
