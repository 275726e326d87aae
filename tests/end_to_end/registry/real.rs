//! Registries as they really are: Debian's `docker-registry` on this machine, open, with TLS and passwords, or with
//! tokens. Each is gone when dropped.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::registry::tokens::Tokens;

/// The one account of registries with passwords.
pub const USER: &str = "alice";

/// Made at every run, so that no text of ours can hold it by chance.
pub fn password() -> String {
    use std::sync::OnceLock;
    static PASSWORD: OnceLock<String> = OnceLock::new();
    let fresh = || {
        let mut bytes = [0; 12];
        getrandom::fill(&mut bytes).unwrap();
        format!("Qz{}", data_encoding::BASE32_NOPAD.encode(&bytes))
    };
    PASSWORD.get_or_init(fresh).clone()
}

/// Runs a tool that the tests need.
pub fn tool(name: &str, args: &[&str], folder: &Path) -> Vec<u8> {
    let output = Command::new(name).args(args).current_dir(folder).stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("{name}: {error}; {INSTALL}"));
    assert!(output.status.success(), "{name} {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

const INSTALL: &str = "apt-get install docker-registry skopeo apache2-utils openssl";

/// A registry.
pub struct Registry {
    pub port: u16,
    pub folder: TempDir,
    child: Child,
}

impl Registry {
    /// Anybody may do anything.
    pub fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        Self::start(folder, &data, "")
    }

    /// TLS by an authority of its own (`ca.crt`), and a password.
    pub fn with_password() -> Self {
        Self::with_password_at("127.0.0.1")
    }

    /// The same, with a certificate for another address.
    pub fn with_password_at(address: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        certificates(folder.path(), address);
        let line = tool("htpasswd", &["-Bbn", "-C", "4", USER, &password()], folder.path());
        fs::write(folder.path().join("htpasswd"), line).unwrap();
        let at = folder.path().display().to_string();
        let config = format!(
            "  tls: {{certificate: {at}/srv.crt, key: {at}/srv.key}}\nauth: {{htpasswd: {{realm: test, path: {at}/htpasswd}}}}\n"
        );
        let data = folder.path().join("data");
        Self::start(folder, &data, &config)
    }

    /// Tokens from this server.
    pub fn with_tokens(tokens: &Tokens) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        Self::tokens(tokens, folder, &data)
    }

    /// Tokens from this server, and the content of another registry.
    pub fn with_tokens_over(tokens: &Tokens, other: &Self) -> Self {
        Self::tokens(tokens, tempfile::tempdir().unwrap(), &other.folder.path().join("data"))
    }

    fn tokens(tokens: &Tokens, folder: TempDir, data: &Path) -> Self {
        let (realm, service, issuer) = (tokens.realm(), Tokens::SERVICE, Tokens::ISSUER);
        let certificate = tokens.certificate().display().to_string();
        let config = format!(
            "auth: {{token: {{realm: \"{realm}\", service: {service}, issuer: {issuer}, rootcertbundle: {certificate}}}}}\n"
        );
        Self::start(folder, data, &config)
    }

    fn start(folder: TempDir, data: &Path, config: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let data = data.display();
        let text = format!(
            "version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {data}}}}}\nhttp:\n  addr: 127.0.0.1:{port}\n{config}"
        );
        let file = folder.path().join("config.yml");
        fs::write(&file, text).unwrap();
        // Variables that begin with REGISTRY_ would change the configuration.
        let spawned = Command::new("docker-registry")
            .arg("serve")
            .arg(&file)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let child = spawned.unwrap_or_else(|error| panic!("docker-registry: {error}; {INSTALL}"));
        let registry = Self { port, folder, child };
        listens(port);
        registry
    }

    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The authority that signed its certificate.
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.crt")
    }

    /// Uploads that were begun and not let go.
    pub fn uploads(&self, repository: &str) -> usize {
        let folder = self.folder.path().join("data/docker/registry/v2/repositories").join(repository).join("_uploads");
        // The folder itself stays, with the state of a hash over nothing.
        let open = |entry: &fs::DirEntry| entry.path().join("data").exists();
        fs::read_dir(folder).map_or(0, |entries| entries.filter_map(Result::ok).filter(open).count())
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server with TLS (`srv.crt`) that sends the files of a folder as its answers, status and headers included.
pub struct Sender {
    pub port: u16,
    child: Child,
}

impl Sender {
    pub fn start(folder: &Path) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let at = format!("127.0.0.1:{port}");
        let child = Command::new("openssl")
            .args(["s_server", "-quiet", "-HTTP", "-cert", "srv.crt", "-key", "srv.key", "-accept", &at])
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let child = child.unwrap_or_else(|error| panic!("openssl: {error}; {INSTALL}"));
        let sender = Self { port, child };
        listens(port);
        sender
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits for a server.
fn listens(port: u16) {
    let until = Instant::now() + Duration::from_secs(20);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < until, "nobody listens at port {port}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// An authority, and a certificate for an address that it signed.
pub fn certificates(folder: &Path, address: &str) {
    let openssl = |args: &str| drop(tool("openssl", &args.split(' ').collect::<Vec<_>>(), folder));
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    openssl(&format!(
        "req -x509 {key} -days 2 -keyout ca.key -out ca.crt -subj /CN=authority -addext basicConstraints=critical,CA:TRUE"
    ));
    openssl(&format!("req {key} -keyout srv.key -out srv.csr -subj /CN=localhost"));
    let extensions = format!("subjectAltName=IP:{address}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth");
    fs::write(folder.join("ext"), extensions).unwrap();
    openssl("x509 -req -in srv.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -out srv.crt -extfile ext");
}
