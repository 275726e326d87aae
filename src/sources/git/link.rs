//! Addresses that show a line of a file in a browser, for hosts whose addresses are known.

use gix::bstr::ByteSlice;

use crate::model::{History, Shown};

/// Where a repository came from, as far as addresses can be made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Remote {
    host: String,
    path: String,
    style: Style,
}

/// How a host writes the address of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    GitHub,
    GitLab,
    Bitbucket,
    Forgejo,
}

impl Remote {
    /// The remote `origin`, or the only one there is.
    pub(super) fn of(git: &gix::Repository) -> Option<Self> {
        let config = git.config_snapshot();
        let names = git.remote_names();
        let only = || names.iter().next().filter(|_| names.len() == 1).map(|name| name.to_vec());
        let name = if names.iter().any(|name| name.as_bytes() == b"origin") { b"origin".to_vec() } else { only()? };
        let url = config.string(format!("remote.{}.url", name.to_str().ok()?).as_str())?;
        Self::parse(url.to_str().ok()?)
    }

    /// `https://host/path.git`, `ssh://git@host:22/path`, `git@host:path`. User names and passwords are left out.
    fn parse(url: &str) -> Option<Self> {
        let (host, path) = match url.split_once("://") {
            Some(("https" | "http" | "ssh" | "git", rest)) => rest.split_once('/')?,
            Some(_) => return None,
            None => url.split_once(':')?,
        };
        let host = host.rsplit('@').next()?.split(':').next()?.to_ascii_lowercase();
        let path = path.trim_matches('/').trim_end_matches(".git");
        let plain =
            |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/'));
        let style = match host.as_str() {
            "github.com" => Style::GitHub,
            "bitbucket.org" => Style::Bitbucket,
            "codeberg.org" | "gitea.com" => Style::Forgejo,
            host if host == "gitlab.com" || host.starts_with("gitlab.") => Style::GitLab,
            _ => return None,
        };
        (plain(path) && path.contains('/') && plain(&host)).then(|| Self { host, path: path.to_owned(), style })
    }

    /// The address of a file in a commit, with [`History::LINE`] where the line belongs.
    pub(super) fn link(&self, commit: &str, file: &[u8]) -> Shown {
        let (host, path, file, line) = (&self.host, &self.path, escaped(file), History::LINE);
        let text = match self.style {
            Style::GitHub => format!("https://{host}/{path}/blob/{commit}/{file}#L{line}"),
            Style::GitLab => format!("https://{host}/{path}/-/blob/{commit}/{file}#L{line}"),
            Style::Bitbucket => format!("https://{host}/{path}/src/{commit}/{file}#lines-{line}"),
            Style::Forgejo => format!("https://{host}/{path}/src/commit/{commit}/{file}#L{line}"),
        };
        Shown::from_bytes(text.as_bytes())
    }
}

fn escaped(path: &[u8]) -> String {
    let mut text = String::with_capacity(path.len());
    for byte in path {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => text.push(char::from(*byte)),
            byte => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn addresses_of_known_hosts_only() {
        let cases = [
            ("https://github.com/acme/app.git", Some("https://github.com/acme/app/blob/c0/a%20b.rs#L{line}")),
            ("git@github.com:acme/app.git", Some("https://github.com/acme/app/blob/c0/a%20b.rs#L{line}")),
            ("https://user:pw@gitlab.com/a/b/c", Some("https://gitlab.com/a/b/c/-/blob/c0/a%20b.rs#L{line}")),
            (
                "ssh://git@gitlab.acme.example:2222/a/b.git",
                Some("https://gitlab.acme.example/a/b/-/blob/c0/a%20b.rs#L{line}"),
            ),
            ("https://bitbucket.org/a/b", Some("https://bitbucket.org/a/b/src/c0/a%20b.rs#lines-{line}")),
            ("https://codeberg.org/a/b", Some("https://codeberg.org/a/b/src/commit/c0/a%20b.rs#L{line}")),
            ("https://git.example.org/a/b", None),
            ("/srv/git/app", None),
            ("file:///srv/git/app", None),
            ("https://github.com/one", None),
            ("https://github.com/a/b\"><script>", None),
        ];
        for (url, expected) in cases {
            let link = Remote::parse(url).map(|remote| remote.link("c0", b"a b.rs").into_string());
            assert_eq!(link.as_deref(), expected, "{url}");
        }
    }
}
