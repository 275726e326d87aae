//! The header in which a server says how it wants to know who asks (`WWW-Authenticate`, RFC 9110, section 11).

/// One way to authenticate that a server offers.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(super) struct Challenge {
    /// In lower case: `basic`, `bearer`.
    pub(super) scheme: String,
    params: Vec<(String, String)>,
}

impl Challenge {
    /// A parameter's value.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Every challenge in these header values. What cannot be read is passed over: it is nothing we could answer.
pub(super) fn challenges<'a>(headers: impl Iterator<Item = &'a str>) -> Vec<Challenge> {
    let mut found = Vec::new();
    for header in headers {
        let mut words = Words(header);
        while let Some(word) = words.next() {
            match (word, found.last_mut()) {
                (Word::Param(name, value), Some(Challenge { params, .. })) => params.push((name, value)),
                (Word::Param(..), None) => {}
                (Word::Scheme(scheme), _) => found.push(Challenge { scheme, params: Vec::new() }),
            }
        }
    }
    found
}

enum Word {
    Scheme(String),
    Param(String, String),
}

struct Words<'a>(&'a str);

impl Words<'_> {
    fn next(&mut self) -> Option<Word> {
        self.0 = self.0.trim_start_matches([' ', '\t', ',', '=', '"']);
        let name = self.take(|c| !matches!(c, ' ' | '\t' | ',' | '=' | '"'));
        if name.is_empty() {
            return None;
        }
        let name = name.to_ascii_lowercase();
        let rest = self.0.trim_start();
        let Some(value) = rest.strip_prefix('=') else { return Some(Word::Scheme(name)) };
        self.0 = value.trim_start();
        Some(Word::Param(name, self.value()))
    }

    fn value(&mut self) -> String {
        let Some(quoted) = self.0.strip_prefix('"') else {
            return self.take(|c| !matches!(c, ' ' | '\t' | ',')).to_owned();
        };
        let mut value = String::new();
        let mut chars = quoted.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.0 = &quoted[at + 1..];
                    return value;
                }
                '\\' => value.extend(chars.next().map(|(_, escaped)| escaped)),
                c => value.push(c),
            }
        }
        self.0 = "";
        value
    }

    fn take(&mut self, wanted: impl Fn(char) -> bool) -> &str {
        let end = self.0.find(|c| !wanted(c)).unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at(end);
        self.0 = rest;
        word
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn challenges_are_read_as_servers_write_them() {
        let cases: [(&[&str], &str); 8] = [
            (&["Basic realm=\"Registry Realm\""], "basic realm=Registry Realm"),
            (
                &[
                    "Bearer realm=\"https://a/token\",service=\"a\",scope=\"repository:x/y:pull,push\",error=\"insufficient_scope\"",
                ],
                "bearer realm=https://a/token service=a scope=repository:x/y:pull,push error=insufficient_scope",
            ),
            (&["BEARER Realm = \"a\" , SERVICE=b"], "bearer realm=a service=b"),
            (&["Basic realm=\"a\", Bearer realm=\"b\""], "basic realm=a|bearer realm=b"),
            (&["Basic realm=\"a\"", "Bearer realm=\"b\""], "basic realm=a|bearer realm=b"),
            (&["Bearer realm=\"a \\\"b\\\\\",x=y"], "bearer realm=a \"b\\ x=y"),
            (&["Negotiate"], "negotiate"),
            (&["realm=\"a\"", "", ",,=\"", "Basic realm=\"cut"], "basic realm=cut"),
        ];
        for (headers, expected) in cases {
            let told: Vec<String> = challenges(headers.iter().copied())
                .into_iter()
                .map(|challenge| {
                    let params = challenge.params.iter().map(|(name, value)| format!(" {name}={value}"));
                    challenge.scheme + &params.collect::<String>()
                })
                .collect();
            assert_eq!(told.join("|"), expected, "{headers:?}");
        }
    }

    proptest! {
        #[test]
        fn any_header_is_read_to_its_end(header in "\\PC{0,60}|[bB ,=\"\\\\a]{0,40}") {
            let read = challenges([header.as_str()].into_iter());
            prop_assert!(read.len() <= header.len());
        }
    }
}
