//! The one file that opens sockets, and only when a registry is asked for something.
//!
//! Threads, not async: `ureq` waits where it is called. Credentials go to the server they are meant for and do not
//! follow a redirection to another one. Nothing that a server sends is repeated in a message.

use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::{CertificateError, RootCertStore};
use ureq::http::{HeaderMap, Method, Request, header};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body, BodyReader, Proxy, Timeout};

use super::authorization::Authorization;
use super::body::Watched;
use super::refusal::{Refusal, Trouble};
use super::url::Url;

/// How long a connection may take to come about, where less is not asked for.
const CONNECT: Duration = Duration::from_secs(10);

/// How many redirections are followed.
const MAX_REDIRECTS: usize = 5;

/// Connections kept open for one server: as many as there may be threads that read layers.
const MAX_IDLE: usize = 16;

/// The largest file of authorities that is read.
const MAX_CA_FILE: u64 = 8 << 20;

/// How much of a body that does not matter is read.
const MAX_LET_GO: u64 = 64 << 10;

const USER_AGENT: &str = concat!("tightlip/", env!("CARGO_PKG_VERSION"));

/// A client.
pub(super) struct Http {
    /// For this machine, which no proxy can reach.
    direct: Agent,
    /// For all else, by the proxy that the environment names.
    outside: Agent,
    patience: Duration,
    plain: bool,
}

/// A request.
pub(super) struct Ask<'a> {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) accept: Option<&'a str>,
    pub(super) authorization: Option<&'a Authorization>,
    /// A form to send; it may hold a secret.
    pub(super) form: Option<&'a [u8]>,
}

/// What came back, with a body still to be read.
pub(super) struct Answer {
    pub(super) status: u16,
    /// Who answered; another than was asked, after a redirection.
    pub(super) url: Url,
    headers: HeaderMap,
    body: Watched<BodyReader<'static>>,
    patience: Duration,
}

impl Http {
    /// A client that trusts the system's authorities and those in a file. `plain` allows for open lines to anywhere.
    ///
    /// The system's are taken rather than a list of our own: they hold a company's authority where it has one, and its
    /// administrators keep them.
    ///
    /// # Errors
    /// If the file holds no authorities.
    pub(super) fn new(ca_file: Option<&Path>, plain: bool, patience: Duration) -> Result<Self, String> {
        let mut trusted: Vec<_> = rustls_native_certs::load_native_certs().certs;
        trusted.extend(ca_file.map(authorities).transpose()?.into_iter().flatten());
        let trusted: Vec<_> = trusted.iter().map(|der| Certificate::from_der(der).to_owned()).collect();
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::Specific(Arc::new(trusted)))
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let agent = |proxy| agent(tls.clone(), proxy, patience);
        Ok(Self { direct: agent(None), outside: agent(Proxy::try_from_env()), patience, plain })
    }

    /// Asks, follows where it is led, and gives what came back, whatever its status.
    pub(super) fn send(&self, ask: &Ask<'_>) -> Result<Answer, Refusal> {
        let (mut url, mut authorization) = (ask.url.clone(), ask.authorization);
        for _ in 0..=MAX_REDIRECTS {
            let answer = self.once(ask, &url, authorization)?;
            let Some(next) = answer.leads_to(&ask.method)? else { return Ok(answer) };
            answer.let_go();
            authorization = authorization.filter(|_| next.same_server(&url));
            url = next;
        }
        Err(transport(&ask.url, Trouble::Redirect("in a circle, or over too many steps")))
    }

    fn once(&self, ask: &Ask<'_>, url: &Url, authorization: Option<&Authorization>) -> Result<Answer, Refusal> {
        if !url.is_secure() && !url.is_loopback() && !self.plain {
            return Err(transport(url, Trouble::Plain));
        }
        let agent = if url.is_loopback() { &self.direct } else { &self.outside };
        let mut request = Request::builder().method(ask.method.clone()).uri(url.uri());
        if let Some(accept) = ask.accept {
            request = request.header(header::ACCEPT, accept);
        }
        if let Some(authorization) = authorization {
            let unfit = Refusal::Nonsense { host: url.host().into(), why: "its token is none that a header can hold" };
            request = request.header(header::AUTHORIZATION, authorization.header().ok_or(unfit)?);
        }
        let sent = match ask.form {
            Some(form) => request
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form)
                .map_err(ureq::Error::from)
                .and_then(|request| agent.run(request)),
            None if ask.method == Method::POST => {
                request.body(&[][..]).map_err(ureq::Error::from).and_then(|request| agent.run(request))
            }
            None => request.body(()).map_err(ureq::Error::from).and_then(|request| agent.run(request)),
        };
        let (parts, body) = sent.map_err(|error| transport(url, trouble(&error, self.patience)))?.into_parts();
        let (status, headers) = (parts.status.as_u16(), parts.headers);
        let body = Watched::new(Body::into_reader(body), self.patience, told);
        Ok(Answer { status, url: url.clone(), headers, body, patience: self.patience })
    }
}

impl Answer {
    /// A header's value, where it is text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// All values of a header that are text.
    pub(super) fn headers(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok())
    }

    /// Lets go of an answer whose body does not matter, so that the connection can be used again.
    pub(super) fn let_go(self) {
        // If that does not work out, the connection is closed.
        let _ = io::copy(&mut self.body.take(MAX_LET_GO), &mut io::sink());
    }

    /// The body, as it comes.
    pub(super) fn into_body(self) -> impl Read + Send + 'static {
        self.body
    }

    /// The whole body, at most `limit` bytes of it.
    pub(super) fn bytes(self, what: &str, limit: u64) -> Result<Vec<u8>, Refusal> {
        let mut bytes = Vec::new();
        self.body
            .take(limit + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| transport(&self.url, ended(&error, self.patience)))?;
        match bytes.len() as u64 > limit {
            true => Err(Refusal::TooLarge { what: what.into(), limit }),
            false => Ok(bytes),
        }
    }

    fn leads_to(&self, method: &Method) -> Result<Option<Url>, Refusal> {
        let redirect =
            matches!(self.status, 301 | 302 | 303 | 307 | 308) && [Method::GET, Method::HEAD].contains(method);
        let Some(location) = self.header("location").filter(|_| redirect) else { return Ok(None) };
        let refuse = |why| transport(&self.url, Trouble::Redirect(why));
        let next = self.url.join(location).ok_or_else(|| refuse("to no address over HTTP"))?;
        match self.url.is_secure() && !next.is_secure() {
            true => Err(refuse("from a closed line to an open one")),
            false => Ok(Some(next)),
        }
    }
}

fn agent(tls: TlsConfig, proxy: Option<Proxy>, patience: Duration) -> Agent {
    Agent::config_builder()
        .tls_config(tls)
        .proxy(proxy)
        .http_status_as_error(false)
        .max_redirects(0)
        .user_agent(USER_AGENT)
        .accept("")
        .timeout_connect(Some(CONNECT.min(patience)))
        .timeout_resolve(Some(CONNECT.min(patience)))
        .timeout_recv_response(Some(patience))
        .timeout_per_read(Some(patience))
        .timeout_per_write(Some(patience))
        .max_idle_connections_per_host(MAX_IDLE)
        .build()
        .into()
}

/// The certificates in a file, each of which must be one that can be trusted in.
fn authorities(file: &Path) -> Result<Vec<rustls::pki_types::CertificateDer<'static>>, String> {
    let failed = |why: &dyn std::fmt::Display| format!("{}: {why}; name a file of certificates in PEM", file.display());
    let mut pem = Vec::new();
    let opened = std::fs::File::open(file).map_err(|error| failed(&error))?;
    opened.take(MAX_CA_FILE).read_to_end(&mut pem).map_err(|error| failed(&error))?;
    let mut found = Vec::new();
    for item in parse_pem(&pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|_| failed(&"no PEM"))? {
            let der = rustls::pki_types::CertificateDer::from(certificate.der().to_vec());
            RootCertStore::empty().add(der.clone()).map_err(|_| failed(&"a certificate in it cannot be read"))?;
            found.push(der);
        }
    }
    if found.is_empty() { Err(failed(&"no certificate is in it")) } else { Ok(found) }
}

/// A connection's trouble as a refusal.
pub(super) fn transport(url: &Url, trouble: Trouble) -> Refusal {
    Refusal::Transport { host: url.host().into(), trouble }
}

fn trouble(error: &ureq::Error, patience: Duration) -> Trouble {
    match error {
        ureq::Error::Timeout(Timeout::Connect | Timeout::Resolve) => {
            Trouble::Unreachable(format!("no connection within {} s", CONNECT.min(patience).as_secs().max(1)))
        }
        ureq::Error::Timeout(_) => Trouble::Stalled(patience),
        ureq::Error::HostNotFound => Trouble::Unreachable("no address is known for this name".into()),
        ureq::Error::ConnectProxyFailed(_) | ureq::Error::InvalidProxyUrl => {
            Trouble::Unreachable("the proxy does not let it through".into())
        }
        ureq::Error::Rustls(error) => tls(error),
        ureq::Error::Io(error) => of_io(error, patience),
        _ => Trouble::Broken("its answer is not HTTP as we know it"),
    }
}

fn of_io(error: &io::Error, patience: Duration) -> Trouble {
    let inner = error.get_ref();
    if let Some(error) = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return tls(error);
    }
    if let Some(error) = inner.and_then(|inner| inner.downcast_ref::<ureq::Error>()) {
        return trouble(error, patience);
    }
    match error.kind() {
        ErrorKind::UnexpectedEof
        | ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe => Trouble::Closed,
        ErrorKind::TimedOut | ErrorKind::WouldBlock => Trouble::Stalled(patience),
        kind => Trouble::Unreachable(kind.to_string()),
    }
}

fn tls(error: &rustls::Error) -> Trouble {
    match error {
        rustls::Error::InvalidCertificate(why) => Trouble::Untrusted(untrusted(why)),
        rustls::Error::InvalidMessage(_) => Trouble::NotTls,
        _ => Trouble::Broken("no agreement on how to encrypt"),
    }
}

fn untrusted(why: &CertificateError) -> &'static str {
    match why {
        CertificateError::UnknownIssuer => "no authority that is trusted here has signed it",
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "it has expired",
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => "it is not valid yet",
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => "it is for another name",
        CertificateError::Revoked => "it has been revoked",
        _ => "it is not sound",
    }
}

/// The trouble behind what a reader of content was told.
fn ended(error: &io::Error, patience: Duration) -> Trouble {
    match error.kind() {
        ErrorKind::TimedOut => Trouble::Stalled(patience),
        ErrorKind::UnexpectedEof => Trouble::Closed,
        _ => Trouble::Broken("its answer ends in an error"),
    }
}

/// What a reader of content is told.
fn told(error: &io::Error, patience: Duration) -> io::Error {
    let (kind, text) = match of_io(error, patience) {
        Trouble::Stalled(time) => {
            (ErrorKind::TimedOut, format!("the registry sent next to nothing for {} s", time.as_secs().max(1)))
        }
        Trouble::Closed => (ErrorKind::UnexpectedEof, "the registry broke off".to_owned()),
        _ => (ErrorKind::Other, format!("the connection to the registry failed ({})", error.kind())),
    };
    io::Error::new(kind, text)
}
