//! What is asked of a repository, and what a token says was granted.

use std::fmt;

use serde::Deserialize;

/// Something that can be done in a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Read manifests and blobs.
    Pull,
    /// Write them.
    Push,
    /// Remove them.
    Delete,
}

impl Action {
    /// The word that registries use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pull => "pull",
            Self::Push => "push",
            Self::Delete => "delete",
        }
    }

    /// What a word in a token grants.
    fn named(word: &str) -> &'static [Self] {
        match word {
            "pull" => &[Self::Pull],
            "push" => &[Self::Push],
            "delete" => &[Self::Delete],
            "*" => &[Self::Pull, Self::Push, Self::Delete],
            _ => &[],
        }
    }
}

/// Actions in one repository.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scope {
    /// The repository.
    pub repository: String,
    /// The actions; never empty.
    pub actions: &'static [Action],
}

impl Scope {
    /// What reading needs.
    pub fn pull(repository: &str) -> Self {
        Self { repository: repository.into(), actions: &[Action::Pull] }
    }

    /// What a release needs: a push reads what is there already.
    pub fn push(repository: &str) -> Self {
        Self { repository: repository.into(), actions: &[Action::Pull, Action::Push] }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "repository:{}:{}", self.repository, words(self.actions))
    }
}

/// Actions as registries write them: `pull,push`.
pub(super) fn words(actions: &[Action]) -> String {
    actions.iter().map(|action| action.as_str()).collect::<Vec<_>>().join(",")
}

/// What the payload of a token says of access.
#[derive(Deserialize)]
struct Claims {
    access: Vec<Access>,
}

#[derive(Deserialize)]
struct Access {
    r#type: String,
    name: String,
    actions: Vec<String>,
}

/// What a token grants in this repository, as far as it can be read: many are opaque. Of the token's text nothing is
/// given back but words of our own.
pub(super) fn granted(token: &[u8], repository: &str) -> Option<Vec<Action>> {
    let payload = token.split(|byte| *byte == b'.').nth(1)?;
    let payload = data_encoding::BASE64URL_NOPAD.decode(payload).ok()?;
    let claims: Claims = serde_json::from_slice(&payload).ok()?;
    let ours = claims.access.iter().filter(|access| access.r#type == "repository" && access.name == repository);
    let mut actions: Vec<Action> =
        ours.flat_map(|access| &access.actions).flat_map(|word| Action::named(word)).copied().collect();
    actions.sort_unstable();
    actions.dedup();
    Some(actions)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(claims: &str) -> String {
        format!("e30.{}.c2ln", data_encoding::BASE64URL_NOPAD.encode(claims.as_bytes()))
    }

    #[test]
    fn a_token_says_what_it_grants_in_this_repository_alone() {
        let access = |name: &str, actions: &str| {
            token(&format!(r#"{{"access":[{{"type":"repository","name":"{name}","actions":{actions}}}]}}"#))
        };
        let cases = [
            (access("a/b", r#"["push","pull","pull"]"#), Some(vec![Action::Pull, Action::Push])),
            (access("a/b", r#"["*"]"#), Some(vec![Action::Pull, Action::Push, Action::Delete])),
            (access("a/b", r#"["Qz7canary"]"#), Some(vec![])),
            (access("a/c", r#"["pull"]"#), Some(vec![])),
            (token(r#"{"access":[]}"#), Some(vec![])),
            (token("{}"), None),
            (token("Qz7"), None),
            ("opaque".to_owned(), None),
            ("a.!!.c".to_owned(), None),
            (String::new(), None),
        ];
        for (token, expected) in cases {
            assert_eq!(granted(token.as_bytes(), "a/b"), expected, "{token}");
        }
    }

    #[test]
    fn a_scope_is_written_as_registries_read_it() {
        assert_eq!(Scope::pull("a/b").to_string(), "repository:a/b:pull");
        assert_eq!(Scope::push("a/b").to_string(), "repository:a/b:pull,push");
    }
}
