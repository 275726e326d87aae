//! Asking a token server for a token (the distribution project's token authentication, and its form with refresh tokens).

use std::time::{Duration, Instant};

use serde::Deserialize;
use ureq::http::Method;
use zeroize::Zeroizing;

use super::authorization::Authorization;
use super::codes::said;
use super::credentials::{Credential, Found};
use super::http::{Answer, Ask};
use super::refusal::Refusal;
use super::scope::{Action, Scope, granted};
use super::url::{Url, form};
use super::wait::Patient;
use super::word::Word;
use crate::model::Secret;

/// The largest answer that is read.
const LIMIT: u64 = 1 << 20;

/// How long a token is good for where its server does not say.
const USUAL: u64 = 60;

/// Where tokens come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TokenServer {
    pub(super) realm: Url,
    pub(super) service: String,
}

/// A token.
pub(super) struct Token {
    pub(super) authorization: Authorization,
    /// What it says it grants.
    pub(super) granted: Option<Vec<Action>>,
    until: Instant,
}

impl Token {
    /// A token that stands in a credential file.
    pub(super) fn given(token: &Secret, repository: &str) -> Self {
        Self {
            authorization: Authorization::bearer(token),
            granted: granted(token.expose(), repository),
            until: Instant::now() + Duration::from_secs(USUAL),
        }
    }

    /// Whether it can still be used by its own account.
    pub(super) fn is_good(&self) -> bool {
        Instant::now() < self.until
    }
}

#[derive(Deserialize)]
struct Given {
    token: Option<Word>,
    access_token: Option<Word>,
    expires_in: Option<u64>,
}

impl TokenServer {
    /// Gets a token for a scope.
    pub(super) fn token(&self, client: &Patient, scope: &Scope, found: Option<&Found>) -> Result<Token, Refusal> {
        let answer = match found.map(|found| &found.credential) {
            Some(Credential::Registry(token)) => return Ok(Token::given(token, &scope.repository)),
            Some(Credential::Identity(token)) => self.exchange(client, scope, token)?,
            Some(Credential::Password { user, password }) => {
                self.ask(client, scope, Some(&Authorization::basic(user, password)))?
            }
            None => self.ask(client, scope, None)?,
        };
        match answer.status {
            200..=299 => self.read(answer, scope),
            _ => Err(self.refused(answer, scope, found)),
        }
    }

    fn ask(&self, client: &Patient, scope: &Scope, authorization: Option<&Authorization>) -> Result<Answer, Refusal> {
        let scope = scope.to_string();
        let pairs = [("service", self.service.as_str()), ("scope", &scope)];
        let url = self.realm.with_query(&pairs).ok_or_else(|| self.nonsense("its realm is no address"))?;
        client.send(&Ask { method: Method::GET, url, accept: None, authorization, form: None })
    }

    fn exchange(&self, client: &Patient, scope: &Scope, token: &Secret) -> Result<Answer, Refusal> {
        let unreadable = || self.nonsense("it wants a refresh token, and the one that is kept is no text");
        let token = std::str::from_utf8(token.expose()).map_err(|_| unreadable())?;
        let scope = scope.to_string();
        let form = Zeroizing::new(form(&[
            ("grant_type", "refresh_token"),
            ("service", &self.service),
            ("client_id", "tightlip"),
            ("scope", &scope),
            ("refresh_token", token),
        ]));
        let form = Some(form.as_bytes());
        client.send(&Ask { method: Method::POST, url: self.realm.clone(), accept: None, authorization: None, form })
    }

    fn read(&self, answer: Answer, scope: &Scope) -> Result<Token, Refusal> {
        let body = Zeroizing::new(answer.bytes("a token", LIMIT)?);
        let given: Given = serde_json::from_slice(&body).map_err(|_| self.nonsense("it gives no token"))?;
        let seconds = given.expires_in.filter(|seconds| *seconds > 0).unwrap_or(USUAL).min(24 * 3600);
        let Word(token) = given.token.or(given.access_token).ok_or_else(|| self.nonsense("it gives no token"))?;
        let authorization = Authorization::bearer(&token);
        if token.is_empty() || authorization.header().is_none() {
            return Err(self.nonsense("it gives no token"));
        }
        // A little early, so that it does not expire on its way.
        let until = Instant::now() + Duration::from_secs(seconds) * 9 / 10;
        Ok(Token { authorization, granted: granted(token.expose(), &scope.repository), until })
    }

    fn refused(&self, answer: Answer, scope: &Scope, found: Option<&Found>) -> Refusal {
        let (status, host) = (answer.status, answer.url.host().to_owned());
        let said = said(answer);
        let source = || found.map(|found| found.source.clone());
        let identity = matches!(found, Some(Found { credential: Credential::Identity(_), .. }));
        match (status, source()) {
            (401 | 403, None) => Refusal::NoCredentials { registry: host, looked: Vec::new() },
            (401 | 403, Some(source)) if said.expired => Refusal::Expired { host, source },
            (401, Some(source)) => Refusal::WrongCredentials { host, source },
            (400, Some(source)) if identity => Refusal::Expired { host, source },
            (403, source) => Refusal::NotGranted { asked: scope.clone(), granted: None, source, by_token_server: true },
            (status, _) => Refusal::Failed { host, status, what: "a token".into() },
        }
    }

    fn nonsense(&self, why: &'static str) -> Refusal {
        Refusal::Nonsense { host: self.realm.host().into(), why }
    }
}
