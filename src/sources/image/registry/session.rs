//! Talking to one registry about one image: whom it wants to know, what it grants, what it answers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use ureq::http::Method;

use super::authorization::Authorization;
use super::challenge::{Challenge, challenges};
use super::codes::said;
use super::credentials::{Credential, Found, Login};
use super::http::{Answer, Ask};
use super::refusal::{Refusal, Trouble};
use super::scope::{Action, Scope};
use super::token::{Token, TokenServer};
use super::url::Url;
use super::wait::Patient;
use crate::sources::image::registry::name::ImageName;

/// A registry, an image in it, and who asks.
pub(super) struct Session {
    client: Patient,
    pub(super) image: ImageName,
    login: Arc<Login>,
    plain: bool,
    base: OnceLock<Result<Url, Refusal>>,
    found: OnceLock<Result<Option<Found>, Refusal>>,
    way: Mutex<Way>,
}

/// How the registry wants to know who asks, as far as it has said.
#[derive(Default)]
enum Way {
    #[default]
    Unknown,
    Basic(Arc<Authorization>),
    Bearer(TokenServer, BTreeMap<Scope, Arc<Token>>),
}

/// Whether a registry knows who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// It did not want to.
    NotAsked,
    /// It does.
    Yes,
    /// It refuses what was asked for and tells nothing of who asked.
    NotTold,
}

/// A request to the registry.
pub(super) struct Wanted<'a> {
    pub(super) method: Method,
    /// Under the registry's root, or a whole address.
    pub(super) path: String,
    pub(super) accept: Option<&'a str>,
    /// What it needs.
    pub(super) scope: Scope,
    /// What it is for, in words.
    pub(super) what: String,
}

/// What is shown at the door.
#[derive(Clone)]
enum Pass {
    Basic(Arc<Authorization>),
    Token(Arc<Token>),
}

impl Pass {
    fn authorization(&self) -> &Authorization {
        match self {
            Self::Basic(authorization) => authorization,
            Self::Token(token) => &token.authorization,
        }
    }

    fn granted(&self) -> Option<Vec<Action>> {
        match self {
            Self::Basic(_) => None,
            Self::Token(token) => token.granted.clone(),
        }
    }
}

impl Session {
    pub(super) fn new(client: Patient, image: ImageName, login: Arc<Login>, plain: bool) -> Self {
        let (base, found) = (OnceLock::new(), OnceLock::new());
        Self { client, image, login, plain, base, found, way: Mutex::default() }
    }

    /// The root of the registry. On this machine it may be one without TLS, which shows at the first try; elsewhere only
    /// if that was asked for.
    pub(super) fn base(&self) -> Result<&Url, Refusal> {
        self.base.get_or_init(|| self.find_base()).as_ref().map_err(Clone::clone)
    }

    fn find_base(&self) -> Result<Url, Refusal> {
        let host = self.image.host();
        let address = |scheme| {
            let unfit = Refusal::Nonsense { host: host.into(), why: "its name is no address" };
            Url::parse(&format!("{scheme}://{host}/v2/")).ok_or(unfit)
        };
        if self.plain {
            return address("http");
        }
        let secure = address("https")?;
        if secure.is_loopback() {
            let probe = Ask { method: Method::GET, url: secure.clone(), accept: None, authorization: None, form: None };
            if let Err(Refusal::Transport { trouble: Trouble::NotTls | Trouble::Closed, .. }) = self.client.send(&probe)
            {
                return address("http");
            }
        }
        Ok(secure)
    }

    /// Who asks, once it matters.
    pub(super) fn found(&self) -> Result<Option<&Found>, Refusal> {
        let found = self.found.get_or_init(|| self.login.find(&self.image));
        found.as_ref().map(Option::as_ref).map_err(Clone::clone)
    }

    /// Asks for the registry's root, as a stranger.
    pub(super) fn knock(&self) -> Result<Answer, Refusal> {
        let url = self.base()?.clone();
        self.client.send(&Ask { method: Method::GET, url, accept: None, authorization: None, form: None })
    }

    /// Lets the registry know who asks, if it wants to know. That it knows somebody who may not read this image is no
    /// refusal here.
    pub(super) fn identify(&self) -> Result<Known, Refusal> {
        let repository = self.image.repository();
        let wanted = Wanted {
            method: Method::GET,
            path: "/v2/".into(),
            accept: None,
            scope: Scope::pull(repository),
            what: "who asks".into(),
        };
        match self.send(&wanted) {
            Ok(_) if matches!(*self.way(), Way::Unknown) => Ok(Known::NotAsked),
            Err(Refusal::NotGranted { by_token_server: true, .. }) => Ok(Known::NotTold),
            Ok(_) | Err(Refusal::NotGranted { .. }) => Ok(Known::Yes),
            Err(refusal) => Err(refusal),
        }
    }

    /// What the token for a scope says it grants, if there is one by now.
    pub(super) fn granted(&self, scope: &Scope) -> Option<Vec<Action>> {
        match &*self.way() {
            Way::Bearer(_, tokens) => tokens.get(scope)?.granted.clone(),
            Way::Unknown | Way::Basic(_) => None,
        }
    }

    /// Asks for something. What comes back is an answer to the request itself, be it that there is no such thing;
    /// anything about who may ask is a refusal.
    pub(super) fn send(&self, wanted: &Wanted<'_>) -> Result<Answer, Refusal> {
        let pass = self.pass(&wanted.scope)?;
        let answer = self.once(wanted, pass.as_ref())?;
        if answer.status != 401 {
            return self.allowed(answer, wanted, pass.as_ref());
        }
        let offered = challenges(answer.headers("www-authenticate"));
        if pass.as_ref().is_some_and(|pass| !may_be_renewed(pass, &offered)) {
            return Err(self.refused(answer, wanted, pass.as_ref()));
        }
        answer.let_go();
        let pass = self.meet(&offered, &wanted.scope)?;
        let answer = self.once(wanted, Some(&pass))?;
        match answer.status {
            401 => Err(self.refused(answer, wanted, Some(&pass))),
            _ => self.allowed(answer, wanted, Some(&pass)),
        }
    }

    fn once(&self, wanted: &Wanted<'_>, pass: Option<&Pass>) -> Result<Answer, Refusal> {
        let base = self.base()?;
        let unfit = || Refusal::Nonsense { host: base.host().into(), why: "it leads to no address" };
        let url = base.join(&wanted.path).ok_or_else(unfit)?;
        // An address of another server's gets no credentials.
        let authorization = pass.filter(|_| url.same_server(base)).map(Pass::authorization);
        let ask = Ask { method: wanted.method.clone(), url, accept: wanted.accept, authorization, form: None };
        let answer = self.client.send(&ask)?;
        match answer.status {
            // A store that the registry led to knows nothing of who asks.
            401 | 403 if !answer.url.same_server(base) => Err(failed(&answer, &wanted.what)),
            _ => Ok(answer),
        }
    }

    fn allowed(&self, answer: Answer, wanted: &Wanted<'_>, pass: Option<&Pass>) -> Result<Answer, Refusal> {
        match answer.status {
            403 => Err(self.refused(answer, wanted, pass)),
            _ => Ok(answer),
        }
    }

    /// What is shown at the first try, once it is known what the registry wants to see.
    fn pass(&self, scope: &Scope) -> Result<Option<Pass>, Refusal> {
        let mut way = self.way();
        match &mut *way {
            Way::Unknown => Ok(None),
            Way::Basic(authorization) => Ok(Some(Pass::Basic(authorization.clone()))),
            Way::Bearer(server, tokens) => {
                if let Some(token) = tokens.get(scope).filter(|token| token.is_good()) {
                    return Ok(Some(Pass::Token(token.clone())));
                }
                let token = Arc::new(self.token(server, scope)?);
                tokens.insert(scope.clone(), token.clone());
                Ok(Some(Pass::Token(token)))
            }
        }
    }

    /// Does what a challenge asks for.
    fn meet(&self, offered: &[Challenge], scope: &Scope) -> Result<Pass, Refusal> {
        let host = self.base()?.host().to_owned();
        if let Some(bearer) = offered.iter().find(|challenge| challenge.scheme == "bearer") {
            let server = self.token_server(bearer)?;
            let token = Arc::new(self.token(&server, scope)?);
            *self.way() = Way::Bearer(server, BTreeMap::from([(scope.clone(), token.clone())]));
            return Ok(Pass::Token(token));
        }
        if !offered.iter().any(|challenge| challenge.scheme == "basic") {
            return Err(Refusal::Nonsense { host, why: "it wants to know who asks in no way that is spoken here" });
        }
        let pass = match self.found()? {
            None => return Err(self.no_credentials()),
            Some(Found { credential: Credential::Password { user, password }, .. }) => {
                let authorization = Arc::new(Authorization::basic(user, password));
                *self.way() = Way::Basic(authorization.clone());
                Pass::Basic(authorization)
            }
            Some(Found { credential: Credential::Registry(token), .. }) => {
                Pass::Token(Arc::new(Token::given(token, &scope.repository)))
            }
            Some(Found { credential: Credential::Identity(_), source }) => {
                let why = "they are a token to be exchanged, and the registry wants a password".into();
                return Err(Refusal::UnreadableCredentials { source: source.clone(), why });
            }
        };
        Ok(pass)
    }

    fn token_server(&self, bearer: &Challenge) -> Result<TokenServer, Refusal> {
        let base = self.base()?;
        let nonsense = |why| Refusal::Nonsense { host: base.host().into(), why };
        let realm = bearer.get("realm").and_then(Url::parse);
        let realm = realm.ok_or_else(|| nonsense("it names no server for tokens"))?;
        if base.is_secure() && !realm.is_secure() {
            return Err(nonsense("it wants credentials sent to its token server over an open line"));
        }
        Ok(TokenServer { realm, service: bearer.get("service").unwrap_or_default().to_owned() })
    }

    fn token(&self, server: &TokenServer, scope: &Scope) -> Result<Token, Refusal> {
        let token = server.token(&self.client, scope, self.found()?);
        token.map_err(|refusal| match refusal {
            Refusal::NoCredentials { .. } => self.no_credentials(),
            refusal => refusal,
        })
    }

    fn no_credentials(&self) -> Refusal {
        Refusal::NoCredentials { registry: self.image.registry().into(), looked: self.login.places() }
    }

    /// Why the door stayed shut.
    fn refused(&self, answer: Answer, wanted: &Wanted<'_>, pass: Option<&Pass>) -> Refusal {
        let source = match self.found() {
            Ok(Some(found)) if pass.is_some() => found.source.clone(),
            Ok(_) => return self.no_credentials(),
            Err(refusal) => return refusal,
        };
        let (status, host) = (answer.status, answer.url.host().to_owned());
        let offered = challenges(answer.headers("www-authenticate"));
        let (error, said) = (bearer_error(&offered).map(str::to_owned), said(answer));
        let given = matches!(self.found(), Ok(Some(Found { credential: Credential::Registry(_), .. })));
        match (error.as_deref(), pass) {
            _ if said.expired => Refusal::Expired { host, source },
            (Some("invalid_token"), _) => Refusal::Expired { host, source },
            (None, Some(Pass::Basic(_))) if status == 401 && !said.denied => Refusal::WrongCredentials { host, source },
            (None, Some(Pass::Token(_))) if status == 401 && given => Refusal::WrongCredentials { host, source },
            _ => Refusal::NotGranted {
                asked: wanted.scope.clone(),
                granted: pass.and_then(Pass::granted),
                source: Some(source),
                by_token_server: false,
            },
        }
    }

    fn way(&self) -> MutexGuard<'_, Way> {
        // What is in there is whole at every moment.
        self.way.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Whether another token could open what this one does not: not if the server knows this one, and says it is too little.
fn may_be_renewed(pass: &Pass, offered: &[Challenge]) -> bool {
    matches!(pass, Pass::Token(_)) && bearer_error(offered) != Some("insufficient_scope")
}

fn bearer_error(offered: &[Challenge]) -> Option<&str> {
    offered.iter().filter(|challenge| challenge.scheme == "bearer").find_map(|challenge| challenge.get("error"))
}

/// An answer that makes no sense here.
pub(super) fn failed(answer: &Answer, what: &str) -> Refusal {
    Refusal::Failed { host: answer.url.host().into(), status: answer.status, what: what.into() }
}

/// An answer that must be one of success.
pub(super) fn good(answer: Answer, what: &str) -> Result<Answer, Refusal> {
    match answer.status {
        200..=299 => Ok(answer),
        404 => Err(Refusal::NotFound { what: what.into() }),
        _ => Err(failed(&answer, what)),
    }
}
