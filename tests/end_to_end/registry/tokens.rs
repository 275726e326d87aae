//! A token server: passwords and grants in, tokens out that a real registry believes.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde_json::json;
use tempfile::TempDir;

use crate::registry::http::{Reply, Request, Server};
use crate::registry::real::{password, tool};

/// How it treats those who ask for what is not granted, and what its tokens are like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Manner {
    /// A token for less than was asked.
    #[default]
    Less,
    /// Status 403 and DENIED.
    Denied,
    /// Tokens that have expired.
    Expired,
}

/// The token server. `alice` may pull and push under `team/`, `bob` may pull there, anybody may pull under `public/`.
/// All passwords are the same.
pub struct Tokens {
    pub server: Server,
    folder: TempDir,
}

impl Tokens {
    pub const SERVICE: &str = "test-registry";
    pub const ISSUER: &str = "test-issuer";

    pub fn start(manner: Manner) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let args = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test-issuer -keyout token.key -out token.crt";
        tool("openssl", &args.split(' ').collect::<Vec<_>>(), folder.path());
        let at = folder.path().to_owned();
        let server = Server::start(move |request| answer(request, manner, &at));
        Self { server, folder }
    }

    pub fn realm(&self) -> String {
        format!("http://{}/token", self.server.host())
    }

    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join("token.crt")
    }

    /// A token as it stands in a credential file.
    pub fn token(&self, user: &str, repository: &str) -> String {
        let access = access(user, &format!("repository:{repository}:pull,push"));
        sign(self.folder.path(), user, &access, 300)
    }
}

fn answer(request: &Request, manner: Manner, folder: &Path) -> Reply {
    let (asked, user) = match request.method.as_str() {
        "POST" => (request.body.clone(), by_refresh_token(&request.body)),
        _ => (request.path.clone(), by_password(request)),
    };
    let Some(user) = user else {
        return Reply::new(401, r#"{"errors":[{"code":"UNAUTHORIZED","message":"incorrect username or password"}]}"#);
    };
    let scope = asked.split(['?', '&']).find_map(|pair| pair.strip_prefix("scope=")).unwrap_or_default();
    let scope = scope.replace("%3A", ":").replace("%2F", "/").replace("%2C", ",");
    let access = access(&user, &scope);
    let given = access["actions"].as_array().unwrap().len();
    if manner == Manner::Denied && given < scope.split(',').count() {
        return Reply::new(403, r#"{"errors":[{"code":"DENIED","message":"requested access is denied"}]}"#);
    }
    let seconds = if manner == Manner::Expired { -3600 } else { 300 };
    let token = sign(folder, &user, &access, seconds);
    Reply::new(200, json!({"token": token, "access_token": token, "expires_in": 300}).to_string())
}

fn by_password(request: &Request) -> Option<String> {
    let Some(header) = request.header("authorization") else { return Some(String::new()) };
    let pair = BASE64.decode(header.strip_prefix("Basic ")?.as_bytes()).ok()?;
    let pair = String::from_utf8(pair).ok()?;
    let (user, given) = pair.split_once(':')?;
    (given == password() && ["alice", "bob"].contains(&user)).then(|| user.to_owned())
}

fn by_refresh_token(form: &str) -> Option<String> {
    let of = |name: &str| form.split('&').find_map(|pair| pair.strip_prefix(name)).unwrap_or_default().to_owned();
    (of("grant_type=") == "refresh_token" && of("refresh_token=") == password()).then(|| "alice".to_owned())
}

/// What of a scope is granted.
fn access(user: &str, scope: &str) -> serde_json::Value {
    let mut parts = scope.splitn(3, ':').skip(1);
    let (name, actions) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let granted = |action: &str| match (user, action) {
        ("alice", "pull" | "push") | ("bob", "pull") if name.starts_with("team/") => true,
        (_, "pull") => name.starts_with("public/"),
        _ => false,
    };
    let actions: Vec<&str> = actions.split(',').filter(|action| granted(action)).collect();
    json!({"type": "repository", "name": name, "actions": actions})
}

fn sign(folder: &Path, user: &str, access: &serde_json::Value, seconds: i64) -> String {
    let pem = std::fs::read_to_string(folder.join("token.crt")).unwrap();
    let der: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64;
    let claims = json!({
        "iss": Tokens::ISSUER, "sub": user, "aud": Tokens::SERVICE, "iat": now - 7200, "nbf": now - 7200,
        "exp": now + seconds, "jti": format!("{now}"), "access": [access],
    });
    let head = json!({"typ": "JWT", "alg": "RS256", "x5c": [der]});
    let encode = |value: serde_json::Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let text = format!("{}.{}", encode(head), encode(claims));
    let file = tempfile::NamedTempFile::new_in(folder).unwrap();
    std::fs::write(file.path(), &text).unwrap();
    let path = file.path().to_str().unwrap();
    let signature = tool("openssl", &["dgst", "-sha256", "-sign", "token.key", path], folder);
    format!("{text}.{}", BASE64URL_NOPAD.encode(&signature))
}
