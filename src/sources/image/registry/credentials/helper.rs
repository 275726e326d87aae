//! Programs that keep credentials: `docker-credential-NAME get`, with the registry's name on standard input and JSON on
//! standard output (the protocol of docker-credential-helpers). What they write is never shown.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde::Deserialize;
use zeroize::Zeroizing;

use super::credential::Credential;

use crate::sources::image::registry::refusal::Refusal;
use crate::sources::image::registry::word::Word;

/// How long a helper may take; some of them ask a cloud.
const PATIENCE: Duration = Duration::from_secs(60);

/// How much of its output is read.
const LIMIT: u64 = 256 << 10;

/// The user's name that says that the secret is a token.
const TOKEN_USER: &str = "<token>";

/// What a helper says when it has nothing for a server; it fails then.
const NOTHING: &[u8] = b"credentials not found";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    username: String,
    secret: Word,
}

/// The program of a helper.
pub(super) fn program(name: &str) -> String {
    format!("docker-credential-{name}")
}

/// Asks a helper for a server's credentials. `source` is the file that names the helper.
pub(super) fn ask(name: &str, server: &str, source: &str) -> Result<Option<Credential>, Refusal> {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if !name.bytes().all(sound) {
        let why = "it names a credential helper that is no plain name".into();
        return Err(Refusal::UnreadableCredentials { source: source.into(), why });
    }
    let program = program(name);
    let failed = |why: &str| Refusal::UnreadableCredentials {
        source: format!("{program} (named in {source})"),
        why: format!("{why}; try `echo {server} | {program} get` yourself"),
    };
    let (succeeded, output) = run(&program, server).map_err(|why| failed(&why))?;
    if !succeeded {
        let nothing = output.windows(NOTHING.len()).any(|window| window == NOTHING);
        return if nothing { Ok(None) } else { Err(failed("it failed")) };
    }
    let answer: Answer = serde_json::from_slice(&output).map_err(|_| failed("its answer is not in the protocol"))?;
    let Answer { username, secret: Word(secret) } = answer;
    Ok(Some(match username.as_str() {
        TOKEN_USER => Credential::Identity(secret),
        _ => Credential::Password { user: username, password: secret },
    }))
}

fn run(program: &str, server: &str) -> Result<(bool, Zeroizing<Vec<u8>>), String> {
    let spawned =
        Command::new(program).arg("get").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut child = spawned.map_err(|error| format!("it does not start ({})", error.kind()))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A helper that does not read what it is asked shows in its answer.
        let _ = stdin.write_all(server.as_bytes());
    }
    let (sender, receiver) = mpsc::channel();
    let stdout = child.stdout.take();
    std::thread::spawn(move || {
        let mut output = Zeroizing::new(Vec::new());
        let read = stdout.map(|stdout| stdout.take(LIMIT).read_to_end(&mut output));
        let _ = sender.send(read.and_then(Result::ok).map(|_| output));
    });
    let ended = ended(&mut child, receiver.recv_timeout(PATIENCE));
    // Gone already, where all is well.
    let _ = child.kill();
    let _ = child.wait();
    ended
}

/// How it ended, once its output has.
fn ended(
    child: &mut Child,
    output: Result<Option<Zeroizing<Vec<u8>>>, mpsc::RecvTimeoutError>,
) -> Result<(bool, Zeroizing<Vec<u8>>), String> {
    let output = output.map_err(|_| format!("it gave no answer for {} s", PATIENCE.as_secs()))?;
    let output = output.ok_or("its answer cannot be read")?;
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        match child.try_wait() {
            Ok(Some(status)) => return Ok((status.success(), output)),
            Ok(None) => std::thread::sleep(Duration::from_millis(5)),
            Err(error) => return Err(format!("how it ended is not known ({})", error.kind())),
        }
    }
    Err("it does not end".into())
}
