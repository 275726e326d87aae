//! An engine on this machine, by the socket of its programming interface: `GET /images/NAME/get` sends the archive of
//! `docker save` (Docker Engine API 1.41, which Podman speaks as well).

use super::origin::Fault;
use super::shelf::Feed;

/// The engine of Docker: where `DOCKER_HOST` says, or at its usual place.
pub(super) fn docker(name: &str) -> Result<Box<dyn Feed>, String> {
    connect(std::env::var("DOCKER_HOST").ok(), "DOCKER_HOST", &["/var/run/docker.sock".to_owned()], name)
}

/// The engine of Podman: where `CONTAINER_HOST` says, the user's own, or the system's.
pub(super) fn podman(name: &str) -> Result<Box<dyn Feed>, String> {
    let own = std::env::var("XDG_RUNTIME_DIR").ok().map(|folder| format!("{folder}/podman/podman.sock"));
    let usual: Vec<String> = own.into_iter().chain(["/run/podman/podman.sock".to_owned()]).collect();
    connect(std::env::var("CONTAINER_HOST").ok(), "CONTAINER_HOST", &usual, name)
}

fn connect(host: Option<String>, variable: &str, usual: &[String], name: &str) -> Result<Box<dyn Feed>, String> {
    if name.is_empty() {
        return Err("the name of an image is missing".to_owned());
    }
    let socket = match host.filter(|host| !host.is_empty()) {
        Some(host) => match host.strip_prefix("unix://") {
            Some(path) => path.to_owned(),
            None => {
                return Err(format!(
                    "{variable} is {host}, and only unix:// sockets are read; write the image out first: docker save -o image.tar {name}"
                ));
            }
        },
        None => {
            let found = usual.iter().find(|path| std::path::Path::new(path).exists());
            found
                .cloned()
                .ok_or_else(|| format!("no engine listens at {}; start it, or set {variable}", usual.join(" or ")))?
        }
    };
    engine(socket, name)
}

#[cfg(not(unix))]
fn engine(_: String, name: &str) -> Result<Box<dyn Feed>, String> {
    Err(format!("sockets of engines are read on Unix only; write the image out first: docker save -o image.tar {name}"))
}

#[cfg(unix)]
fn engine(socket: String, name: &str) -> Result<Box<dyn Feed>, String> {
    Ok(Box::new(unix::Engine { socket, name: name.to_owned() }))
}

#[cfg(unix)]
mod unix {
    use std::io::{self, BufRead, BufReader, Read, Write};
    use std::os::unix::net::UnixStream;
    use std::time::Duration;

    use super::{Fault, Feed};
    use crate::model::GapKind;
    use crate::sources::image::json::Json;

    /// How long an engine may say nothing.
    const PATIENCE: Duration = Duration::from_secs(300);

    /// Bytes of a header, or of what an engine says of an error.
    const HEADER: u64 = 64 << 10;

    pub(super) struct Engine {
        pub(super) socket: String,
        pub(super) name: String,
    }

    impl Feed for Engine {
        fn pour(&self, take: &mut dyn FnMut(&mut dyn Read)) -> Result<(), Fault> {
            let mut body = self.get().map_err(|problem| Fault { kind: GapKind::Unreadable, detail: problem })?;
            take(&mut body);
            Ok(())
        }

        /// An engine sends what it was asked for.
        fn has_rest(&self) -> bool {
            false
        }
    }

    impl Engine {
        fn get(&self) -> Result<Body, String> {
            let failed = |error: io::Error| format!("the engine at {} does not answer ({error})", self.socket);
            let mut stream = UnixStream::connect(&self.socket).map_err(failed)?;
            stream.set_read_timeout(Some(PATIENCE)).map_err(failed)?;
            let path = encoded(&self.name);
            let request = format!(
                "GET /images/{path}/get HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\nConnection: close\r\n\r\n"
            );
            stream.write_all(request.as_bytes()).map_err(failed)?;
            let mut reader = BufReader::with_capacity(256 << 10, stream);
            let (status, form) = head(&mut reader).map_err(failed)?;
            let mut body = Body { reader, form };
            if status == 200 {
                return Ok(body);
            }
            let mut said = Vec::new();
            // What it says of the error is a courtesy.
            let _ = body.by_ref().take(HEADER).read_to_end(&mut said);
            let json = Json::parse(&said).unwrap_or(Json::Null);
            let message = json.text("message").unwrap_or("it does not say why");
            match status {
                404 => Err(format!("the engine at {} has no such image: {message}", self.socket)),
                status => Err(format!("the engine at {} answers {status}: {message}", self.socket)),
            }
        }
    }

    fn encoded(name: &str) -> String {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/:@".contains(&byte);
        name.bytes()
            .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
            .collect()
    }

    /// How the end of a body is known (RFC 9112 §6).
    #[derive(Debug, PartialEq, Eq)]
    pub(super) enum Form {
        Chunked { left: u64, first: bool, ended: bool },
        Length(u64),
        Close,
    }

    fn invalid(what: &str) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
    }

    /// The status, and the form of the body.
    pub(super) fn head(reader: &mut impl BufRead) -> io::Result<(u16, Form)> {
        let mut limited = reader.take(HEADER);
        let first = line(&mut limited)?;
        let status = first.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5)).and_then(|code| code.parse().ok());
        let status = status.ok_or_else(|| invalid("it speaks no HTTP/1"))?;
        let mut form = Form::Close;
        loop {
            let field = line(&mut limited)?;
            if field.is_empty() {
                return Ok((status, form));
            }
            let (name, value) = field.split_once(':').ok_or_else(|| invalid("a header field without a colon"))?;
            match (name.to_ascii_lowercase().as_str(), value.trim()) {
                ("transfer-encoding", value) if value.eq_ignore_ascii_case("chunked") => {
                    form = Form::Chunked { left: 0, first: true, ended: false };
                }
                ("transfer-encoding", _) => return Err(invalid("a transfer encoding that is not known")),
                ("content-length", value) if form == Form::Close => {
                    form = Form::Length(value.parse().map_err(|_| invalid("a length that is no number"))?);
                }
                _ => {}
            }
        }
    }

    fn line(reader: &mut impl BufRead) -> io::Result<String> {
        let mut line = Vec::new();
        reader.read_until(b'\n', &mut line)?;
        if line.pop() != Some(b'\n') {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        line.pop_if(|byte| *byte == b'\r');
        String::from_utf8(line).map_err(|_| invalid("a header that is no text"))
    }

    /// The body of an answer.
    pub(super) struct Body<R = BufReader<UnixStream>> {
        pub(super) reader: R,
        pub(super) form: Form,
    }

    impl<R: BufRead> Body<R> {
        /// Reads the size of the next chunk.
        fn chunk(reader: &mut R, first: bool) -> io::Result<u64> {
            let mut limited = reader.take(HEADER);
            if !first && !line(&mut limited)?.is_empty() {
                return Err(invalid("a chunk that is longer than it says"));
            }
            let size = line(&mut limited)?;
            let digits = size.split(';').next().unwrap_or("").trim();
            u64::from_str_radix(digits, 16).map_err(|_| invalid("a chunk without a size"))
        }
    }

    impl<R: BufRead> Read for Body<R> {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            if buf.is_empty() {
                return Ok(0);
            }
            let left = match &mut self.form {
                Form::Close => return self.reader.read(buf),
                Form::Length(left) => left,
                Form::Chunked { ended: true, .. } => return Ok(0),
                Form::Chunked { left, first, ended } => {
                    if *left == 0 {
                        *left = Self::chunk(&mut self.reader, std::mem::take(first))?;
                        *ended = *left == 0;
                    }
                    left
                }
            };
            if *left == 0 {
                return Ok(0);
            }
            let n = self.reader.by_ref().take(*left).read(buf)?;
            *left -= n as u64;
            if n == 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(n) }
        }
    }

    #[cfg(test)]
    mod tests {
        #![allow(clippy::unwrap_used)]
        use super::*;

        fn answer(bytes: &[u8]) -> io::Result<(u16, Vec<u8>)> {
            let mut reader = BufReader::with_capacity(7, bytes);
            let (status, form) = head(&mut reader)?;
            let mut body = Vec::new();
            Body { reader, form }.read_to_end(&mut body)?;
            Ok((status, body))
        }

        #[test]
        fn bodies_end_where_they_say() {
            let cases: &[(&[u8], u16, &[u8])] = &[
                (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more", 200, b"hello"),
                (b"HTTP/1.1 404 Not Found\r\ntransfer-encoding: Chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n", 404, b"abc0123456789"),
                (b"HTTP/1.0 200 OK\r\n\r\nto the end", 200, b"to the end"),
                (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, b""),
            ];
            for (bytes, status, body) in cases {
                assert_eq!(answer(bytes).unwrap(), (*status, body.to_vec()));
            }
        }

        #[test]
        fn an_answer_that_is_cut_or_lies_is_an_error() {
            let cases: &[&[u8]] = &[
                b"",
                b"HTTP/1.1 200 OK\r\n",
                b"SSH-2.0-x\r\n\r\n",
                b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nshort",
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nlong\r\n0\r\n\r\n",
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
            ];
            for bytes in cases {
                assert!(answer(bytes).is_err(), "{}", String::from_utf8_lossy(bytes));
            }
        }

        #[test]
        fn names_stay_one_path() {
            assert_eq!(encoded("docker.io/library/a:1"), "docker.io/library/a:1");
            assert_eq!(encoded("a b?c\r\nd"), "a%20b%3Fc%0D%0Ad");
        }
    }
}
