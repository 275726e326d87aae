//! Why a registry did not give what was asked of it, and on which plane the cause lies.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::scope::{Action, Scope, words};
use crate::model::GapKind;

/// Where the cause of a refusal lies, and so who can cure it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Plane {
    /// Who asks, and whom: credentials that are missing, wrong or expired, a certificate that is not trusted.
    Identity,
    /// What whoever asks may do here.
    Permission,
    /// Neither: not found, busy, out of reach.
    Neither,
}

impl Plane {
    /// The word used in every report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Permission => "permission",
            Self::Neither => "neither",
        }
    }
}

/// Why a connection gave no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// No connection comes about: why, in the system's words.
    Unreachable(String),
    /// The server's certificate is not believed: why.
    Untrusted(&'static str),
    /// The other side does not speak TLS.
    NotTls,
    /// Credentials or content would go over an open line, which nobody asked for.
    Plain,
    /// Nothing, or next to nothing, came for this long.
    Stalled(Duration),
    /// It closed the connection.
    Closed,
    /// What came is no answer.
    Broken(&'static str),
    /// A redirection that cannot be followed: why.
    Redirect(&'static str),
}

/// Why a registry did not give what was asked of it.
///
/// What is told is made of our own words, of the reference and of hosts; never of a text that a server sent, for it may
/// repeat what was sent to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It wants credentials, and there are none.
    NoCredentials {
        /// The registry.
        registry: String,
        /// Where they were looked for.
        looked: Vec<String>,
    },
    /// Credentials could not be read.
    UnreadableCredentials {
        /// Where they stand.
        source: String,
        /// What is wrong there.
        why: String,
    },
    /// It does not know the credentials.
    WrongCredentials {
        /// Who says so: the registry, or the server that makes its tokens.
        host: String,
        /// Where they came from.
        source: String,
    },
    /// They were good once.
    Expired {
        /// Who says so.
        host: String,
        /// Where they came from.
        source: String,
    },
    /// Whoever asks is known, and may not do this.
    NotGranted {
        /// What was asked.
        asked: Scope,
        /// What was given, where a token says so.
        granted: Option<Vec<Action>>,
        /// Where the credentials came from, if any were sent.
        source: Option<String>,
        /// Whether the server that makes tokens said so. Some give this answer to credentials they do not know.
        by_token_server: bool,
    },
    /// There is no such thing, or not for whoever asks.
    NotFound {
        /// What was looked for.
        what: String,
    },
    /// It is busy, or counts requests.
    Busy {
        /// Who is.
        host: String,
        /// The status it answered with.
        status: u16,
        /// How long it wants to be left alone.
        after: Option<Duration>,
    },
    /// It answered with a status that makes no sense here.
    Failed {
        /// Who answered.
        host: String,
        /// The status.
        status: u16,
        /// What was asked.
        what: String,
    },
    /// It answered with something that cannot be used.
    Nonsense {
        /// Who answered.
        host: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// It answered with more than is read.
    TooLarge {
        /// What is too large.
        what: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// There was no answer, or not all of one.
    Transport {
        /// Who was asked.
        host: String,
        /// What happened.
        trouble: Trouble,
    },
}

impl Refusal {
    /// On which plane the cause lies.
    pub fn plane(&self) -> Plane {
        match self {
            Self::NoCredentials { .. }
            | Self::UnreadableCredentials { .. }
            | Self::WrongCredentials { .. }
            | Self::Expired { .. }
            | Self::Transport { trouble: Trouble::Untrusted(_), .. } => Plane::Identity,
            Self::NotGranted { .. } => Plane::Permission,
            Self::NotFound { .. }
            | Self::Busy { .. }
            | Self::Failed { .. }
            | Self::Nonsense { .. }
            | Self::TooLarge { .. }
            | Self::Transport { .. } => Plane::Neither,
        }
    }

    /// Under which kind it is counted when it keeps content from being looked at.
    pub fn gap(&self) -> GapKind {
        match self {
            Self::NotFound { .. } => GapKind::Missing,
            Self::TooLarge { .. } => GapKind::LimitReached,
            Self::Nonsense { .. } => GapKind::Corrupt,
            Self::NoCredentials { .. }
            | Self::UnreadableCredentials { .. }
            | Self::WrongCredentials { .. }
            | Self::Expired { .. }
            | Self::NotGranted { .. }
            | Self::Busy { .. }
            | Self::Failed { .. }
            | Self::Transport { .. } => GapKind::Unreadable,
        }
    }

    /// What happened.
    pub fn what(&self) -> String {
        match self {
            Self::NoCredentials { registry, looked } => {
                let looked = if looked.is_empty() { "nowhere".into() } else { looked.join(", ") };
                format!("{registry} wants credentials, and there are none for it (looked in: {looked})")
            }
            Self::UnreadableCredentials { source, why } => format!("the credentials in {source} cannot be read: {why}"),
            Self::WrongCredentials { host, source } => format!("{host} does not know the credentials from {source}"),
            Self::Expired { host, source } => format!("{host} says that the credentials from {source} have expired"),
            Self::NotGranted { asked, granted, source, .. } => {
                not_granted(asked, granted.as_deref(), source.as_deref())
            }
            Self::NotFound { what } => format!("{what} is not there, or not for these credentials"),
            Self::Busy { host, status, after: Some(after) } => {
                format!(
                    "{host} is busy or counts requests (status {status}); it asks for {} s of peace",
                    after.as_secs()
                )
            }
            Self::Busy { host, status, after: None } => format!("{host} is busy or counts requests (status {status})"),
            Self::Failed { host, status, what } => format!("{host} answers with status {status} when asked for {what}"),
            Self::Nonsense { host, why } => format!("the answer of {host} cannot be used: {why}"),
            Self::TooLarge { what, limit } => format!("{what} is larger than {limit} bytes, which is all that is read"),
            Self::Transport { host, trouble } => trouble.what(host),
        }
    }

    /// What to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::NoCredentials { .. } => {
                "log in as you do for docker or podman, or pass --username with --password-stdin; the name may also be \
                 wrong: registries do not tell strangers"
            }
            Self::UnreadableCredentials { .. } => "correct it, or log in again",
            Self::WrongCredentials { .. } => "check them, or log in again",
            Self::Expired { .. } => "log in again, or let the job fetch fresh ones just before this step",
            Self::NotGranted { by_token_server: true, .. } => {
                "have this action granted to this identity on this repository; if it should be, check the credentials \
                 too, for some registries give this answer to ones they do not know"
            }
            Self::NotGranted { .. } => "have this action granted to this identity on this repository",
            Self::NotFound { .. } => "check the name, or ask for read access to the repository",
            Self::Busy { .. } => "run this again later; with credentials the allowance is often larger",
            Self::Failed { .. } => "run this again later; if it stays so, ask whoever runs the registry",
            Self::Nonsense { .. } => "check that the name is that of a container registry",
            Self::TooLarge { .. } => "no image needs as much; ask who made it",
            Self::Transport { trouble, .. } => trouble.next_step(),
        }
    }
}

fn not_granted(asked: &Scope, granted: Option<&[Action]>, source: Option<&str>) -> String {
    let who = match source {
        Some(source) => format!("the credentials from {source} are good, but"),
        None => "without credentials".to_owned(),
    };
    let given = match granted {
        Some([]) => "granted: nothing",
        Some(actions) => &format!("granted: {}", words(actions)),
        None => "the registry does not say what is granted",
    };
    let (actions, repository) = (words(asked.actions), &asked.repository);
    format!("{who} not all of what is needed is granted on {repository} (asked: {actions}; {given})")
}

impl Trouble {
    fn what(&self, host: &str) -> String {
        match self {
            Self::Unreachable(why) => format!("{host} cannot be reached: {why}"),
            Self::Untrusted(why) => format!("the certificate of {host} is not trusted: {why}"),
            Self::NotTls => format!("{host} does not speak TLS"),
            Self::Plain => format!("{host} is to be asked over plain HTTP"),
            Self::Stalled(time) => format!("{host} sent next to nothing for {} s", time.as_secs().max(1)),
            Self::Closed => format!("{host} broke off: it closed the connection"),
            Self::Broken(why) => format!("{host} broke off: {why}"),
            Self::Redirect(why) => format!("{host} leads elsewhere, where nobody follows: {why}"),
        }
    }

    fn next_step(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "check the name, the network and the proxy variables",
            Self::Untrusted(_) => "pass the registry's own authority with --ca-file, or have the certificate mended",
            Self::NotTls | Self::Plain => "pass --plain-http if nobody can listen on the line",
            Self::Stalled(_) => "run this again later, or allow for more with --timeout",
            Self::Closed | Self::Broken(_) => "run this again; if it stays so, ask whoever runs the registry",
            Self::Redirect(_) => "ask whoever runs the registry",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.plane() {
            Plane::Neither => {}
            plane => write!(f, "{}: ", plane.as_str())?,
        }
        write!(f, "{}; {}", self.what(), self.next_step())
    }
}
