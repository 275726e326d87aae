//! Addresses: where they lead, and whether that is the same server.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ureq::http::Uri;

use crate::sources::image::registry::name::is_loopback;

/// All but what RFC 3986 calls unreserved.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// An absolute address over HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Url {
    uri: Uri,
}

impl Url {
    /// Reads an absolute address with a host and without user information, or nothing.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let uri: Uri = text.parse().ok()?;
        let known = matches!(uri.scheme_str(), Some("http" | "https"));
        let host =
            uri.authority().is_some_and(|authority| !authority.host().is_empty() && !authority.as_str().contains('@'));
        (known && host).then_some(Self { uri })
    }

    /// Where a `Location` in an answer from here leads.
    pub(super) fn join(&self, location: &str) -> Option<Self> {
        let scheme = self.uri.scheme_str()?;
        if let Some(rest) = location.strip_prefix("//") {
            return Self::parse(&format!("{scheme}://{rest}"));
        }
        if let Some(path) = location.strip_prefix('/') {
            return Self::parse(&format!("{scheme}://{}/{path}", self.uri.authority()?));
        }
        if location.contains("://") {
            return Self::parse(location);
        }
        let folder = self.uri.path().rsplit_once('/').map_or("", |(folder, _)| folder);
        Self::parse(&format!("{scheme}://{}{folder}/{location}", self.uri.authority()?))
    }

    /// The same address with these parameters, after those it has.
    pub(super) fn with_query(&self, pairs: &[(&str, &str)]) -> Option<Self> {
        let mark = if self.uri.query().is_some() { '&' } else { '?' };
        Self::parse(&format!("{}{mark}{}", self.uri, form(pairs)))
    }

    /// Host, and port where it is written: all of an address that is ever shown.
    pub(super) fn host(&self) -> &str {
        self.uri.authority().map_or("", |authority| authority.as_str())
    }

    /// Whether the line is closed to others.
    pub(super) fn is_secure(&self) -> bool {
        self.uri.scheme_str() == Some("https")
    }

    /// Whether it leads to this machine.
    pub(super) fn is_loopback(&self) -> bool {
        is_loopback(self.host())
    }

    /// Whether both lead to the same server over the same kind of line.
    pub(super) fn same_server(&self, other: &Self) -> bool {
        let key = |url: &Self| {
            let port = url.uri.port_u16().unwrap_or(if url.is_secure() { 443 } else { 80 });
            (url.is_secure(), url.uri.host().map(str::to_ascii_lowercase), port)
        };
        key(self) == key(other)
    }

    /// As the client takes it.
    pub(super) fn uri(&self) -> Uri {
        self.uri.clone()
    }
}

/// Parameters as a query or a form writes them.
pub(super) fn form(pairs: &[(&str, &str)]) -> String {
    let escaped = |text| utf8_percent_encode(text, ESCAPED).to_string();
    pairs.iter().map(|(name, value)| format!("{}={}", escaped(*name), escaped(*value))).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_location_leads_where_it_says() {
        let base = Url::parse("https://r.example:5000/v2/a/b?x=1").unwrap();
        let cases = [
            ("/v2/c", Some("https://r.example:5000/v2/c")),
            ("c?y=2", Some("https://r.example:5000/v2/a/c?y=2")),
            ("//cdn.example/z", Some("https://cdn.example/z")),
            ("http://cdn.example/z?sig=a%2Fb", Some("http://cdn.example/z?sig=a%2Fb")),
            ("ftp://cdn.example/z", None),
            ("https://user:pw@cdn.example/z", None),
            ("file:///etc/passwd", None),
        ];
        for (location, expected) in cases {
            let joined = base.join(location).map(|url| url.uri.to_string());
            assert_eq!(joined.as_deref(), expected, "{location}");
        }
    }

    #[test]
    fn servers_are_the_same_by_scheme_host_and_port() {
        let base = Url::parse("https://r.example/v2/").unwrap();
        for same in ["https://r.example:443/x", "https://R.Example/"] {
            assert!(base.same_server(&Url::parse(same).unwrap()), "{same}");
        }
        for other in ["http://r.example/", "https://r.example:444/", "https://r.example.evil/", "https://x.r.example/"]
        {
            assert!(!base.same_server(&Url::parse(other).unwrap()), "{other}");
        }
    }

    #[test]
    fn parameters_are_escaped() {
        let url = Url::parse("https://t.example/token?a=1").unwrap();
        let url = url.with_query(&[("service", "a_b c&d"), ("scope", "repository:x/y:pull")]).unwrap();
        assert_eq!(
            url.uri.to_string(),
            "https://t.example/token?a=1&service=a_b%20c%26d&scope=repository%3Ax%2Fy%3Apull"
        );
    }
}
